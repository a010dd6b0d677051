import Columnar
import Delta
import Events
import Keys
import Lake
import Pipeline
import Storage

/// The keys that were deleted, and when: so that an older event that comes later does not bring a
/// deleted row back. An auxiliary table beside silver, `silver/_tombstones/<fact>`.
///
/// It is committed before the fact: a run that dies in between meets its tombstones again together
/// with the deletes that made them, and comes to the same end. A key that came back keeps its old
/// tombstone, which its newer sequence overrules.
public struct FactTombstones: Sendable {
    private let table: DeltaTable
    private let snapshot: Snapshot?
    private let key: [String]
    private let collations: [Collation?]
    private let schema: Schema
    /// Whether what is there is put aside: all deletes come anew.
    private let isReplaced: Bool
    private var keys: [RecordBatch] = []
    private var sequences: [Int64] = []

    private static let sequenceColumn = "_sequence"
    /// More files than this become one.
    private static let fileLimit = 16
    private static let attemptLimit = 5

    init(_ fact: FactTable, replaces isReplaced: Bool) throws(LakeError) {
        let table = DeltaTable(
            storage: fact.table.storage, path: TablePath.tombstones(fact.spec.entity.name))
        self.table = table
        self.isReplaced = isReplaced
        key = fact.spec.entity.key
        collations = fact.spec.entity.keyCollations
        let snapshot = try inLake { () throws(DeltaError) in try table.snapshot() }
        self.snapshot = snapshot
        let kept = FactTombstones.transactionName(fact.spec.entity.name)
        if !isReplaced, let known = fact.snapshot?.transactions[kept],
            snapshot?.version ?? -1 < known
        {
            throw LakeError(
                lake: DeltaError(
                    .damagedLog, operation: "read tombstones", subject: table.path,
                    message: snapshot == nil
                        ? "the table is gone, the fact was made with its version \(known)"
                        : "it lost commits: the fact was made with its version \(known)"))
        }
        let fields = fact.schema.fields.filter { fact.spec.entity.key.contains($0.name) }
        schema = Schema(fields + [Field(FactTombstones.sequenceColumn, .long)])
    }

    /// The transaction of the fact that keeps with which version of them it was made.
    static func transactionName(_ fact: String) -> String { TransactionName.tombstones(fact) }

    /// Whether there are none yet, neither old nor new.
    var isEmpty: Bool { (snapshot?.files.isEmpty ?? true) && sequences.isEmpty }

    /// Remembers deletes: the keys of rows, each with its sequence.
    mutating func add(_ rows: RecordBatch, _ chosen: [Int], _ sequences: [Int64]) {
        if chosen.isEmpty { return }
        let columns = schema.fields.dropLast().compactMap { rows[$0.name]?.gather(chosen) }
        keys.append(
            RecordBatch(
                schema: Schema(Array(schema.fields.dropLast())), columns: columns,
                count: chosen.count))
        self.sequences.append(contentsOf: sequences)
    }

    /// The greatest sequence at which each key of `index` was deleted in earlier runs; `Int64.min`
    /// for keys that were not.
    func find(_ index: KeyIndex) throws(LakeError) -> [Int64] {
        var found = [Int64](repeating: .min, count: index.count)
        if index.count == 0 { return found }
        try scan { hashes, sequences in
            for (row, hash) in hashes.enumerated() {
                guard let place = index.find(hash) else { continue }
                found[place] = max(found[place], sequences[row])
            }
        }
        return found
    }

    /// The hashes of all keys of earlier runs, batch by batch.
    func scan(_ body: ([ValueHash], [Int64]) -> Void) throws(LakeError) {
        guard let snapshot, !isReplaced, !snapshot.files.isEmpty else { return }
        var hasher = KeyHasher(collations)
        let scan = try inLake { () throws(DeltaError) in
            try DeltaScan(snapshot, columns: key + [FactTombstones.sequenceColumn])
        }
        while let batch = try inLake({ () throws(DeltaError) in try scan.next() }) {
            let columns = Array(batch.columns.dropLast())
            guard case .int64(let sequences) = batch.columns[key.count].storage else { continue }
            body(hasher.hashes(columns, count: batch.count), sequences)
        }
    }

    /// Publishes the new ones. Does nothing when there are none. Returns the table's version then,
    /// -1 where there is no table.
    ///
    /// Another run that wrote at the same time does no harm: tombstones are of events that bronze
    /// holds, and the same one twice is the same. They are then appended to what that run left.
    func commit(userMetadata: String?) throws(LakeError) -> Int64 {
        if isReplaced, let snapshot, snapshot.schema != schema || !snapshot.files.isEmpty {
            return try inLake { () throws(DeltaError) in
                try replace(snapshot, userMetadata)
            }
        }
        if sequences.isEmpty { return snapshot?.version ?? -1 }
        return try inLake { () throws(DeltaError) in
            let isWidened = snapshot.map { $0.schema != schema } ?? false
            let makesOne = isWidened || (snapshot?.files.count ?? 0) >= FactTombstones.fileLimit
            if makesOne, let snapshot {
                let file = try write(try latest(snapshot, added()))
                let outcome = try commit(file, snapshot, userMetadata, removing: snapshot.files)
                if let version = outcome.version { return version }
            }
            let file = try write(added())
            var known = makesOne ? try table.snapshot() : snapshot
            for _ in 0..<FactTombstones.attemptLimit {
                let outcome = try commit(file, known, userMetadata, removing: [])
                if let version = outcome.version { return version }
                known = try table.snapshot()
            }
            throw DeltaError(
                .conflict, operation: "commit tombstones", subject: table.path,
                message: "other runs committed first, again and again", hint: "Run again.")
        }
    }

    private func replace(
        _ snapshot: Snapshot, _ userMetadata: String?
    ) throws(DeltaError) -> Int64 {
        var transaction = Transaction(table, reading: snapshot)
        transaction.userMetadata = userMetadata
        try transaction.updateMetadata(schema: schema, replacingAllFiles: true)
        for old in snapshot.files { transaction.remove(old) }
        if !sequences.isEmpty { transaction.add(try write(added())) }
        return try transaction.commit(operation: "WRITE")
            .committed("commit tombstones", table.path).version
    }

    private func write(_ batches: [RecordBatch]) throws(DeltaError) -> AddFile {
        let writer = try DataFileWriter(table: table, schema: schema)
        for batch in batches { try writer.write(batch) }
        try writer.finish()
        return try writer.publish()
    }

    private func commit(
        _ file: AddFile, _ snapshot: Snapshot?, _ userMetadata: String?, removing: [AddFile]
    ) throws(DeltaError) -> CommitOutcome {
        var transaction = Transaction(table, reading: snapshot)
        transaction.userMetadata = userMetadata
        if snapshot == nil { try transaction.create(schema: schema) }
        if let snapshot, !removing.isEmpty, snapshot.schema != schema {
            try transaction.updateMetadata(schema: schema, replacingAllFiles: true)
        }
        for old in removing { transaction.remove(old) }
        transaction.add(file)
        return try transaction.commit(operation: "WRITE", parameters: ["mode": "Append"])
    }

    private func added() -> [RecordBatch] {
        var start = 0
        return keys.map { rows in
            let slice = Array(sequences[start..<start + rows.count])
            start += rows.count
            let columns = rows.columns + [Column(.long, storage: .int64(slice))]
            return RecordBatch(schema: schema, columns: columns, count: rows.count)
        }
    }

    /// One tombstone a key, the latest, of all old and new ones.
    private func latest(
        _ snapshot: Snapshot, _ added: [RecordBatch]
    ) throws(DeltaError) -> [RecordBatch] {
        let scan = try DeltaScan(snapshot, columns: schema.fields.map(\.name))
        var batches = added
        while let batch = try scan.next() { batches.append(try batch.cast(to: schema)) }
        var hasher = KeyHasher(collations)
        var index = KeyIndex()
        var best: [(sequence: Int64, batch: Int, row: Int)] = []
        for (number, batch) in batches.enumerated() {
            let columns = key.compactMap { batch[$0] }
            guard case .int64(let sequences)? = batch.columns.last?.storage else { continue }
            for (row, hash) in hasher.hashes(columns, count: batch.count).enumerated() {
                let (place, isNew) = index.place(hash)
                if isNew {
                    best.append((sequences[row], number, row))
                } else if sequences[row] > best[place].sequence {
                    best[place] = (sequences[row], number, row)
                }
            }
        }
        var rows: [[Int]] = Array(repeating: [], count: batches.count)
        for entry in best { rows[entry.batch].append(entry.row) }
        return zip(batches, rows).filter { !$1.isEmpty }.map { $0.gather($1) }
    }
}
