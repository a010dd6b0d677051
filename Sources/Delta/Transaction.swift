public import Columnar
import Parquet
import Storage

/// Changes to a table that become visible together, in one new version, or not at all.
///
/// The atomic step is the log's put-if-absent. When another writer takes the version first, its
/// commit is checked for conflicts and the next version is tried:
/// `docs/specification/delta.md#commit`.
public struct Transaction: Sendable {
    public let table: DeltaTable
    /// The version the transaction starts from; nil when it creates the table.
    public let snapshot: Snapshot?
    /// What was read to decide what to write. Removing files reads the whole table unless set.
    public var reads: ReadScope = .nothing
    /// Free text kept in the commit: the run that made it.
    public var userMetadata: String?
    /// The program named in the commit, with its version.
    public var engineInfo = "sluice/" + WriterOptions.programVersion
    /// Whether the new schema does not fit the live files, so that all of them have to go.
    var mustReplaceAllFiles = false
    /// Whether the rows that leave are of files that cannot be read: then they may leave a table
    /// that only takes appends.
    var isHealing = false
    /// What a file that brings rows carries when it depends on the commit: asked with the version
    /// that is tried and the file's place among those with rows, from 0.
    public var fileTags: (@Sendable (AddFile, _ version: Int64, _ place: Int) -> [String: String])?
    /// Versions tried before giving up.
    public var attemptLimit = 200

    private(set) var tableProtocol: TableProtocol?
    private(set) var metadata: TableMetadata?
    private(set) var adds: [AddFile] = []
    private(set) var removes: [RemoveFile] = []
    private(set) var identifiers: [String: Int64] = [:]

    /// A transaction on `table` as `snapshot` shows it; nil when there is no table yet.
    public init(_ table: DeltaTable, reading snapshot: Snapshot?) {
        self.table = table
        self.snapshot = snapshot
    }

    /// Makes the table: protocol 1/2 and its metadata. Throws `.schema` for a schema Delta cannot
    /// hold and `.value` when there is a table already.
    public mutating func create(
        schema: Schema, partitionColumns: [String] = [], configuration: [String: String] = [:],
        name: String? = nil, description: String? = nil
    ) throws(DeltaError) {
        guard snapshot == nil else {
            throw DeltaError(
                .value, operation: "create table", subject: table.path,
                message: "there is a table already")
        }
        try SchemaRules.check(
            schema, partitionColumns: partitionColumns, mayHoldZoneless: false,
            subject: table.path)
        tableProtocol = TableProtocol()
        metadata = TableMetadata(
            id: UniqueID.text(), name: name, description: description,
            schemaString: SchemaJSON.text(schema), partitionColumns: partitionColumns,
            configuration: configuration, createdTime: WallClock.milliseconds())
    }

    /// Changes the schema (columns may only be added), the properties, or both; what is nil stays.
    /// Throws `.schema` when rows already written would not fit. With `replacingAllFiles` columns
    /// and `partitionColumns` may change as they like; the commit then throws unless it removes
    /// every live file.
    public mutating func updateMetadata(
        schema: Schema? = nil, partitionColumns: [String]? = nil,
        configuration: [String: String]? = nil, replacingAllFiles: Bool = false
    ) throws(DeltaError) {
        precondition(partitionColumns == nil || schema != nil && replacingAllFiles)
        guard var changed = metadata ?? snapshot?.metadata else {
            throw DeltaError(
                .notATable, operation: "update metadata", subject: table.path,
                message: "there is no table to change")
        }
        if let partitionColumns { changed.partitionColumns = partitionColumns }
        if let schema {
            let features = snapshot?.tableProtocol.writerFeatures ?? []
            try SchemaRules.check(
                schema, partitionColumns: changed.partitionColumns,
                mayHoldZoneless: features.contains("timestampNtz"), subject: table.path)
            mustReplaceAllFiles = replacingAllFiles
            if replacingAllFiles {
                reads = .wholeTable
            } else if let snapshot {
                try SchemaRules.checkEvolution(
                    from: snapshot.schema, to: schema, subject: table.path)
            }
            changed.schemaString = SchemaJSON.text(schema)
        }
        if let configuration { changed.configuration = configuration }
        if changed != snapshot?.metadata { metadata = changed }
    }

    /// Adds a published data file.
    public mutating func add(_ file: AddFile) { adds.append(file) }

    /// Takes a live file out; `dataChange` is false when its rows stay in other files.
    public mutating func remove(_ file: AddFile, dataChange: Bool = true) {
        removes.append(file.removed(at: WallClock.milliseconds(), dataChange: dataChange))
    }

    /// Records the version up to which an application's input is in the table, once per
    /// application; the last call wins.
    public mutating func setTransaction(appID: String, version: Int64) {
        identifiers[appID] = version
    }

    /// A transaction that creates its table, as one that takes the place of all that `snapshot`
    /// holds: a table made anew without a moment in which it is not there.
    public func replacing(_ snapshot: Snapshot) throws(DeltaError) -> Transaction {
        precondition(self.snapshot == nil, "only a new table takes another's place")
        var replacement = Transaction(table, reading: snapshot)
        replacement.userMetadata = userMetadata
        replacement.engineInfo = engineInfo
        replacement.fileTags = fileTags
        replacement.adds = adds
        replacement.identifiers = identifiers
        if let metadata {
            try replacement.updateMetadata(
                schema: try SchemaJSON.schema(metadata.schemaString, subject: table.path),
                partitionColumns: metadata.partitionColumns,
                configuration: metadata.configuration, replacingAllFiles: true)
        }
        for file in snapshot.files { replacement.remove(file) }
        return replacement
    }

    /// The sizes of the files added, bytes.
    public var addedBytes: Int64 { adds.reduce(0) { $0 + $1.sizeBytes } }

    /// Whether nothing would change.
    public var isEmpty: Bool {
        metadata == nil && adds.isEmpty && removes.isEmpty && identifiers.isEmpty
    }

    /// Whether only rows are added, whatever is in the table.
    var isBlindAppend: Bool { removes.isEmpty && reads == .nothing && metadata == nil }

    /// What was read, as the conflict check takes it.
    var effectiveReads: ReadScope {
        if reads != .nothing { return reads }
        return removes.contains { $0.dataChange } ? .wholeTable : .nothing
    }
}
