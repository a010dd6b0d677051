public import Columnar

/// A table at one version: immutable, whatever is committed meanwhile.
public struct Snapshot: Sendable {
    public let table: DeltaTable
    public let version: Int64
    public let tableProtocol: TableProtocol
    public let metadata: TableMetadata
    public let schema: Schema
    /// When the newest commit was made, milliseconds since 1970-01-01T00:00:00Z: what it says, else
    /// its file's time.
    public let timestamp: Int64
    /// The live data files, in the order they were added.
    public let files: [AddFile]
    /// The newest version each application has committed.
    public let transactions: [String: Int64]
    let state: TableState
    /// How columns are called in the files; nil when as in the table.
    let mapping: ColumnMapping?
    /// The newest checkpoint that was used or seen, or nil.
    let checkpointVersion: Int64?

    /// The columns whose values are in the log and in folder names, not in the files.
    public var partitionColumns: [String] { metadata.partitionColumns }

    /// The table's properties, `delta.…` and our own.
    public var configuration: [String: String] { metadata.configuration }

    /// The table's UUID.
    public var tableID: String { metadata.id }

    /// What the newest commit says about itself, if it was read from the log.
    public var commitInfo: CommitInfo? { state.lastCommit }

    /// The schema without the partition columns: what a data file holds.
    public var dataSchema: Schema {
        let partitions = Set(metadata.partitionColumns)
        return Schema(schema.fields.filter { !partitions.contains($0.name) })
    }

    /// The sum of `numRecords` of all files; nil when a file has none.
    public var rowCount: Int64? {
        var total: Int64 = 0
        for file in files {
            guard let rows = file.rowCount else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(rows)
            if overflow { return nil }
            total = sum
        }
        return total
    }

    /// The sum of the files' sizes.
    public var sizeBytes: Int64 {
        files.reduce(0) { $0.addingReportingOverflow($1.sizeBytes).partialValue }
    }

    /// Throws `.damagedLog` when the log gave no protocol or metadata, `.unsupported` when the
    /// table asks for a reader this is not.
    init(
        _ table: DeltaTable, version: Int64, state: TableState, fileTimestamp: Int64,
        checkpointVersion: Int64?
    ) throws(DeltaError) {
        guard let tableProtocol = state.tableProtocol else {
            throw Snapshot.incomplete(table, version, "protocol")
        }
        guard let metadata = state.metadata else {
            throw Snapshot.incomplete(table, version, "metaData")
        }
        try ProtocolSupport.checkReading(tableProtocol, subject: table.path)
        self.table = table
        self.version = version
        self.tableProtocol = tableProtocol
        self.metadata = metadata
        schema = try SchemaJSON.schema(metadata.schemaString, subject: table.path)
        timestamp = state.lastCommit?.timestamp ?? fileTimestamp
        mapping = try ColumnMapping(tableProtocol, metadata, schema, subject: table.path)
        files =
            mapping?.logical(state.files, partitionColumns: metadata.partitionColumns)
            ?? state.files
        try Snapshot.checkPartitions(files, metadata, table)
        transactions = state.transactions.mapValues(\.version)
        self.state = state
        self.checkpointVersion = checkpointVersion
    }

    /// Throws `.unsupported`, naming the feature, when the table uses what sluice does not write.
    /// Every commit asks this too; asked first, it saves the work.
    public func checkWritable() throws(DeltaError) { try ProtocolSupport.checkWriting(self) }

    /// A file that lacks the value of a partition column belongs nowhere: read as NULL, its rows
    /// would silently change.
    private static func checkPartitions(
        _ files: [AddFile], _ metadata: TableMetadata, _ table: DeltaTable
    ) throws(DeltaError) {
        for column in metadata.partitionColumns {
            guard let file = files.first(where: { $0.partitionValues[column] == nil }) else {
                continue
            }
            throw DeltaError(
                .damagedLog, operation: "read table", subject: table.path,
                message: "the log gives \(file.path) no value of the partition column "
                    + "\"\(column)\"",
                hint: "The action that added the file is damaged. Restore the log from a backup, "
                    + "or remove the file from the table and write its rows again.")
        }
    }

    private static func incomplete(_ table: DeltaTable, _ version: Int64, _ action: String)
        -> DeltaError
    {
        DeltaError(
            .damagedLog, operation: "read table", subject: table.logFolder,
            message: "the log up to version \(version) has no \(action) action",
            hint: "The log's beginning is damaged. Restore _delta_log from a backup.")
    }
}
