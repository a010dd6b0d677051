import Columnar
import Delta
import LakeTestSupport
import Storage
import Testing

@Suite struct TransactionTests {
    @Test func wherethereIsNoLogThereIsNoTable() throws {
        #expect(try SampleTable().table.snapshot() == nil)
    }

    @Test func aCreatedTableIsProtocolOneTwo() throws {
        let sample = try SampleTable()
        let outcome = try sample.create(configuration: ["sluice.source_table": "a b"])
        #expect(outcome.version == 0)
        let snapshot = try #require(try sample.table.snapshot())
        #expect(snapshot.tableProtocol == TableProtocol())
        #expect(snapshot.schema == SampleTable.schema)
        #expect(snapshot.partitionColumns == ["day"])
        #expect(snapshot.configuration == ["sluice.source_table": "a b"])
        #expect(snapshot.files.isEmpty && snapshot.tableID.utf8.count == 36)
        #expect(snapshot.commitInfo?.operation == "CREATE TABLE")
    }

    @Test func appendsAreSeenByALaterSnapshotOnly() throws {
        let sample = try SampleTable()
        try sample.create()
        try sample.append(["a"], txn: ("app", 7))
        let first = try #require(try sample.table.snapshot())
        try sample.append(["b", "c"], txn: ("app", 8))
        #expect(try sample.names(first) == ["a"])
        let second = try sample.table.update(from: first)
        #expect(second.version == 2)
        #expect(try sample.names(second) == ["a", "b", "c"])
        #expect(first.transactions == ["app": 7] && second.transactions == ["app": 8])
        #expect(try sample.table.update(from: second).version == 2)
        #expect(second.rowCount == 9 && second.sizeBytes == 300)
        #expect(try sample.names(try sample.table.snapshot(atVersion: 1)) == ["a"])
    }

    @Test func removingTakesAFileOut() throws {
        let sample = try SampleTable()
        try sample.create()
        try sample.append(["a", "b"])
        let snapshot = try #require(try sample.table.snapshot())
        var transaction = Transaction(sample.table, reading: snapshot)
        transaction.remove(snapshot.files[0])
        #expect(try transaction.commit(operation: "DELETE").version == 2)
        #expect(try sample.names() == ["b"])
    }

    @Test func timestampsNeverGoBack() throws {
        let sample = try SampleTable()
        try sample.create()
        for name in ["a", "b", "c"] { try sample.append([name]) }
        let times = try sample.table.history().map(\.timestamp)
        #expect(times == times.sorted(by: >) && Set(times).count == 4)
    }

    @Test func aColumnMayBeAddedAndThePropertiesChanged() throws {
        let sample = try SampleTable()
        try sample.create()
        var transaction = Transaction(sample.table, reading: try sample.table.snapshot())
        let wider = Schema(
            SampleTable.schema.fields + [Field("extra", .decimal(precision: 9, scale: 2))])
        try transaction.updateMetadata(schema: wider, configuration: ["k": "v"])
        #expect(try transaction.commit(operation: "CHANGE").version == 1)
        let snapshot = try #require(try sample.table.snapshot())
        #expect(snapshot.schema == wider && snapshot.configuration == ["k": "v"])
        #expect(snapshot.dataSchema.fields.map(\.name) == ["id", "name", "extra"])
        var same = Transaction(sample.table, reading: snapshot)
        try same.updateMetadata(schema: wider)
        #expect(same.isEmpty, "the same metadata is no change")
    }

    struct BadSchema: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let fields: [Field]
        var partitions: [String] = []
    }

    @Test(arguments: [
        BadSchema(testDescription: "no columns", fields: []),
        BadSchema(testDescription: "a space", fields: [Field("a b", .long)]),
        BadSchema(testDescription: "case clash", fields: [Field("a", .long), Field("A", .long)]),
        BadSchema(testDescription: "no name", fields: [Field("", .long)]),
        BadSchema(testDescription: "zoneless time", fields: [Field("t", .timestampNtz)]),
        BadSchema(
            testDescription: "nested clash",
            fields: [Field("s", .structure([Field("x", .long), Field("X", .long)]))]),
        BadSchema(
            testDescription: "unknown partition", fields: [Field("a", .long)], partitions: ["b"]),
        BadSchema(
            testDescription: "only partitions", fields: [Field("a", .long)], partitions: ["a"]),
        BadSchema(
            testDescription: "binary partition",
            fields: [Field("a", .binary), Field("b", .long)], partitions: ["a"]),
    ])
    func aSchemaDeltaCannotHoldIsRefused(_ row: BadSchema) throws {
        let sample = try SampleTable()
        var transaction = Transaction(sample.table, reading: nil)
        let error = #expect(throws: DeltaError.self) {
            try transaction.create(schema: Schema(row.fields), partitionColumns: row.partitions)
        }
        #expect(error?.code == .schema)
    }

    @Test(arguments: [
        Schema([Field("id", .long), Field("day", .date)]),
        Schema([Field("id", .string), Field("name", .string), Field("day", .date)]),
        Schema([Field("id", .long, isNullable: false), Field("name", .string), Field("day", .date)]
        ),
        Schema(SampleTable.schema.fields + [Field("new", .long, isNullable: false)]),
    ])
    func aSchemaThatOldRowsDoNotFitIsRefused(_ schema: Schema) throws {
        let sample = try SampleTable()
        try sample.create()
        var transaction = Transaction(sample.table, reading: try sample.table.snapshot())
        let error = #expect(throws: DeltaError.self) {
            try transaction.updateMetadata(schema: schema)
        }
        #expect(error?.code == .schema)
    }

    @Test func anAppendOnlyTableKeepsItsRows() throws {
        let sample = try SampleTable()
        try sample.create(configuration: ["delta.appendOnly": "true"])
        try sample.append(["a"])
        let snapshot = try #require(try sample.table.snapshot())
        var deletion = Transaction(sample.table, reading: snapshot)
        deletion.remove(snapshot.files[0])
        let error = #expect(throws: DeltaError.self) { try deletion.commit(operation: "DELETE") }
        #expect(error?.code == .appendOnly)
        var compaction = Transaction(sample.table, reading: snapshot)
        compaction.remove(snapshot.files[0], dataChange: false)
        #expect(try compaction.commit(operation: "OPTIMIZE").version == 2)
    }

    @Test func filesThatDoNotFitTheTableAreRefused() throws {
        let sample = try SampleTable()
        try sample.create()
        let snapshot = try #require(try sample.table.snapshot())
        var noValues = Transaction(sample.table, reading: snapshot)
        noValues.add(AddFile(path: "a", sizeBytes: 1, modificationTime: 1))
        #expect(throws: DeltaError.self) { try noValues.commit(operation: "WRITE") }
        var twice = Transaction(sample.table, reading: snapshot)
        twice.add(SampleTable.file("a"))
        twice.add(SampleTable.file("a"))
        #expect(throws: DeltaError.self) { try twice.commit(operation: "WRITE") }
        var absent = Transaction(sample.table, reading: snapshot)
        absent.remove(SampleTable.file("a"))
        #expect(throws: DeltaError.self) { try absent.commit(operation: "DELETE") }
        #expect(try sample.table.snapshot()?.version == 0)
    }

    @Test func withoutATableThereIsNothingToAppendTo() throws {
        let sample = try SampleTable()
        let error = #expect(throws: DeltaError.self) { try sample.append(["a"]) }
        #expect(error?.code == .notATable)
    }

    @Test func aLostAnswerIsRecognisedAsOurOwnCommit() throws {
        let sample = try SampleTable()
        try sample.create()
        let base = sample.folder.storage
        // The call after those of the snapshot makes the files durable, the next one is the put.
        let dry = FaultStorage(base)
        _ = try DeltaTable(storage: dry, path: "table").snapshot()
        let reads = dry.calls.count
        let faulty = FaultStorage(base, failing: reads + 1, fault: .answerLost)
        let table = DeltaTable(storage: faulty, path: "table")
        var transaction = Transaction(table, reading: try table.snapshot())
        transaction.add(SampleTable.file("a"))
        #expect(try transaction.commit(operation: "WRITE").version == 1)
        #expect(faulty.calls[reads] == "sync table")
        #expect(faulty.calls[reads + 1].hasPrefix("putIfAbsent table/_delta_log/"))
        #expect(faulty.hasFired)
        #expect(try sample.names() == ["a"])
    }

    @Test func filesThatCannotBeMadeDurableAreNotCommitted() throws {
        let sample = try SampleTable()
        try sample.create()
        let base = sample.folder.storage
        let dry = FaultStorage(base)
        _ = try DeltaTable(storage: dry, path: "table").snapshot()
        let faulty = FaultStorage(base, failing: dry.calls.count)
        let table = DeltaTable(storage: faulty, path: "table")
        var transaction = Transaction(table, reading: try table.snapshot())
        transaction.add(SampleTable.file("a"))
        let error = #expect(throws: DeltaError.self) {
            try transaction.commit(operation: "WRITE")
        }
        #expect(error?.code == .storage)
        #expect(try sample.names() == [])
        #expect(faulty.calls.last == "sync table")
    }

    @Test func aCommitWithoutFilesWaitsForNoDevice() throws {
        let sample = try SampleTable()
        try sample.create()
        let counting = FaultStorage(sample.folder.storage)
        let table = DeltaTable(storage: counting, path: "table")
        var transaction = Transaction(table, reading: try table.snapshot())
        transaction.setTransaction(appID: "a", version: 1)
        _ = try transaction.commit(operation: "WRITE")
        #expect(!counting.calls.contains { $0.hasPrefix("sync") })
    }
}
