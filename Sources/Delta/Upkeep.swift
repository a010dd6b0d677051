import Columnar
import Storage

extension Transaction {
    /// The checkpoint and log cleanup due after `version`; nil when all went well or none was due.
    func upkeep(after version: Int64) -> DeltaError? {
        let configuration = (metadata ?? snapshot?.metadata)?.configuration ?? [:]
        let interval = TableProperties(configuration).checkpointInterval
        // The second condition makes up for a checkpoint that failed or that another writer owed.
        let sinceLast = version - (snapshot?.checkpointVersion ?? 0)
        do {
            guard version > 0, version % interval == 0 || sinceLast >= interval else {
                try LastCheckpoint.dropDamaged(table)
                return nil
            }
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
