import Columnar
@testable import Delta
import LakeTestSupport
import Storage
import Testing

@Suite struct VacuumTests {
    private static let day: Int64 = 86_400_000

    private func vacuum(
        _ sample: SampleTable, daysLater days: Int64 = 0, retention: Int64? = nil,
        isForced: Bool = false
    ) throws -> Vacuum.Result {
        let lock = try RunLock(path: sample.folder.file("lock"))
        defer { lock.release() }
        return try Vacuum(
            sample.table, options: options(days, retention: retention, isForced: isForced)
        ).run(holding: lock)
    }

    private func options(
        _ days: Int64, retention: Int64? = nil, isForced: Bool = false
    ) -> Vacuum.Options {
        var options = Vacuum.Options()
        options.retentionMilliseconds = retention
        options.isForced = isForced
        options.now = WallClock.milliseconds() + days * VacuumTests.day + 1000
        return options
    }

    /// Three live files, three removed ones.
    private func table() throws -> SampleTable {
        let sample = try SampleTable()
        try EveryType.write(
            sample.table, Array(repeating: EveryType.batch(), count: 6),
            days: ["2026-01-02", "2026-01-03", nil, "2026-01-02", "2026-01-03", nil])
        let snapshot = try #require(try sample.table.snapshot())
        var deletion = Transaction(sample.table, reading: snapshot)
        for file in snapshot.files.prefix(3) { deletion.remove(file) }
        _ = try deletion.commit(operation: "DELETE")
        return sample
    }

    private func data(_ sample: SampleTable) -> [String] {
        sample.folder.files().filter { $0.hasSuffix(".parquet") && !$0.contains("_delta_log") }
    }

    @Test func removedFilesGoWhenTheRetentionIsOver() throws {
        let sample = try table()
        let live = try EveryType.rows(try #require(try sample.table.snapshot()))
        #expect(try vacuum(sample, daysLater: 6).deletedFiles == 0)
        #expect(data(sample).count == 6)
        let result = try vacuum(sample, daysLater: 8)
        #expect(result.deletedFiles == 3 && result.garbage.allSatisfy { !$0.isOrphan })
        #expect(data(sample).count == 3)
        #expect(try EveryType.rows(try #require(try sample.table.snapshot())) == live)
    }

    @Test func aDryRunDeletesNothing() throws {
        let sample = try table()
        let plan = try Vacuum(sample.table, options: options(8)).plan()
        #expect(plan.garbage.count == 3 && plan.garbageBytes > 0 && plan.deletedFiles == 0)
        #expect(data(sample).count == 6)
    }

    @Test func lessThanSevenDaysNeedsForce() throws {
        let sample = try table()
        #expect(throws: DeltaError.self) { try vacuum(sample, retention: VacuumTests.day) }
        #expect(data(sample).count == 6)
        #expect(try vacuum(sample, retention: 0, isForced: true).deletedFiles == 3)
    }

    @Test func orphansGoAndYoungOnesStay() throws {
        let sample = try table()
        for name in ["table/day=2026-01-02/part-x.parquet", "table/_staged-a.tmp"] {
            try sample.folder.write(name, "lost")
        }
        #expect(try vacuum(sample).deletedFiles == 0)
        let result = try vacuum(sample, daysLater: 8)
        #expect(result.garbage.count { $0.isOrphan } == 2 && result.deletedFiles == 5)
    }

    @Test func theLogHiddenFoldersAndForeignFilesAreNotTouched() throws {
        let sample = try table()
        let kept = [
            "table/_delta_log/part-y.parquet", "table/_delta_log/_sidecars/z.parquet",
            "table/_hidden/part-00000-x.parquet", "table/.cache/x.parquet", "table/README.md",
            "table/day=2026-01-02/_metadata.parquet", "table/inner/_delta_log/0.json",
            "table/inner/part-x.parquet",
        ]
        for name in kept { try sample.folder.write(name, "theirs") }
        #expect(try vacuum(sample, daysLater: 8).deletedFiles == 3)
        #expect(Set(kept).isSubset(of: sample.folder.files()))
    }

    @Test func pathsAreComparedAsTheyAreOnDisk() throws {
        let folder = try TemporaryFolder()
        let table = DeltaTable(storage: folder.storage, path: "t")
        let schema = Schema([Field("id", .long), Field("_p", .string)])
        var creation = Transaction(table, reading: nil)
        try creation.create(schema: schema, partitionColumns: ["_p"])
        let values: [String?] = ["a:b", "100%", "a b", "ü/日本", "x=y", nil]
        for (index, value) in values.enumerated() {
            let data = Schema([schema.fields[0]])
            let writer = try DataFileWriter(
                table: table, schema: data, placement: .init(partition: [("_p", value)]))
            try writer.write(
                RecordBatch(
                    schema: data, columns: [Column(.long, storage: .int64([Int64(index)]))]))
            try writer.finish()
            creation.add(try writer.publish())
        }
        _ = try creation.commit(operation: "WRITE")
        try folder.write("t/_p=a b/part-orphan.parquet", "lost")
        let plan = try Vacuum(table, options: options(8)).plan()
        #expect(plan.garbage.map(\.path) == ["_p=a b/part-orphan.parquet"])
    }

    @Test func aLongRetentionOutlastsTheCheckpointsMemory() throws {
        let sample = try table()
        var metadata = Transaction(sample.table, reading: try sample.table.snapshot())
        try metadata.updateMetadata(configuration: [
            "delta.deletedFileRetentionDuration": "interval 0 seconds"
        ])
        _ = try metadata.commit(operation: "SET TBLPROPERTIES")
        try sample.table.checkpoint()
        #expect(try vacuum(sample, daysLater: 8, retention: 30 * VacuumTests.day).deletedFiles == 0)
        #expect(
            try vacuum(sample, daysLater: 31, retention: 30 * VacuumTests.day).deletedFiles == 3)
    }

    @Test func aDamagedLogProtectsTheData() throws {
        let sample = try table()
        let before = data(sample)
        try sample.folder.write(SampleTable.logName(8), "{")
        #expect(throws: DeltaError.self) { try vacuum(sample, daysLater: 8) }
        #expect(data(sample) == before)
    }
}
