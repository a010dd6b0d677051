import Columnar
import Delta
import LakeTestSupport
import Storage
import Testing

/// The n-th call to the storage fails during optimize or vacuum, for every n: no row is lost or
/// doubled, and the next run ends what this one began.
@Suite struct UpkeepFaultTests {
    private static let schema = Schema([Field("id", .long), Field("day", .date)])
    private static let later: Int64 = 30 * 86_400_000

    /// Two partitions of three files, a removed file and an orphan.
    private static func prepare() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let table = DeltaTable(storage: folder.storage, path: "t")
        var creation = Transaction(table, reading: nil)
        try creation.create(
            schema: schema, partitionColumns: ["day"],
            configuration: ["delta.checkpointInterval": "2", "sluice.sort": "id"])
        let data = Schema([schema.fields[0]])
        for number in 0..<7 {
            let writer = try DataFileWriter(
                table: table, schema: data,
                placement: .init(partition: [("day", "2026-01-0\(1 + number % 2)")]))
            let ids = (0..<5).map { Int64(number * 5 + 4 - $0) }
            try writer.write(
                RecordBatch(schema: data, columns: [Column(.long, storage: .int64(ids))]))
            try writer.finish()
            creation.add(try writer.publish())
        }
        _ = try creation.commit(operation: "WRITE")
        let snapshot = try #require(try table.snapshot())
        var deletion = Transaction(table, reading: snapshot)
        deletion.remove(snapshot.files[6])
        _ = try deletion.commit(operation: "DELETE")
        try folder.write("t/day=2026-01-01/part-lost.parquet", "lost")
        return folder
    }

    private static func optimize(_ storage: any LakeStorage, _ folder: TemporaryFolder) throws {
        let lock = try RunLock(path: folder.file("lock"))
        defer { lock.release() }
        _ = try Optimize(DeltaTable(storage: storage, path: "t")).run(holding: lock)
    }

    private static func vacuum(_ storage: any LakeStorage, _ folder: TemporaryFolder) throws {
        let lock = try RunLock(path: folder.file("lock"))
        defer { lock.release() }
        var options = Vacuum.Options()
        options.now += later
        _ = try Vacuum(DeltaTable(storage: storage, path: "t"), options: options)
            .run(holding: lock)
    }

    private static func ids(_ folder: TemporaryFolder) throws -> [Int64] {
        let table = DeltaTable(storage: folder.storage, path: "t")
        let scan = try DeltaScan(try #require(try table.snapshot()))
        var ids: [Int64] = []
        while let batch = try scan.next() {
            if case .int64(let values) = batch.columns[0].storage { ids += values }
        }
        return ids.sorted()
    }

    private func loop(
        _ start: TemporaryFolder, _ fault: FaultStorage.Fault,
        _ run: (any LakeStorage, TemporaryFolder) throws -> Void
    ) throws -> Int {
        var number = 0
        while true {
            let folder = try start.copy()
            let storage = FaultStorage(folder.storage, failing: number, fault: fault)
            try? run(storage, folder)
            guard storage.hasFired else { return number }
            #expect(try UpkeepFaultTests.ids(folder) == Array(0..<30), "call \(number)")
            try run(folder.storage, folder)
            #expect(try UpkeepFaultTests.ids(folder) == Array(0..<30), "after call \(number)")
            try UpkeepFaultTests.vacuum(folder.storage, folder)
            let table = DeltaTable(storage: folder.storage, path: "t")
            let named = Set(
                try #require(try table.snapshot()).files.compactMap {
                    FilePath.uriUnescaped($0.path)
                })
            let there = folder.files().filter {
                $0.hasPrefix("t/") && !$0.hasPrefix("t/_delta_log/")
            }
            #expect(Set(there.map { String($0.dropFirst(2)) }) == named, "call \(number)")
            number += 1
        }
    }

    @Test(arguments: FaultStorage.Fault.allCases)
    func optimizeLosesAndDoublesNothing(_ fault: FaultStorage.Fault) throws {
        let start = try UpkeepFaultTests.prepare()
        #expect(try loop(start, fault, UpkeepFaultTests.optimize) > 20)
    }

    @Test(arguments: FaultStorage.Fault.allCases)
    func vacuumLosesNothing(_ fault: FaultStorage.Fault) throws {
        let start = try UpkeepFaultTests.prepare()
        try UpkeepFaultTests.optimize(start.storage, start)
        #expect(try loop(start, fault, UpkeepFaultTests.vacuum) > 10)
    }
}
