public import Columnar
import Delta
public import Events
import Keys
public import Lake
import Pipeline
import Tables

// What is different in facts whose key is all their columns (`key: all`).
extension FactMerge {
    /// Throws `.refused` when a full state has too few rows, as `checkDeletes` does. A changed row
    /// is one that is gone and one that came, so what came is set against what is gone.
    ///
    /// - Parameters:
    ///   - rejected: rows of the state that are set aside.
    ///   - anew: those of them that were not aside before.
    public func checkRows(rejected: Int, anew: Int64) throws(LakeError) {
        guard options.isFullState, !options.acceptsDeletes, let snapshot = fact.snapshot,
            let count = snapshot.rowCount, count > 0
        else { return }
        let guarding = DeleteGuard(
            subject: "fact \(fact.spec.entity.name)", counted: "rows",
            maxPercent: fact.spec.maxDeletePercent, isAccepted: false)
        var (missing, met) = (count, 0)
        if options.mode != .replace {
            if known == nil { known = try look(up: []) }
            missing = (known?.existing.others ?? []).reduce(0) { $0 + Int64($1.count) }
            met = known?.existing.places.count { $0 != nil } ?? 0
        }
        let came = Int64(foundKeys - met) + anew
        try guarding.check(
            missing: max(0, missing - came), of: count, isEmpty: foundKeys + rejected == 0)
    }

    /// Announces rows to come, as the other `expect` does keys.
    public func expect(_ rows: RecordBatch, rowCount: Int) throws(LakeError) {
        var rows = try fact.conformed(fact.names.stored(rows))
        addNumbers(to: &rows, nil, by: &announced)
        try expect(fact.keyColumns(rows), count: rows.count, rowCount: rowCount)
    }

    /// Sees to it that rows of the quarantine get numbers that silver's equal rows do not have.
    /// Cost: reads all columns of silver, where equal rows are kept.
    public func numberAfterSilver(_ batches: [EventBatch]) throws(LakeError) {
        guard fact.spec.entity.equalRows == .keep, let snapshot = fact.snapshot else { return }
        for batch in batches {
            let rows = try fact.conformed(fact.names.stored(batch.rows))
            for hash in contents(rows) { numbers.expect(hash) }
        }
        let scan = try inLake { () throws(DeltaError) in
            try DeltaScan(snapshot, columns: fact.keyNames(in: snapshot))
        }
        while let batch = try inLake({ () throws(DeltaError) in try scan.next() }) {
            for hash in contents(batch) { numbers.skip(hash) }
        }
    }

    /// The hash of each row without its number.
    private func contents(_ rows: RecordBatch) -> [ValueHash] {
        var hasher = KeyHasher()
        let columns = zip(fact.spec.entity.key, fact.keyColumns(rows))
            .filter { $0.0 != EqualRowNumbers.column }
        return hasher.hashes(columns.map(\.1), count: rows.count)
    }

    /// Numbers the rows `accepted` (nil: all) where equal ones are kept.
    func addNumbers(
        to rows: inout RecordBatch, _ accepted: [Int]?, by numbers: inout EqualRowNumbers
    ) {
        guard fact.spec.entity.equalRows == .keep,
            let place = rows.schema.index(of: EqualRowNumbers.column)
        else { return }
        let hashes = contents(rows)
        var values = [Int32](repeating: 0, count: rows.count)
        for row in accepted ?? Array(hashes.indices) { values[row] = numbers.next(hashes[row]) }
        var columns = rows.columns
        columns[place] = Column(.integer, storage: .int32(values))
        rows = RecordBatch(schema: rows.schema, columns: columns, count: rows.count)
    }
}
