import Columnar
import Testing

/// Folding by weights, as a server might give them: two letters, a space of weight 0x0020, a
/// contraction and an expansion.
struct CollationTests {
    private static func weights(_ levels: Int = 1) -> CollationWeights {
        let second: [[UInt8]] = levels == 2 ? [[0, 1]] : []
        let upper: [[UInt8]] = levels == 2 ? [[0, 2]] : []
        return CollationWeights(
            levelCount: levels,
            entries: [
                .init(first: 0, last: 0x60, isStepped: levels == 1, weights: [[0, 0]] + second),
                .init(first: 0x61, last: 0x61, weights: [[0, 0x41]] + second),
                .init(first: 0x62, last: 0x7F, isStepped: true, weights: [[0, 0x42]] + second),
                .init(first: 0xDF, last: 0xDF, weights: [[0, 0x53, 0, 0x53]] + second),
                .init(first: 0x301, last: 0x301, weights: [[]] + upper),
                .init(first: 0x3400, last: 0x34FF, isStepped: true, weights: [[0xFB, 0]] + second),
                .init(first: 0x1F600, last: 0x1F64F, weights: [[0xFF, 0xFD]] + second),
                .init(
                    first: 0x63, last: 0x63, following: [0x68], weights: [[0x01, 0x00]] + second),
            ])
    }

    private func folded(_ text: String, pads: Bool = true, levels: Int = 1) -> [UInt8] {
        Collation(name: "test", padsSpaces: pads, weights: CollationTests.weights(levels))
            .folded(Array(text.utf8)[...])
    }

    @Test(
        arguments: [
            ("a", "A", true), ("ab", "AB", true), ("a", "b", false), ("a ", "A", true),
            ("a  ", "a", true), (" a", "a", false), ("", "  ", true), ("a\t", "a", false),
            ("ß", "SS", true), ("a\u{301}", "a", true), ("a\u{301} ", "a", true),
            ("a \u{301}", "a", true), ("ch", "c\u{301}h", false), ("ch", "CH", false),
            ("😀", "😃", true), ("\u{3400}", "\u{3401}", false), ("é", "ê", false), ("é", "é", true),
        ])
    func `texts are equal when their weights are`(_ left: String, _ right: String, _ isEqual: Bool)
    {
        #expect((folded(left) == folded(right)) == isEqual)
    }

    @Test func `without padding spaces at the end count`() {
        #expect(folded("a ", pads: false) != folded("a", pads: false))
        #expect(folded("a ", pads: false) == folded("A ", pads: false))
    }

    @Test func `a level of several tells apart what the first does not`() {
        #expect(folded("a\u{301}", levels: 2) != folded("a", levels: 2))
        #expect(folded("a\u{301} ", levels: 2) == folded("a\u{301}", levels: 2))
    }

    @Test(
        arguments: [
            ("utf8mb4_bin", true), ("latin1_bin", true), ("utf8mb4_nopad_bin", false),
            ("utf8mb4_0900_bin", false), ("binary", false),
        ])
    func `names alone tell of those that compare bytes`(_ name: String, _ pads: Bool) {
        let collation = Collation(binary: name)
        #expect(collation?.padsSpaces == pads)
        #expect(collation?.isPlain == !pads)
        #expect(Collation(binary: "utf8mb4_general_ci") == nil)
    }

    @Test func `bytes that are no text stand for themselves`() {
        let collation = Collation(
            name: "test", padsSpaces: true, weights: CollationTests.weights())
        #expect(collation.folded([0x61, 0xFF][...]) != collation.folded([0x61, 0xFE][...]))
        #expect(collation.folded([0xE4, 0xB8][...]) != collation.folded([0xE4, 0xB9][...]))
    }

    @Test func `a dictionary column folds to what its rows fold to`() {
        let collation = Collation(
            name: "test", padsSpaces: true, weights: CollationTests.weights())
        let values = DictionaryValues(
            lineage: .next(), values: ByteVector(["a", "A ", "b", "unused"]))
        for codes: [UInt32] in [[0, 1], [0, 1, 2, 2, 1, 0]] {
            let column = Column(
                .string, storage: .dictionary(codes: codes, values: values),
                validity: Bitmap(codes.map { $0 != 2 }))
            let folded = column.folded(by: collation)
            for row in codes.indices where codes[row] < 2 {
                #expect(folded.textBytes(row) == folded.textBytes(0))
            }
            #expect(folded.nullCount == column.nullCount)
        }
        #expect(Column(.long, storage: .int64([1])).folded(by: collation).type == .long)
    }

    @Test func `runs of equal and of growing weights are joined`() {
        var runs = CollationRuns()
        for point: UInt32 in 0..<0x100 { runs.add(point, [[0x10, UInt8(point)]]) }
        for point: UInt32 in 0x100..<0x180 { runs.add(point, [[0x20, 0]]) }
        runs.add(0x200, [[0x20, 0]])
        #expect(runs.entries.map(\.first) == [0, 0x100, 0x200])
        #expect(runs.entries.map(\.isStepped) == [true, false, false])
    }
}
