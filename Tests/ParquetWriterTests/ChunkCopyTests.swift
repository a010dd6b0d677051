import Columnar
import Testing

@testable import Parquet

@Suite("Copied row groups")
struct ChunkCopyTests {
    private static let schema = Schema([
        Field("id", .long, isNullable: false), Field("name", .string), Field("ratio", .double),
        Field("flag", .boolean), Field("amount", .decimal(precision: 12, scale: 2)),
    ])

    private static func batch(_ range: Range<Int64>) -> RecordBatch {
        let present = Bitmap(range.map { $0 % 3 != 0 })
        return RecordBatch(
            schema: schema,
            columns: [
                Column(.long, storage: .int64(Array(range))),
                Column(
                    .string, storage: .bytes(ByteVector(range.map { "name \($0 % 50)" })),
                    validity: present),
                Column(.double, storage: .double(range.map { $0 == 7 ? .nan : Double($0) / 3 })),
                Column(.boolean, storage: .bool(range.map { UInt8($0 % 2) }), validity: present),
                Column(
                    .decimal(precision: 12, scale: 2), storage: .int64(range.map { $0 * 100 })),
            ])
    }

    private static func options(_ codec: WriterOptions.Codec) -> WriterOptions {
        var options = WriterOptions(codec: codec)
        options.rowGroupRows = 400
        options.pageRows = 90
        return options
    }

    private static func file(_ codec: WriterOptions.Codec) throws -> (FileReader, FileSummary) {
        let sink = MemorySink()
        let writer = try FileWriter(schema: schema, options: options(codec), sink: sink)
        try writer.write(batch(0..<1000))
        let summary = try writer.finish()
        return (try FileReader(source: MemorySource(sink.bytes)), summary)
    }

    private static func rows(_ file: FileReader) throws -> [[String]] {
        var rows: [[String]] = []
        for group in file.rowGroups.indices {
            let reader = try file.read(rowGroup: group)
            while let batch = try reader.next() {
                for row in 0..<batch.count {
                    rows.append(batch.columns.map { $0.isNull(row) ? "NULL" : $0.text(row) })
                }
            }
        }
        return rows
    }

    @Test("copied groups hold the same rows and bounds", arguments: WriterOptions.Codec.allCases)
    func copies(codec: WriterOptions.Codec) throws {
        let (file, summary) = try ChunkCopyTests.file(codec)
        let sink = MemorySink()
        let writer = try FileWriter(
            schema: ChunkCopyTests.schema, options: ChunkCopyTests.options(.zstd), sink: sink)
        try writer.write(ChunkCopyTests.batch(5000..<5010))
        for group in file.rowGroups.indices {
            #expect(try writer.copy(file, rowGroup: group))
        }
        try writer.write(ChunkCopyTests.batch(6000..<6010))
        let copied = try writer.finish()
        #expect(copied.rows == 1020)
        let reader = try FileReader(source: MemorySource(sink.bytes))
        let expected =
            try ChunkCopyTests.rows(file)
        #expect(Array(try ChunkCopyTests.rows(reader)[10..<1010]) == expected)
        #expect(reader.rowGroups.map(\.rowCount) == [10, 400, 400, 200, 10])
        #expect(copied.columns[0].min == .integer(0) && copied.columns[0].max == .integer(6009))
        #expect(copied.columns[1].max == summary.columns[1].max)
        #expect(copied.columns[2].min == nil && copied.columns[2].hasNaN)
        #expect(copied.columns[4].min == .decimal(0))
        let nulls =
            ChunkCopyTests.batch(5000..<5010).columns[1].nullCount
            + ChunkCopyTests.batch(6000..<6010).columns[1].nullCount
        #expect(copied.columns[1].nullCount == summary.columns[1].nullCount + Int64(nulls))
    }

    @Test("replaced columns hold the new values, the others what they held")
    func replaces() throws {
        let (file, _) = try ChunkCopyTests.file(.zstd)
        let sink = MemorySink()
        let writer = try FileWriter(
            schema: ChunkCopyTests.schema, options: ChunkCopyTests.options(.zstd), sink: sink)
        for (index, group) in file.rowGroups.enumerated() {
            let halves = [group.rowCount / 2, group.rowCount - group.rowCount / 2].map { count in
                Column(.string, storage: .bytes(ByteVector((0..<count).map { "new \($0)" })))
            }
            #expect(try writer.copy(file, rowGroup: index, replacing: ["name": .made { halves }]))
        }
        _ = try writer.finish()
        let rows = try ChunkCopyTests.rows(try FileReader(source: MemorySource(sink.bytes)))
        let old = try ChunkCopyTests.rows(file)
        #expect(rows.map { $0[1] }.prefix(3) == ["new 0", "new 1", "new 2"])
        for column in [0, 2, 3, 4] {
            #expect(rows.map { $0[column] } == old.map { $0[column] })
        }
    }

    @Test("a group of another schema or another program is not copied")
    func refuses() throws {
        let (file, _) = try ChunkCopyTests.file(.zstd)
        let sink = MemorySink()
        var other = ChunkCopyTests.schema
        other.fields[0].type = .timestamp
        let writer = try FileWriter(schema: other, options: WriterOptions(), sink: sink)
        let before = sink.bytes.count
        #expect(try !writer.copy(file, rowGroup: 0))
        #expect(sink.bytes.count == before)
        var foreign = WriterOptions()
        foreign.createdBy = "other version 1.0"
        let foreignSink = MemorySink()
        let foreignWriter = try FileWriter(
            schema: ChunkCopyTests.schema, options: foreign, sink: foreignSink)
        try foreignWriter.write(ChunkCopyTests.batch(0..<10))
        _ = try foreignWriter.finish()
        let again = try FileWriter(
            schema: ChunkCopyTests.schema, options: WriterOptions(), sink: MemorySink())
        #expect(
            try !again.copy(
                try FileReader(source: MemorySource(foreignSink.bytes)), rowGroup: 0))
    }
}
