/// A failure of the source: what was tried, on what, why it failed and what to do.
public struct SourceError: Error, Sendable {
    /// The kinds of failure a caller may switch on.
    public enum Code: String, Sendable {
        /// No connection could be made (exit 3).
        case unreachable
        /// The server refused the login (exit 3).
        case refused
        /// A privilege is missing (exit 3).
        case privilege
        /// The connection broke or timed out; the chunk can be read again.
        case lost
        /// A lock wait, deadlock or killed statement; the chunk can be read again.
        case interrupted
        /// The table or schema is not there.
        case missing
        /// A value does not fit the type asked for in the configuration.
        case value
        /// The server or the table lies behind what was read of it before (exit 8).
        case wentBack
        /// The statement failed for another reason.
        case statement
    }

    /// What kind of failure it is: decides retry and exit status.
    public var code: Code
    /// What was being done, for example `read`.
    public var operation: String
    /// On what, for example `Atliqsale.customer`.
    public var subject: String
    /// Why, with the server's number and text; never a secret.
    public var message: String
    /// What the operator does next.
    public var hint: String?

    /// A failure; `message` and `hint` are sentences for the operator.
    public init(
        _ code: Code, operation: String, subject: String, message: String, hint: String? = nil
    ) {
        self.code = code
        self.operation = operation
        self.subject = subject
        self.message = message
        self.hint = hint
    }

    /// Whether the same read may succeed when tried again.
    public var isTransient: Bool { code == .lost || code == .interrupted }
}
