import Columnar
import Testing

@testable import Parquet

/// Golden bytes: each row is worked out by hand from the specification, not made by our writer.
@Suite("Decoders")
struct DecoderTests {
    struct Hybrid: Sendable, CustomStringConvertible {
        let description: String
        let bytes: [UInt8]
        let bitWidth: Int
        /// Nil when decoding must throw.
        let values: [UInt32]?
        var count = 0
    }

    @Test(
        "the hybrid of runs and packed groups",
        arguments: [
            Hybrid(
                description: "a run", bytes: [10, 7], bitWidth: 3, values: [7, 7, 7, 7, 7]),
            Hybrid(
                description: "the specification's packed 0…7",
                bytes: [3, 0b1000_1000, 0b1100_0110, 0b1111_1010], bitWidth: 3,
                values: [0, 1, 2, 3, 4, 5, 6, 7]),
            Hybrid(
                description: "a run, then a group", bytes: [4, 1, 3, 0b1010_0101], bitWidth: 1,
                values: [1, 1, 1, 0, 1, 0, 0, 1, 0, 1]),
            Hybrid(
                description: "a value of two bytes", bytes: [2, 0x01, 0x02], bitWidth: 10,
                values: [0x201]),
            Hybrid(
                description: "a header of two bytes", bytes: [0x80, 0x01, 1], bitWidth: 1,
                values: [UInt32](repeating: 1, count: 64)),
            Hybrid(
                description: "32 bits packed",
                bytes: [3] + (0..<8).flatMap { [UInt8($0), 0, 0, 0x80] }, bitWidth: 32,
                values: (0..<8).map { 0x8000_0000 + $0 }),
            Hybrid(
                description: "one possible value and no bytes", bytes: [], bitWidth: 0,
                values: [0, 0, 0]),
            Hybrid(
                description: "a group whose padding is cut", bytes: [3, 0b11], bitWidth: 1,
                values: [1, 1, 0]),
            Hybrid(
                description: "an end too early", bytes: [4, 1], bitWidth: 1, values: nil, count: 3),
            Hybrid(
                description: "a run without value", bytes: [4], bitWidth: 9, values: nil, count: 1),
            Hybrid(
                description: "a value too wide", bytes: [4, 8], bitWidth: 3, values: nil, count: 1),
            Hybrid(
                description: "an endless header", bytes: [255, 255, 255, 255, 255, 255],
                bitWidth: 1, values: nil, count: 1),
            Hybrid(
                description: "33 bits", bytes: [4, 1], bitWidth: 33, values: nil, count: 1),
        ])
    func hybrid(row: Hybrid) throws {
        guard let values = row.values else {
            #expect(throws: Damage.self) {
                var decoder = try HybridDecoder(
                    row.bytes, in: 0..<row.bytes.count, bitWidth: row.bitWidth)
                _ = try decoder.next(row.count, as: UInt32.self)
            }
            return
        }
        var whole = try HybridDecoder(row.bytes, in: 0..<row.bytes.count, bitWidth: row.bitWidth)
        #expect(try whole.next(values.count, as: UInt32.self) == values)
        var single = try HybridDecoder(row.bytes, in: 0..<row.bytes.count, bitWidth: row.bitWidth)
        for value in values { #expect(try single.next(1, as: UInt32.self) == [value]) }
    }

    @Test("a constant stretch is seen without decoding it, and nothing is lost around it")
    func uniform() throws {
        var decoder = try HybridDecoder([10, 1, 3, 0b0000_0010], in: 0..<4, bitWidth: 1)
        #expect(try decoder.uniform(3) == 1)
        #expect(try decoder.uniform(3) == nil)
        #expect(try decoder.next(4, as: UInt8.self) == [1, 1, 0, 1])
    }

    @Test("deprecated packed levels, most significant bit first, as the specification's example")
    func packedLevels() throws {
        let bytes: [UInt8] = [0b0000_0101, 0b0011_1001, 0b0111_0111]
        var levels = LevelDecoder(packed: bytes, in: 0..<3, maximum: 7)
        #expect(try levels.next(3) == [0, 1, 2])
        #expect(try levels.next(5) == [3, 4, 5, 6, 7])
        #expect(throws: Damage.self) { try levels.next(1) }
    }

    @Test("a level above the column's is damage")
    func levelTooHigh() throws {
        var levels = try LevelDecoder(hybrid: [2, 3], in: 0..<2, maximum: 2)
        #expect(throws: Damage.self) { try levels.next(1) }
        var run = try LevelDecoder(hybrid: [4, 3], in: 0..<2, maximum: 2)
        #expect(throws: Damage.self) { try run.uniform(2) }
    }

    @Test("every bit width unpacks what was packed", arguments: 1...64)
    func bitWidths(width: Int) {
        var generator = Seeded(UInt64(width))
        let mask: UInt64 = width == 64 ? .max : (1 << UInt64(width)) - 1
        let values = (0..<100).map { _ in
            UInt64.random(in: 0...UInt64.max, using: &generator) & mask
        }
        var bytes = [UInt8](repeating: 0, count: (100 * width + 7) / 8)
        for (index, value) in values.enumerated() {
            for bit in 0..<width where value >> UInt64(bit) & 1 == 1 {
                bytes[(index * width + bit) / 8] |= 1 << UInt8((index * width + bit) % 8)
            }
        }
        var out = [UInt64](repeating: 0, count: 60)
        unpackBits(bytes, firstBit: 40 * width, bitWidth: width, to: &out, at: 0, count: 60)
        #expect(out == Array(values[40...]))
    }

    @Test("levels become validity bits of any threshold and length", arguments: 0..<70)
    func levelBits(count: Int) {
        var generator = Seeded(UInt64(count))
        let levels = (0..<count).map { _ in UInt8.random(in: 0...65, using: &generator) }
        for threshold: UInt8 in [1, 2, 33, 65] {
            let (words, setCount) = bits(of: levels, atLeast: threshold)
            let expected = levels.map { $0 >= threshold }
            #expect(Bitmap(words: words, count: count) == Bitmap(expected))
            #expect(setCount == expected.count { $0 })
            #expect(countAtLeast(threshold, in: levels) == setCount)
        }
    }
}

/// A generator whose numbers depend on the seed alone (SplitMix64).
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
