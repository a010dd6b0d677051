import Columnar
@testable import EntityTestSupport
@testable import Keys
import LakeTestSupport
@testable import Tables
import Testing

/// New values for rows of a column that is read batch by batch.
@Suite("Column patches")
struct ColumnPatchTests {
    static let types: [ColumnType] = [
        .boolean, .byte, .integer, .long, .float, .double, .date, .timestamp, .string, .binary,
        .decimal(precision: 12, scale: 2), .decimal(precision: 30, scale: 2),
    ]

    /// A column of few values, with NULLs for some seeds; texts as codes or plain.
    private func column(
        _ type: ColumnType, _ count: Int, _ random: inout SeededNumbers
    ) -> Column {
        let isNullable = Bool.random(using: &random)
        let numbers = (0..<count).map { _ in Int.random(in: 0..<5, using: &random) }
        let validity = isNullable ? Bitmap(numbers.map { _ in .random(using: &random) }) : nil
        let storage: ColumnStorage
        switch Column.nulls(type, count: 0).storage {
        case .bool: storage = .bool(numbers.map { UInt8($0 % 2) })
        case .int32: storage = .int32(numbers.map { Int32($0) })
        case .int64: storage = .int64(numbers.map { Int64($0) })
        case .int128: storage = .int128(numbers.map { Int128($0) })
        case .float: storage = .float(numbers.map { [0, -0.0, .nan, 1, 2][$0] })
        case .double: storage = .double(numbers.map { [0, -0.0, .nan, 1, 2][$0] })
        default:
            let texts = ["", "a", "é", "long enough to be no small text", "z"]
            if Bool.random(using: &random) {
                storage = .bytes(ByteVector(numbers.map { texts[$0] }))
            } else {
                let order = texts.shuffled(using: &random)
                storage = .dictionary(
                    codes: numbers.map { UInt32($0) },
                    values: DictionaryValues(
                        lineage: .next(), values: ByteVector(order)))
            }
        }
        return Column(type, storage: storage, validity: validity)
    }

    /// A value to the last bit; nil for NULL.
    private func value(_ column: Column, _ row: Int) -> String? {
        if column.isNull(row) { return nil }
        switch column.storage {
        case .bool(let values): return "\(values[row])"
        case .int32(let values): return "\(values[row])"
        case .int64(let values): return "\(values[row])"
        case .int128(let values): return "\(values[row])"
        case .float(let values): return "\(values[row].bitPattern)"
        case .double(let values): return "\(values[row].bitPattern)"
        default: return column.bytes(row).map { "\(Array($0))" }
        }
    }

    @Test("give what replacing value by value gives", arguments: types)
    func equalsModel(type: ColumnType) {
        var held = 0
        for seed in 0..<200 {
            var random = SeededNumbers(UInt64(seed + 1))
            let sources = (0..<3).map { _ in column(type, 20, &random) }
            var patch = ColumnPatch(sources)
            var first = 0
            for _ in 0..<3 {
                let old = column(type, 30, &random)
                let chosen = (0..<30).shuffled(using: &random)
                    .prefix(.random(in: 0..<4, using: &random)).sorted()
                let rows = chosen.map { row in
                    RowReplacement(
                        row: first + row,
                        by: RowReference(
                            batch: .random(in: 0..<3, using: &random),
                            row: .random(in: 0..<20, using: &random)))
                }
                var wanted = (0..<30).map { value(old, $0) }
                for row in rows {
                    wanted[row.row - first] = value(sources[Int(row.by.batch)], Int(row.by.row))
                }
                let isHeld = wanted == (0..<30).map { value(old, $0) }
                #expect(patch.isHeld(by: old, rows[...], from: first) == isHeld)
                if isHeld, !rows.isEmpty { held += 1 }
                let new = patch.apply(to: old, rows[...], from: first)
                #expect(new.type == type && new.count == 30)
                #expect((0..<30).map { value(new, $0) } == wanted)
                first += 30
            }
        }
        #expect(held > 10)
    }

    @Test("texts that are codes stay codes of one dictionary")
    func codes() {
        func coded(_ texts: [String], _ codes: [UInt32]) -> Column {
            Column(
                .string,
                storage: .dictionary(
                    codes: codes,
                    values: DictionaryValues(
                        lineage: .next(), values: ByteVector(texts))))
        }
        var patch = ColumnPatch([coded(["new", "b"], [0, 1])])
        let rows = [0, 1].map { row in
            RowReplacement(row: row, by: RowReference(batch: 0, row: Int32(row)))
        }
        let new = patch.apply(to: coded(["a", "b"], [0, 0, 1]), rows[...], from: 0)
        guard case .dictionary(let codes, let values) = new.storage else {
            Issue.record("no codes")
            return
        }
        #expect(codes == [2, 1, 1])
        let texts = (0..<3).map { String(decoding: values.values[$0], as: UTF8.self) }
        #expect(texts == ["a", "b", "new"])
    }

    @Test("a filter of numbers never excludes one of them, and most others")
    func filter() throws {
        for seed in 0..<50 {
            var random = SeededNumbers(UInt64(seed + 1))
            let width = Int64(1) << Int64.random(in: 1..<62, using: &random)
            let count = Int.random(in: 1..<500, using: &random)
            let numbers = (0..<count).map { _ in
                Int64.random(in: -width...width, using: &random)
            }.sorted()
            let filter = try #require(NumberFilter(numbers))
            #expect(numbers.allSatisfy { filter.mayHold($0) })
        }
        let filter = try #require(NumberFilter([.min, 0, .max]))
        #expect([.min, 0, .max].allSatisfy { filter.mayHold($0) } && !filter.mayHold(1 << 61))
        let ids = try #require(NumberFilter((0..<1000).map { $0 * 50 }))
        #expect((0..<50_000).count { ids.mayHold($0) } < 10_000)
        #expect(!ids.mayHold(-1) && !ids.mayHold(50_001) && NumberFilter([]) == nil)
    }
}
