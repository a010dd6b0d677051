public import Columnar
import Delta
public import Events
import Keys
public import Lake
import Pipeline
import Tables

// What has to be looked at before a full state becomes silver.
extension FactMerge {
    /// Throws `.refused` when a full state lacks too many of the keys that silver holds. After the
    /// last `add`. Where a table is built anew of another key, only an empty state is.
    /// - Parameter rejected: keys whose rows leave because the rules of now reject them: the source
    ///   has them.
    /// Cost: what `prepare` has to look up anyway; of a table built anew, the keys of silver.
    public func checkDeletes(butFor rejected: [RecordBatch]) throws(LakeError) {
        guard options.isFullState, !options.acceptsDeletes, let snapshot = fact.snapshot,
            let count = snapshot.rowCount, count > 0
        else { return }
        let guarding = DeleteGuard(
            subject: "fact \(fact.spec.entity.name)", counted: "keys",
            maxPercent: fact.spec.maxDeletePercent, isAccepted: false)
        let others = rejected.reduce(0) { $0 + $1.count }
        try guarding.check(
            missing: try missing(of: snapshot) - Int64(others), of: count,
            isEmpty: foundKeys + others == 0)
    }

    private func missing(of snapshot: Snapshot) throws(LakeError) -> Int64 {
        if options.mode == .replace {
            do throws(LakeError) { try fact.spec.entity.checkKey(of: snapshot) } catch {
                return 0
            }
            // Rows that were announced are written already, and their keys not kept.
            if report.inserted > 0 { return max(0, (snapshot.rowCount ?? 0) - Int64(foundKeys)) }
        }
        var known = known
        if known == nil { known = try look(up: []) }
        if options.mode != .replace { self.known = known }
        return (known?.existing.others ?? []).reduce(0) { $0 + Int64($1.count) }
    }

    /// Takes the rows of a full state out that are copies of keys of which it holds bad rows too:
    /// all of them are set aside, and what silver has of the key stays
    /// (docs/specification/dimensions.md S32). Returns their places. After the last `add`, before
    /// anything is asked of the events.
    ///
    /// - Parameter keys: rows of the key's columns, none of them NULL.
    /// Cost: nothing without such keys; else the keys of all held events are hashed once more.
    public func takeCopies(of keys: [RecordBatch]) throws(LakeError) -> [BronzePosition] {
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
