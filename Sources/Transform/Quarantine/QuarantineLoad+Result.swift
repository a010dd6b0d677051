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
        /// Of these, the superseded ones.
        public var overtaken: Int64 = 0
        /// Rows of the run that stand here for a row of an earlier full state, counted then.
        public var repeated: Int64 = 0
        /// Rows that stand outside of silver and that no run has counted which came to its end.
        public var strays: Int64 = 0
        /// Rows that stood outside of silver before the run, counted by earlier ones.
        public var standing: Int64 = 0
        /// The version that this load published, nil when nothing changed.
        public var version: Int64?
        /// The table's version with this load.
        public var tableVersion: Int64 = 0
    }

    /// Counts the rows for the receipt, once it is known what becomes of each.
    func count() {
        for entry in index.entries {
            let isCounted = entry.position.version <= counted
            if let stored = entry.stored, isCounted, stored != .replayed, stored != .blocked,
                entry.position != .unknown
            {
                result.standing += 1
            }
            // Of a row that is told anew the new one counts.
            if entry.stored != nil, entry.isMatched, isCounted, entry.status != .replayed {
                result.repeated += 1
            }
            guard entry.isOutside else { continue }
            result.outside += 1
            if entry.status == .superseded { result.overtaken += 1 }
            if entry.stored != nil, !entry.isMatched, !isCounted { result.strays += 1 }
        }
    }
}
