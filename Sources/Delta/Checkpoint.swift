import Columnar
import Parquet
import Storage

/// Writes classic checkpoints: the whole state of a version in one Parquet file, without
/// dictionaries (some readers of checkpoints do not know them):
/// `docs/specification/delta.md#checkpoints`.
enum Checkpoint {
    /// Actions handed to the Parquet writer at a time.
    private static let batchRows = 8192

    /// Writes the checkpoint of `snapshot` and points `_last_checkpoint` to it. A checkpoint of
    /// that version that is there already is left as it is.
    static func write(_ snapshot: Snapshot, now: Int64 = WallClock.milliseconds())
        throws(DeltaError)
    {
        let table = snapshot.table
        let actions = self.actions(snapshot, now: now)
        let path = table.logFolder + "/" + LogName.checkpointName(snapshot.version)
        let staged = try storing { () throws(StorageError) in try table.storage.stage(path) }
        defer { staged.abort() }
        try fill(staged, path, snapshot, actions)
        let outcome = try storing { () throws(StorageError) in try staged.publish() }
        guard outcome == .created else { return }
        let hint = LastCheckpoint(
            version: snapshot.version, actionCount: Int64(actions.count),
            sizeBytes: staged.sizeBytes, addCount: Int64(snapshot.files.count))
        try point(table, to: hint)
    }

    /// The rows: protocol, metaData, transactions, domains, live files, and the tombstones that
    /// other readers may still need.
    static func actions(_ snapshot: Snapshot, now: Int64) -> [Action] {
        let retention = TableProperties(snapshot.configuration).tombstoneRetentionMilliseconds
        let oldest = now - retention
        var actions: [Action] = [
            .protocol(snapshot.tableProtocol), .metaData(snapshot.metadata),
        ]
        let transactions = snapshot.state.transactions.sorted { $0.key < $1.key }
        actions += transactions.map { .txn($0.value) }
        let domains = snapshot.state.domains.sorted { $0.key < $1.key }
        actions += domains.map { .domainMetadata($0.value) }
        let tombstones = snapshot.state.tombstones.filter { ($0.deletionTimestamp ?? 0) > oldest }
        actions += tombstones.map { .remove($0) }
        actions += snapshot.files.map { .add($0) }
        return actions
    }

    private static func fill(
        _ staged: any StagedFile, _ path: String, _ snapshot: Snapshot, _ actions: [Action]
    ) throws(DeltaError) {
        let schema = CheckpointSchema.schema(
            snapshot.tableProtocol, hasDomains: !snapshot.state.domains.isEmpty)
        var options = WriterOptions(codec: .snappy)
        options.usesDictionary = false
        let sink = StagedSink(staged)
        let rows: Int64
        do {
            let writer = try FileWriter(schema: schema, options: options, sink: sink)
            let columns = CheckpointColumns(schema: schema)
            var start = 0
            while start < actions.count {
                let end = min(actions.count, start + batchRows)
                try writer.write(columns.batch(actions[start..<end]))
                start = end
            }
            rows = try writer.finish().rows
        } catch {
            if let storage = sink.failure { throw DeltaError(storage) }
            throw DeltaError(error, subject: path)
        }
        try storing { () throws(StorageError) in try staged.finish() }
        // Older commits may go once there is a checkpoint, so it must be readable.
        let file = try storing { () throws(StorageError) in try staged.open() }
        let readBack: Int
        do { readBack = try FileReader(source: StorageSource(file)).rowCount } catch {
            throw DeltaError(error, subject: path)
        }
        guard rows == actions.count, readBack == actions.count else {
            throw DeltaError(
                .parquet, operation: "checkpoint", subject: path,
                message: "\(readBack) rows can be read back of \(actions.count) actions")
        }
    }

    private static func point(_ table: DeltaTable, to hint: LastCheckpoint) throws(DeltaError) {
        let path = table.logFolder + "/" + LogName.lastCheckpoint
        if let text = try? table.storage.read(path), let current = LastCheckpoint(text),
            current.version > hint.version
        {
            return
        }
        try storing { () throws(StorageError) in try table.storage.replace(path, hint.text) }
    }
}

extension DeltaTable {
    /// Writes a checkpoint of the newest version, so that readers need no older commit.
    public func checkpoint() throws(DeltaError) {
        guard let snapshot = try snapshot() else {
            throw DeltaError(
                .notATable, operation: "checkpoint", subject: path,
                message: "there is no Delta table here", hint: "Check the path.")
        }
        try ProtocolSupport.checkWriting(snapshot)
        try Checkpoint.write(snapshot)
    }
}
