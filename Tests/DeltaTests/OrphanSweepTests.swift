import Columnar
@testable import Delta
import LakeTestSupport
import Storage
import Testing

@Suite struct OrphanSweepTests {
    private let later = WallClock.milliseconds() + 3_600_000
    private static let uuid = "0123abcd-0123-4567-89ab-0123456789ab"

    private func sweep(_ sample: SampleTable, before limit: Int64) throws -> OrphanSweep.Result {
        let lock = try RunLock(path: sample.folder.file("lock"))
        defer { lock.release() }
        return try OrphanSweep(sample.table).run(holding: lock, modifiedBefore: limit)
    }

    @Test func onlyWhatNoCommitNamesGoes() throws {
        let sample = try SampleTable()
        try EveryType.write(sample.table, [EveryType.batch()], days: ["2026-01-02"])
        let kept = sample.folder.files()
        let folder = sample.folder
        let orphan = "table/day=2026-01-02/part-00000-\(OrphanSweepTests.uuid).c000.zstd.parquet"
        try folder.write(orphan, "lost")
        try folder.write("table/_staged-x.tmp", "half")
        try folder.write("table/_delta_log/_staged-00000000000000000001.json-1.tmp", "half")
        let foreign = [
            "table/notes.parquet", "table/day=2026-01-02/part-00001-x.snappy.parquet",
            "table/_hidden/part-00000-\(OrphanSweepTests.uuid).c000.parquet",
        ]
        for name in foreign { try folder.write(name, "theirs") }
        let result = try sweep(sample, before: later)
        #expect(result == OrphanSweep.Result(stagedFiles: 2, dataFiles: 1, bytes: 12))
        let left = folder.files().filter { $0 != "lock" }
        #expect(left == (kept + foreign).sorted())
    }

    @Test func whatIsYoungerThanTheRunStays() throws {
        let sample = try SampleTable()
        try sample.create()
        try sample.folder.write("table/_staged-x.tmp", "half")
        let result = try sweep(sample, before: WallClock.milliseconds() - 3_600_000)
        #expect(result == OrphanSweep.Result())
        #expect(sample.folder.files().contains("table/_staged-x.tmp"))
    }

    @Test func removedFilesAreNotOrphans() throws {
        let sample = try SampleTable()
        try EveryType.write(sample.table, [EveryType.batch()], days: ["2026-01-02"])
        let snapshot = try #require(try sample.table.snapshot())
        var deletion = Transaction(sample.table, reading: snapshot)
        deletion.remove(snapshot.files[0])
        _ = try deletion.commit(operation: "DELETE")
        #expect(try sweep(sample, before: later).dataFiles == 0)
        #expect(try EveryType.rows(snapshot).count == 6, "an older version is still readable")
    }

    @Test func withoutALogNoDataGoes() throws {
        let sample = try SampleTable()
        let data = "table/part-00000-\(OrphanSweepTests.uuid).c000.zstd.parquet"
        try sample.folder.write(data, "precious")
        try sample.folder.write("table/_staged-y.tmp", "half")
        #expect(try sweep(sample, before: later).stagedFiles == 1)
        #expect(sample.folder.files().contains(data))
    }

    @Test func aDamagedLogProtectsTheData() throws {
        let sample = try SampleTable()
        try EveryType.write(sample.table, [EveryType.batch()], days: ["2026-01-02"])
        try sample.folder.write(SampleTable.logName(1), "{")
        let before = sample.folder.files()
        #expect(try sweep(sample, before: later) == OrphanSweep.Result())
        #expect(sample.folder.files().filter { $0 != "lock" } == before)
    }
}
