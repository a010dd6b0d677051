import Columnar

extension FactMerge {
    /// Takes the rows of a full state out that are copies of keys of which it holds bad rows too:
    /// all of them are set aside, and what silver has of the key stays (spec/scd2.md S32). Returns
    /// their places. After the last `add`, before anything is asked of the events.
    ///
    /// - Parameter keys: rows of the key's columns, none of them NULL.
    /// Cost: nothing without such keys; else the keys of all held events are hashed once more.
    func takeCopies(of keys: [RecordBatch]) throws(TransformError) -> [BronzePosition] {
        var hasher = KeyHasher(fact.spec.entity.keyCollations)
        var contested = KeyIndex()
        for batch in keys {
            for hash in hasher.hashes(batch.columns, count: batch.count)
            where events.index.find(hash) != nil { _ = contested.place(hash) }
        }
        if contested.count == 0 { return [] }
        var copies: [BronzePosition] = []
        var rest = FactEvents()
        rest.namesOvertaken = events.namesOvertaken
        for (batch, chosen) in zip(events.batches, events.chosen) {
            let columns = fact.spec.entity.key.compactMap { batch.rows[$0] }
            let hashes = hasher.hashes(columns, count: batch.rows.count)
            var others: [Int] = []
            for row in chosen ?? Array(hashes.indices) {
                if contested.find(hashes[row]) == nil {
                    others.append(row)
                } else {
                    copies.append(batch.position(row))
                }
            }
            if !others.isEmpty { rest.hold(batch, others, hashes) }
        }
        replaceEvents(rest, without: copies.count)
        return copies
    }
}
