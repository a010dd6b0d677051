import Columnar
@testable import Delta
import Testing

@Suite struct RowOrderTests {
    private static func sorted(_ column: Column, and second: Column? = nil) -> [Int] {
        let names = second == nil ? ["a"] : ["a", "b"]
        let columns = [column] + [second].compactMap { $0 }
        let schema = Schema(zip(names, columns).map { Field($0, $1.type) })
        let keys = RowOrder(columns: names).keys(RecordBatch(schema: schema, columns: columns))
        return keys.sortedPositions() ?? Array(0..<column.count)
    }

    @Test func nullsComeFirstAndNumbersByValue() {
        let valid = Bitmap([true, true, false, true, true])
        let longs = Column(.long, storage: .int64([3, -1, 0, .min, .max]), validity: valid)
        #expect(RowOrderTests.sorted(longs) == [2, 3, 1, 0, 4])
        let days = Column(.date, storage: .int32([3, -1, 0, .min, .max]), validity: valid)
        #expect(RowOrderTests.sorted(days) == [2, 3, 1, 0, 4])
        let wide = Column(
            .decimal(precision: 38, scale: 0), storage: .int128([3, -1, 0, .min, .max]),
            validity: valid)
        #expect(RowOrderTests.sorted(wide) == [2, 3, 1, 0, 4])
        let doubles = Column(
            .double, storage: .double([3, -0.5, 0, -.infinity, .infinity]), validity: valid)
        #expect(RowOrderTests.sorted(doubles) == [2, 3, 1, 0, 4])
    }

    @Test func textOrdersByItsBytes() {
        let texts = [
            "b", "", "a\u{0}", "a", "ab", "a\u{0}b", "ü", String(repeating: "a", count: 40),
        ]
        let column = Column(.string, storage: .bytes(ByteVector(texts)))
        let order = RowOrderTests.sorted(column).map { texts[$0] }
        #expect(order == texts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    @Test func theSecondColumnBreaksTies() {
        let first = Column(.date, storage: .int32([1, 1, 0, 1]))
        let second = Column(.long, storage: .int64([5, -5, 9, 5]))
        #expect(RowOrderTests.sorted(first, and: second) == [2, 1, 0, 3])
        let texts = Column(.string, storage: .bytes(ByteVector(["x", "x", "x", "x"])))
        #expect(RowOrderTests.sorted(texts, and: second) == [1, 0, 3, 2])
    }

    /// Rows in many runs come out as one sort of all of them.
    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func mergedRunsAreTheSortedWhole(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let schema = Schema([Field("a", .integer), Field("b", .string), Field("n", .long)])
        var rows: [(Int32?, String, Int64)] = []
        var batches: [RecordBatch] = []
        for _ in 0..<20 {
            let count = Int(random.next() % 40) + 1
            let fresh = (0..<count).map { index in
                let key: Int32? = random.next() % 7 == 0 ? nil : Int32(random.next() % 9)
                return (key, "t\(random.next() % 5)", Int64(rows.count + index))
            }
            rows += fresh
            batches.append(
                RecordBatch(
                    schema: schema,
                    columns: [
                        Column(
                            .integer, storage: .int32(fresh.map { $0.0 ?? 0 }),
                            validity: Bitmap(fresh.map { $0.0 != nil })),
                        Column(.string, storage: .bytes(ByteVector(fresh.map(\.1)))),
                        Column(.long, storage: .int64(fresh.map(\.2))),
                    ]))
        }
        var sorter = RowSorter(schema: schema, order: RowOrder(columns: ["a", "b"]))
        sorter.runRows = 50
        sorter.mergeRows = 7
        var iterator = batches.makeIterator()
        var numbers: [Int64] = []
        try sorter.sort({ () throws(DeltaError) in iterator.next() }) { batch in
            guard case .int64(let values) = batch.columns[2].storage else { return }
            numbers += values
        }
        let expected = rows.sorted { left, right in
            (left.0.map(Int.init) ?? -1, left.1, left.2)
                < (right.0.map(Int.init) ?? -1, right.1, right.2)
        }
        #expect(numbers == expected.map(\.2))
    }
}
