import Delta
import LakeTestSupport
import Storage
import Testing

/// What a run remembers of a table is what the log says now.
@Suite struct TableMemoryTests {
    /// A table and the storage of a run that reads it.
    private struct Sample {
        let written: SampleTable
        let storage: FaultStorage
        let table: DeltaTable

        init() throws {
            written = try SampleTable()
            storage = FaultStorage(written.folder.storage)
            table = DeltaTable(storage: storage, path: "table")
        }

        /// Commits and checkpoints that `body` reads.
        func reads(_ body: () throws -> Void) throws -> Int {
            let before = storage.calls.count
            try body()
            return storage.calls.dropFirst(before).count {
                ($0.hasPrefix("read ") || $0.hasPrefix("open "))
                    && !$0.hasSuffix("_last_checkpoint")
            }
        }
    }

    @Test func aSecondLookReadsTheCommitsSince() throws {
        let sample = try Sample()
        try sample.written.create()
        for number in 0..<25 { try sample.written.append(["f\(number)"]) }
        #expect(try sample.reads { _ = try sample.table.snapshot() } > 1)
        #expect(try sample.reads { _ = try sample.table.snapshot() } == 0)
        try sample.written.append(["more", "and more"])
        let reads = try sample.reads {
            let snapshot = try sample.table.snapshot()
            let plain = try sample.written.table.snapshot()
            #expect(snapshot?.version == 26 && snapshot?.files.count == 27)
            #expect(snapshot?.files == plain?.files)
        }
        #expect(reads == 1)
        // Further back, as receipts look: read once, remembered beside the newest.
        let back = try sample.reads {
            let old = try sample.table.snapshot(atVersion: 24)
            #expect(old.files.count == 24)
        }
        let again = try sample.reads {
            for (version, count) in [(24, 24), (26, 27)] as [(Int64, Int)] {
                let snapshot = try sample.table.snapshot(atVersion: version)
                #expect(snapshot.files.count == count)
            }
            _ = try sample.table.snapshot()
        }
        #expect(back >= 1 && again == 0)
        #expect(throws: DeltaError.self) { try sample.table.snapshot(atVersion: 27) }
    }

    /// Deleted and made anew meanwhile, up to the same version or further: nothing of old is told.
    @Test(arguments: [2, 5]) func aTableThatWasMadeAnewIsReadAnew(_ commits: Int) throws {
        let sample = try Sample()
        try sample.written.create()
        for name in ["a", "b"] { try sample.written.append([name]) }
        #expect(try sample.written.names(sample.table.snapshot()) == ["a", "b"])
        for version in 0...2 {
            try sample.written.folder.storage.delete(SampleTable.logName(version))
        }
        #expect(try sample.table.snapshot() == nil)
        try sample.written.create(configuration: ["other": "yes"])
        for number in 0..<commits { try sample.written.append(["new\(number)"]) }
        let snapshot = try #require(try sample.table.snapshot())
        #expect(snapshot.configuration["other"] == "yes" && snapshot.files.count == commits)
    }

    /// The same without a look between the two.
    @Test func anotherFileOfTheSameVersionIsAnotherCommit() throws {
        let sample = try Sample()
        try sample.written.create()
        try sample.written.append(["a"])
        #expect(try sample.table.snapshot()?.files.count == 1)
        try sample.written.folder.storage.delete(SampleTable.logName(1))
        try sample.written.append(["b", "c"])
        #expect(try sample.written.names(sample.table.snapshot()) == ["b", "c"])
    }

    /// Damage is told as by one that remembers nothing.
    @Test func aDamagedCommitIsDamage() throws {
        let sample = try Sample()
        try sample.written.create()
        _ = try sample.table.snapshot()
        try sample.written.append(["a"])
        try sample.written.folder.write(SampleTable.logName(1), "{")
        let error = #expect(throws: DeltaError.self) { try sample.table.snapshot() }
        #expect(error?.code == .damagedLog)
    }
}
