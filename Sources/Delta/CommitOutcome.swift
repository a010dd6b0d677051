/// What became of a commit. Losing to another writer is an expected outcome, not an error.
public enum CommitOutcome: Sendable {
    case committed(CommittedVersion)
    case conflicted(CommitConflict)

    /// The version committed, or nil after a conflict.
    public var version: Int64? {
        if case .committed(let committed) = self { committed.version } else { nil }
    }
}

/// A commit that is part of the table for good.
public struct CommittedVersion: Sendable {
    public let version: Int64
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public let timestamp: Int64
    /// How often another writer was first before this commit found its version.
    public let lostRaces: Int
    /// Why the checkpoint or the log cleanup that was due did not happen. The commit stands.
    public var upkeepFailure: DeltaError?
}

/// Why another writer's commit excludes this one.
public struct CommitConflict: Hashable, Sendable {
    public enum Reason: String, Sendable {
        /// The winner changed the reader or writer version.
        case protocolChanged
        /// The winner changed schema, partitioning or properties, or created the table.
        case metadataChanged
        /// The winner committed for the same application: its batch may be done already.
        case sameTransaction
        /// The winner added rows to what this transaction had read.
        case concurrentAppend
        /// The winner removed files this transaction had read.
        case concurrentDelete
        /// Too many writers were first, one after the other.
        case tooManyAttempts
    }

    public let reason: Reason
    /// The version that won.
    public let version: Int64
    /// What it did, for people.
    public let message: String
}
