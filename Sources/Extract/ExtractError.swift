import Delta
public import Source
import Storage

/// Why a table or a whole extraction could not be done.
public struct ExtractError: Error, Sendable {
    /// The kinds of failure; each has its exit code in docs/specification/commands.md#exit-codes.
    public enum Code: String, Sendable {
        /// The configuration asks for what the table does not have (exit 2).
        case configuration
        /// The source failed (exit 3 when it cannot be reached at all, else 1).
        case source
        /// A count did not balance; nothing of the table was published (exit 4).
        case receipt
        /// The source's columns changed in a way that bronze cannot follow (exit 5).
        case drift
        /// The server or the table is not the one it was (exit 8).
        case identity
        /// The source has no more what bronze holds of it (exit 1).
        case gone
        /// The lake could not be read or written (exit 1).
        case lake
        /// Rows wait for an open transaction for longer than allowed; what could be read is
        /// committed (exit 7).
        case withheld
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

    /// The source's failure, kept with its own words.
    public init(_ error: SourceError) {
        self.init(
            error.code == .wentBack ? .identity : .source, operation: error.operation,
            subject: error.subject, message: error.message, hint: error.hint)
        sourceCode = error.code
    }

    /// The lake's failure, kept with its own words.
    init(_ error: DeltaError) {
        self.init(
            .lake, operation: error.operation, subject: error.subject, message: error.message,
            hint: error.hint)
        isDamage = error.code == .damagedFile || error.code == .damagedLog
    }

    /// The file system's failure, kept with its own words.
    init(_ error: StorageError) {
        self.init(
            .lake, operation: error.operation, subject: error.subject, message: error.message,
            hint: error.hint)
    }

    /// Whether a file of the lake is missing or damaged.
    var isDamage = false
    /// The source's own code when the source failed.
    public private(set) var sourceCode: SourceError.Code?

    /// Whether `RetryPolicy` gave up: nobody tries again.
    private(set) var isFinal = false

    /// The same error when it was the last of `attempts`.
    func final(after attempts: Int) -> ExtractError {
        guard !isFinal else { return self }
        var error = self
        error.isFinal = true
        if attempts > 1 { error.message += " (the last of \(attempts) attempts)" }
        return error
    }

    /// Whether it makes no sense to go on with the next table.
    var endsRun: Bool {
        switch code {
        case .interrupted: true
        case .source: sourceCode == .unreachable || sourceCode == .lost || sourceCode == .refused
        default: false
        }
    }

    /// Whether a new attempt at the same chunk may succeed.
    public var isTransient: Bool { sourceCode == .lost || sourceCode == .interrupted }
}

/// Runs calls of the source inside functions that throw `ExtractError`.
func inSource<T: ~Copyable>(_ body: () throws(SourceError) -> T) throws(ExtractError) -> T {
    do { return try body() } catch { throw ExtractError(error) }
}

/// Runs calls of the lake inside functions that throw `ExtractError`.
func inLake<T: ~Copyable>(_ body: () throws(DeltaError) -> T) throws(ExtractError) -> T {
    do { return try body() } catch { throw ExtractError(error) }
}
