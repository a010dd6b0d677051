import Columnar
import Testing

@testable import MySQL

/// Codes of texts, beside a plain dictionary.
@Suite("Dictionary of texts")
struct StringDictionaryTests {
    /// Texts of 0 to 40 bytes, of which some differ in trailing zeros, length or last byte only.
    private func text(_ number: Int) -> [UInt8] {
        let digits = Array(String(number &* 2_654_435_761 & 0xFFFF_FFFF).utf8)
        switch number % 8 {
        case 0: return digits
        case 1: return []
        case 2: return [UInt8](repeating: 0, count: number % 41)
        case 3: return [UInt8](repeating: 97, count: number % 41)
        case 4: return digits + [0]
        case 5: return Array("a prefix that is longer than a key ".utf8) + digits
        case 6: return Array("déjà ".utf8) + digits
        default: return [UInt8](repeating: 98, count: 15) + digits.suffix(1)
        }
    }

    @Test(
        "equal texts get equal codes, others others, over blocks and growing tables",
        arguments: 1...4)
    func codes(seed: Int) throws {
        let dictionary = StringDictionary()
        let sought = SoughtTexts()
        var known: [[UInt8]: UInt32] = [:]
        var number = seed
        for _ in 0..<200 {
            let count = 192
            let texts = (0..<count).map { _ -> [UInt8] in
                number = (number &* 1_103_515_245 &+ 12345) & 0x7FFF_FFFF
                return text(number >> 8 & 0x3FFF)
            }
            let codes = try find(texts, dictionary, sought, refused: [])
            for (text, code) in zip(texts, codes) {
                let expected = known[text] ?? UInt32(known.count)
                #expect(code == expected)
                known[text] = expected
            }
        }
        #expect(known.count > 4000)
        let values = dictionary.snapshot().values
        #expect(values.count == known.count)
        for (text, code) in known { #expect(Array(values[Int(code)]) == text) }
    }

    @Test("what is not UTF-8 gets no code, whatever its length")
    func refused() throws {
        let long = Array("twenty bytes of text".utf8)
        let texts = [[0xFF], [97], [0xC3], long + [0xE2, 0x82], long, [97]]
        let codes = try find(texts, StringDictionary(), SoughtTexts(), refused: [0, 2, 3])
        #expect(codes == [0, 0, 0, 0, 1, 0])
    }

    /// The codes of one block.
    private func find(
        _ texts: [[UInt8]], _ dictionary: StringDictionary, _ sought: SoughtTexts,
        refused expected: [Int]
    ) throws -> [UInt32] {
        sought.reserve(texts.count)
        let block = texts.flatMap { $0 } + [UInt8](repeating: 0xEE, count: 16)
        var codes = [UInt32](repeating: 9_999_999, count: texts.count)
        var refused: [Int] = []
        unsafe block.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            var start = 0
            for (row, text) in texts.enumerated() {
                unsafe sought.texts[row] = unsafe dictionary.sought(
                    base + start, text.count, row: row)
                start += text.count
            }
            unsafe codes.withUnsafeMutableBufferPointer { codes in
                guard let first = codes.baseAddress else { return }
                unsafe dictionary.find(sought, texts.count, first) {
                    unsafe refused.append($0.row)
                }
            }
        }
        #expect(refused == expected)
        return codes
    }
}
