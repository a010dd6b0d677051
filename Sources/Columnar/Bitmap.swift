/// A packed sequence of bits, least significant first within 64-bit words; set means valid.
///
/// Bits past `count` in the last word are always zero, so words compare and count directly.
public struct Bitmap: Hashable, Sendable {
    /// The bits, 64 to a word.
    public private(set) var words: [UInt64]
    /// The number of bits.
    public private(set) var count: Int

    /// An empty bitmap.
    public init() {
        words = []
        count = 0
    }

    /// `count` bits, all equal to `value`.
    public init(repeating value: Bool, count: Int) {
        self.count = count
        words = [UInt64](repeating: value ? .max : 0, count: (count + 63) / 64)
        clearTail()
    }

    /// The bits of `words`, which must hold at least `count`; bits past it are cleared.
    public init(words: [UInt64], count: Int) {
        precondition(words.count == (count + 63) / 64, "word count does not fit the bit count")
        self.words = words
        self.count = count
        clearTail()
    }

    /// The bits of a sequence of booleans.
    public init(_ bits: some Sequence<Bool>) {
        self.init()
        for bit in bits { append(bit) }
    }

    /// Bit `index`. O(1); traps outside `0..<count`.
    @inlinable
    public subscript(index: Int) -> Bool {
        get {
            precondition(index >= 0 && index < count, "bit index out of range")
            return words[index >> 6] >> UInt64(index & 63) & 1 == 1
        }
    }

    /// Sets bit `index` to `value`. O(1).
    public mutating func set(_ index: Int, to value: Bool) {
        precondition(index >= 0 && index < count, "bit index out of range")
        let mask: UInt64 = 1 << UInt64(index & 63)
        if value { words[index >> 6] |= mask } else { words[index >> 6] &= ~mask }
    }

    /// Appends one bit. Amortised O(1).
    public mutating func append(_ bit: Bool) {
        if count & 63 == 0 { words.append(0) }
        if bit { words[count >> 6] |= 1 << UInt64(count & 63) }
        count += 1
    }

    /// The number of set bits. O(count / 64).
    public var setCount: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    private mutating func clearTail() {
        if count & 63 != 0, let last = words.indices.last {
            words[last] &= (1 << UInt64(count & 63)) - 1
        }
    }
}
