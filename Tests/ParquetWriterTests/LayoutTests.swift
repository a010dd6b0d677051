import Columnar
import Parquet
import Testing

/// How files are laid out, as pyarrow's metadata tells it.
@Suite struct LayoutTests {
    private static func strings(_ texts: [String]) -> Column {
        Column(.string, storage: .bytes(ByteVector(texts)))
    }

    private static func longs(_ values: [Int64]) -> Column {
        Column(.long, storage: .int64(values))
    }

    @Test func `pages, dictionaries and bounds are what readers expect`() throws {
        var referee = try Referee()
        var random = Seeded(5)
        func add(
            _ name: String, _ column: Column, _ options: WriterOptions = WriterOptions()
        ) throws -> String {
            let schema = Schema([Field("c", column.type)])
            let batch = RecordBatch(schema: schema, columns: [column])
            return try referee.add(
                name, write(schema, [batch], options).bytes, [batch], readers: ["pyarrow"])
        }
        let few = try add(
            "few", Self.longs((0..<50_000).map { _ in Int64(random.below(90)) << 40 }))
        let distinct = try add("distinct", Self.longs((0..<50_000).map { Int64($0) * 7 }))
        let tiny = try add("tiny", Self.strings(["a", "b", "c"]))
        var small = WriterOptions()
        small.dictionaryBytes = 3000
        // Repeats at first, then only new values: the dictionary is given up on the way.
        let growing = (0..<60_000).map { $0 < 25_000 ? Int64($0 % 300) << 20 : Int64($0) << 33 }
        let fallback = try add("fallback", Self.longs(growing), small)
        let text = String(repeating: "y", count: 63) + "é" + "tail"
        let long = try add("long", Self.strings([text, "b"]))
        let zeros = try add("zeros", Column(.double, storage: .double([0.0, -0.0])))
        let nan = try add("nan", Column(.float, storage: .float([1, .nan])))
        var bySize = WriterOptions(codec: .none)
        bySize.rowGroupBytes = 200_000
        bySize.pageBytes = 10_000
        let wide = try add(
            "wide",
            Self.strings((0..<3000).map { "\($0)" + String(repeating: "w", count: 200) }), bySize)
        let verdict = try referee.verdict()
        for failure in verdict.failures { Issue.record("\(failure)") }
        func facts(_ file: String) throws -> Referee.Facts { try #require(verdict.facts[file]) }
        func column(_ file: String) throws -> Referee.Facts.Column {
            try #require(facts(file).groups.first?.columns.first)
        }

        #expect(try column(few).dictionary)
        #expect(try column(few).encodings == ["PLAIN", "RLE", "RLE_DICTIONARY"])
        #expect(try facts(few).pages == 3)
        #expect(try !column(distinct).dictionary && !column(tiny).dictionary)
        #expect(try column(fallback).dictionary)
        #expect(try column(distinct).columnIndex && column(distinct).offsetIndex)
        #expect(try column(long).min == "b'b'")
        #expect(try column(long).max == "b'\(String(repeating: "y", count: 62))z'")
        #expect(try column(zeros).min == "-0.0" && column(zeros).max == "0.0")
        #expect(try column(nan).min == nil && !column(nan).columnIndex)
        #expect(try facts(wide).groups.count > 2)
        #expect(try facts(wide).pages > 30)
        #expect(try facts(wide).groups.map(\.rows).reduce(0, +) == 3000)
    }

    @Test func `the schema is the one Spark writes`() throws {
        var referee = try Referee()
        let schema = Schema([
            Field("by", .byte), Field("sh", .short), Field("i", .integer, isNullable: false),
            Field("t", .timestamp), Field("n", .timestampNtz), Field("d", .date),
            Field("d9", .decimal(precision: 9, scale: 2)),
            Field("d18", .decimal(precision: 18, scale: 0)),
            Field("d20", .decimal(precision: 20, scale: 5)), Field("s", .string),
            Field("b", .binary), Field("l", .list(element: Field("element", .string))),
            Field("m", .map(key: Field("key", .string), value: Field("value", .long))),
        ])
        var options = WriterOptions(codec: .gzip)
        options.keyValueMetadata = [("sluice.run", "r1"), ("é", "日本")]
        options.createdBy = "sluice version 9.9.9"
        var columns = RandomColumns(seed: 1)
        let batch = RecordBatch(
            schema: schema, columns: schema.fields.map { columns.column($0, 10, .none, .some) })
        let file = try referee.add(
            "schema", write(schema, [batch], options).bytes, [batch], readers: ["pyarrow"])
        let verdict = try referee.verdict()
        for failure in verdict.failures { Issue.record("\(failure)") }
        let facts = try #require(verdict.facts[file])
        #expect(facts.metadata == ["sluice.run": "r1", "é": "日本"])
        #expect(facts.createdBy == "sluice version 9.9.9")
        #expect(facts.groups[0].columns.allSatisfy { $0.codec == "GZIP" })
        let lines = facts.schema.split(separator: "\n").map(String.init)
        let expected = """
            required group field_id=-1 schema {
              optional int32 field_id=-1 by (Int(bitWidth=8, isSigned=true));
              optional int32 field_id=-1 sh (Int(bitWidth=16, isSigned=true));
              required int32 field_id=-1 i;
              optional int64 field_id=-1 t (Timestamp(isAdjustedToUTC=true, timeUnit=microseconds, is_from_converted_type=false, force_set_converted_type=false));
              optional int64 field_id=-1 n (Timestamp(isAdjustedToUTC=false, timeUnit=microseconds, is_from_converted_type=false, force_set_converted_type=false));
              optional int32 field_id=-1 d (Date);
              optional int32 field_id=-1 d9 (Decimal(precision=9, scale=2));
              optional int64 field_id=-1 d18 (Decimal(precision=18, scale=0));
              optional fixed_len_byte_array(9) field_id=-1 d20 (Decimal(precision=20, scale=5));
              optional binary field_id=-1 s (String);
              optional binary field_id=-1 b;
              optional group field_id=-1 l (List) {
                repeated group field_id=-1 list {
                  optional binary field_id=-1 element (String);
                }
              }
              optional group field_id=-1 m (Map) {
                repeated group field_id=-1 key_value {
                  required binary field_id=-1 key (String);
                  optional int64 field_id=-1 value;
                }
              }
            }
            """
        #expect(lines == expected.split(separator: "\n").map(String.init))
    }

    @Test func `codes of a growing dictionary, of two in turn and of none keep their values`()
        throws
    {
        var referee = try Referee()
        let schema = Schema([Field("c", .string)])
        func batch(_ lineage: Lineage, _ values: [String], _ codes: [UInt32]) -> RecordBatch {
            let dictionary = DictionaryValues(lineage: lineage, values: ByteVector(values))
            let column = Column(.string, storage: .dictionary(codes: codes, values: dictionary))
            return RecordBatch(schema: schema, columns: [column])
        }
        let many = [UInt32](repeating: 0, count: 50)
        let (one, other) = (Lineage.next(), Lineage.next())
        let batches = [
            batch(one, ["a"], many), batch(one, ["a", "b"], [1, 0] + many),
            batch(other, ["b", "a"], [0, 1, 0]), batch(one, ["a", "b", "c"], [2, 1, 0] + many),
            batch(.none, ["x"], many), batch(.none, ["y"], many),
            batch(.none, ["a", "y"], [0, 1]),
        ]
        var options = WriterOptions()
        options.rowGroupRows = 120
        try referee.add(
            "lineages", write(schema, batches, options).bytes, batches, readers: ["pyarrow"])
        for failure in try referee.verdict().failures { Issue.record("\(failure)") }
    }
}
