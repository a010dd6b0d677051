/// Why an entity or a whole transformation could not be done.
public struct LakeError: Error, Sendable {
    /// The kinds of failure; each has its exit code in docs/specification/commands.md#exit-codes.
    public enum Code: String, Sendable {
        /// The pipeline asks for what the data does not have; a rule that cannot run (exit 2).
        case configuration
        /// A fatal rule or a guard stopped the entity; nothing was published (exit 1).
        case guarded
        /// More was set aside than `max_quarantined` allows, or a full state lacks more than
        /// `max_delete_percent` does; nothing was published (exit 4).
        case refused
        /// A receipt does not balance; nothing was published (exit 4).
        case receipt
        /// The schema or the tracked set changed in a way that needs a decision (exit 5).
        case drift
        /// The lake could not be read or written (exit 1).
        case lake
        /// Another run was first, so nothing of this one was published (exit 1).
        case conflict
        /// A signal asked for the end (exit 130 or 143).
        case interrupted
    }

    public var code: Code
    public var operation: String
    public var subject: String
    public var message: String
    public var hint: String?

    public init(
        _ code: Code, operation: String, subject: String, message: String, hint: String? = nil
    ) {
        self.code = code
        self.operation = operation
        self.subject = subject
        self.message = message
        self.hint = hint
    }
}
