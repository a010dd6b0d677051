public import Columnar
public import Parquet
import Storage

/// Writes one data file of a table: staged, checked, then published under its name.
///
/// One owner, calls in order: `write`…, `finish`, `publish`; or `abort` at any time. Nothing is
/// part of the table before the `AddFile` is committed. Letting go before `publish` aborts.
public final class DataFileWriter {
    /// What the file is within its table.
    public struct Placement: Sendable {
        /// The partition columns with the text of their values, in the table's order; nil is NULL.
        public var partition: [(column: String, value: String?)]
        /// Columns that get statistics even past the first 32.
        public var alwaysIndexed: Set<String> = []
        /// The table's properties.
        public var configuration: [String: String] = [:]

        public init(
            partition: [(column: String, value: String?)] = [], alwaysIndexed: Set<String> = [],
            configuration: [String: String] = [:]
        ) {
            self.partition = partition
            self.alwaysIndexed = alwaysIndexed
            self.configuration = configuration
        }
    }

    /// The file's path relative to the table, not escaped.
    public let relativePath: String
    /// The rows handed to `write`.
    public private(set) var rowCount: Int64 = 0

    /// The property of a table that names the columns whose files get Bloom filters: `always:` or
    /// `unordered:`, then names, comma-separated.
    public static let bloomProperty = "sluice.bloom_filters"

    private static func bloomColumns(
        _ configuration: [String: String]
    ) -> [String: WriterOptions.BloomUse] {
        let parts = (configuration[bloomProperty] ?? "").split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let use = WriterOptions.BloomUse(rawValue: String(parts[0])) else {
            return [:]
        }
        return Dictionary(
            parts[1].split(separator: ",").map { (String($0), use) }, uniquingKeysWith: { $1 })
    }

    private let placement: Placement
    private let staged: any StagedFile
    private let sink: StagedSink
    private let writer: FileWriter
    /// What the file holds, once it is finished.
    public private(set) var summary: FileSummary?
    private var isOver = false

    /// Begins a file of `table`.
    ///
    /// - Parameters:
    ///   - schema: the columns of the batches to come: the table's without its partition columns.
    ///   - placement: the partition the rows are of.
    ///   - options: the Parquet layout; its codec also names the file.
    public init(
        table: DeltaTable, schema: Schema, placement: Placement = Placement(),
        options: WriterOptions = WriterOptions()
    ) throws(DeltaError) {
        let folder = FilePath.folder(
            columns: placement.partition.map(\.column),
            values: Dictionary(
                placement.partition.map { ($0.column, $0.value) }, uniquingKeysWith: { $1 }))
        let name = "part-00000-" + UniqueID.text() + ".c000" + options.codec.nameSuffix + ".parquet"
        relativePath = folder.isEmpty ? name : folder + "/" + name
        self.placement = placement
        var options = options
        options.bloomColumns.merge(DataFileWriter.bloomColumns(placement.configuration)) { $1 }
        let path = table.file(relativePath)
        let file = try storing { () throws(StorageError) in
            try table.storage.stage(path, isSyncedLater: true)
        }
        staged = file
        sink = StagedSink(file)
        do {
            writer = try FileWriter(schema: schema, options: options, sink: sink)
        } catch {
            file.abort()
            throw DeltaError(error, subject: path)
        }
    }

    deinit { abort() }

    /// About how long the file would be if it were finished now: for rolling to the next one.
    public var bytesWritten: Int64 { writer.bytesWritten }

    /// Appends the rows of a batch.
    public func write(_ batch: RecordBatch) throws(DeltaError) {
        precondition(summary == nil && !isOver, "write after finish")
        do { try writer.write(batch) } catch { throw failure(error) }
        rowCount += Int64(batch.count)
    }

    /// Appends row group `index` of `file` without decoding it, but for the columns in `replaced`.
    /// Returns false, with nothing written, when it cannot be copied (`FileWriter.copy`).
    public func copy(
        _ file: FileReader, rowGroup index: Int, replacing replaced: [String: ChunkSource] = [:]
    ) throws(DeltaError) -> Bool {
        precondition(summary == nil && !isOver, "copy after finish")
        let isCopied: Bool
        do {
            isCopied = try writer.copy(file, rowGroup: index, replacing: replaced)
        } catch {
            throw failure(error)
        }
        if isCopied { rowCount += Int64(file.rowGroups[index].rowCount) }
        return isCopied
    }

    /// Ends the file, opens it again and compares what its footer says with what was written. It is
    /// durable when a commit has named it. Throws `.damagedFile` when they differ.
    @discardableResult
    public func finish() throws(DeltaError) -> FileSummary {
        precondition(summary == nil && !isOver, "finish twice")
        let written: FileSummary
        do { written = try writer.finish() } catch { throw failure(error) }
        try storing { () throws(StorageError) in try staged.finish() }
        try verify(written)
        summary = written
        return written
    }

    /// Gives the file its name and returns the action that makes it part of the table.
    public func publish(tags: [String: String] = [:]) throws(DeltaError) -> AddFile {
        guard let summary, !isOver else { preconditionFailure("publish before finish") }
        switch try storing({ () throws(StorageError) in try staged.publish() }) {
        case .created: isOver = true
        case .alreadyExists:
            throw DeltaError(
                .storage, operation: "publish", subject: staged.path,
                message: "a file of this random name is already there")
        }
        var values: [String: String?] = [:]
        for (column, value) in placement.partition {
            values.updateValue(value?.isEmpty == true ? nil : value, forKey: column)
        }
        let statistics = StatisticsText(
            configuration: placement.configuration, alwaysIndexed: placement.alwaysIndexed)
        return AddFile(
            path: FilePath.uriEscaped(relativePath), partitionValues: values,
            sizeBytes: summary.bytes, modificationTime: WallClock.milliseconds(),
            stats: statistics.text(summary), tags: tags)
    }

    /// Removes what was staged. Does nothing after `publish` or a second time.
    public func abort() {
        guard !isOver else { return }
        isOver = true
        staged.abort()
    }

    private func verify(_ summary: FileSummary) throws(DeltaError) {
        let file = try storing { () throws(StorageError) in try staged.open() }
        guard file.sizeBytes == summary.bytes else {
            throw damaged("it has \(file.sizeBytes) bytes where \(summary.bytes) were written")
        }
        let rows: Int64
        do {
            rows = Int64(try FileReader(source: StorageSource(file)).rowCount)
        } catch {
            throw damaged("its footer cannot be read back: \(error.message)")
        }
        guard rows == rowCount, summary.rows == rowCount else {
            throw damaged("its footer counts \(rows) rows where \(rowCount) were written")
        }
    }

    private func damaged(_ message: String) -> DeltaError {
        DeltaError(
            .damagedFile, operation: "verify data file", subject: staged.path, message: message,
            hint: "The device or file system does not keep what is written: check it (dmesg).")
    }

    private func failure(_ error: ParquetError) -> DeltaError {
        if let storage = sink.failure { return DeltaError(storage) }
        return DeltaError(error, subject: staged.path)
    }
}

extension WriterOptions.Codec {
    /// As Spark puts it in file names.
    fileprivate var nameSuffix: String {
        switch self {
        case .none: ""
        case .snappy: ".snappy"
        case .gzip: ".gz"
        case .zstd: ".zstd"
        }
    }
}
