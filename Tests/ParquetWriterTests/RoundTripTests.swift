import Columnar
import Parquet
import Testing

/// Files of every type, null pattern, spread and codec, read by pyarrow, DuckDB and polars.
@Suite struct RoundTripTests {
    static let flatTypes: [(String, ColumnType)] = [
        ("boolean", .boolean), ("byte", .byte), ("short", .short), ("integer", .integer),
        ("long", .long), ("float", .float), ("double", .double),
        ("decimal5", .decimal(precision: 5, scale: 2)),
        ("decimal9", .decimal(precision: 9, scale: 0)),
        ("decimal18", .decimal(precision: 18, scale: 18)),
        ("decimal20", .decimal(precision: 20, scale: 0)),
        ("decimal38", .decimal(precision: 38, scale: 10)),
        ("string", .string), ("binary", .binary), ("date", .date), ("timestamp", .timestamp),
        ("ntz", .timestampNtz),
    ]

    @Test(arguments: [UInt64(1), 2])
    func `flat columns read back equal in other readers`(seed: UInt64) throws {
        var referee = try Referee()
        var columns = RandomColumns(seed: seed)
        for nulls in NullPattern.allCases {
            for spread in Spread.allCases {
                let codec = WriterOptions.Codec.allCases[columns.random.below(4)]
                var options = WriterOptions(codec: codec)
                options.usesDictionary = columns.random.below(4) > 0
                options.pageRows = [64, 300, 20_000][columns.random.below(3)]
                options.rowGroupRows = [500, 1_048_576][columns.random.below(2)]
                let isNullable = nulls != .none || columns.random.below(2) == 0
                let schema = Schema(
                    Self.flatTypes.map { Field($0.0, $0.1, isNullable: isNullable) })
                let counts = [600, columns.random.below(500), 1]
                let batches = counts.map { count in
                    RecordBatch(
                        schema: schema,
                        columns: schema.fields.map { columns.column($0, count, nulls, spread) })
                }
                try referee.add(
                    "\(nulls)-\(spread)-\(codec)", write(schema, batches, options).bytes, batches)
            }
        }
        for failure in try referee.verdict().failures { Issue.record("\(failure)") }
    }

    static let nestedTypes: [(String, ColumnType)] = [
        ("structure", .structure([Field("a", .integer), Field("b", .string, isNullable: false)])),
        ("deep", .structure([Field("inner", .structure([Field("leaf", .long)]))])),
        ("numbers", .list(element: Field("element", .long))),
        ("texts", .list(element: Field("element", .string, isNullable: false))),
        ("lists", .list(element: Field("element", .list(element: Field("element", .double))))),
        ("map", .map(key: Field("key", .string), value: Field("value", .string))),
        (
            "maps",
            .map(
                key: Field("key", .integer),
                value: Field("value", .list(element: Field("element", .date))))
        ),
        (
            "rows",
            .list(
                element: Field(
                    "element",
                    .structure([
                        Field("flag", .boolean), Field("amount", .decimal(precision: 20, scale: 3)),
                        Field("tags", .list(element: Field("element", .string))),
                    ])))
        ),
    ]

    @Test(arguments: [UInt64(3), 4])
    func `nested columns read back equal in other readers`(seed: UInt64) throws {
        var referee = try Referee()
        var columns = RandomColumns(seed: seed)
        for nulls in NullPattern.allCases {
            for spread in [Spread.few, .some, .distinct] {
                var options = WriterOptions(codec: columns.random.below(2) == 0 ? .zstd : .none)
                options.usesDictionary = columns.random.below(2) == 0
                options.pageRows = [50, 20_000][columns.random.below(2)]
                options.rowGroupRows = [250, 1_048_576][columns.random.below(2)]
                let isNullable = nulls != .none
                let schema = Schema(
                    Self.nestedTypes.map { Field($0.0, $0.1, isNullable: isNullable) })
                let batches = [400, 1, columns.random.below(100)].map { count in
                    RecordBatch(
                        schema: schema,
                        columns: schema.fields.map { columns.column($0, count, nulls, spread) })
                }
                try referee.add(
                    "\(nulls)-\(spread)", write(schema, batches, options).bytes, batches)
            }
        }
        for failure in try referee.verdict().failures { Issue.record("\(failure)") }
    }
}

/// Writes `batches` to memory.
func write(
    _ schema: Schema, _ batches: [RecordBatch], _ options: WriterOptions = WriterOptions()
) throws -> (bytes: [UInt8], summary: FileSummary) {
    let sink = MemorySink()
    let writer = try FileWriter(schema: schema, options: options, sink: sink)
    for batch in batches { try writer.write(batch) }
    let summary = try writer.finish()
    return (sink.bytes, summary)
}
