/// Tells rows that were there before by their hashes, among the first ones.
struct RowTally: Sendable {
    /// Rows beyond this many distinct ones are not compared: 16 MiB.
    static let rowMax = 1 << 20

    /// Open addressing; 0 where there is none.
    private var slots: [UInt64] = []
    private var count = 0

    /// How many of the rows with these hashes were there before.
    mutating func add(_ hashes: [UInt64]) -> Int {
        var repeated = 0
        for hash in hashes {
            if count >= RowTally.rowMax { break }
            if count * 2 >= slots.count { grow() }
            let hash = max(1, hash)
            var slot = Int(hash & UInt64(slots.count - 1))
            while slots[slot] != 0, slots[slot] != hash { slot = (slot + 1) & (slots.count - 1) }
            if slots[slot] == hash {
                repeated += 1
            } else {
                slots[slot] = hash
                count += 1
            }
        }
        return repeated
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: max(1024, old.count * 2))
        for hash in old where hash != 0 {
            var slot = Int(hash & UInt64(slots.count - 1))
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = hash
        }
    }
}
