import Columnar
import Events
import Keys
import Tables
import Work

/// The events of a run on their way into the merge: numbered members, hashed values, and what is
/// refused at sight.
struct MemberIntake {
    let layout: DimensionLayout
    let hasher: MemberHasher
    let options: DimensionOptions
    /// Whether deletes close members.
    let takesDeletes: Bool

    var index: KeyIndex
    var store: RowStore
    var loose: LooseColumns
    var events: [MemberEvent] = []
    /// The keys of the events; nil where different texts may be one key.
    private(set) var range: KeyRange?
    /// For each batch of the store up to here the batch of events it is.
    var refused: [RefusedEvent] = []
    var ignoredDeletes = 0
    /// Whether there are upserts without a sequence.
    private(set) var hasUnsequenced = false

    init(
        _ layout: DimensionLayout, _ hasher: MemberHasher, _ options: DimensionOptions,
        takesDeletes: Bool, capacity: Int
    ) {
        self.layout = layout
        self.hasher = hasher
        self.options = options
        self.takesDeletes = takesDeletes
        index = KeyIndex(expectedCount: capacity)
        store = RowStore(schema: layout.cleaned)
        loose = LooseColumns(
            isTracked: layout.loose.map(\.isTracked),
            values: [[[ValueHash?]]](repeating: [], count: layout.loose.count))
        events.reserveCapacity(capacity)
        let isPadded = layout.keyFields.first.map(MemberHasher.isPadded) ?? true
        let isCollated = layout.key.first.map { layout.collations[$0] != nil } ?? true
        range = isPadded || isCollated ? nil : KeyRange()
    }

    /// Takes in the batches; they become batches 0… of the store.
    mutating func take(_ batches: [EventBatch]) {
        let hashed = concurrentMap(batches, threads: 2) { [layout, hasher] batch in
            let rows = layout.aligned(batch.rows.without(batch.absent))
            return HashedRows(
                rows: rows, keys: hasher.keys(rows, layout.key),
                values: layout.hashes(rows, hasher))
        }
        for (number, batch) in batches.enumerated() { take(batch, number, hashed[number]) }
    }

    /// The rows of a batch under the table's schema.
    private struct HashedRows: Sendable {
        var rows: RecordBatch
        var keys: [ValueHash]
        var values: (tracked: [ValueHash], untracked: [ValueHash])
    }

    private mutating func take(_ batch: EventBatch, _ number: Int, _ hashed: HashedRows) {
        let (rows, keys, hashes) = (hashed.rows, hashed.keys, hashed.values)
        let sequences = batch.sequence.storage.int64s
        layout.addLoose(
            rows, times: batch.extractedAt, absent: batch.absent, hasher, to: &loose)
        let stored = store.add(rows)
        if let first = rows[layout.key[0]] { range?.take(first) }
        let keyColumns = layout.key.compactMap { rows[$0] }.filter { $0.validity != nil }
        for row in 0..<rows.count {
            if let rule = fault(keyColumns, batch, row) {
                refuse(rule, batch, number, row)
                continue
            }
            let isDelete = batch.deletes?[row] ?? false
            if isDelete, !takesDeletes {
                ignoredDeletes += 1
                continue
            }
            let isUnsequenced = batch.sequence.isNull(row)
            let isSeen = options.kind != .time || isUnsequenced
            let time = isSeen ? batch.extractedAt[row] : sequences[row]
            let isTimed = options.kind == .extraction || isDelete && options.kind == .number
            if isUnsequenced, !isDelete { hasUnsequenced = true }
            events.append(
                MemberEvent(
                    sequence: isTimed || isUnsequenced ? time : sequences[row], time: time,
                    isDelete: isDelete, isUnsequenced: isUnsequenced && !isDelete,
                    member: Int32(index.place(keys[row]).index),
                    ordinal: Int32(truncatingIfNeeded: events.count),
                    tracked: hashes.tracked[row], untracked: hashes.untracked[row],
                    row: RowReference(batch: stored, row: Int32(row))))
        }
    }

    private func fault(
        _ keys: [Column], _ batch: EventBatch, _ row: Int
    ) -> RefusedEvent.Rule? {
        if keys.contains(where: { $0.isNull(row) }) { return .nullKey }
        if options.kind == .time, let latest = options.latestSequence,
            !batch.sequence.isNull(row), batch.sequence.storage.int64s[row] > latest
        {
            return .futureSequence
        }
        return nil
    }

    private mutating func refuse(
        _ rule: RefusedEvent.Rule, _ batch: EventBatch, _ number: Int, _ row: Int
    ) {
        refused.append(
            RefusedEvent(
                rule: rule, batch: number, row: row, position: batch.position(row),
                message: rule.message))
    }

    /// Refuses an event that was taken in.
    mutating func refuse(_ event: MemberEvent, _ rule: RefusedEvent.Rule, _ batches: [EventBatch]) {
        let number = Int(event.row.batch)
        refuse(rule, batches[number], number, Int(event.row.row))
    }
}
