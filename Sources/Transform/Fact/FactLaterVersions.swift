import Columnar

extension FactMerge {
    /// Keys and the sequence that silver holds of each.
    struct LaterVersions {
        var keys: RecordBatch
        /// `long`, as `EventBatch.sequence` counts.
        var sequence: Column
    }

    /// What silver holds of the keys of events that a rule set aside, or held until they were
    /// deleted: a bad row that comes late, behind a good version of its key or its delete, is
    /// overtaken when it arrives. Nothing where the table keeps no sequence, because a row that is
    /// ordered by its extraction is never late.
    ///
    /// - Parameter events: rows of the key's columns, none of them NULL.
    /// Cost: as `FactLookup`, the key's columns where their bounds let one of the keys be.
    func laterVersions(of events: [EventBatch]) throws(TransformError) -> [LaterVersions] {
        guard fact.snapshot != nil, fact.sequenceColumn != nil, !events.isEmpty else { return [] }
        var held = FactEvents()
        var hasher = KeyHasher()
        for batch in events {
            let keys = fact.spec.entity.key.compactMap { batch.rows[$0] }
            held.hold(batch, nil, hasher.hashes(keys, count: batch.rows.count))
        }
        let existing = try FactExisting(fact, held, othersBut: nil, threads: 2)
        let deleted = try tombstones.find(held.index)
        var rows = [[Int]](repeating: [], count: held.batches.count)
        var sequences = [[Int64]](repeating: [], count: held.batches.count)
        for (key, event) in held.latest.enumerated() {
            let sequence = max(existing.places[key]?.sequence ?? .min, deleted[key])
            if sequence == .min { continue }
            rows[event.batch].append(event.row)
            sequences[event.batch].append(sequence)
        }
        return held.batches.indices.filter { !rows[$0].isEmpty }.map { batch in
            LaterVersions(
                keys: held.batches[batch].rows.gather(rows[batch]),
                sequence: Column(.long, storage: .int64(sequences[batch])))
        }
    }
}
