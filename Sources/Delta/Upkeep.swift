import Columnar
import Storage

extension Transaction {
    /// The checkpoint and log cleanup due after `version`; nil when all went well or none was due.
    func upkeep(after version: Int64) -> DeltaError? {
        let configuration = (metadata ?? snapshot?.metadata)?.configuration ?? [:]
        let interval = TableProperties(configuration).checkpointInterval
        guard version > 0, version % interval == 0 else { return nil }
        do {
            let current = try snapshotForCheckpoint(version)
            try Checkpoint.write(current)
            try LogCleanup(table: table).run(current)
            return nil
        } catch {
            return error
        }
    }

    private func snapshotForCheckpoint(_ version: Int64) throws(DeltaError) -> Snapshot {
        if let snapshot,
            let next = try SnapshotLoader(table: table, target: version).extend(snapshot)
        {
            return next
        }
        return try table.snapshot(atVersion: version)
    }
}
