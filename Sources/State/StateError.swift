/// A failure of the state store.
public struct StateError: Error, Sendable {
    /// The kinds of failure a caller may switch on.
    public enum Code: String, Sendable {
        /// The file cannot be opened, made or written.
        case unusable
        /// The file is another program's, or of a newer sluice.
        case foreign
        /// The file is damaged.
        case damaged
        /// Another process holds the file too long.
        case busy
        /// The disk is full.
        case noSpace
        /// There is no such run, or several fit.
        case missing
    }

    public var code: Code
    /// What was being done, for example `open the state`.
    public var operation: String
    /// The file, or a run's id.
    public var subject: String
    /// Why, with SQLite's or the system's own text.
    public var message: String
    /// What the operator does next.
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
