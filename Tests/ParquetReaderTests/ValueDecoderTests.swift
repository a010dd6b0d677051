import Columnar
import Testing

@testable import Parquet

@Suite("Value encodings")
struct ValueDecoderTests {
    struct Row: Sendable, CustomStringConvertible {
        let description: String
        let encoding: Encoding
        let layout: PhysicalLayout
        let bytes: [UInt8]
        /// The values' text; nil when decoding must throw.
        let values: [String]?
        var count = 1
    }

    /// 7, 5, 3, 1, 2, 3, 4, 5 of the specification's second example: block of 128 in 4, 8 values,
    /// first 7; smallest delta -2, widths 2, and deltas 0 0 0 3 3 3 3.
    private static let deltas: [UInt8] =
        [0x80, 1, 4, 8, 14, 3, 2, 0, 0, 0, 0b1100_0000, 0b0011_1111] + [0, 0, 0, 0, 0, 0]

    static let rows: [Row] = [
        Row(
            description: "plain integers", encoding: .plain, layout: .int32,
            bytes: [1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff], values: ["1", "-2"]),
        Row(
            description: "plain longs", encoding: .plain, layout: .int64,
            bytes: [0, 0, 0, 0, 1, 0, 0, 0], values: ["4294967296"]),
        Row(
            description: "plain booleans", encoding: .plain, layout: .boolean,
            bytes: [0b0000_0101, 0b1], values: ["1", "0", "1", "0", "0", "0", "0", "0", "1"]),
        Row(
            description: "plain floats", encoding: .plain, layout: .float,
            bytes: [0, 0, 0x80, 0x3f], values: ["1.0"]),
        Row(
            description: "plain doubles", encoding: .plain, layout: .double,
            bytes: [0, 0, 0, 0, 0, 0, 0x04, 0xc0], values: ["-2.5"]),
        Row(
            description: "plain strings", encoding: .plain, layout: .byteArray,
            bytes: [2, 0, 0, 0, 104, 105, 0, 0, 0, 0, 1, 0, 0, 0, 33], values: ["hi", "", "!"]),
        Row(
            description: "plain fixed bytes", encoding: .plain, layout: .fixed(byteCount: 2),
            bytes: [1, 2, 3, 4], values: ["[1, 2]", "[3, 4]"]),
        Row(
            description: "boolean runs", encoding: .rle, layout: .boolean,
            bytes: [2, 0, 0, 0, 6, 1], values: ["1", "1", "1"]),
        Row(
            description: "deltas", encoding: .deltaBinaryPacked, layout: .int32, bytes: deltas,
            values: ["7", "5", "3", "1", "2", "3", "4", "5"]),
        Row(
            description: "a single delta value", encoding: .deltaBinaryPacked, layout: .int64,
            bytes: [0x80, 1, 4, 1, 13], values: ["-7"]),
        Row(
            description: "delta lengths", encoding: .deltaLengthByteArray, layout: .byteArray,
            bytes: [0x80, 1, 4, 3, 4, 1, 2, 0, 0, 0, 0b1100] + [UInt8](repeating: 0, count: 7)
                + Array("HiYouA".utf8),
            values: ["Hi", "Y", "ouA"]),
        Row(
            description: "split streams", encoding: .byteStreamSplit, layout: .int32,
            bytes: [1, 2, 0, 0, 0, 0, 0, 1], values: ["1", "16777218"]),
        Row(
            description: "split fixed bytes", encoding: .byteStreamSplit,
            layout: .fixed(byteCount: 3), bytes: [1, 4, 2, 5, 3, 6],
            values: ["[1, 2, 3]", "[4, 5, 6]"]),
        Row(
            description: "codes", encoding: .rleDictionary, layout: .int32,
            bytes: [2, 3, 0b1110_0100, 0], values: ["0", "1", "2", "3"]),
        Row(
            description: "codes past the dictionary", encoding: .plainDictionary, layout: .int32,
            bytes: [3, 4, 5], values: nil),
        Row(
            description: "a string past the page", encoding: .plain, layout: .byteArray,
            bytes: [3, 0, 0, 0, 1, 2], values: nil),
        Row(
            description: "a string of 4 GiB", encoding: .plain, layout: .byteArray,
            bytes: [255, 255, 255, 255, 1, 2], values: nil),
        Row(
            description: "integers past the page", encoding: .plain, layout: .int64,
            bytes: [1, 2, 3, 4, 5, 6, 7], values: nil),
        Row(
            description: "booleans past the page", encoding: .plain, layout: .boolean, bytes: [1],
            values: nil, count: 9),
        Row(
            description: "delta blocks of nothing", encoding: .deltaBinaryPacked, layout: .int32,
            bytes: [0, 4, 8, 14], values: nil),
        Row(
            description: "more deltas than the page holds", encoding: .deltaBinaryPacked,
            layout: .int32, bytes: [0x80, 1, 4, 0xff, 0xff, 0xff, 0xff, 0x0f, 14], values: nil),
        Row(
            description: "a delta width of 65", encoding: .deltaBinaryPacked, layout: .int64,
            bytes: [0x80, 1, 4, 2, 0, 0, 65, 0, 0, 0], values: nil, count: 2),
        Row(
            description: "a negative delta length", encoding: .deltaLengthByteArray,
            layout: .byteArray, bytes: [0x80, 1, 4, 1, 1], values: nil),
        Row(
            description: "a prefix before the first string", encoding: .deltaByteArray,
            layout: .byteArray, bytes: [0x80, 1, 4, 1, 2, 0x80, 1, 4, 1, 2, 65], values: nil),
        Row(
            description: "streams of unequal length", encoding: .byteStreamSplit, layout: .int32,
            bytes: [1, 2, 3, 4, 5], values: nil),
        Row(
            description: "an encoding of another type", encoding: .deltaBinaryPacked,
            layout: .double, bytes: [0x80, 1, 4, 1, 2], values: nil),
        Row(
            description: "an encoding that is not known", encoding: Encoding(rawValue: 77),
            layout: .int32, bytes: [0], values: nil),
    ]

    @Test("golden bytes decode to their values, whole and one at a time", arguments: rows)
    func golden(row: Row) throws {
        func decoder() throws(Damage) -> ValueDecoder {
            try ValueDecoder(
                row.encoding, row.bytes, in: 0..<row.bytes.count, layout: row.layout,
                dictionaryCount: 5, countLimit: 100)
        }
        guard let values = row.values else {
            #expect(throws: Damage.self) {
                var decoder = try decoder()
                _ = try decoder.next(row.count)
            }
            return
        }
        var whole = try decoder()
        #expect(texts(try whole.next(values.count)) == values)
        var single = try decoder()
        for value in values { #expect(texts(try single.next(1)) == [value]) }
    }

    @Test("shared prefixes are put back, also across pieces")
    func prefixes() throws {
        // axis, axle, babble, babyhood: prefixes 0 2 0 3, suffixes axis le babble yhood.
        let words = ["axis", "axle", "babble", "babyhood"]
        let bytes =
            packed([0, 2, 0, 3]) + packed([4, 2, 6, 5]) + Array("axislebabbleyhood".utf8)
        for pieces in [[4], [1, 3], [2, 2], [1, 1, 1, 1]] {
            var decoder = try DeltaByteArrayDecoder(bytes, in: 0..<bytes.count, countLimit: 4)
            var found: [String] = []
            for piece in pieces {
                let strings = try decoder.next(piece)
                found += (0..<strings.count).map { strings.text($0) }
            }
            #expect(found == words)
        }
    }

    /// DELTA_BINARY_PACKED of at most 33 small numbers: 8 bits a delta, none below -128.
    private func packed(_ values: [Int]) -> [UInt8] {
        var bytes: [UInt8] = [0x80, 1, 4, UInt8(values.count), UInt8(values[0] * 2)]
        // The smallest delta -100 as zig-zag varint: 199.
        bytes += [0xc7, 0x01, 8, 0, 0, 0]
        let deltas = zip(values.dropFirst(), values).map { UInt8($0 - $1 + 100) }
        return bytes + deltas + [UInt8](repeating: 0, count: 32 - deltas.count)
    }

    private func texts(_ values: DecodedValues) -> [String] {
        switch values {
        case .bool(let values): return values.map { "\($0)" }
        case .int32(let values): return values.map { "\($0)" }
        case .int64(let values): return values.map { "\($0)" }
        case .int128(let values): return values.map { "\($0)" }
        case .float(let values): return values.map { "\($0)" }
        case .double(let values): return values.map { "\($0)" }
        case .codes(let values): return values.map { "\($0)" }
        case .bytes(let values): return (0..<values.count).map { values.text($0) }
        case .fixed(let bytes, let width):
            return stride(from: 0, to: bytes.count, by: width).map {
                "\(Array(bytes[$0..<$0 + width]))"
            }
        }
    }
}
