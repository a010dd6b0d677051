public import Columnar
public import Events
import Keys
public import Lake
import Pipeline

extension FactMerge {
    /// Keys and the sequence that silver holds of each.
    public struct LaterVersions {
        public var keys: RecordBatch
        /// `long`, as `EventBatch.sequence` counts.
        public var sequence: Column
    }

    /// What silver holds of the keys of events that a rule set aside, or held until they were
    /// deleted: a bad row that comes late, behind a good version of its key or its delete, is
    /// overtaken when it arrives. Nothing where the table keeps no sequence, because a row that is
    /// ordered by its extraction is never late. After the last `add`.
    ///
    /// - Parameter events: rows of the key's columns, none of them NULL.
    /// Cost: these keys are looked up together with those of the events taken in, which `prepare`
    /// has to know anyway.
    public func laterVersions(of events: [EventBatch]) throws(LakeError) -> [LaterVersions] {
        guard fact.sequence != nil else { return [] }
        return try heldVersions(of: events).compactMap { held in
            let rows = (0..<held.keys.count).filter { held.sequence.int64($0) != .min }
            if rows.isEmpty { return nil }
            return LaterVersions(
                keys: held.keys.gather(rows), sequence: held.sequence.gather(rows))
        }
    }

    /// As above, with the keys that silver holds without a sequence: theirs is the least there is,
    /// and the greatest where the table keeps none, since nothing tells what is later then.
    public func heldVersions(of events: [EventBatch]) throws(LakeError) -> [LaterVersions] {
        guard fact.snapshot != nil, !events.isEmpty else { return [] }
        var numbers: [[Int]] = []
        var hasher = KeyHasher(fact.spec.entity.keyCollations)
        for batch in events {
            let keys = fact.spec.entity.key.compactMap { batch.rows[$0] }
            numbers.append(number(hasher.hashes(keys, count: batch.rows.count)))
        }
        let known = try look(up: events)
        self.known = known
        let keepsNone = fact.sequence == nil
        var held: [LaterVersions] = []
        for (batch, numbers) in zip(events, numbers) {
            var rows: [Int] = []
            var sequences: [Int64] = []
            for (row, key) in numbers.enumerated() {
                let place = known.existing.places[key]
                if place == nil, known.deletedAt[key] == .min { continue }
                rows.append(row)
                let sequence = keepsNone ? place.map { _ in .max } : place?.sequence
                sequences.append(max(sequence ?? .min, known.deletedAt[key]))
            }
            if rows.isEmpty { continue }
            held.append(
                LaterVersions(
                    keys: batch.rows.gather(rows),
                    sequence: Column(.long, storage: .int64(sequences))))
        }
        return held
    }

    /// Takes the rows without a sequence out that came behind a version of their key which has one:
    /// they have no place among the key's events, and stay visible in quarantine. Returns their
    /// places. After `laterVersions`, before `heldEvents` and `prepare`.
    public func takeLate() throws(LakeError) -> [BronzePosition] {
        guard events.hasUnsequenced, fact.sequence != nil else { return [] }
        if options.mode != .replace, known == nil { known = try look(up: []) }
        let places = options.mode.isAnew ? [] : known?.existing.places ?? []
        let late = events.takeLate { key in
            key < places.count && (places[key]?.sequence ?? .min) != .min
        }
        took(late)
        return late
    }

    /// Looks the keys of the events taken in, and of `others`, which have numbers among them, up in
    /// silver and among the deleted.
    public func look(up others: [EventBatch]) throws(LakeError) -> FactKnown {
        let index = events.index
        let first = fact.spec.entity.key[0]
        let columns = others.compactMap { $0.rows[first] }.map { ($0, [Int]?.none) }
        let isWhole =
            options.mode == .fullState || options.mode == .recheck || options.isFullState
        // Bounds of bytes do not bound what a collation holds equal, nor NULLs of whole rows.
        let values =
            fact.spec.entity.collations[first] == nil && !fact.spec.entity.isWholeRow
            ? FactKeyValues(first, events.column(first) + columns) : nil
        let existing = try FactExisting(
            fact, index, values,
            othersBut: isWhole ? present : nil, threads: max(1, options.threads + 1))
        return FactKnown(existing: existing, deletedAt: try tombstones.find(index))
    }
}
