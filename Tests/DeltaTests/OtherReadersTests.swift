import Columnar
import Delta
import JSON
import LakeTestSupport
import Storage
import Testing

/// What we write, read by deltalake, polars and DuckDB.
@Suite struct OtherReadersTests {
    private func expectEqual(_ tables: [DeltaTable], _ folder: TemporaryFolder) throws {
        let others = try Readers.rows(tables.map { folder.file($0.path) })
        #expect(others.count == tables.count)
        for (table, readers) in zip(tables, others) {
            let snapshot = try #require(try table.snapshot())
            let ours = try Readers.ourRows(snapshot).sorted()
            #expect(!ours.isEmpty)
            #expect(readers.count == 3)
            for (reader, rows) in readers {
                #expect(rows.sorted() == ours, "\(reader) reads other rows of \(table.path)")
            }
        }
    }

    @Test func everyTypeReadsTheSame() throws {
        let folder = try TemporaryFolder()
        let table = DeltaTable(storage: folder.storage, path: "t")
        try EveryType.write(
            table, [EveryType.batch(), EveryType.batch()], days: ["2026-01-02", "2026-01-03"])
        try expectEqual([table], folder)
    }

    @Test func ourCheckpointIsEnoughForTheOthers() throws {
        let folder = try TemporaryFolder()
        let table = DeltaTable(storage: folder.storage, path: "t")
        let batches = Array(repeating: EveryType.batch(), count: 11)
        let days = (0..<11).map { $0 == 4 ? nil : "2026-01-\(10 + $0)" }
        try EveryType.write(
            table, batches, days: days, configuration: ["delta.checkpointInterval": "12"])
        var deletion = Transaction(table, reading: try table.snapshot())
        deletion.remove(try #require(try table.snapshot()).files[2])
        deletion.setTransaction(appID: "sluice/a.b/id", version: 7)
        _ = try deletion.commit(operation: "DELETE")
        try #require(folder.files().contains { $0.hasSuffix("12.checkpoint.parquet") })
        for version in 0..<12 {
            let digits = version < 10 ? "0\(version)" : "\(version)"
            try folder.storage.delete("t/_delta_log/000000000000000000\(digits).json")
        }
        try expectEqual([table], folder)
        let version = try Python.json(
            """
            import sys, json, deltalake
            t = deltalake.DeltaTable(sys.argv[1])
            print(json.dumps([t.version(), t.transaction_version("sluice/a.b/id")]))
            """, [folder.file("t")])
        #expect(version == [12, 7])
    }

    /// deltalake spells a negative decimal of a partition as "-1.-25" and then fails: none here.
    static let partitions: [(type: ColumnType, values: [String?])] = [
        (
            .string,
            ["plain", "a b", "a:b", "100%", "ü/日本", "a=b", "[x]{y}", "q\"'?#", "$1 &+", nil]
        ),
        (.integer, ["-5", "0", nil]), (.long, ["9223372036854775807", nil]),
        (.short, ["-32768"]), (.byte, ["127"]), (.boolean, ["true", "false", nil]),
        (.date, ["1999-12-31", "0001-01-01", nil]),
        (.timestamp, ["2026-01-02T03:04:05.123456Z", "1969-12-31T23:59:59.999999Z"]),
        (.decimal(precision: 10, scale: 2), ["0.05", "12345678.90", nil]),
        (.double, ["1.5", "-0.25", nil]), (.float, ["0.5"]),
    ]

    @Test func everyPartitionTypeReadsTheSame() throws {
        let folder = try TemporaryFolder()
        var tables: [DeltaTable] = []
        for (number, row) in OtherReadersTests.partitions.enumerated() {
            let table = DeltaTable(storage: folder.storage, path: "t\(number)")
            let schema = Schema([Field("id", .long), Field("p", row.type)])
            var creation = Transaction(table, reading: nil)
            try creation.create(schema: schema, partitionColumns: ["p"])
            for (index, value) in row.values.enumerated() {
                let data = Schema([schema.fields[0]])
                let writer = try DataFileWriter(
                    table: table, schema: data, placement: .init(partition: [("p", value)]))
                let ids = Column(.long, storage: .int64([Int64(index)]))
                try writer.write(RecordBatch(schema: data, columns: [ids]))
                try writer.finish()
                creation.add(try writer.publish())
            }
            #expect(try creation.commit(operation: "WRITE").version == 0)
            tables.append(table)
        }
        try expectEqual(tables, folder)
    }

    @Test func oddColumnNamesReadTheSame() throws {
        let folder = try TemporaryFolder()
        let table = DeltaTable(storage: folder.storage, path: "t")
        let names = [
            "ü", "日本", "a.b", "a-b", "a/b", "`q`", "a\"b", "_x", "1", "$", "[a]", "a%b", "é",
        ]
        let schema = Schema(names.map { Field($0, .long) } + [Field("p.ü", .string)])
        let data = Schema(Array(schema.fields.dropLast()))
        var creation = Transaction(table, reading: nil)
        try creation.create(schema: schema, partitionColumns: ["p.ü"])
        let writer = try DataFileWriter(
            table: table, schema: data, placement: .init(partition: [("p.ü", "v")]))
        let columns = names.indices.map { Column(.long, storage: .int64([Int64($0), 100])) }
        try writer.write(RecordBatch(schema: data, columns: columns))
        try writer.finish()
        creation.add(try writer.publish())
        _ = try creation.commit(operation: "WRITE")
        try expectEqual([table], folder)
    }

    @Test func aSchemaThatGrewReadsTheSame() throws {
        let folder = try TemporaryFolder()
        let table = DeltaTable(storage: folder.storage, path: "t")
        try EveryType.write(table, [EveryType.batch()], days: ["2026-01-02"])
        var evolution = Transaction(table, reading: try table.snapshot())
        let wider = Schema(EveryType.schema.fields + [Field("extra", .string)])
        try evolution.updateMetadata(schema: wider)
        _ = try evolution.commit(operation: "ADD COLUMNS")
        try expectEqual([table], folder)
    }

    /// Statistics cut timestamps to milliseconds: a reader that prunes by them must still find
    /// the row at the true maximum.
    @Test func pruningFindsTheTrueMaximum() throws {
        let folder = try TemporaryFolder()
        let table = DeltaTable(storage: folder.storage, path: "t")
        try EveryType.write(table, [EveryType.batch()], days: ["2026-01-02"])
        let schema = Schema([Field("ts", .timestamp), Field("s", .string), Field("n", .long)])
        let second = DeltaTable(storage: folder.storage, path: "u")
        var creation = Transaction(second, reading: nil)
        try creation.create(schema: schema)
        let writer = try DataFileWriter(table: second, schema: schema)
        let long = String(repeating: "z", count: 50)
        try writer.write(
            RecordBatch(
                schema: schema,
                columns: [
                    Column(.timestamp, storage: .int64([1_767_323_045_678_901])),
                    Column(.string, storage: .bytes(ByteVector([long]))),
                    Column(.long, storage: .int64([7])),
                ]))
        try writer.finish()
        creation.add(try writer.publish())
        _ = try creation.commit(operation: "WRITE")
        let counts = try Python.json(
            Readers.prelude + """

                path = sys.argv[1]
                ts = datetime.datetime(2026, 1, 2, 3, 4, 5, 678900, datetime.timezone.utc)
                long = "z" * 40
                c = duck_connection()
                frame = polars.scan_delta(path)
                print(json.dumps([
                    frame.filter(polars.col("ts") >= ts).collect().height,
                    frame.filter(polars.col("s") > long).collect().height,
                    c.execute(f"select count(*) from delta_scan('{path}') where ts >= "
                        "'2026-01-02 03:04:05.6789+00'").fetchone()[0],
                    c.execute(f"select count(*) from delta_scan('{path}') where s > '{long}'")
                        .fetchone()[0],
                    deltalake.DeltaTable(path).to_pyarrow_dataset()
                        .to_table(filter=pc.field("ts") >= pa.scalar(ts)).num_rows,
                    deltalake.DeltaTable(path).to_pyarrow_dataset()
                        .to_table(filter=pc.field("s") > long).num_rows,
                ]))
                """, [folder.file("u")])
        #expect(counts == [1, 1, 1, 1, 1, 1])
    }
}
