public import Storage

/// A failure of a Delta table: what was tried, on which table or file, why and what to do.
public struct DeltaError: Error, Sendable {
    /// The kinds of failure a caller may switch on.
    public enum Code: String, Sendable {
        /// There is no table at the path.
        case notATable
        /// The table has no such version, or its log no longer reaches back to it.
        case noSuchVersion
        /// The table only takes appends (`delta.appendOnly`).
        case appendOnly
        /// The log cannot be read as the protocol says: a version missing, a line damaged.
        case damagedLog
        /// A data file named by the log is missing, or does not hold what the log says.
        case damagedFile
        /// The table asks for a protocol feature this reader or writer does not know.
        case unsupported
        /// Another writer was first with a change that excludes this one.
        case conflict
        /// The schema cannot be written as a Delta table, or does not fit the table's.
        case schema
        /// A value cannot be written, for example as a partition value.
        case value
        /// The storage failed; `storage` says how.
        case storage
        /// The Parquet layer failed.
        case parquet
    }

    public var code: Code
    /// What was being done, for example `commit`.
    public var operation: String
    /// The table or file concerned.
    public var subject: String
    /// Why.
    public var message: String
    /// What the operator does next.
    public var hint: String?
    /// The storage's own error, when `code` is `.storage`.
    public var storage: StorageError?

    public init(
        _ code: Code, operation: String, subject: String, message: String, hint: String? = nil
    ) {
        self.code = code
        self.operation = operation
        self.subject = subject
        self.message = message
        self.hint = hint
    }

    /// The storage's failure, kept with its own words.
    public init(_ error: StorageError) {
        self.init(
            .storage, operation: error.operation, subject: error.subject, message: error.message,
            hint: error.hint)
        storage = error
    }
}

/// Runs storage calls inside functions that throw `DeltaError`.
func storing<T: ~Copyable>(_ body: () throws(StorageError) -> T) throws(DeltaError) -> T {
    do { return try body() } catch { throw DeltaError(error) }
}
