import Columnar
import Delta
import LakeTestSupport
import Storage
import Testing

/// The n-th call to the storage fails, for every n: whatever is published is whole, and after the
/// run is tried again every row is there exactly once.
@Suite struct CommitFaultTests {
    static let schema = Schema([
        Field("id", .long), Field("text", .string), Field("day", .date),
    ])
    static let dataSchema = Schema(Array(schema.fields.dropLast()))
    private static let appID = "sluice/s.t/id"
    private static let rowsPerRun: Int64 = 50

    /// What one run of an extract does: create the table if need be, look how far the last run
    /// came, write two files beyond that, commit them with the new position.
    private static func run(_ table: DeltaTable, upTo goal: Int64) throws {
        var snapshot = try table.snapshot()
        if snapshot == nil {
            var creation = Transaction(table, reading: nil)
            try creation.create(
                schema: schema, partitionColumns: ["day"],
                configuration: ["delta.checkpointInterval": "2"])
            _ = try creation.commit(operation: "CREATE TABLE")
            snapshot = try table.snapshot()
        }
        guard let snapshot else { return }
        let done = snapshot.transactions[appID] ?? 0
        if done >= goal { return }
        var transaction = Transaction(table, reading: snapshot)
        let middle = (done + goal) / 2
        for (from, to) in [(done, middle), (middle, goal)] {
            let writer = try DataFileWriter(
                table: table, schema: dataSchema,
                placement: .init(partition: [("day", "2026-01-02")]))
            try writer.write(rows(from, to))
            try writer.finish()
            transaction.add(try writer.publish())
        }
        transaction.setTransaction(appID: appID, version: goal)
        _ = try transaction.commit(operation: "WRITE")
    }

    private static func rows(_ from: Int64, _ to: Int64) -> RecordBatch {
        let ids = Array((from + 1)...to)
        return RecordBatch(
            schema: dataSchema,
            columns: [
                Column(.long, storage: .int64(ids)),
                Column(.string, storage: .bytes(ByteVector(ids.map { "row \($0)" }))),
            ])
    }

    /// Reads every version there is, in full, and returns the ids of the newest.
    private func verified(_ folder: TemporaryFolder) throws -> [Int64] {
        let table = DeltaTable(storage: folder.storage, path: "t")
        guard let newest = try table.snapshot() else { return [] }
        var ids: [Int64] = []
        for version in 0...newest.version {
            let snapshot = try table.snapshot(atVersion: version)
            ids = try self.ids(snapshot)
            let position = snapshot.transactions[CommitFaultTests.appID] ?? 0
            #expect(
                ids.sorted() == (position > 0 ? Array(1...position) : []),
                "version \(version) holds other rows than its position says")
        }
        return ids.sorted()
    }

    private func ids(_ snapshot: Snapshot) throws -> [Int64] {
        let scan = try DeltaScan(snapshot)
        var ids: [Int64] = []
        while let batch = try scan.next() {
            guard case .int64(let values) = batch.columns[0].storage else { continue }
            for row in 0..<batch.count where batch.columns[1].text(row) != "row \(values[row])" {
                Issue.record("row \(values[row]) is not whole")
            }
            ids += values
        }
        return ids
    }

    /// Runs with each call failing in turn on a copy of `start`, then again without faults.
    private func loop(_ start: TemporaryFolder, _ fault: FaultStorage.Fault, upTo goal: Int64)
        throws -> Int
    {
        let trial = FaultStorage(try start.copy().storage)
        try CommitFaultTests.run(DeltaTable(storage: trial, path: "t"), upTo: goal)
        let numbers = trial.telling(fault)
        let before = Set(try verified(start))
        for number in numbers {
            let folder = try start.copy()
            let storage = FaultStorage(folder.storage, failing: number, fault: fault)
            try? CommitFaultTests.run(DeltaTable(storage: storage, path: "t"), upTo: goal)
            #expect(storage.hasFired)
            let afterwards = try verified(folder)
            #expect(afterwards == Array(1...goal) || Set(afterwards) == before)
            try CommitFaultTests.run(DeltaTable(storage: folder.storage, path: "t"), upTo: goal)
            let table = DeltaTable(storage: folder.storage, path: "t")
            let rows = try ids(try #require(try table.snapshot())).sorted()
            #expect(rows == Array(1...goal), "call \(number): \(trial.calls[number])")
            try expectSweptClean(folder)
        }
        return numbers.count
    }

    @Test(arguments: FaultStorage.Fault.allCases)
    func whateverCallFailsEveryRowIsThereOnce(_ fault: FaultStorage.Fault) throws {
        let start = try TemporaryFolder()
        // Three runs have gone well; the fourth, with a checkpoint, suffers.
        for run in 1...3 {
            try CommitFaultTests.run(
                DeltaTable(storage: start.storage, path: "t"),
                upTo: Int64(run) * CommitFaultTests.rowsPerRun)
        }
        let count = try loop(start, fault, upTo: 4 * CommitFaultTests.rowsPerRun)
        #expect(count > 5)
    }

    @Test(arguments: FaultStorage.Fault.allCases)
    func aTableThatCouldNotBeCreatedIsCreatedNextTime(_ fault: FaultStorage.Fault) throws {
        let count = try loop(try TemporaryFolder(), fault, upTo: 10)
        #expect(count > 5)
    }

    /// After a sweep there is nothing in the folder but what the log names, and all of that.
    private func expectSweptClean(_ folder: TemporaryFolder) throws {
        let table = DeltaTable(storage: folder.storage, path: "t")
        let lock = try RunLock(path: folder.file("lock"))
        defer { lock.release() }
        let limit = WallClock.milliseconds() + 60_000
        _ = try OrphanSweep(table).run(holding: lock, modifiedBefore: limit)
        let snapshot = try #require(try table.snapshot())
        let named = Set(snapshot.files.compactMap { FilePath.uriUnescaped($0.path) })
        let there = folder.files().filter { $0.hasPrefix("t/") }.map { String($0.dropFirst(2)) }
        let data = Set(there.filter { !$0.hasPrefix("_delta_log/") })
        #expect(data == named)
        #expect(!there.contains { $0.hasSuffix(".tmp") })
    }

    /// Reading suffers too: an error or the right rows, never other rows.
    @Test func aReadThatFailsIsAnErrorOrRight() throws {
        let folder = try TemporaryFolder()
        for run in 1...3 {
            try CommitFaultTests.run(
                DeltaTable(storage: folder.storage, path: "t"), upTo: Int64(run) * 20)
        }
        var number = 0
        var errors = 0
        while true {
            let storage = FaultStorage(folder.storage, failing: number)
            do {
                let table = DeltaTable(storage: storage, path: "t")
                let snapshot = try #require(try table.snapshot())
                #expect(try ids(snapshot).sorted() == Array(1...60))
            } catch let error as DeltaError {
                errors += 1
                #expect(!error.message.isEmpty && !error.subject.isEmpty)
            }
            if !storage.hasFired { break }
            number += 1
        }
        #expect(errors > 5)
    }
}
