/// How a run ended, as the shell and tools around it see it
/// (docs/specification/commands.md#exit-codes).
public enum ExitCode: Int32, Sendable, CaseIterable {
    /// All done and verified.
    case success = 0
    /// Some tables failed, the others are committed.
    case partial = 1
    /// Wrong command line or configuration.
    case usage = 2
    /// The source is unreachable, refuses, or lacks privileges.
    case source = 3
    /// A receipt does not balance, or a guard of the configuration refused a table.
    case unbalanced = 4
    /// A changed schema blocks a table.
    case drift = 5
    /// Another run holds the lock.
    case locked = 6
    /// Stopped by a budget or a throttle, resumable.
    case budget = 7
    /// The source is not the one it was.
    case identity = 8
    /// Stopped by SIGINT, resumable.
    case interrupted = 130
    /// Stopped by SIGTERM or SIGHUP, resumable.
    case terminated = 143

    /// What it tells the operator, in a few words.
    public var meaning: String {
        switch self {
        case .success: "all done and verified"
        case .partial: "some tables failed, the others are committed"
        case .usage: "the configuration has to be corrected"
        case .source: "the source is unreachable, refuses or lacks privileges"
        case .unbalanced: "a receipt does not balance, or a guard refused"
        case .drift: "a changed schema blocks a table"
        case .locked: "another run is at work"
        case .budget: "stopped by a budget, the next run goes on"
        case .identity: "the source is not the one it was"
        case .interrupted, .terminated: "stopped by a signal, the next run goes on"
        }
    }
}
