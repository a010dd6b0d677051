public import Parquet
public import Storage

/// A staged file as the Parquet writer's sink.
final class StagedSink: ByteSink {
    private let file: any StagedFile
    /// The storage's own error behind the last failure, which says more than the sink may.
    private(set) var failure: StorageError?

    init(_ file: any StagedFile) { self.file = file }

    var sizeBytes: Int64 { file.sizeBytes }

    func write(_ bytes: [UInt8]) throws(ParquetError) {
        do { try file.write(bytes) } catch {
            failure = error
            throw ParquetError(
                .output, operation: error.operation, subject: error.subject,
                message: error.message, hint: error.hint)
        }
    }
}

/// A file of the lake as the Parquet reader's source.
public struct StorageSource: ByteSource {
    private let file: any ReadableFile

    public init(_ file: any ReadableFile) { self.file = file }

    public var sizeBytes: Int { Int(clamping: file.sizeBytes) }

    public func read(at offset: Int, count: Int) throws(ParquetError) -> [UInt8] {
        do { return try file.read(at: Int64(offset), count: count) } catch {
            throw ParquetError(
                .input, operation: error.operation, subject: error.subject,
                message: error.message, hint: error.hint)
        }
    }
}

extension DeltaError {
    /// A Parquet failure on the file `subject`.
    init(_ error: ParquetError, subject: String) {
        let place = error.subject.isEmpty || error.subject == subject ? "" : error.subject + ": "
        self.init(
            error.code == .schema ? .schema : error.code == .unsupported ? .unsupported : .parquet,
            operation: error.operation,
            subject: subject, message: place + error.message, hint: error.hint)
    }
}
