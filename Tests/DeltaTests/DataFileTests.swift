import Columnar
import Delta
import Foundation
import JSON
import LakeTestSupport
import Parquet
import Storage
import Testing

@Suite struct DataFileTests {
    @Test func rowsComeBackWithTheirPartition() throws {
        let folder = try TemporaryFolder()
        let table = DeltaTable(storage: folder.storage, path: "t")
        try EveryType.write(
            table, [EveryType.batch(), EveryType.batch()], days: ["2026-01-02", nil])
        let snapshot = try #require(try table.snapshot())
        let expected = EveryType.texts(EveryType.batch())
        let rows = try EveryType.rows(snapshot)
        #expect(rows == expected.map { $0 + ["2026-01-02"] } + expected.map { $0 + [nil] })
        #expect(snapshot.rowCount == 12)
        #expect(
            try EveryType.rows(snapshot, columns: ["day", "big"]).prefix(2)
                == [
                    ["2026-01-02", "-9223372036854775808"], ["2026-01-02", "9223372036854775807"],
                ])
        #expect(try EveryType.rows(snapshot, columns: ["day"]).count == 12)
        #expect(throws: DeltaError.self) { try DeltaScan(snapshot, columns: ["no"]) }
    }

    @Test func aFileIsNamedAfterItsPartitionAndCodec() throws {
        let folder = try TemporaryFolder()
        let table = DeltaTable(storage: folder.storage, path: "t")
        for (codec, suffix) in [
            (WriterOptions.Codec.zstd, ".zstd"), (.gzip, ".gz"), (.snappy, ".snappy"), (.none, ""),
        ] {
            let writer = try DataFileWriter(
                table: table, schema: EveryType.dataSchema,
                placement: DataFileWriter.Placement(partition: [("p q", "a:b"), ("r", nil)]),
                options: WriterOptions(codec: codec))
            try writer.write(EveryType.batch())
            try writer.finish()
            #expect(
                folder.files().allSatisfy {
                    isStagedName(URL(fileURLWithPath: $0).lastPathComponent)
                })
            let add = try writer.publish()
            let start = "p%20q=a%253Ab/r=__HIVE_DEFAULT_PARTITION__/part-00000-"
            #expect(add.path.hasPrefix(start))
            #expect(add.path.hasSuffix(".c000" + suffix + ".parquet"))
            #expect(add.partitionValues == ["p q": "a:b", "r": nil])
            let path = try table.dataFile(add.path)
            #expect(try folder.storage.entry(path)?.sizeBytes == add.sizeBytes)
            try folder.storage.delete(path)
        }
    }

    @Test func lettingGoOrAbortingLeavesNothing() throws {
        let folder = try TemporaryFolder()
        let table = DeltaTable(storage: folder.storage, path: "t")
        do {
            let writer = try DataFileWriter(table: table, schema: EveryType.dataSchema)
            try writer.write(EveryType.batch())
            let other = try DataFileWriter(table: table, schema: EveryType.dataSchema)
            try other.write(EveryType.batch())
            try other.finish()
            other.abort()
        }
        #expect(folder.files().isEmpty)
    }

    @Test func statisticsFollowTheRules() throws {
        let folder = try TemporaryFolder()
        let table = DeltaTable(storage: folder.storage, path: "t")
        let writer = try DataFileWriter(table: table, schema: EveryType.dataSchema)
        try writer.write(EveryType.batch())
        try writer.finish()
        let text = try #require(try writer.publish().stats)
        let stats = try JSONValue(parsing: Array(text.utf8))
        #expect(stats["numRecords"] == 6)
        let low = try #require(stats["minValues"])
        let high = try #require(stats["maxValues"])
        #expect(low["bool"] == nil && low["bin"] == nil && high["bin"] == nil)
        #expect(low["tiny"] == -128 && high["tiny"] == 127)
        #expect(low["big"] == .number("-9223372036854775808"))
        #expect(low["dec9"] == .number("-9999999.99"))
        #expect(
            high["dec38"] == .number("9999999999999999999999999999.9999999999"))
        #expect(low["date"] == "0001-01-01" && high["date"] == "9999-12-31")
        #expect(low["ts"] == "0001-01-01T00:00:00.000Z")
        #expect(high["ts"] == "9999-12-31T23:59:59.999Z")
        #expect(low["text"] == "" && high["text"] == "日本語")
        #expect(low["day"] == nil, "no partition columns")
        #expect(stats["nullCount"]?["bool"] == 1 && stats["nullCount"]?["bin"] == 1)
    }

    @Test func onlyTheFirstColumnsAndTheChosenOnesGetStatistics() throws {
        let folder = try TemporaryFolder()
        let table = DeltaTable(storage: folder.storage, path: "t")
        let schema = Schema((0..<40).map { Field("c\($0)", .long) })
        let batch = RecordBatch(
            schema: schema,
            columns: (0..<40).map { Column(.long, storage: .int64([Int64($0)])) })
        func indexed(_ placement: DataFileWriter.Placement) throws -> [String] {
            let writer = try DataFileWriter(table: table, schema: schema, placement: placement)
            try writer.write(batch)
            try writer.finish()
            let stats = try JSONValue(parsing: Array(try #require(try writer.publish().stats).utf8))
            return stats["minValues"]?.object?.keys ?? []
        }
        #expect(try indexed(.init()).count == 32)
        #expect(try indexed(.init(alwaysIndexed: ["c39"])).last == "c39")
        let two = ["delta.dataSkippingNumIndexedCols": "2"]
        #expect(try indexed(.init(configuration: two)) == ["c0", "c1"])
        let all = ["delta.dataSkippingNumIndexedCols": "-1"]
        #expect(try indexed(.init(configuration: all)).count == 40)
    }

    @Test func notANumberAndInfinityHaveNoBounds() throws {
        let folder = try TemporaryFolder()
        let table = DeltaTable(storage: folder.storage, path: "t")
        let schema = Schema([
            Field("nan", .double), Field("inf", .float), Field("fine", .float),
        ])
        let writer = try DataFileWriter(table: table, schema: schema)
        try writer.write(
            RecordBatch(
                schema: schema,
                columns: [
                    Column(.double, storage: .double([1, .nan])),
                    Column(.float, storage: .float([1, .infinity])),
                    Column(.float, storage: .float([0.1, 0.25])),
                ]))
        try writer.finish()
        let stats = try JSONValue(parsing: Array(try #require(try writer.publish().stats).utf8))
        #expect(stats["minValues"] == ["fine": .number("0.1")])
        #expect(stats["maxValues"] == ["fine": .number("0.25")])
    }

    @Test func anOlderFileHasNullsForANewColumn() throws {
        let folder = try TemporaryFolder()
        let table = DeltaTable(storage: folder.storage, path: "t")
        try EveryType.write(table, [EveryType.batch()], days: ["2026-01-02"])
        var evolution = Transaction(table, reading: try table.snapshot())
        let wider = Schema(EveryType.schema.fields + [Field("extra", .string)])
        try evolution.updateMetadata(schema: wider)
        _ = try evolution.commit(operation: "ADD COLUMNS")
        let snapshot = try #require(try table.snapshot())
        let rows = try EveryType.rows(snapshot, columns: ["extra", "tiny"])
        #expect(rows.map { $0[0] } == [nil, nil, nil, nil, nil, nil])
        #expect(rows[1][1] == "127")
    }

    @Test(arguments: ["missing", "short", "replaced", "garbage"])
    func aDamagedDataFileIsNamed(_ damage: String) throws {
        let folder = try TemporaryFolder()
        let table = DeltaTable(storage: folder.storage, path: "t")
        try EveryType.write(table, [EveryType.batch()], days: ["2026-01-02"])
        let snapshot = try #require(try table.snapshot())
        let path = try table.dataFile(snapshot.files[0].path)
        var bytes = try folder.storage.read(path)
        switch damage {
        case "missing": try folder.storage.delete(path)
        case "short": try folder.storage.replace(path, Array(bytes.dropLast(10)))
        case "replaced":
            let sink = MemorySink()
            let writer = try FileWriter(
                schema: EveryType.dataSchema, options: WriterOptions(), sink: sink)
            _ = try writer.finish()
            try folder.storage.replace(path, sink.bytes)
        default:
            for index in 4..<(bytes.count - 8) { bytes[index] ^= 0x5A }
            try folder.storage.replace(path, bytes)
        }
        let error = #expect(throws: DeltaError.self) { try EveryType.rows(snapshot) }
        #expect(error?.code == .damagedFile)
        #expect(error?.subject.hasSuffix(path) == true)
        #expect(error?.hint != nil)
    }
}
