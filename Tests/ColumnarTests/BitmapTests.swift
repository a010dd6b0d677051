import Columnar
import Testing

@Suite("Bitmaps")
struct BitmapTests {
    @Test("a bitmap behaves as the array of its bits", arguments: 0..<50)
    func model(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var bits = (0..<Int.random(in: 0...200, using: &generator)).map { _ in
            Bool.random(using: &generator)
        }
        var bitmap = Bitmap(bits)
        for _ in 0..<100 {
            let value = Bool.random(using: &generator)
            if bits.isEmpty || Bool.random(using: &generator) {
                bitmap.append(value)
                bits.append(value)
            } else {
                let index = Int.random(in: 0..<bits.count, using: &generator)
                bitmap.set(index, to: value)
                bits[index] = value
            }
        }
        #expect(bitmap.count == bits.count)
        #expect(bits.indices.allSatisfy { bitmap[$0] == bits[$0] })
        #expect(bitmap.setCount == bits.count { $0 })
        #expect(bitmap == Bitmap(bits) && bitmap == Bitmap(words: bitmap.words, count: bits.count))
    }

    @Test("bits past the end are zero", arguments: [0, 1, 63, 64, 65, 127, 128, 130])
    func tail(count: Int) {
        let full = Bitmap(repeating: true, count: count)
        #expect(full.setCount == count && full.words.count == (count + 63) / 64)
        let words = [UInt64](repeating: .max, count: full.words.count)
        #expect(Bitmap(words: words, count: count) == full)
        #expect(Bitmap(repeating: false, count: count).setCount == 0)
    }

    @Test("an index outside traps")
    func outside() async {
        await #expect(processExitsWith: .failure) { _ = Bitmap(repeating: true, count: 3)[3] }
        await #expect(processExitsWith: .failure) {
            var bitmap = Bitmap()
            bitmap.set(-1, to: true)
        }
        await #expect(processExitsWith: .failure) { _ = Bitmap(words: [1], count: 65) }
    }
}

@Suite("Byte vectors")
struct ByteVectorTests {
    @Test("strings come back byte for byte", arguments: 0..<20)
    func roundTrip(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let strings = (0..<50).map { _ in
            (0..<Int.random(in: 0...20, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
        }
        var vector = ByteVector()
        vector.reserveCapacity(strings.count, byteCount: 500)
        for string in strings { vector.append(string) }
        #expect(vector.count == 50 && vector.offsets.count == 51)
        for (index, string) in strings.enumerated() {
            #expect(Array(vector[index]) == string)
            #expect(Array(vector.bytes[vector.range(index)]) == string)
        }
        #expect(ByteVector(offsets: vector.offsets, bytes: vector.bytes) == vector)
    }

    @Test("texts are UTF-8, and invalid bytes are repaired for printing alone")
    func texts() {
        var vector = ByteVector(["", "é", "漢"])
        vector.append([0x61, 0xFF])
        #expect((0..<4).map(vector.text) == ["", "é", "漢", "a\u{FFFD}"])
        #expect(vector.bytes.count == 7)
        #expect(ByteVector().count == 0)
    }

    @Test("buffers that do not fit each other trap")
    func misfit() async {
        await #expect(processExitsWith: .failure) { _ = ByteVector(offsets: [0, 2], bytes: [1]) }
        await #expect(processExitsWith: .failure) { _ = ByteVector(offsets: [], bytes: []) }
    }
}
