public import Columnar
public import Delta
import Events
public import Lake

// A replay is three commits: the quarantine notes which rows are about to be published (the column
// `_sluice_replay` gets the replay's number), silver takes them with the same number as a `txn`,
// and the quarantine marks them. A crash before the second leaves a number that nothing answers
// to; after it whoever comes next finds silver's number ahead of the quarantine's own and marks
// the rows. So no row is published twice or counted in two places.

extension QuarantineTable {
    /// The transaction that keeps the number of the last replay: in silver that it is published,
    /// in the quarantine that its rows are marked.
    public static func replayName(_ entity: String) -> String { TransactionName.replay(entity) }

    /// The number of the replay whose rows are in silver and not marked yet, nil when there is
    /// none.
    public func outstanding(_ snapshot: Snapshot) throws(LakeError) -> Int64? {
        let silver = DeltaTable(storage: table.storage, path: TablePath.silver(entity))
        let name = QuarantineTable.replayName(entity)
        let published = try inLake { () throws(DeltaError) in
            try silver.snapshot()?.transactions[name]
        }
        guard let published, snapshot.transactions[name] ?? .min < published else { return nil }
        return published
    }

    /// The version of bronze that silver has taken in; nil without silver.
    public func consumed() throws(LakeError) -> Int64? {
        let silver = DeltaTable(storage: table.storage, path: TablePath.silver(entity))
        let name = BronzeEvents.transactionName(entity: entity)
        return try inLake { () throws(DeltaError) in try silver.snapshot()?.transactions[name] }
    }

    /// The table, after marking what a replay that was cut short has published.
    public func settled() throws(LakeError) -> Snapshot? {
        guard let snapshot = try snapshot() else { return nil }
        guard let number = try outstanding(snapshot) else { return snapshot }
        try settle(number, snapshot)
        return try self.snapshot()
    }

    /// Marks the rows of replay `number`, which silver has: those it published are `replayed`, the
    /// older ones of their keys `superseded`.
    public func settle(_ number: Int64, _ snapshot: Snapshot) throws(LakeError) {
        var replayed = QuarantineEdit()
        replayed.set(.replayed)
        var superseded = QuarantineEdit()
        superseded.set(.superseded)
        superseded.set(QuarantineColumn.note, "a later version of its key was replayed")
        var changes: [Int: QuarantineChanges] = [:]
        let scan = QuarantineScan(
            snapshot, columns: [QuarantineColumn.status, QuarantineColumn.replay])
        try scan.forEach { (batch, file, first) throws(LakeError) in
            for row in 0..<batch.count {
                guard let edit = QuarantineTable.edit(batch, row, number) else { continue }
                changes[file, default: QuarantineChanges()].edited[first + Int64(row)] = edit
            }
        }
        _ = try commit(
            snapshot, changes: changes, edits: [replayed, superseded], ended: number,
            operation: "REPLAY", note: nil)
    }

    /// What replay `number` made of a row that still waits: 0 published, 1 overtaken, nil neither.
    public static func edit(_ batch: RecordBatch, _ row: Int, _ number: Int64) -> Int? {
        let status = QuarantineStatus(rawValue: batch.text(QuarantineColumn.status, row) ?? "")
        guard status == .open || status == .waived,
            let noted = batch[QuarantineColumn.replay]?.int64(row),
            noted == number || noted == -number
        else { return nil }
        return noted > 0 ? 0 : 1
    }
}
