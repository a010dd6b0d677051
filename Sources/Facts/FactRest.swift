import Columnar
import Delta
import Keys
import Lake
import Parquet
import Synchronization
import Work

/// Reads what stays of the row groups of a fact in which rows leave.
struct FactRest: Sendable {
    let fact: FactTable
    let snapshot: Snapshot
    /// What rows that wait to be written may hold in memory, about.
    let memoryBytes: Int

    /// A batch of a group and the rows of it that stay.
    struct Batch: Sendable {
        var rows: RecordBatch
        var stay: [Int]
    }

    /// Hands over what stays of the groups, which are read on two threads, in their order.
    func read(
        _ groups: [FactRowGroup], _ take: (Batch) throws(LakeError) -> Void
    ) throws(LakeError) {
        let rest = Mutex(groups[...])
        let production = OrderedProduction<FactRowGroup, Batch, LakeError>(
            threads: 2, limit: memoryBytes, size: { $0.rows.heldBytes },
            next: { () throws(LakeError) in rest.withLock { $0.popFirst() } },
            produce: { (group, give) throws(LakeError) in try read(group, give) })
        try production.run(take)
    }

    private func read(_ group: FactRowGroup, _ give: (Batch) -> Bool) throws(LakeError) {
        let known = fact.rowSchema.fields.map(\.name).filter { snapshot.schema[$0] != nil }
        let scan = try inLake { () throws(DeltaError) in
            try DeltaScan(
                snapshot, group.file, reader: group.reader, rowGroup: group.number, columns: known)
        }
        var leaving = group.leaving[...]
        var first = 0
        while let batch = try inLake({ () throws(DeltaError) in try scan.next() }) {
            var stay: [Int] = []
            stay.reserveCapacity(batch.count)
            for row in 0..<batch.count {
                if leaving.first?.row == first + row {
                    leaving.removeFirst()
                } else {
                    stay.append(row)
                }
            }
            first += batch.count
            if !give(Batch(rows: try fact.conformed(batch), stay: stay)) { return }
        }
    }
}
