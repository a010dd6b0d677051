import Columnar
import Delta
@testable import Dimensions
@testable import Events
import JSON
@testable import Lake
import LakeTestSupport
@testable import Pipeline
import Testing

@Suite("SCD2 columns")
struct Scd2SchemaTests {
    /// `lake`'s event with a value of column `c`.
    private func run(
        _ lake: DimensionLake, _ key: Int64, _ sequence: Int64, _ a: String, c: String?
    ) throws -> DimensionReport {
        let event = Event.up(key, sequence, a)
        let plain = lake.batch([event])
        var columns = plain.rows.columns
        if let index = lake.schema.index(of: "c") { columns[index] = DimensionLake.texts([c]) }
        let rows = RecordBatch(schema: lake.schema, columns: columns)
        return try lake.run([lake.batch(rows, [event])])
    }

    private func addColumn(_ lake: DimensionLake, isTracked: Bool = true) {
        lake.schema.fields.append(Field("c", .string))
        if isTracked { lake.spec.tracked = ["a", "c"] }
    }

    @Test("S28 a tracked column that the source adds makes no versions and fills the open one")
    func added() throws {
        let lake = try DimensionLake()
        try lake.run([.up(1, 10, "A"), .up(1, 20, "B")])
        addColumn(lake)
        let report = try run(lake, 1, 30, "B", c: "x")
        #expect(report.rowsInserted == 0 && report.rowsUpdated == 1)
        #expect(try lake.picture(shows: ["a", "c"]) == "[10,20)A/NULL [20,∞)B/x")
        _ = try run(lake, 1, 40, "B", c: "y")
        #expect(
            try lake.picture(shows: ["a", "c"]) == "[10,20)A/NULL [20,40)B/x [40,∞)B/y")
        // The value of a version that is known to be NULL is a value.
        _ = try run(lake, 2, 5_000_000, "Z", c: nil)
        _ = try run(lake, 2, 6_000_000, "Z", c: "x")
        #expect(
            try lake.picture(2, shows: ["a", "c"])
                == "[5000000,6000000)Z/NULL [6000000,∞)Z/x")
    }

    @Test("S28 the same event again, now with the column, fills it too")
    func addedAndReadAgain() throws {
        let lake = try DimensionLake()
        try lake.run([.up(1, 10, "A")])
        addColumn(lake)
        let report = try run(lake, 1, 10, "A", c: "x")
        #expect(report.refused.isEmpty)
        #expect(try lake.picture(shows: ["a", "c"]) == "[10,∞)A/x")
        let again = try run(lake, 1, 10, "A", c: "x")
        #expect(again.isUnchanged)
        #expect(try run(lake, 1, 10, "A", c: "y").refused.map(\.rule) == [.sequenceConflict])
    }

    @Test("S29 a column that the source dropped makes no versions; old rows keep its value")
    func dropped() throws {
        let lake = try DimensionLake()
        addColumn(lake)
        _ = try run(lake, 1, 10, "A", c: "x")
        lake.schema.fields.removeLast()
        let report = try lake.run([.up(1, 20, "A")])
        #expect(report.isUnchanged && report.overwrites == 1)
        #expect(try lake.picture(shows: ["a", "c"]) == "[10,∞)A/x")
        try lake.run([.up(1, 30, "B")])
        #expect(try lake.picture(shows: ["a", "c"]) == "[10,30)A/x [30,∞)B/NULL")
        // It comes back: no version for that either.
        lake.schema.fields.append(Field("c", .string))
        _ = try run(lake, 1, 40, "B", c: "z")
        #expect(try lake.picture(shows: ["a", "c"]) == "[10,30)A/x [30,∞)B/z")
    }

    @Test("S30 a changed tracked set is refused until it is accepted")
    func drift() throws {
        let lake = try DimensionLake()
        try lake.run([.up(1, 10, "A", "u1")])
        lake.spec.tracked = ["a", "u"]
        let error = #expect(throws: LakeError.self) { try lake.run([.up(1, 20, "A", "u2")]) }
        #expect(error?.code == .drift)
        #expect(error?.message.contains("now tracked: u") == true)
        lake.options.acceptsTracking = true
        try lake.run([.up(1, 20, "A", "u2")])
        #expect(try lake.picture(shows: ["a", "u"]) == "[10,20)A/u1 [20,∞)A/u2")
        lake.options.acceptsTracking = false
        try lake.run([.up(1, 30, "A", "u3")])
        lake.spec.tracked = ["u"]
        #expect(throws: LakeError.self) { try lake.run([.up(1, 40, "B", "u3")]) }
    }

    @Test("by default every column but the key and the sequence makes versions")
    func defaultTracking() throws {
        let lake = try DimensionLake.sequenced()
        lake.spec.tracked = nil
        try lake.run([.up(1, 10, "A"), .up(1, 20, "A"), .up(1, 30, "B")])
        #expect(try lake.picture(shows: ["a", "s"]) == "[10,30)A/20 [30,∞)B/30")
    }

    @Test("a column that became another type asks for a decision; an unknown one is named")
    func refusals() throws {
        let lake = try DimensionLake()
        try lake.run([.up(1, 10, "A")])
        lake.spec.tracked = ["a", "b"]
        let missing = #expect(throws: LakeError.self) { try lake.run([.up(1, 20, "B")]) }
        #expect(missing?.code == .configuration)
        #expect(missing?.message.contains("b") == true)
        lake.spec.tracked = ["a"]
        lake.schema.fields[2].type = .long
        let error = #expect(throws: LakeError.self) { try lake.run([Event]()) }
        #expect(error?.code == .drift)
    }

    /// Values of one tracked column at 10 and 20, and whether the second makes a version.
    struct Comparison: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let field: Field
        let storage: ColumnStorage
        let isChange: Bool

        init(_ name: String, _ field: Field, _ storage: ColumnStorage, isChange: Bool) {
            testDescription = name
            self.field = field
            self.storage = storage
            self.isChange = isChange
        }
    }

    static let char = Field("c", .string, metadata: ["sluice.source_type": "char(5)"])
    static let comparisons = [
        Comparison("S24 CHAR", char, .bytes(ByteVector(["ab", "ab  "])), isChange: false),
        Comparison("S24 CHAR changed", char, .bytes(ByteVector(["ab", "ac "])), isChange: true),
        Comparison(
            "S25 DECIMAL at scale", Field("c", .decimal(precision: 5, scale: 2)),
            .int64([110, 110]), isChange: false),
        Comparison(
            "S25 wide DECIMAL", Field("c", .decimal(precision: 30, scale: 2)),
            .int128([1 << 70, 1 << 71]), isChange: true),
        Comparison("S25 -0.0 is 0.0", Field("c", .double), .double([0, -0.0]), isChange: false),
        Comparison(
            "S25 NaN is NaN", Field("c", .double), .double([.nan, -.nan]), isChange: false),
        Comparison(
            "S25 DOUBLE by bits", Field("c", .double), .double([0.3, 0.1 + 0.2]), isChange: true),
        Comparison(
            "S25 FLOAT by its 32 bits", Field("c", .float), .float([0.1, Float(0.1).nextUp]),
            isChange: true),
        Comparison("a boolean", Field("c", .boolean), .bool([0, 1]), isChange: true),
        Comparison("a date", Field("c", .date), .int32([7, 8]), isChange: true),
        Comparison(
            "one value as bytes of two codes", Field("c", .string),
            .dictionary(
                codes: [1, 0],
                values: DictionaryValues(lineage: .none, values: ByteVector(["x", "x"]))),
            isChange: false),
    ]

    @Test("what counts as a change", arguments: comparisons)
    func compare(row: Comparison) throws {
        let lake = try DimensionLake()
        lake.schema = Schema([Field("id", .long), row.field])
        lake.spec.tracked = ["c"]
        let columns = [
            DimensionLake.numbers(.long, [1, 1]), Column(row.field.type, storage: row.storage),
        ]
        let events: [Event] = [.up(1, 10, nil), .up(1, 20, nil)]
        let rows = RecordBatch(schema: lake.schema, columns: columns)
        for take in [[0], [1]] {
            try lake.run([lake.batch(rows.gather(take), take.map { events[$0] })])
        }
        #expect(try lake.rows().count == (row.isChange ? 2 : 1))
    }

    @Test("a key of several columns: neighbours do not run together")
    func compositeKey() throws {
        let lake = try DimensionLake()
        lake.schema = Schema([Field("k1", .string), Field("k2", .string)])
        lake.spec.entity.key = ["k1", "k2"]
        lake.spec.tracked = []
        let columns = [
            DimensionLake.texts(["a|", "a", "ab", "a"]), DimensionLake.texts(["b", "|b", "", "b"]),
        ]
        let rows = RecordBatch(schema: lake.schema, columns: columns)
        let events = [Event](repeating: .up(1, 10, nil), count: 4)
        let report = try lake.run([lake.batch(rows, events)])
        #expect(report.rowsInserted == 4)
        let keys = Set(try lake.rows().map { $0["surrogate_key"] ?? nil })
        #expect(keys.count == 4)
    }

    @Test("the surrogate key is the one that other engines compute")
    func surrogateKey() throws {
        let keys = SurrogateKeys(dimension: "member", key: [Field("id", .long)])
        let column = Column(.long, storage: .int64([1]))
        let expected = try Python.json(
            """
            import hashlib, struct
            b = b'member\\0' + b'i' + struct.pack('<q', 1) + struct.pack('<q', 10)
            print(int.from_bytes(hashlib.sha256(b).digest()[:8], 'big') & (2**63 - 1))
            """)
        #expect(keys.key([column], row: 0, validFrom: 10) == expected.int64)
        let lake = try DimensionLake()
        try lake.run([.up(1, 10, "A")])
        let row = try #require(try lake.rows().first)
        #expect(row["surrogate_key"] == expected.int64.map { "\($0)" })
    }

    @Test("deltalake and duckdb read the dimension as it is")
    func readers() throws {
        let lake = try DimensionLake()
        try lake.run([.up(1, 10_000_000, "A"), .up(2, 10_000_000, "X"), .del(2, 15_000_000)])
        try lake.run([.up(1, 20_000_000, "B")])
        let found = try Python.json(
            """
            import sys, json, duckdb
            from deltalake import DeltaTable
            q = \"\"\"SELECT id, a, epoch_us(valid_from)::BIGINT, epoch_us(valid_to)::BIGINT, is_current, is_deleted,
                   surrogate_key > 0 FROM t ORDER BY id, valid_from\"\"\"
            t = DeltaTable(sys.argv[1]).to_pyarrow_table()
            one = duckdb.sql(q).fetchall()
            c = duckdb.connect()
            c.execute("CREATE VIEW t AS SELECT * FROM read_parquet(" + repr(DeltaTable(sys.argv[1]).file_uris()) + ")")
            two = c.sql(q).fetchall()
            assert one == two, (one, two)
            print(json.dumps([list(t.column_names)] + [[str(x) for x in r] for r in one]))
            """, [lake.folder.file("silver/member")])
        let rows = found.array?.map { $0.array?.compactMap(\.string) ?? [] } ?? []
        #expect(
            rows == [
                [
                    "id", "a", "u", "valid_from", "valid_to", "is_current", "is_deleted",
                    "surrogate_key",
                ],
                ["1", "A", "10000000", "20000000", "False", "False", "True"],
                ["1", "B", "20000000", "None", "True", "False", "True"],
                ["2", "X", "10000000", "15000000", "False", "True", "True"],
            ])
    }
}
