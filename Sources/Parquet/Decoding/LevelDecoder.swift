/// Definition or repetition levels of one page, handed out a piece at a time as bytes.
///
/// Levels above 255 do not occur: the schema reader refuses deeper schemas.
struct LevelDecoder {
    private enum Form {
        /// The hybrid of both page versions.
        case hybrid(HybridDecoder)
        /// The deprecated form: all levels packed most significant bit first, without a length.
        case packed(bytes: [UInt8], nextBit: Int, endBit: Int)
    }

    private var form: Form
    private let maximum: UInt8
    private let bitWidth: Int

    /// Hybrid levels in `bytes[range]`, the length prefix of V1 already taken off.
    init(hybrid bytes: [UInt8], in range: Range<Int>, maximum: UInt8) throws(Damage) {
        self.maximum = maximum
        bitWidth = LevelDecoder.bitWidth(maximum)
        form = .hybrid(try HybridDecoder(bytes, in: range, bitWidth: bitWidth))
    }

    /// Levels of encoding BIT_PACKED in `bytes[range]`.
    init(packed bytes: [UInt8], in range: Range<Int>, maximum: UInt8) {
        self.maximum = maximum
        bitWidth = LevelDecoder.bitWidth(maximum)
        form = .packed(
            bytes: bytes, nextBit: range.lowerBound * 8, endBit: range.upperBound * 8)
    }

    /// The bits a level of at most `maximum` takes.
    static func bitWidth(_ maximum: UInt8) -> Int { 8 - maximum.leadingZeroBitCount }

    /// The next `count` levels when one run says they are all equal, else nil.
    mutating func uniform(_ count: Int) throws(Damage) -> UInt8? {
        guard case .hybrid(var decoder) = form else { return nil }
        let level = try decoder.uniform(count)
        form = .hybrid(decoder)
        guard let level else { return nil }
        guard level <= UInt32(maximum) else { throw Damage("a level is above \(maximum)") }
        return UInt8(level)
    }

    /// The next `count` levels, none above the maximum.
    mutating func next(_ count: Int) throws(Damage) -> [UInt8] {
        let levels: [UInt8]
        switch form {
        case .hybrid(var decoder):
            levels = try decoder.next(count, as: UInt8.self)
            form = .hybrid(decoder)
        case .packed(let bytes, let nextBit, let endBit):
            let lastBit = nextBit + (try count.times(bitWidth))
            guard lastBit <= endBit else { throw Damage("packed levels end too early") }
            levels = unpackBigEndian(bytes, firstBit: nextBit, count: count)
            form = .packed(bytes: bytes, nextBit: lastBit, endBit: endBit)
        }
        // All-ones levels of the width cannot exceed the maximum; others are looked at.
        if Int(maximum) + 1 != 1 << bitWidth, let highest = levels.max(), highest > maximum {
            throw Damage("a level is above \(maximum)")
        }
        return levels
    }

    private func unpackBigEndian(_ bytes: [UInt8], firstBit: Int, count: Int) -> [UInt8] {
        (0..<count).map { index in
            var level: UInt8 = 0
            for bit in 0..<bitWidth {
                let position = firstBit + index * bitWidth + bit
                level = level << 1 | (bytes[position >> 3] >> UInt8(7 - position & 7) & 1)
            }
            return level
        }
    }
}
