/// What became of a commit. Losing to another writer is an expected outcome, not an error.
public enum CommitOutcome: Sendable {
    case committed(CommittedVersion)
    case conflicted(CommitConflict)

    /// The version committed, or nil after a conflict.
    public var version: Int64? {
        if case .committed(let committed) = self { committed.version } else { nil }
    }

    /// The commit; throws `.conflict` after a conflict, for callers that leave it to theirs to try
    /// again.
    @discardableResult
    public func committed(
        _ operation: String, _ subject: String
    ) throws(DeltaError) -> CommittedVersion {
        switch self {
        case .committed(let committed): return committed
        case .conflicted(let conflict):
            throw DeltaError(conflict, operation: operation, subject: subject)
        }
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
    /// What the operator should know of it; nil when all went well.
    public var note: String? { upkeepFailure.map(\.upkeepNote) }
}

extension DeltaError {
    /// Why upkeep after a commit failed, for people.
    public var upkeepNote: String { "the commit is made, but its checkpoint failed: \(message)" }

    /// A commit that lost to another writer.
    public init(_ conflict: CommitConflict, operation: String, subject: String) {
        self.init(
            .conflict, operation: operation, subject: subject,
            message: "another writer committed first: \(conflict.message)",
            hint: "Nothing was changed. Run again.")
    }
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

    public init(reason: Reason, version: Int64, message: String) {
        self.reason = reason
        self.version = version
        self.message = message
    }
}
