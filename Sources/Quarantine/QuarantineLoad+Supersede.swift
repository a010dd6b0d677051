public import Columnar
import Delta
public import Events
import Keys
public import Lake
import Pipeline

// What overtakes rows that wait in quarantine: good versions of their key, deletes, a full state
// that does not hold them, and of facts later bad versions too.

extension QuarantineLoad {
    /// Whether `supersede` has anything to compare with.
    public func hasRows() throws(LakeError) -> Bool {
        try open()
        return !index.isEmpty
    }

    /// Marks the waiting rows of which `rows` are later versions, and any row that is one of them
    /// and was judged good now: good rows, or deletes, about to be published. Call it after the
    /// last `add`. A few nanoseconds a row whose key has none.
    ///
    /// - Parameters:
    ///   - key: the key's columns, in the order of the entity's key.
    ///   - sequence: `long` or `timestamp`.
    ///   - position: where row `i` stands in bronze.
    public func supersede(
        key: [Column], sequence: Column, rows: Int, position: (Int) -> BronzePosition
    ) throws(LakeError) {
        // A whole row has no version: what waits and is not met again is over (`endUnmet`).
        guard !entity.isWholeRow, try hasRows() else { return }
        let hashes = ValueHashes(key, count: rows, by: entity.keyCollations)
        for row in 0..<rows {
            if row % KeyIndex.blockCount == 0 {
                index.warm(hashes.values[row..<min(row + KeyIndex.blockCount, rows)])
            }
            guard let hash = hashes[row] else { continue }
            let candidates = index.rows(hash)
            if candidates.isEmpty { continue }
            let order = (sequence.int64(row) ?? .min, position(row))
            for number in candidates { supersede(number, by: order) }
        }
    }

    private func supersede(_ number: Int, by order: (sequence: Int64, position: BronzePosition)) {
        let entry = index.entries[number]
        if entry.position == order.position { index.meet(number) }
        if entry.status == .blocked { return }
        if entry.position == order.position, entry.status != .replayed {
            mark(number, .replayed, QuarantineLoad.replayedEdit)
            result.superseded += 1
        } else if entry.isPending,
            keepsVersions
                ? entry.sequence != nil && entry.sequence == order.sequence
                    && entry.position < order.position
                : isFullState || isOlder(entry, than: order)
        {
            mark(number, .superseded, QuarantineLoad.supersededEdit)
            result.superseded += 1
        }
    }

    /// Whether a row is overtaken. One without a sequence is so only by what came after it: it is
    /// here because a version with a sequence was there before.
    private func isOlder(
        _ entry: QuarantineIndex.Entry, than order: (sequence: Int64, position: BronzePosition)
    ) -> Bool {
        guard let sequence = entry.sequence else { return entry.position < order.position }
        return (sequence, entry.position) < order
    }

    /// As above, for rows of a batch; nil: for all.
    public func supersede(by events: EventBatch, rows: [Int]?) throws(LakeError) {
        let key = entity.key.compactMap { events.rows[$0] }
        guard let rows, rows.count < events.rows.count else {
            return try supersede(
                key: key, sequence: events.sequence, rows: events.rows.count,
                position: { events.position($0) })
        }
        try supersede(
            key: key.map { $0.gather(rows) }, sequence: events.sequence.gather(rows),
            rows: rows.count, position: { events.position(rows[$0]) })
    }

    /// What the run did not meet is not in its source any more.
    func endUnmet() {
        for (number, entry) in index.entries.enumerated() where !entry.isMet {
            if isFullState, entry.isPending, !keepsVersions {
                mark(number, .superseded, QuarantineLoad.goneEdit)
                result.superseded += 1
            } else if scope == .everything, entry.status != .replayed, entry.position != .unknown {
                index.unplace(number)
                mark(number, .superseded, QuarantineLoad.unplacedEdit)
            }
        }
    }

    // MARK: One open row a key

    /// Leaves of the rows of a key that wait the latest one, good ones apart: a later bad version
    /// ends those before it as a good one does. What a steward discarded waits no more, and is a
    /// version all the same. Cost: a step a key of the table.
    func keepLatest() {
        for key in 0..<index.keyCount where index.hasSeveral(key) {
            let rows = index.rows(ofKey: key).filter(standsForVersion)
            if rows.count < 2 { continue }
            let sorted = rows.sorted { index.entries[$0].position < index.entries[$1].position }
            var latest = sorted[0]
            for number in sorted.dropFirst() {
                let overtaken = isLater(number, than: latest) ? latest : number
                if overtaken == latest { latest = number }
                guard index.entries[overtaken].isPending else { continue }
                mark(overtaken, .superseded, QuarantineLoad.overtakenEdit)
                result.superseded += 1
            }
        }
    }

    private func standsForVersion(_ number: Int) -> Bool {
        let entry = index.entries[number]
        return (entry.isPending || entry.status == .discarded) && (entry.isMet || !isFullState)
    }

    /// Whether a row is the later one of two, of which it came last. One without a sequence is
    /// ordered by when it came: its source has it so now.
    private func isLater(_ last: Int, than first: Int) -> Bool {
        guard let sequence = index.entries[last].sequence,
            let before = index.entries[first].sequence
        else { return true }
        return sequence >= before
    }

    /// Those of `keys`, rows of the key's columns, that have a row which this run met and about
    /// which nothing was decided but to wait.
    public func undecided(_ keys: RecordBatch) throws(LakeError) -> [Int] {
        try open()
        let hashes = ValueHashes(keys.columns, count: keys.count, by: entity.keyCollations)
        return (0..<keys.count).filter { row in
            guard let hash = hashes[row] else { return false }
            return index.rows(hash).contains {
                index.entries[$0].isMet && index.entries[$0].isPending
            }
        }
    }
}
