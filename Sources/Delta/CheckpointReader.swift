import Columnar
import Parquet
import Storage

/// Reads one file of a classic checkpoint into a table's state.
struct CheckpointReader {
    let table: DeltaTable
    let path: String

    private static let actions = [
        "protocol", "metaData", "txn", "domainMetadata", "remove", "add",
    ]
    /// Columns that only checkpoints of the second kind fill.
    private static let foreign = ["sidecar", "checkpointMetadata"]

    /// Throws `.damagedLog` when the file is not a whole checkpoint, `.unsupported` when it uses
    /// what is not known here.
    func replay(into state: inout TableState) throws(DeltaError) {
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
        let names = CheckpointReader.actions + CheckpointReader.foreign
        let columns = names.filter { file.schema.index(of: $0) != nil }
        guard columns.contains("add") else { throw damaged("it has no column \"add\"") }
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
            state.apply(action)
        }
    }

    /// The action of a row; nil when a field it must have is not there.
    private func action(_ name: String, _ rows: ActionColumn, _ row: Int) throws(DeltaError)
        -> Action?
    {
        switch name {
        case "add":
            if rows.holds("deletionVector", row) { throw unsupported("deletionVectors") }
            return AddFile(rows, row).map { .add($0) }
        case "remove": return RemoveFile(rows, row).map { .remove($0) }
        case "metaData": return TableMetadata(rows, row).map { .metaData($0) }
        case "protocol": return TableProtocol(rows, row).map { .protocol($0) }
        case "txn": return TransactionIdentifier(rows, row).map { .txn($0) }
        case "domainMetadata":
            guard let domain = rows.text("domain", row) else { return nil }
            return .domainMetadata(
                DomainMetadata(
                    domain: domain, configuration: rows.text("configuration", row) ?? "",
                    isRemoved: rows.boolean("removed", row) ?? false))
        default: throw unsupported("v2Checkpoint")
        }
    }

    private func damaged(_ message: String) -> DeltaError {
        DeltaError(
            .damagedLog, operation: "read checkpoint", subject: path, message: message,
            hint: "The checkpoint is damaged. If the commits before it are still there, moving "
                + "it away makes readers use them; else restore it from a backup.")
    }

    private func unsupported(_ feature: String) -> DeltaError {
        DeltaError(
            .unsupported, operation: "read checkpoint", subject: path,
            message: "the table uses \(feature), which is not known here",
            hint: "Read it with Spark, or rewrite the table without \(feature).")
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
