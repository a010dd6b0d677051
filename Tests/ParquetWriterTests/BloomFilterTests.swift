import Columnar
import Testing

@testable import Parquet

@Suite("Bloom filters")
struct BloomFilterTests {
    @Test(
        "xxHash64 is the published one",
        arguments: [
            ("", 0xef46_db37_51d8_e999 as UInt64), ("a", 0xd24e_c4f1_a98c_6e5b),
            ("abc", 0x44bc_2cf5_ad77_0999),
            ("Nobody inspects the spammish repetition", 0xfbce_a83c_8a37_8bf1),
        ])
    func hash(_ text: String, _ expected: UInt64) {
        #expect(XXHash64.hash(Array(text.utf8)[...]) == expected)
    }

    @Test("numbers hash as their bytes do")
    func numbers() {
        #expect(XXHash64.hash(0x0403_0201 as UInt32) == XXHash64.hash([1, 2, 3, 4][...]))
        #expect(
            XXHash64.hash(0x0807_0605_0403_0201 as UInt64)
                == XXHash64.hash([1, 2, 3, 4, 5, 6, 7, 8][...]))
    }

    @Test("what is in a filter is found, what is not is so but for one in some hundreds")
    func answers() throws {
        let hashes = (0..<10_000).map { XXHash64.hash(UInt64($0)) }
        let filter = BloomFilter(hashes)
        #expect(hashes.allSatisfy(filter.mayHold))
        let wrong = (10_000..<110_000).count { filter.mayHold(XXHash64.hash(UInt64($0))) }
        #expect(wrong < 300)
        let read = try #require(BloomFilter(filter.bytes))
        #expect(hashes.allSatisfy(read.mayHold))
        #expect(BloomFilter(Array(filter.bytes.dropLast())) == nil)
        #expect(BloomFilter([1, 2, 3]) == nil && BloomFilter([]) == nil)
    }

    private func file(
        _ columns: [Column], rowGroupRows: Int = 100, _ use: WriterOptions.BloomUse = .always
    ) throws -> FileReader {
        let fields = columns.enumerated().map { Field("c\($0)", $1.type) }
        var options = WriterOptions()
        options.rowGroupRows = rowGroupRows
        options.pageRows = 10
        for field in fields.dropLast() { options.bloomColumns[field.name] = use }
        let sink = MemorySink()
        let writer = try FileWriter(schema: Schema(fields), options: options, sink: sink)
        try writer.write(RecordBatch(schema: Schema(fields), columns: columns))
        _ = try writer.finish()
        return try FileReader(source: MemorySource(sink.bytes))
    }

    @Test("every row group tells of its own values: numbers, times, texts, dictionaries, NULLs")
    func files() throws {
        let count = 250
        let texts = (0..<count).map { "key \($0)" }
        let valid = Bitmap((0..<count).map { $0 % 10 != 3 })
        var dictionary = ByteVector()
        for number in 0..<5 { dictionary.append(Array("word \(number)".utf8)) }
        let columns = [
            Column(.long, storage: .int64((0..<count).map { Int64($0) * 7 })),
            Column(.integer, storage: .int32((0..<count).map { Int32($0) }), validity: valid),
            Column(.string, storage: .bytes(ByteVector(texts)), validity: valid),
            Column(.timestamp, storage: .int64((0..<count).map { Int64($0) << 30 })),
            Column(
                .string,
                storage: .dictionary(
                    codes: (0..<count).map { UInt32($0 / 100) },
                    values: DictionaryValues(lineage: .none, values: dictionary))),
            Column(.long, storage: .int64([Int64](repeating: 1, count: count))),
        ]
        let file = try file(columns)
        #expect(file.rowGroups.count == 3)
        for (index, column) in columns.enumerated() {
            for group in 0..<3 {
                let filter = try file.bloomFilter(rowGroup: group, column: "c\(index)")
                guard index < columns.count - 1 else {
                    #expect(filter == nil)
                    continue
                }
                let bloom = try #require(filter)
                let rows = Array(group * 100..<min(count, group * 100 + 100))
                let own = try #require(column.gather(rows).bloomHashes(as: column.type))
                #expect(own.allSatisfy(bloom.mayHold))
                let others = (0..<count).filter { !rows.contains($0) }
                let rest = try #require(column.gather(others).bloomHashes(as: column.type))
                #expect(rest.filter { !own.contains($0) && bloom.mayHold($0) }.count < 10)
            }
        }
        #expect(columns[0].bloomHashes(as: .integer) == nil)
    }

    @Test("where only what is in no order is asked for, pages that follow one another get none")
    func unordered() throws {
        let scattered = (0..<250).map { number in
            Int64(number * 2_654_435_761 % 4_294_967_296 * 7919 % 1_000_003)
        }
        let columns = [
            Column(.long, storage: .int64((0..<250).map { Int64($0) })),
            Column(.long, storage: .int64(scattered)),
            Column(.long, storage: .int64((0..<250).map { Int64($0 < 90 ? $0 : 350 - $0) })),
            Column(.long, storage: .int64([Int64](repeating: 1, count: 250))),
        ]
        let file = try file(columns, .unordered)
        let has = try (0..<4).map { column in
            try (0..<3).map { try file.bloomFilter(rowGroup: $0, column: "c\(column)") != nil }
        }
        #expect(has[0] == [false, false, false] && has[1] == [true, true, true])
        // The first pages are in order, so it is given up; the other groups are so all along.
        #expect(has[2] == [false, false, false] && has[3] == [false, false, false])
    }
}
