import Columnar
import Delta
import Events
import Keys
import Lake
import Pipeline
import Work

/// What silver holds of keys and when they were deleted, by the number of the key: first those of
/// the events, in their order, then those of rows that were set aside.
public struct FactKnown: Sendable {
    var existing: FactExisting
    var deletedAt: [Int64]
}

/// What silver holds of the keys of a batch: where each row is and its sequence.
struct FactExisting: Sendable {
    /// A row of silver: the file's number among the snapshot's, the row's number in it.
    struct Place: Sendable {
        var file: Int
        var row: Int
        var sequence: Int64
    }

    /// By the number of the key; nil for keys that silver does not hold.
    private(set) var places: [Place?]
    /// Rows whose key is not in the batch, by file, when they were asked for.
    private(set) var others: [[Int]]

    /// Looks for the keys of `index` in the files that may hold them.
    ///
    /// - Parameters:
    ///   - keys: the values of their first column; nil when nothing can be told by them.
    ///   - present: asks for the rows of all other keys too, but for these.
    /// Throws `.receipt` when silver holds a key twice.
    init(
        _ fact: FactTable, _ index: KeyIndex, _ keys: FactKeyValues?,
        othersBut present: KeyIndex?, threads: Int
    ) throws(LakeError) {
        places = Array(repeating: nil, count: index.count)
        others = []
        guard let snapshot = fact.snapshot else { return }
        others = Array(repeating: [], count: snapshot.files.count)
        if index.count == 0, present == nil { return }
        let found = try concurrentMap(Array(snapshot.files.indices), threads: threads) {
            file throws(LakeError) -> (hits: [FactLookup.Hit], others: [Int]) in
            guard present != nil || keys?.mayBe(in: snapshot.files[file]) ?? true else {
                return ([], [])
            }
            var lookup = FactLookup(fact, snapshot, file, index, keys, othersBut: present)
            try inLake { () throws(DeltaError) in try lookup.run() }
            return (lookup.hits, lookup.others)
        }
        for (file, (hits, others)) in found.enumerated() {
            self.others[file] = others
            for hit in hits {
                guard places[hit.key] == nil else {
                    throw LakeError(
                        .receipt, operation: "merge", subject: fact.spec.entity.name,
                        message: "silver holds a key twice, once in \(snapshot.files[file].path)",
                        hint: "Run `sluice transform --only \(fact.spec.entity.name) --rebuild`.")
                }
                places[hit.key] = hit.place
            }
        }
    }

    /// Of the keys at `candidates`, those whose row in silver holds what their event says.
    func unchanged(
        _ candidates: [Int], _ fact: FactTable, _ events: FactEvents, threads: Int
    ) throws(LakeError) -> Set<Int> {
        guard let snapshot = fact.snapshot, !candidates.isEmpty else { return [] }
        // Found by all its columns, a row is the same.
        if fact.spec.entity.isWholeRow { return Set(candidates) }
        var byFile: [Int: [Int]] = [:]
        for key in candidates {
            if let place = places[key] { byFile[place.file, default: []].append(key) }
        }
        let places = places
        let found = try concurrentMap(byFile.sorted { $0.key < $1.key }, threads: threads) {
            (file, keys) throws(LakeError) in
            let sorted = keys.sorted { (places[$0]?.row ?? 0) < (places[$1]?.row ?? 0) }
            return try FactExisting.same(
                fact, snapshot.files[file], snapshot,
                sorted.map { ($0, places[$0]?.row ?? 0) }, events)
        }
        return Set(found.joined())
    }

    /// Compares rows of one file, given by key and row number in ascending order.
    private static func same(
        _ fact: FactTable, _ file: AddFile, _ snapshot: Snapshot, _ rows: [(key: Int, row: Int)],
        _ events: FactEvents
    ) throws(LakeError) -> [Int] {
        // Columns that are new in this run are NULL in every old row.
        let known = fact.rowSchema.fields.filter { snapshot.schema[$0.name] != nil }
        let added = fact.rowSchema.fields.filter { snapshot.schema[$0.name] == nil }
        var same: [Int] = []
        try inLake { () throws(DeltaError) in
            let scan = try DeltaScan(snapshot, files: [file], columns: known.map(\.name))
            var start = 0
            var rest = rows[...]
            while !rest.isEmpty, let batch = try scan.next() {
                while let next = rest.first, next.row < start + batch.count {
                    rest.removeFirst()
                    let event = events.latest[next.key]
                    let held = events.batches[event.batch].rows
                    let absent = events.batches[event.batch].absent
                    let isSame =
                        known.indices.allSatisfy { index in
                            // What a column held before the source dropped it is no change.
                            absent.contains(known[index].name)
                                || held[known[index].name]?.holdsSame(
                                    event.row, as: batch.columns[index], next.row - start) ?? false
                        } && added.allSatisfy { held[$0.name]?.isNull(event.row) ?? true }
                    if isSame { same.append(next.key) }
                }
                start += batch.count
            }
        }
        return same
    }
}
