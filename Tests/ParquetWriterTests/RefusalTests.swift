import Columnar
import Parquet
import Testing

/// What cannot be written is refused with the column's name.
@Suite struct RefusalTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var field: Field
        var column: Column
        var code: ParquetError.Code

        init(_ name: String, _ field: Field, _ column: Column, _ code: ParquetError.Code) {
            testDescription = name
            self.field = field
            self.column = column
            self.code = code
        }
    }

    private static let nullable = Column(
        .integer, storage: .int32([1, 2]), validity: Bitmap([true, false]))

    @Test(arguments: [
        Row("a null", Field("c", .integer, isNullable: false), nullable, .value),
        Row(
            "a null inside a structure",
            Field("c", .structure([Field("a", .integer, isNullable: false)])),
            Column(
                .structure([Field("a", .integer, isNullable: false)]),
                storage: .structure([nullable])), .value),
        Row("a byte of 128", Field("c", .byte), Column(.byte, storage: .int32([128])), .value),
        Row("a short", Field("c", .short), Column(.short, storage: .int32([-32_769])), .value),
        Row(
            "a decimal of ten digits", Field("c", .decimal(precision: 9, scale: 0)),
            Column(.decimal(precision: 9, scale: 0), storage: .int64([1_000_000_000])), .value),
        Row(
            "a decimal of 21 digits", Field("c", .decimal(precision: 20, scale: 0)),
            Column(
                .decimal(precision: 20, scale: 0), storage: .int128([Decimal.powerOfTen(20)])),
            .value),
        Row("another type", Field("c", .long), Column(.integer, storage: .int32([1])), .schema),
        Row(
            "another decimal", Field("c", .decimal(precision: 9, scale: 1)),
            Column(.decimal(precision: 9, scale: 2), storage: .int64([1])), .schema),
    ])
    func `a column that does not fit is refused`(row: Row) throws {
        let writer = try FileWriter(
            schema: Schema([row.field]), options: WriterOptions(), sink: MemorySink())
        let batch = RecordBatch(
            schema: Schema([Field("c", row.column.type)]), columns: [row.column])
        let error = #expect(throws: ParquetError.self) { try writer.write(batch) }
        #expect(error?.code == row.code)
        #expect(error?.subject.isEmpty == false)
    }

    @Test(arguments: [
        [Field("a", .integer), Field("a", .long)], [Field("", .integer)],
        [Field("s", .structure([]))], [Field("d", .decimal(precision: 39, scale: 0))],
        [Field("d", .decimal(precision: 5, scale: 6))],
    ])
    func `a schema that cannot be stored is refused`(fields: [Field]) {
        let error = #expect(throws: ParquetError.self) {
            try FileWriter(schema: Schema(fields), options: WriterOptions(), sink: MemorySink())
        }
        #expect(error?.code == .schema)
    }

    private final class FullSink: ByteSink {
        private var room = 1000

        func write(_ bytes: [UInt8]) throws(ParquetError) {
            room -= bytes.count
            if room < 0 {
                throw ParquetError(.output, operation: "write", subject: "disk", message: "full")
            }
        }
    }

    @Test func `a failure of the sink reaches the caller`() throws {
        let schema = Schema([Field("n", .long)])
        let writer = try FileWriter(schema: schema, options: WriterOptions(), sink: FullSink())
        var random = Seeded(1)
        let column = Column(
            .long, storage: .int64((0..<5000).map { _ in Int64(bitPattern: random.next()) }))
        try writer.write(RecordBatch(schema: schema, columns: [column]))
        let error = #expect(throws: ParquetError.self) { try writer.finish() }
        #expect(error?.code == .output)
    }
}
