extension QuarantineLoad {
    /// What of bronze the run reads.
    public enum Scope: Hashable, Sendable {
        /// What came after this version of bronze, that of the last run.
        case news(after: Int64)
        /// All of it: a row in quarantine that is not met has none in bronze any more.
        case everything
        /// The whole source as it is at one moment: what waits in quarantine and is not in it any
        /// more is over.
        case fullState
    }

    /// What the load did.
    public struct Result: Hashable, Sendable {
        /// Rows set aside that the table did not have.
        public var added: Int64 = 0
        /// Rows it had, open, from an earlier attempt.
        public var seenAgain: Int64 = 0
        /// Rows it had, about which was decided: they stay decided.
        public var decided: Int64 = 0
        /// Rows that were replayed and fail again: they are open again.
        public var reopened: Int64 = 0
        /// Rows, old and new, whose key has a later version.
        public var superseded: Int64 = 0
        /// Rows of bronze in the table, with this load, that are not in silver: all but the
        /// replayed ones.
        public var outside: Int64 = 0
        /// The table's version, nil when nothing changed.
        public var version: Int64?
    }
}
