/// Tells which keys of a large load may occur more than once, in about two bytes a key.
///
/// A first pass over the keys sets bits in a blocked Bloom filter; a key that finds all its bits
/// set is remembered. Every key that repeats is among those remembered, and about one in a hundred
/// that does not. So only few rows of a load have to be held back and compared.
public struct KeyRepeats: Sendable {
    private var words: [UInt64]
    private var repeated = KeyIndex()
    /// Decides most questions within the processor's cache.
    private var summary = [UInt64](repeating: 0, count: 1 << 16)

    /// A filter for about `expectedCount` keys.
    public init(expectedCount: Int) {
        var capacity = 1 << 10
        while capacity * 4 < expectedCount { capacity *= 2 }
        words = [UInt64](repeating: 0, count: capacity)
    }

    /// The keys that may repeat.
    public var count: Int { repeated.count }

    /// Takes keys in. Must have seen every key of the load before `mayRepeat` is asked.
    public mutating func add(_ hashes: [ValueHash]) {
        let mask = words.count - 1
        for hash in hashes {
            let place = Int(truncatingIfNeeded: hash.low >> 6) & mask
            let bits = KeyRepeats.bits(hash)
            if words[place] & bits == bits {
                if repeated.place(hash).isNew {
                    let bit = Int(truncatingIfNeeded: hash.high) & (summary.count * 64 - 1)
                    summary[bit >> 6] |= 1 << UInt64(bit & 63)
                }
            } else {
                words[place] |= bits
            }
        }
    }

    /// Lets go of what only `add` needs.
    public mutating func seal() { words = [0] }

    /// Whether the key may occur more than once.
    public func mayRepeat(_ hash: ValueHash) -> Bool {
        let bit = Int(truncatingIfNeeded: hash.high) & (summary.count * 64 - 1)
        if summary[bit >> 6] >> UInt64(bit & 63) & 1 == 0 { return false }
        return repeated.find(hash) != nil
    }

    private static func bits(_ hash: ValueHash) -> UInt64 {
        let high = hash.high
        return 1 << (high >> 22 & 63) | 1 << (high >> 28 & 63) | 1 << (high >> 34 & 63)
    }
}
