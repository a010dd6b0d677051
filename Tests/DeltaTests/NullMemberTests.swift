import Delta
import JSON
import LakeTestSupport
import Storage
import Testing

/// Optional members that are there as JSON's null, as deltalake writes them, are absent ones.
@Suite struct NullMemberTests {
    struct Line: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let text: String
    }

    /// One of each action, every optional member null.
    static let lines = [
        Line(
            testDescription: "add",
            text: #"{"add":{"path":"day=2026-01-02/z.parquet","#
                + #""partitionValues":{"day":"2026-01-02"},"size":100,"modificationTime":1,"#
                + #""dataChange":true,"stats":null,"tags":null,"deletionVector":null,"#
                + #""baseRowId":null,"defaultRowCommitVersion":null,"clusteringProvider":null}}"#),
        Line(
            testDescription: "remove",
            text: #"{"remove":{"path":"day=2026-01-02/b.parquet","deletionTimestamp":null,"#
                + #""dataChange":true,"extendedFileMetadata":null,"partitionValues":null,"#
                + #""size":null,"stats":null,"tags":null,"deletionVector":null,"baseRowId":null}}"#
        ),
        Line(
            testDescription: "protocol",
            text: #"{"protocol":{"minReaderVersion":1,"minWriterVersion":2,"#
                + #""readerFeatures":null,"writerFeatures":null}}"#),
        Line(
            testDescription: "txn",
            text: #"{"txn":{"appId":"a","version":3,"lastUpdated":null}}"#),
        Line(
            testDescription: "commitInfo",
            text: #"{"commitInfo":{"timestamp":null,"operation":null,"operationParameters":null,"#
                + #""operationMetrics":null,"readVersion":null,"isolationLevel":null,"#
                + #""isBlindAppend":null,"engineInfo":null,"txnId":null,"userMetadata":null}}"#),
        Line(
            testDescription: "domainMetadata",
            text: #"{"domainMetadata":{"domain":"d","configuration":null,"removed":null}}"#),
    ]

    @Test(arguments: lines) func theTableIsReadWrittenAndTidied(_ line: Line) throws {
        let sample = try SampleTable()
        try sample.create()
        try sample.append(["b"])
        try sample.folder.write(SampleTable.logName(2), line.text + "\n")
        let snapshot = try #require(try sample.table.snapshot())
        #expect(snapshot.version == 2)
        try sample.append(["c"])
        #expect(try sample.names().contains("c"))
        // What is written back is as plain as what we write ourselves.
        try sample.table.checkpoint()
        for version in 0..<4 { try sample.folder.storage.delete(SampleTable.logName(version)) }
        let again = try #require(try sample.table.snapshot())
        #expect(Set(again.files) == Set(try sample.table.snapshot(atVersion: 3).files))
        let plain = DeltaTable(storage: sample.folder.storage, path: "table")
        #expect(try TableCheck(plain).run().findings.allSatisfy { $0.code != "unreadable" })
    }

    @Test func metaDataWithNullsIsRead() throws {
        let sample = try SampleTable()
        let schema = SchemaJSON.text(SampleTable.schema)
        try sample.folder.write(
            SampleTable.logName(0),
            #"{"protocol":{"minReaderVersion":1,"minWriterVersion":2}}"# + "\n"
                + #"{"metaData":{"id":"x","name":null,"description":null,"format":null,"#
                + #""schemaString":\#(JSONValue.string(schema)),"partitionColumns":null,"#
                + #""createdTime":null,"configuration":null}}"# + "\n")
        let snapshot = try #require(try sample.table.snapshot())
        #expect(snapshot.schema == SampleTable.schema && snapshot.partitionColumns.isEmpty)
        #expect(snapshot.metadata.name == nil && snapshot.configuration.isEmpty)
    }

    /// Checkpoints whose structures are never null themselves, only what is in them.
    @Test func aCheckpointOfStructuresThatAreNeverNullIsRead() throws {
        let folder = try TemporaryFolder()
        let script = """
            import sys, glob, os, pyarrow as pa, pyarrow.parquet as pq, deltalake
            path = sys.argv[1]
            for day in ["x", "y"]:
                deltalake.write_deltalake(path, pa.table({"id": [1, 2], "day": [day, day]}),
                    partition_by=["day"], mode="append")
            deltalake.DeltaTable(path).create_checkpoint()
            name = glob.glob(path + "/_delta_log/*.checkpoint.parquet")[0]

            def optional(t):
                if pa.types.is_struct(t):
                    return pa.struct([pa.field(f.name, optional(f.type)) for f in t])
                return t

            def filled(t, value):
                if pa.types.is_struct(t):
                    return {f.name: filled(f.type, (value or {}).get(f.name)) for f in t}
                return value

            old = pq.read_table(name)
            schema = pa.schema([pa.field(f.name, optional(f.type)) for f in old.schema])
            rows = [{f.name: filled(f.type, row[f.name]) for f in schema}
                for row in old.to_pylist()]
            new = pa.Table.from_pylist(rows, schema=schema)
            assert all(new.column(c).null_count == 0 for c in new.column_names)
            pq.write_table(new, name)
            for commit in glob.glob(path + "/_delta_log/*.json"): os.remove(commit)
            """
        try Python.run(script, [folder.file("t")])
        let table = DeltaTable(storage: folder.storage, path: "t")
        let snapshot = try #require(try table.snapshot())
        #expect(try Readers.ourRows(snapshot).count == 4)
        #expect(snapshot.files.allSatisfy { $0.partitionValues["day"] != nil })
    }
}
