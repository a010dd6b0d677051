import Columnar
import Parquet
import Storage

/// Reads one file of a checkpoint into a table's state: a classic one, a part of one, one of the
/// second kind in Parquet or JSON with the sidecars it names, or a sidecar itself.
struct CheckpointReader {
    let table: DeltaTable
    let path: String
    /// Whether the file is a sidecar, which names no others.
    var isSidecar = false

    private static let actions = [
        "protocol", "metaData", "txn", "domainMetadata", "remove", "add", "sidecar",
    ]

    /// Throws `.damagedLog` when the file is not a whole checkpoint, `.unsupported` when it uses
    /// what is not known here.
    func replay(into state: inout TableState) throws(DeltaError) {
        if path.hasSuffix(".json") {
            let text = try storing { () throws(StorageError) in try table.storage.read(path) }
            for action in try CommitReader(path: path).actions(text) {
                try take(action, into: &state)
            }
            return
        }
        let source = try storing { () throws(StorageError) in
            StorageSource(try table.storage.open(path))
        }
        do {
            try replay(try FileReader(source: source), into: &state)
        } catch let error as DeltaError {
            throw error
        } catch let error as ParquetError {
            if error.code == .unsupported { throw DeltaError(error, subject: path) }
            throw damaged(error.subject + ": " + error.message)
        } catch {
            preconditionFailure("only the two errors above are thrown")
        }
    }

    private func replay(_ file: FileReader, into state: inout TableState) throws {
        // Parts need not have the columns of all actions.
        let columns = CheckpointReader.actions.filter { file.schema.index(of: $0) != nil }
        guard !columns.isEmpty else { throw damaged("it has no column of an action") }
        for group in file.rowGroups.indices {
            let reader = try file.read(rowGroup: group, columns: columns, batchRowCount: 8192)
            while let batch = try reader.next() {
                for (name, column) in zip(columns, batch.columns) {
                    try replay(name, column, into: &state)
                }
            }
        }
    }

    private func replay(_ name: String, _ column: Column, into state: inout TableState)
        throws(DeltaError)
    {
        guard let rows = ActionColumn(name, column) else {
            throw damaged("its column \"\(name)\" is not a structure")
        }
        for row in 0..<column.count where rows.isPresent(row) {
            guard let action = try action(name, rows, row) else {
                throw damaged("row \(row) of \"\(name)\" lacks what it must have")
            }
            try take(action, into: &state)
        }
    }

    private func take(_ action: Action, into state: inout TableState) throws(DeltaError) {
        guard case .sidecar(let name) = action else { return state.apply(action) }
        guard !isSidecar else { throw damaged("a sidecar names another") }
        try CheckpointReader(table: table, path: sidecar(name), isSidecar: true)
            .replay(into: &state)
    }

    /// The path of a sidecar: a name in the log's own folder for them, or a whole path.
    private func sidecar(_ name: String) throws(DeltaError) -> String {
        let isWhole = name.hasPrefix("/") || name.contains("://") || name.hasPrefix("_delta_log/")
        return try table.dataFile(isWhole ? name : LogName.folder + "/_sidecars/" + name)
    }

    /// The action of a row; nil when a field it must have is not there.
    private func action(_ name: String, _ rows: ActionColumn, _ row: Int) throws(DeltaError)
        -> Action?
    {
        switch name {
        case "add":
            guard var file = AddFile(rows, row) else { return nil }
            file.deletionVector = try deletionVector(rows, row)
            return .add(file)
        case "remove":
            guard var file = RemoveFile(rows, row) else { return nil }
            file.deletionVector = try deletionVector(rows, row)
            return .remove(file)
        case "sidecar": return rows.text("path", row).map { .sidecar($0) }
        case "metaData": return TableMetadata(rows, row).map { .metaData($0) }
        case "protocol": return TableProtocol(rows, row).map { .protocol($0) }
        case "txn": return TransactionIdentifier(rows, row).map { .txn($0) }
        default:
            guard let domain = rows.text("domain", row) else { return nil }
            return .domainMetadata(
                DomainMetadata(
                    domain: domain, configuration: rows.text("configuration", row) ?? "",
                    isRemoved: rows.boolean("removed", row) ?? false))
        }
    }

    private func deletionVector(
        _ rows: ActionColumn, _ row: Int
    ) throws(DeltaError) -> DeletionVector? {
        guard rows.holds("deletionVector", row) else { return nil }
        guard let fields = rows.structure("deletionVector"),
            let place = fields.text("storageType", row).flatMap(DeletionVector.Place.init),
            let path = fields.text("pathOrInlineDv", row),
            let size = fields.long("sizeInBytes", row),
            let cardinality = fields.long("cardinality", row)
        else { throw damaged("row \(row) has a deletion vector that is not one") }
        return DeletionVector(
            place: place, pathOrInline: path, offset: fields.long("offset", row), sizeBytes: size,
            cardinality: cardinality)
    }

    private func damaged(_ message: String) -> DeltaError {
        DeltaError(
            .damagedLog, operation: "read checkpoint", subject: path, message: message,
            hint: "The checkpoint is damaged. If the commits before it are still there, moving "
                + "it away makes readers use them; else restore it from a backup.")
    }
}

extension AddFile {
    fileprivate init?(_ rows: ActionColumn, _ row: Int) {
        guard let path = rows.text("path", row), let size = rows.long("size", row) else {
            return nil
        }
        self.init(
            path: path, partitionValues: rows.map("partitionValues", row) ?? [:],
            sizeBytes: size, modificationTime: rows.long("modificationTime", row) ?? 0,
            dataChange: rows.boolean("dataChange", row) ?? true, stats: rows.text("stats", row),
            tags: (rows.map("tags", row) ?? [:]).compactMapValues { $0 })
    }
}

extension RemoveFile {
    fileprivate init?(_ rows: ActionColumn, _ row: Int) {
        guard let path = rows.text("path", row) else { return nil }
        self.init(
            path: path, deletionTimestamp: rows.long("deletionTimestamp", row),
            dataChange: rows.boolean("dataChange", row) ?? true,
            partitionValues: rows.map("partitionValues", row), sizeBytes: rows.long("size", row))
    }
}

extension TableMetadata {
    /// The metadata in a row of a checkpoint; nil when a field it must have is not there.
    init?(_ rows: ActionColumn, _ row: Int) {
        guard let id = rows.text("id", row), let schema = rows.text("schemaString", row) else {
            return nil
        }
        self.init(
            id: id, name: rows.text("name", row), description: rows.text("description", row),
            schemaString: schema, partitionColumns: rows.list("partitionColumns", row) ?? [],
            configuration: (rows.map("configuration", row) ?? [:]).compactMapValues { $0 },
            createdTime: rows.long("createdTime", row))
    }
}

extension TableProtocol {
    fileprivate init?(_ rows: ActionColumn, _ row: Int) {
        guard let reader = rows.long("minReaderVersion", row),
            let writer = rows.long("minWriterVersion", row)
        else { return nil }
        // Some writers leave empty lists where there should be none.
        self.init(
            minReaderVersion: Int(clamping: reader), minWriterVersion: Int(clamping: writer),
            readerFeatures: reader >= 3 ? rows.list("readerFeatures", row) ?? [] : nil,
            writerFeatures: writer >= 7 ? rows.list("writerFeatures", row) ?? [] : nil)
    }
}

extension TransactionIdentifier {
    fileprivate init?(_ rows: ActionColumn, _ row: Int) {
        guard let appID = rows.text("appId", row), let version = rows.long("version", row) else {
            return nil
        }
        self.init(appID: appID, version: version, lastUpdated: rows.long("lastUpdated", row))
    }
}
