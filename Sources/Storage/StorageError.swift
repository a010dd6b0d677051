/// A failure of the lake's storage: what was tried, on which path, why and what to do.
public struct StorageError: Error, Sendable {
    /// The kinds of failure a caller may switch on.
    public enum Code: String, Sendable {
        /// No such file or folder (ENOENT, ENOTDIR).
        case notFound
        /// A file of that name is already there (EEXIST).
        case alreadyExists
        /// Permission denied (EACCES, EPERM).
        case denied
        /// The file system is mounted read-only (EROFS).
        case readOnly
        /// The disk or the quota is full (ENOSPC, EDQUOT).
        case noSpace
        /// Another process holds the lock.
        case locked
        /// The storage cannot do what is asked, for example publish without replacing.
        case unsupported
        /// The file is shorter than the range asked for.
        case truncated
        /// Any other failure of the device or the system.
        case failed
    }

    /// What kind of failure it is, for callers that decide by it.
    public var code: Code
    /// What was being done, for example `write`.
    public var operation: String
    /// The path concerned.
    public var subject: String
    /// Why, with the system's own text.
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
}
