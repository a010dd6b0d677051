import Columnar
@testable import Delta
import Foundation
import JSON
import LakeTestSupport
import Parquet
import Storage
import Testing

@Suite struct CheckpointTests {
    /// A table of `commits` commits, each one file, with some removed.
    private func grow(_ commits: Int, configuration: [String: String] = [:]) throws -> SampleTable {
        let sample = try SampleTable()
        try sample.create(configuration: configuration)
        for number in 1..<commits {
            if number % 4 == 0, let snapshot = try sample.table.snapshot() {
                var transaction = Transaction(sample.table, reading: snapshot)
                transaction.remove(snapshot.files[0])
                _ = try transaction.commit(operation: "DELETE")
            } else {
                try sample.append(["f\(number)"], txn: ("app\(number % 3)", Int64(number)))
            }
        }
        return sample
    }

    private func checkpoints(_ sample: SampleTable) throws -> [String] {
        try sample.folder.storage.list("table/_delta_log").map(\.name)
            .filter { $0.hasSuffix(".parquet") }
    }

    @Test func everyTenthVersionIsCheckpointed() throws {
        let sample = try grow(22)
        #expect(
            try checkpoints(sample) == [LogName.checkpointName(10), LogName.checkpointName(20)])
        let hint = try sample.folder.text("table/_delta_log/_last_checkpoint")
        #expect(hint.hasPrefix(#"{"version":20,"#) && !hint.contains("null"))
    }

    @Test func theIntervalIsATableProperty() throws {
        let sample = try grow(7, configuration: ["delta.checkpointInterval": "3"])
        #expect(try checkpoints(sample).count == 2)
    }

    @Test func theStateIsTheSameWithAndWithoutTheOldCommits() throws {
        let sample = try grow(24)
        let whole = try #require(try sample.table.snapshot())
        for version in 0..<20 {
            try sample.folder.storage.delete(SampleTable.logName(version))
        }
        let short = try #require(try sample.table.snapshot())
        #expect(short.checkpointVersion == 20)
        #expect(short.version == whole.version && short.metadata == whole.metadata)
        #expect(short.transactions == whole.transactions)
        #expect(Set(short.files.map(\.path)) == Set(whole.files.map(\.path)))
        let path = whole.files[0].path
        let before = whole.files.first { $0.path == path }
        let after = short.files.first { $0.path == path }
        #expect(before?.stats == after?.stats && before?.partitionValues == after?.partitionValues)
        #expect(short.state.tombstones.count == whole.state.tombstones.count)
        #expect(try sample.table.snapshot(atVersion: 21).version == 21)
        let error = #expect(throws: DeltaError.self) {
            try sample.table.snapshot(atVersion: 15)
        }
        #expect(error?.code == .noSuchVersion)
    }

    @Test func everyActionSurvives() throws {
        let sample = try SampleTable()
        let folder = sample.folder
        let metadata = TableMetadata(
            id: "id", name: "näme", description: nil,
            schemaString: SchemaJSON.text(SampleTable.schema), partitionColumns: ["day"],
            configuration: ["a": "1", "b": ""], createdTime: 5)
        var file = SampleTable.file("x", day: nil)
        file.tags = ["sluice.low": "1", "k": ""]
        file.stats = #"{"numRecords":3,"maxValues":{"name":"ü\""}}"#
        var bare = SampleTable.file("y")
        bare.stats = nil
        let actions: [Action] = [
            .protocol(TableProtocol()), .metaData(metadata), .add(file), .add(bare),
            .txn(TransactionIdentifier(appID: "a", version: .min, lastUpdated: nil)),
            .txn(TransactionIdentifier(appID: "b/ü", version: .max, lastUpdated: 9)),
            .domainMetadata(DomainMetadata(domain: "d", configuration: "{}")),
            .remove(
                RemoveFile(path: "old", deletionTimestamp: .max, partitionValues: nil)),
            .remove(SampleTable.file("z").removed(at: .max)),
        ]
        var text: [UInt8] = []
        for action in actions { action.append(to: &text) }
        _ = try folder.storage.putIfAbsent(SampleTable.logName(0), text)
        let whole = try #require(try sample.table.snapshot())
        try sample.table.checkpoint()
        try folder.storage.delete(SampleTable.logName(0))
        let short = try #require(try sample.table.snapshot())
        file.dataChange = false
        bare.dataChange = false
        #expect(short.files == [file, bare])
        #expect(short.metadata == metadata && short.tableProtocol == TableProtocol())
        #expect(short.state.transactions == whole.state.transactions)
        #expect(short.state.domains == whole.state.domains)
        #expect(short.state.tombstones.map(\.path) == whole.state.tombstones.map(\.path))
        #expect(
            short.state.tombstones.map(\.partitionValues)
                == whole.state.tombstones.map(\.partitionValues))
    }

    @Test func oldTombstonesAreForgotten() throws {
        let sample = try grow(10)
        let snapshot = try #require(try sample.table.snapshot())
        let count = snapshot.state.tombstones.count
        #expect(count > 0)
        func removes(_ now: Int64) -> Int {
            Checkpoint.actions(snapshot, now: now).filter {
                if case .remove = $0 { true } else { false }
            }.count
        }
        let now = WallClock.milliseconds()
        #expect(removes(now) == count && removes(now + 8 * 86_400_000) == 0)
    }

    @Test(arguments: ["garbage", "empty", "truncated", "not a checkpoint"])
    func aDamagedCheckpointIsPassedOverWhileTheCommitsAreThere(_ damage: String) throws {
        let sample = try grow(24)
        let expected = try sample.names()
        let storage = sample.folder.storage
        let name = "table/_delta_log/" + LogName.checkpointName(20)
        let whole = try storage.read(name)
        switch damage {
        case "garbage": try storage.replace(name, [UInt8](repeating: 7, count: 500))
        case "empty": try storage.replace(name, [])
        case "truncated": try storage.replace(name, Array(whole.prefix(whole.count / 2)))
        default:
            let table = DeltaTable(storage: storage, path: "other")
            try EveryType.write(table, [EveryType.batch()], days: ["2026-01-02"])
            let file = try #require(try table.snapshot()).files[0]
            try storage.replace(name, try storage.read(try table.dataFile(file.path)))
        }
        let snapshot = try #require(try sample.table.snapshot())
        #expect(snapshot.checkpointVersion == 10)
        #expect(Set(try sample.names(snapshot)) == Set(expected))
        for version in 11..<20 { try storage.delete(SampleTable.logName(version)) }
        let error = #expect(throws: DeltaError.self) { try sample.table.snapshot() }
        #expect(error?.code == .damagedLog)
        #expect(error?.subject.hasSuffix(LogName.checkpointName(20)) == true)
        #expect(error?.hint?.contains("backup") == true)
    }

    @Test(arguments: ["", "{", #"{"version":500,"size":1}"#, #"{"version":0,"size":1}"#, "gone"])
    func theHintIsOnlyAHint(_ hint: String) throws {
        let sample = try grow(13)
        let expected = try sample.names()
        let path = "table/_delta_log/_last_checkpoint"
        if hint == "gone" {
            try sample.folder.storage.delete(path)
        } else {
            try sample.folder.write(path, hint)
        }
        let snapshot = try #require(try sample.table.snapshot())
        #expect(snapshot.version == 12)
        #expect(Set(try sample.names(snapshot)) == Set(expected))
    }

    /// Random damage to the only way to the table's beginning: an error or a table, never a trap.
    @Test(arguments: 0..<20) func anyDamageToACheckpointIsAnErrorOrHarmless(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let sample = try grow(13)
        for version in 0...10 { try sample.folder.storage.delete(SampleTable.logName(version)) }
        let name = "table/_delta_log/" + LogName.checkpointName(10)
        let whole = try sample.folder.storage.read(name)
        for _ in 0..<10 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                bytes[at] = UInt8.random(in: 0...255, using: &random)
            }
            try sample.folder.storage.replace(name, bytes)
            do { _ = try sample.table.snapshot() } catch { #expect(!error.message.isEmpty) }
        }
    }

    @Test func aFailingCheckpointDoesNotFailTheCommit() throws {
        let sample = try grow(10)
        // A folder where the checkpoint should be: staging works, publishing cannot.
        let name = "table/_delta_log/" + LogName.checkpointName(10)
        let other = DeltaTable(
            storage: RefusingStorage(base: sample.table.storage, refused: name), path: "table")
        var transaction = Transaction(other, reading: try other.snapshot())
        transaction.add(SampleTable.file("ten"))
        guard case .committed(let committed) = try transaction.commit(operation: "WRITE") else {
            Issue.record("the commit must stand")
            return
        }
        #expect(committed.version == 10)
        #expect(committed.upkeepFailure?.code == .storage)
        #expect(try sample.names().contains("ten"))
        try sample.append(["eleven"])
        #expect(try checkpoints(sample) == [LogName.checkpointName(11)], "made up for")
        try sample.append(["twelve"])
        #expect(try checkpoints(sample).count == 1)
    }

    @Test func aCheckpointInPartsIsRead() throws {
        let sample = try grow(8)
        let snapshot = try #require(try sample.table.snapshot())
        let schema = CheckpointSchema.schema(snapshot.tableProtocol, hasDomains: false)
        let actions = Checkpoint.actions(snapshot, now: WallClock.milliseconds())
        let middle = actions.count / 2
        for (part, slice) in [actions[..<middle], actions[middle...]].enumerated() {
            let sink = MemorySink()
            let writer = try FileWriter(schema: schema, options: WriterOptions(), sink: sink)
            try writer.write(CheckpointColumns(schema: schema).batch(slice))
            _ = try writer.finish()
            let name = LogName.digits(7) + ".checkpoint.000000000\(part + 1).0000000002.parquet"
            try sample.folder.storage.replace("table/_delta_log/" + name, sink.bytes)
        }
        for version in 0..<8 { try sample.folder.storage.delete(SampleTable.logName(version)) }
        let inParts = try #require(try sample.table.snapshot())
        #expect(inParts.version == 7 && inParts.transactions == snapshot.transactions)
        #expect(Set(inParts.files.map(\.path)) == Set(snapshot.files.map(\.path)))
        let part = LogName.digits(7) + ".checkpoint.0000000002.0000000002.parquet"
        try sample.folder.storage.delete("table/_delta_log/" + part)
        #expect(try sample.table.snapshot() == nil, "half a checkpoint is none")
    }

    @Test func theFileHasTheProtocolsColumnsAndNoDictionary() throws {
        let sample = try grow(11)
        let path = "table/_delta_log/" + LogName.checkpointName(10)
        let script = """
            import sys, json, pyarrow.parquet as pq
            f = pq.ParquetFile(sys.argv[1])
            g = f.metadata.row_group(0)
            encodings = {e for c in range(g.num_columns) for e in g.column(c).encodings}
            print(json.dumps({
                "columns": [str(g.column(c).path_in_schema) for c in range(g.num_columns)],
                "add": str(f.schema_arrow.field("add").type),
                "plain": not any("DICT" in e for e in encodings),
            }))
            """
        let file = try Python.json(script, [sample.folder.file(path)])
        #expect(file["plain"] == true)
        let add =
            "struct<path: string, partitionValues: map<string, string>, size: int64, "
            + "modificationTime: int64, dataChange: bool, tags: map<string, string>, stats: string>"
        let spelled = file["add"]?.string?.replacingOccurrences(
            of: " ('partitionValues')", with: ""
        )
        .replacingOccurrences(of: " ('tags')", with: "")
        #expect(spelled == add)
        let columns = file["columns"]?.array?.compactMap(\.string) ?? []
        #expect(columns.contains("protocol.minReaderVersion"))
        #expect(columns.contains("add.partitionValues.key_value.key"))
        #expect(columns.contains("metaData.partitionColumns.list.element"))
        #expect(!columns.contains { $0.contains("Features") || $0.contains("commitInfo") })
        #expect(!columns.contains { $0.hasPrefix("remove.stats") || $0.hasPrefix("remove.tags") })
    }

    @Test func oldCommitsGoAfterACheckpoint() throws {
        let sample = try grow(10, configuration: ["delta.logRetentionDuration": "interval 0 days"])
        _ = try Python.run(
            """
            import os, sys
            for name in os.listdir(sys.argv[1]):
                os.utime(os.path.join(sys.argv[1], name), (1e9, 1e9))
            """, [sample.folder.file("table/_delta_log")])
        try sample.append(["ten"])
        // The checkpoint of version 10 is new, so nothing may go yet.
        #expect(try sample.folder.storage.exists(SampleTable.logName(0)))
        for number in 11..<20 { try sample.append(["n\(number)"]) }
        _ = try Python.run(
            """
            import os, sys
            for name in os.listdir(sys.argv[1]):
                os.utime(os.path.join(sys.argv[1], name), (1e9, 1e9))
            """, [sample.folder.file("table/_delta_log")])
        let before = try sample.names()
        try sample.append(["twenty"])
        #expect(try sample.folder.storage.exists(SampleTable.logName(9)) == false)
        #expect(try sample.folder.storage.exists(SampleTable.logName(10)))
        #expect(try Set(sample.names()) == Set(before + ["twenty"]))
    }
}

/// A storage on which one file cannot be staged.
private struct RefusingStorage: LakeStorage {
    let base: any LakeStorage
    let refused: String

    func list(_ folder: String, from: String) throws(StorageError) -> [FileEntry] {
        try base.list(folder, from: from)
    }
    func entry(_ path: String) throws(StorageError) -> FileEntry? { try base.entry(path) }
    func read(_ path: String) throws(StorageError) -> [UInt8] { try base.read(path) }
    func open(_ path: String) throws(StorageError) -> any ReadableFile { try base.open(path) }
    func putIfAbsent(_ path: String, _ bytes: [UInt8]) throws(StorageError) -> PutOutcome {
        try base.putIfAbsent(path, bytes)
    }
    func replace(_ path: String, _ bytes: [UInt8]) throws(StorageError) {
        try base.replace(path, bytes)
    }
    func stage(_ path: String, isSyncedLater: Bool) throws(StorageError) -> any StagedFile {
        if path == refused {
            throw StorageError(.noSpace, operation: "create", subject: path, message: "full")
        }
        return try base.stage(path, isSyncedLater: isSyncedLater)
    }
    func sync(_ folder: String) throws(StorageError) { try base.sync(folder) }
    func delete(_ path: String) throws(StorageError) { try base.delete(path) }
    func makeFolder(_ path: String) throws(StorageError) { try base.makeFolder(path) }
    func freeBytes(_ folder: String) throws(StorageError) -> Int64? { nil }
    func probe(_ folder: String) throws(StorageError) -> StorageCapabilities {
        try base.probe(folder)
    }
}
