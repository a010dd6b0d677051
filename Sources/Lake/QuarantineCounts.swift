/// What a load did to an entity's quarantine; all counts are rows.
public struct QuarantineCounts: Hashable, Sendable {
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

    public init() {}
}
