import Columnar

/// PLAIN values of one page (Encodings.md, "Plain"), a piece at a time: little-endian numbers,
/// booleans as bits from the least significant, byte arrays each behind a 4-byte length.
struct PlainDecoder {
    private let bytes: [UInt8]
    private let end: Int
    private let layout: PhysicalLayout
    private var position: Int
    /// Bits taken from the byte at `position`; booleans only.
    private var bit = 0

    init(_ bytes: [UInt8], in range: Range<Int>, layout: PhysicalLayout) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        self.bytes = bytes
        self.layout = layout
        position = range.lowerBound
        end = range.upperBound
    }

    mutating func next(_ count: Int) throws(Damage) -> DecodedValues {
        switch layout {
        case .boolean: return .bool(try nextBooleans(count))
        case .int32: return .int32(plainValues(bytes, at: try take(count, 4), count: count))
        case .int64: return .int64(plainValues(bytes, at: try take(count, 8), count: count))
        case .float: return .float(plainValues(bytes, at: try take(count, 4), count: count))
        case .double: return .double(plainValues(bytes, at: try take(count, 8), count: count))
        case .fixed(let width):
            let start = try take(count, width)
            return .fixed(Array(bytes[start..<position]), byteCount: width)
        case .byteArray:
            guard let strings = plainByteArrays(bytes, in: position..<end, count: count) else {
                throw Damage("a byte array passes the end of its page")
            }
            position = strings.end
            return .bytes(ByteVector(offsets: strings.offsets, bytes: strings.bytes))
        }
    }

    /// Moves past `count` values of `width` bytes and returns where they start.
    private mutating func take(_ count: Int, _ width: Int) throws(Damage) -> Int {
        let start = position
        guard try count.times(width) <= end - start else {
            throw Damage("\(count) values of \(width) bytes pass the end of their page")
        }
        position += count * width
        return start
    }

    private mutating func nextBooleans(_ count: Int) throws(Damage) -> [UInt8] {
        guard count <= (end - position) * 8 - bit else {
            throw Damage("\(count) booleans pass the end of their page")
        }
        var out = [UInt8](repeating: 0, count: count)
        unpackBits(
            bytes, firstBit: position * 8 + bit, bitWidth: 1, to: &out, at: 0, count: count)
        position += (bit + count) / 8
        bit = (bit + count) % 8
        return out
    }
}
