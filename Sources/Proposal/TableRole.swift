/// What a table is in the proposal.
public enum TableRole: String, Hashable, Sendable {
    /// Events or money: rows that grow.
    case fact
    /// Members that facts refer to.
    case dimension
    /// Pairs of members and nothing else.
    case bridge
    /// Logs, sessions, caches and the like: not even copied.
    case excluded
    /// Copied, and left to a person to classify.
    case leftOut
}
