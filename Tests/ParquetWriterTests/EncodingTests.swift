import Columnar
import Testing

@testable import Parquet

/// Levels and codes, and what decodes them again.
@Suite struct EncodingTests {
    @Test func `eight values of three bits pack as the specification shows`() {
        var bytes: [UInt8] = []
        appendHybrid([0, 1, 2, 3, 4, 5, 6, 7], width: 3, to: &bytes)
        #expect(bytes == [0x03, 0x88, 0xC6, 0xFA])
    }

    @Test func `a long run is a count and a value`() {
        var bytes: [UInt8] = []
        appendHybrid([UInt32](repeating: 300, count: 100), width: 9, to: &bytes)
        #expect(bytes == [0xC8, 0x01, 0x2C, 0x01])
    }

    @Test func `values and runs alternate and a short end is padded`() {
        var bytes: [UInt8] = []
        appendHybrid([1, 2] + [UInt32](repeating: 0, count: 30) + [3], width: 8, to: &bytes)
        #expect(bytes == [0x03, 1, 2, 0, 0, 0, 0, 0, 0, 24 << 1, 0, 0x03, 3, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test(arguments: 1...32)
    func `codes of any width come back`(width: Int) {
        var random = Seeded(UInt64(width))
        for count in [0, 1, 7, 8, 9, 63, 500, 3000] {
            var codes: [UInt32] = []
            while codes.count < count {
                let code = UInt32(truncatingIfNeeded: random.next() >> UInt64(64 - width))
                let run = random.below(4) == 0 ? random.below(80) : 1
                codes += [UInt32](repeating: code, count: min(run, count - codes.count))
            }
            var bytes: [UInt8] = []
            appendHybrid(codes, width: width, to: &bytes)
            #expect(hybridValues(bytes, width: width, count: count) == codes)
        }
    }

    @Test(arguments: UInt64(0)..<20)
    func `presence bits come back from their levels`(seed: UInt64) {
        var random = Seeded(seed)
        var bits: [Bool] = []
        while bits.count < 3000 {
            let run = random.below(3) == 0 ? random.below(900) : random.below(3)
            bits += [Bool](repeating: random.below(2) == 0, count: run)
        }
        var presence = PresenceBits()
        let source = Bitmap(bits)
        var position = 0
        while position < bits.count {
            let end = min(bits.count, position + random.below(130))
            let set = presence.append(source, position..<end)
            #expect(set == bits[position..<end].count { $0 })
            position = end
        }
        presence.appendPresent(70)
        bits += [Bool](repeating: true, count: 70)
        var bytes: [UInt8] = []
        appendBitLevels(presence.words, count: presence.count, to: &bytes)
        #expect(hybridValues(bytes, width: 1, count: bits.count) == bits.map { $0 ? 1 : 0 })
    }

    /// A plain reading of the hybrid, bit by bit.
    private func hybridValues(_ bytes: [UInt8], width: Int, count: Int) -> [UInt32] {
        var values: [UInt32] = []
        var position = 0
        while values.count < count, position < bytes.count {
            var header = 0
            var shift = 0
            while true {
                let byte = bytes[position]
                position += 1
                header |= Int(byte & 0x7F) << shift
                shift += 7
                if byte < 0x80 { break }
            }
            if header & 1 == 0 {
                var value: UInt32 = 0
                for index in 0..<(width + 7) / 8 {
                    value |= UInt32(bytes[position]) << UInt32(index * 8)
                    position += 1
                }
                values += [UInt32](repeating: value, count: header >> 1)
            } else {
                for value in 0..<(header >> 1) * 8 {
                    var number: UInt32 = 0
                    for bit in 0..<width {
                        let place = value * width + bit
                        let byte = bytes[position + place / 8]
                        number |= UInt32(byte >> UInt8(place % 8) & 1) << UInt32(bit)
                    }
                    values.append(number)
                }
                position += (header >> 1) * width
            }
        }
        // Only the padding of the last group may be left over.
        guard values.count < count + 8 else { return [] }
        return Array(values.prefix(count))
    }

    @Test(arguments: [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (256, 8), (257, 9)])
    func `code widths are the least that fit, and one for a single value`(
        count: Int, width: Int
    ) { #expect(bitWidth(codesBelow: count) == width) }

    @Test(arguments: [(19, 9), (20, 9), (21, 9), (37, 16), (38, 16), (9, 4), (2, 1), (3, 2)])
    func `decimals take the fewest bytes`(precision: Int, bytes: Int) {
        #expect(ColumnType.decimalByteCount(precision) == bytes)
    }
}
