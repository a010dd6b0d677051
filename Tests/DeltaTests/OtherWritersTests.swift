import Columnar
import Delta
import Foundation
import JSON
import LakeTestSupport
import Storage
import Testing

/// What deltalake and polars write, read by us; and appended to by us and them in turn.
@Suite struct OtherWritersTests {
    /// Makes tables `a`, `b`, … below the folder given and prints for each what deltalake reads.
    private static let script =
        Readers.prelude + """

            import decimal
            root = sys.argv[1]
            utc = datetime.timezone.utc

            def everything(n, day):
                return pa.table({
                    "id": pa.array(range(n), pa.int64()),
                    "small": pa.array([None if i % 3 == 0 else i for i in range(n)], pa.int16()),
                    "tiny": pa.array([i % 100 for i in range(n)], pa.int8()),
                    "int": pa.array([-i for i in range(n)], pa.int32()),
                    "f": pa.array([i / 4 for i in range(n)], pa.float32()),
                    "d": pa.array([i / 7 for i in range(n)], pa.float64()),
                    "dec": pa.array([decimal.Decimal(i).scaleb(-2) for i in range(n)],
                        pa.decimal128(20, 2)),
                    "text": pa.array([f"wört {i % 5}" for i in range(n)]),
                    "bin": pa.array([bytes([i % 256]) for i in range(n)]),
                    "flag": pa.array([i % 2 == 0 for i in range(n)]),
                    "date": pa.array([i * 100 for i in range(n)], pa.int32()).cast(pa.date32()),
                    "ts": pa.array([i * 1234567890 for i in range(n)],
                        pa.int64()).cast(pa.timestamp("us", "UTC")),
                    "ntz": pa.array([i * 1234567 for i in range(n)],
                        pa.int64()).cast(pa.timestamp("us")),
                    "day": pa.array([day] * n),
                })

            def save(path, table, **options):
                deltalake.write_deltalake(path, table, **options)

            # a: appends, a delete of some rows, an overwrite of one partition, a checkpoint.
            a = root + "/a"
            for number in range(6):
                save(a, everything(50, f"day {number % 3}/x"), mode="append", partition_by=["day"])
            table = deltalake.DeltaTable(a)
            table.delete("id >= 40")
            save(a, everything(5, "day 1/x"), mode="overwrite", predicate="day = 'day 1/x'")
            table = deltalake.DeltaTable(a)
            table.create_checkpoint()
            save(a, everything(7, "day 9"), mode="append")

            # b: overwritten whole, then merged into, compacted, vacuumed log.
            b = root + "/b"
            save(b, everything(30, "x"))
            save(b, everything(20, "y"), mode="overwrite")
            deltalake.DeltaTable(b).merge(
                everything(25, "z"), predicate="s.id = t.id", source_alias="s", target_alias="t",
            ).when_matched_update_all().when_not_matched_insert_all().execute()
            deltalake.DeltaTable(b).optimize.compact()
            deltalake.DeltaTable(b).create_checkpoint()
            deltalake.DeltaTable(b).cleanup_metadata()

            # c: by polars, with a column that came later.
            c = root + "/c"
            frame = polars.from_arrow(everything(10, "p")).drop("ntz")
            frame.write_delta(c)
            frame.with_columns(extra=polars.lit("e")).write_delta(
                c, mode="append", delta_write_options={"schema_mode": "merge"})

            # d: nested columns.
            d = root + "/d"
            save(d, pa.table({"id": [1, 2], "s": [{"x": 1, "y": "a"}, None],
                "l": [[1, None, 3], []], "m": pa.array([[("k", 1)], None],
                pa.map_(pa.string(), pa.int64()))}))

            print(json.dumps({name: rows(deltalake.DeltaTable(root + "/" + name).to_pyarrow_table())
                for name in ["a", "b", "c"]}))
            """

    @Test func whatTheyWriteIsReadTheSame() throws {
        let folder = try TemporaryFolder()
        let theirs = try Python.json(OtherWritersTests.script, [folder.path])
        for name in ["a", "b", "c"] {
            let table = DeltaTable(storage: folder.storage, path: name)
            let snapshot = try #require(try table.snapshot())
            let expected = theirs[name]?.array?.compactMap(\.string) ?? []
            #expect(!expected.isEmpty)
            let ours = try Readers.ourRows(snapshot)
            #expect(ours.sorted() == expected.sorted(), "table \(name)")
            if let rows = snapshot.rowCount { #expect(rows == Int64(ours.count)) }
        }
        let nested = DeltaTable(storage: folder.storage, path: "d")
        let rows = try EveryType.rows(try #require(try nested.snapshot()))
        #expect(
            rows == [
                ["1", "{x: 1, y: a}", "[1, null, 3]", "{k: 1}"], ["2", nil, "[]", nil],
            ])
        #expect(try DeltaTable(storage: folder.storage, path: "a").history().count >= 8)
    }

    @Test func writersTakeTurnsOnOneTable() throws {
        let folder = try TemporaryFolder()
        let table = DeltaTable(storage: folder.storage, path: "t")
        try EveryType.write(table, [EveryType.batch()], days: ["2026-01-02"])
        let script = """
            import sys, deltalake
            t = deltalake.DeltaTable(sys.argv[1])
            rows = t.to_pyarrow_table()
            for _ in range(3): deltalake.write_deltalake(sys.argv[1], rows, mode="append")
            deltalake.DeltaTable(sys.argv[1]).delete("tiny = 127")
            """
        try Python.run(script, [folder.file("t")])
        for _ in 0..<6 {
            try EveryType.write(table, [EveryType.batch()], days: ["2026-01-03"])
        }
        try Python.run(
            "import sys, deltalake; deltalake.DeltaTable(sys.argv[1]).create_checkpoint()",
            [folder.file("t")])
        let snapshot = try #require(try table.snapshot())
        let others = try Readers.rows([folder.file("t")])
        let ours = try Readers.ourRows(snapshot).sorted()
        #expect(ours.count == 4 * 5 + 6 * 6)
        for (reader, rows) in others[0] { #expect(rows.sorted() == ours, "\(reader)") }
    }

    @Test func twoProgramsAppendAtTheSameTime() throws {
        let folder = try TemporaryFolder()
        let table = DeltaTable(storage: folder.storage, path: "t")
        let schema = Schema([Field("id", .long), Field("who", .string)])
        var creation = Transaction(table, reading: nil)
        try creation.create(schema: schema)
        _ = try creation.commit(operation: "CREATE TABLE")
        let script = """
            import sys, pyarrow as pa, deltalake
            for i in range(20):
                deltalake.write_deltalake(sys.argv[1], pa.table({"id": [i], "who": ["they"]}),
                    mode="append")
            """
        let other = try Python.start(script, [folder.file("t")])
        for number in 0..<20 as Range<Int64> {
            let writer = try DataFileWriter(table: table, schema: schema)
            try writer.write(
                RecordBatch(
                    schema: schema,
                    columns: [
                        Column(.long, storage: .int64([number])),
                        Column(.string, storage: .bytes(ByteVector(["we"]))),
                    ]))
            try writer.finish()
            var transaction = Transaction(table, reading: try table.snapshot())
            transaction.add(try writer.publish())
            #expect(try transaction.commit(operation: "WRITE").version != nil)
        }
        other.waitUntilExit()
        #expect(other.terminationStatus == 0)
        let snapshot = try #require(try table.snapshot())
        let expected = (0..<20).flatMap { [["\($0)", "they"], ["\($0)", "we"]] }
        let rows = try EveryType.rows(snapshot).map { $0.compactMap(\.self) }
        #expect(rows.map(\.description).sorted() == expected.map(\.description).sorted())
        #expect(snapshot.version == 40)
    }

    @Test func ourCheckpointOfATableWithFeaturesIsReadByThem() throws {
        let folder = try TemporaryFolder()
        let script = """
            import sys, pyarrow as pa, deltalake
            ntz = pa.array([1, None], pa.int64()).cast(pa.timestamp("us"))
            for _ in range(2):
                deltalake.write_deltalake(sys.argv[1], pa.table({"t": ntz}), mode="append")
            """
        try Python.run(script, [folder.file("t")])
        let table = DeltaTable(storage: folder.storage, path: "t")
        #expect(try table.snapshot()?.tableProtocol.minReaderVersion == 3)
        try table.checkpoint()
        try folder.storage.delete("t/_delta_log/00000000000000000000.json")
        let others = try Readers.rows([folder.file("t")])
        let ours = try Readers.ourRows(try #require(try table.snapshot())).sorted()
        #expect(ours.count == 4)
        for (reader, rows) in others[0] { #expect(rows.sorted() == ours, "\(reader)") }
    }
}
