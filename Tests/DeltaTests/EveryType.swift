import Columnar
import Delta
import LakeTestSupport

/// A table with a column of every type, and rows at the edges of each.
enum EveryType {
    static let schema = Schema([
        Field("bool", .boolean), Field("tiny", .byte), Field("small", .short),
        Field("int", .integer), Field("big", .long), Field("f", .float), Field("d", .double),
        Field("dec9", .decimal(precision: 9, scale: 2)),
        Field("dec38", .decimal(precision: 38, scale: 10)), Field("text", .string),
        Field("bin", .binary), Field("date", .date), Field("ts", .timestamp),
        Field("odd\"näme$", .long, metadata: ["sluice.source_name": "odd \"näme$"]),
        Field("day", .date),
    ])

    static let dataSchema = Schema(Array(schema.fields.dropLast()))

    /// Six rows; the last is all NULL.
    static func batch() -> RecordBatch {
        let valid = Bitmap([true, true, true, true, true, false])
        func column(_ type: ColumnType, _ storage: ColumnStorage) -> Column {
            Column(type, storage: storage, validity: valid)
        }
        let texts = ["", "a", "ü\"\\\n\u{1}", "日本語", String(repeating: "x", count: 40), ""]
        let big: Int128 = Decimal.powerOfTen(38) - 1
        let columns = [
            column(.boolean, .bool([0, 1, 0, 1, 1, 0])),
            column(.byte, .int32([-128, 127, 0, 1, -1, 0])),
            column(.short, .int32([-32768, 32767, 0, 1, -1, 0])),
            column(.integer, .int32([.min, .max, 0, 1, -1, 0])),
            column(.long, .int64([.min, .max, 0, 1, -1, 0])),
            column(.float, .float([-1.5, .greatestFiniteMagnitude, 0, 0.1, 1e-30, 0])),
            column(.double, .double([-1.5, .greatestFiniteMagnitude, 0, 0.1, 1e-300, 0])),
            column(
                .decimal(precision: 9, scale: 2),
                .int64([-999_999_999, 999_999_999, 0, 1, -5, 0])),
            column(.decimal(precision: 38, scale: 10), .int128([-big, big, 0, 1, -5, 0])),
            column(.string, .bytes(ByteVector(texts))),
            column(.binary, .bytes(ByteVector(texts))),
            column(.date, .int32([-719_162, 2_932_896, 0, 1, -1, 0])),
            column(
                .timestamp,
                .int64([
                    -62_135_596_800_000_000, 253_402_300_799_999_999, 0, 1_767_323_045_678_901, -1,
                    0,
                ])),
            column(.long, .int64([1, 2, 3, 4, 5, 0])),
        ]
        return RecordBatch(schema: dataSchema, columns: columns)
    }

    /// The texts of all values of a batch, row by row; nil is NULL.
    static func texts(_ batch: RecordBatch) -> [[String?]] {
        (0..<batch.count).map { row in
            batch.columns.map { $0.isNull(row) ? nil : $0.text(row) }
        }
    }

    /// Creates the table and appends one file a batch.
    static func write(
        _ table: DeltaTable, _ batches: [RecordBatch], days: [String?],
        configuration: [String: String] = [:]
    ) throws {
        if try table.snapshot() == nil {
            var creation = Transaction(table, reading: nil)
            try creation.create(
                schema: schema, partitionColumns: ["day"], configuration: configuration)
            _ = try creation.commit(operation: "CREATE TABLE")
        }
        for (batch, day) in zip(batches, days) {
            let writer = try DataFileWriter(
                table: table, schema: dataSchema,
                placement: DataFileWriter.Placement(partition: [("day", day)]))
            try writer.write(batch)
            try writer.finish()
            var transaction = Transaction(table, reading: try table.snapshot())
            transaction.add(try writer.publish(tags: ["sluice.run": "r"]))
            _ = try transaction.commit(operation: "WRITE")
        }
    }

    /// All rows of a table, as texts.
    static func rows(_ snapshot: Snapshot, columns: [String]? = nil) throws -> [[String?]] {
        let scan = try DeltaScan(snapshot, columns: columns)
        var rows: [[String?]] = []
        while let batch = try scan.next() { rows += texts(batch) }
        return rows
    }
}

extension EveryType {
    /// The rows of one file, as texts.
    static func rowsOf(_ file: AddFile, in snapshot: Snapshot) throws -> [[String?]] {
        let scan = try DeltaScan(snapshot, files: [file])
        var rows: [[String?]] = []
        while let batch = try scan.next() { rows += texts(batch) }
        return rows
    }
}
