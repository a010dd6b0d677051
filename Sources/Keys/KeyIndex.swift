/// Numbers hashes, of keys for example, in the order they come, 0, 1, 2…, and finds them again.
///
/// Open addressing over 64-bit slots of a tag and a number: about 34 bytes a key.
public struct KeyIndex: Sendable {
    /// The hash of each number.
    public private(set) var hashes: [ValueHash] = []
    private var slots: [UInt64]
    /// Takes up what `warm` reads, so that it is read.
    private var warmed: UInt64 = 0

    private static let tagMask: UInt64 = 0xFFFF_FFFF_0000_0000

    /// An index with room for about `expectedCount` keys before it grows.
    public init(expectedCount: Int = 0) {
        var capacity = 64
        while capacity < expectedCount * 2 { capacity *= 2 }
        slots = [UInt64](repeating: 0, count: capacity)
        hashes.reserveCapacity(expectedCount)
    }

    /// The number of keys.
    public var count: Int { hashes.count }

    /// The number of `hash`, or nil when it is not there. O(1).
    public func find(_ hash: ValueHash) -> Int? {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash.low) & mask
        let tag = hash.high & KeyIndex.tagMask
        while true {
            let entry = slots[slot]
            if entry == 0 { return nil }
            if entry & KeyIndex.tagMask == tag {
                let index = Int(entry & ~KeyIndex.tagMask) - 1
                if hashes[index] == hash { return index }
            }
            slot = (slot + 1) & mask
        }
    }

    /// The number of `hash`, which is added when it is new. Amortised O(1).
    public mutating func place(_ hash: ValueHash) -> (index: Int, isNew: Bool) {
        if (hashes.count + 1) * 3 > slots.count * 2 { grow() }
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash.low) & mask
        let tag = hash.high & KeyIndex.tagMask
        while true {
            let entry = slots[slot]
            if entry == 0 {
                precondition(hashes.count < Int(UInt32.max) - 1, "too many keys for one index")
                hashes.append(hash)
                slots[slot] = tag | UInt64(hashes.count)
                return (hashes.count - 1, true)
            }
            if entry & KeyIndex.tagMask == tag {
                let index = Int(entry & ~KeyIndex.tagMask) - 1
                if hashes[index] == hash { return (index, false) }
            }
            slot = (slot + 1) & mask
        }
    }

    /// Reads the slots of hashes that are about to be placed or looked for: one after the other
    /// each waits for memory, in a row they wait together. For blocks of some dozens.
    @inline(never)  // Or its reads, of which nothing comes, might be left out.
    public mutating func warm(_ block: ArraySlice<ValueHash>) {
        let mask = slots.count - 1
        var read: UInt64 = 0
        for hash in block { read ^= slots[Int(truncatingIfNeeded: hash.low) & mask] }
        warmed ^= read
    }

    /// How many hashes are warmed at a time.
    public static let blockCount = 64

    private mutating func grow() {
        slots = [UInt64](repeating: 0, count: slots.count * 2)
        let mask = slots.count - 1
        for (index, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash.low) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = hash.high & KeyIndex.tagMask | UInt64(index + 1)
        }
    }
}
