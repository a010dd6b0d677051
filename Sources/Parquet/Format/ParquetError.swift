/// A failure to read or write a Parquet file: what was tried, on what, why and what to do.
public struct ParquetError: Error, Sendable {
    /// The kinds of failure a caller may switch on.
    public enum Code: String, Sendable {
        /// The bytes are not a Parquet file, or not a whole one.
        case notParquet
        /// The file breaks the format: lengths, offsets or codes that cannot be.
        case damaged
        /// A page's checksum differs from its bytes.
        case checksum
        /// A feature of the format that is not built.
        case unsupported
        /// A schema that cannot be written, or a batch that does not fit the file's.
        case schema
        /// A value outside its column's type: a null, a decimal of too many digits.
        case value
        /// A limit of the format or of this writer was passed.
        case limit
        /// The compression library failed.
        case compression
        /// The bytes could not be fetched from the source or handed to the sink.
        case input
        case output
    }

    /// What kind of failure it is, for callers that decide by it.
    public var code: Code
    /// What was being done, for example `read page`.
    public var operation: String
    /// The file or column concerned.
    public var subject: String
    /// Why.
    public var message: String
    /// What the operator does next.
    public var hint: String?

    /// A failure; `message` is a sentence for the operator.
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
