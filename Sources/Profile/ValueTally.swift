/// Counts the rows of each distinct value, exactly for those it keeps, in bounded memory.
///
/// Beyond `limit` values only those with the smallest hashes are kept: an even choice
/// that does not depend on the order of the rows. The bound only ever falls, so a value that is
/// kept at the end was kept from the first row that had it. The bound also tells how many distinct
/// values there were, within a few percent. Values of equal 64-bit hashes count as one.
struct ValueTally: Sendable {
    private struct Entry {
        var hash: UInt64
        var value: SampledValue
        var rows: Int
    }

    private var entries: [Entry] = []
    /// Open addressing: places in `entries`, -1 where there is none.
    private var slots: [Int32] = []
    private var lastPlace = 0
    /// Values of larger hashes are not kept.
    private var bound = UInt64.max
    /// Whether `kept` are all values that were added.
    private(set) var isComplete = true
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// The values and their rows.
    var kept: [SampledValue: Int] {
        Dictionary(entries.map { ($0.value, $0.rows) }, uniquingKeysWith: +)
    }

    /// About how many distinct values were added; exact while all are kept.
    var distinctEstimate: Int {
        if bound == .max { return entries.count }
        return Int(Double(limit - 1) / (Double(bound) / 0x1p64))
    }

    /// Records that there was a value which is not kept.
    mutating func skip() { isComplete = false }

    /// `rows` more rows have the value of `hash`.
    @inline(__always)
    mutating func add(_ hash: UInt64, rows: Int = 1, _ value: () -> SampledValue) {
        if hash > bound { return }
        // Rows in a run are the usual case of few values.
        if lastPlace < entries.count, entries[lastPlace].hash == hash {
            entries[lastPlace].rows += rows
        } else {
            place(hash, rows, value)
        }
    }

    private mutating func place(_ hash: UInt64, _ rows: Int, _ value: () -> SampledValue) {
        if slots.isEmpty { slots = [Int32](repeating: -1, count: 64) }
        var slot = Int(hash & UInt64(slots.count - 1))
        while slots[slot] >= 0 {
            let place = Int(slots[slot])
            if entries[place].hash == hash {
                entries[place].rows += rows
                lastPlace = place
                return
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] = Int32(entries.count)
        lastPlace = entries.count
        entries.append(Entry(hash: hash, value: value(), rows: rows))
        if entries.count >= 2 * limit {
            prune()
        } else if entries.count * 2 > slots.count {
            index()
        }
    }

    /// Leaves the `limit` values with the smallest hashes.
    mutating func prune() {
        guard entries.count > limit else { return }
        isComplete = false
        entries.sort { $0.hash < $1.hash }
        entries.removeLast(entries.count - limit)
        bound = entries[limit - 1].hash
        lastPlace = 0
        index()
    }

    private mutating func index() {
        var count = 64
        while count < entries.count * 4 { count *= 2 }
        slots = [Int32](repeating: -1, count: count)
        for (place, entry) in entries.enumerated() {
            var slot = Int(entry.hash & UInt64(count - 1))
            while slots[slot] >= 0 { slot = (slot + 1) & (count - 1) }
            slots[slot] = Int32(place)
        }
    }
}
