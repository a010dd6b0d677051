import Columnar
@testable import EntityTestSupport
@testable import Keys
import Testing

@Suite("Keys")
struct KeyTests {
    private func hashes(_ columns: Column...) -> [ValueHash] {
        var hasher = KeyHasher()
        return hasher.hashes(columns, count: columns[0].count)
    }

    private func text(_ values: [String?]) -> Column {
        Column(
            .string, storage: .bytes(ByteVector(values.map { $0 ?? "" })),
            validity: Bitmap(values.map { $0 != nil }))
    }

    @Test("a value hashes the same whatever its storage")
    func storages() {
        let codes = Column(
            .string,
            storage: .dictionary(
                codes: [1, 0, 1],
                values: DictionaryValues(
                    lineage: .next(), values: ByteVector(["b", "a long one, 日本"]))))
        #expect(hashes(codes) == hashes(text(["a long one, 日本", "b", "a long one, 日本"])))
        let wide = Column(.decimal(precision: 20, scale: 0), storage: .int128([5, -1, 1 << 40]))
        let long = Column(.long, storage: .int64([5, -1, 1 << 40]))
        #expect(hashes(wide) == hashes(long))
        #expect(hashes(Column(.integer, storage: .int32([5, -1]))) == Array(hashes(long)[..<2]))
        let zeros = hashes(Column(.double, storage: .double([0, -0.0, .nan, -.nan, 1])))
        #expect(zeros[0] == zeros[1] && zeros[2] == zeros[3] && zeros[0] != zeros[4])
    }

    @Test("keys of several columns do not run together, and NULL is no value")
    func composites() {
        let left = hashes(text(["a", "ab", nil, "", "x"]), text(["bc", "c", "", nil, "x"]))
        #expect(Set(left).count == 5)
        let ones = Column(.long, storage: .int64([1, 2]))
        let twos = Column(.long, storage: .int64([2, 1]))
        #expect(hashes(ones, twos)[0] != hashes(twos, ones)[0])
        #expect(hashes(ones, twos)[0] == hashes(twos, ones)[1])
    }

    @Test("an index numbers keys in the order they come")
    func index() {
        var index = KeyIndex()
        let keys = hashes(Column(.long, storage: .int64((0..<5000).map { $0 * 7 })))
        for (number, key) in keys.enumerated() {
            #expect(index.find(key) == nil)
            #expect(index.place(key) == (number, true))
        }
        for (number, key) in keys.enumerated() {
            #expect(index.place(key) == (number, false))
            #expect(index.find(key) == number)
        }
        #expect(index.count == 5000)
    }

    @Test("every key that repeats is remembered, and few others", arguments: 0..<4)
    func repeats(seed: Int) {
        var random = SeededNumbers(UInt64(seed + 1))
        let ids = (0..<40_000).map { _ in Int64.random(in: 0..<400_000, using: &random) }
        let keys = hashes(Column(.long, storage: .int64(ids)))
        var repeats = KeyRepeats(expectedCount: keys.count)
        for start in stride(from: 0, to: keys.count, by: 1000) {
            repeats.add(Array(keys[start..<start + 1000]))
        }
        repeats.seal()
        let counts = Dictionary(ids.map { ($0, 1) }, uniquingKeysWith: +)
        var needless = 0
        for (id, key) in zip(ids, keys) {
            if (counts[id] ?? 0) > 1 { #expect(repeats.mayRepeat(key)) }
            if counts[id] == 1, repeats.mayRepeat(key) { needless += 1 }
        }
        #expect(needless < keys.count / 50)
    }
}
