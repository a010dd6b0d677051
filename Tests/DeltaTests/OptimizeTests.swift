import Columnar
@testable import Delta
import Lake
import LakeTestSupport
import Parquet
import Storage
import Testing

@Suite struct OptimizeTests {
    static func optimize(
        _ table: DeltaTable, lock path: String,
        _ change: (inout Optimize.Options) -> Void = { _ in }
    ) throws -> Optimize.Result {
        let lock = try RunLock(path: path)
        defer { lock.release() }
        var options = Optimize.Options()
        options.order = { snapshot throws(DeltaError) in try BronzeOrder(snapshot) }
        change(&options)
        return try Optimize(table, options: options).run(holding: lock)
    }

    /// A table of `files` files a day with ten rows each, keys in no order.
    static func manyFiles(
        _ sample: SampleTable, files: Int, days: [String?] = ["2026-01-02", "2026-01-03"],
        configuration: [String: String] = [:]
    ) throws {
        try sample.create(configuration: configuration)
        let schema = Schema(Array(SampleTable.schema.fields.dropLast()))
        for number in 0..<files {
            for (index, day) in days.enumerated() {
                let writer = try DataFileWriter(
                    table: sample.table, schema: schema,
                    placement: .init(partition: [("day", day)]))
                let first = Int64((number * 7919 + index * 13) % 1000)
                let ids = (0..<10).map { first * 10 + Int64(($0 * 7) % 10) }
                try writer.write(
                    RecordBatch(
                        schema: schema,
                        columns: [
                            Column(.long, storage: .int64(ids)),
                            Column(.string, storage: .bytes(ByteVector(ids.map { "row \($0)" }))),
                        ]))
                try writer.finish()
                var transaction = Transaction(
                    sample.table, reading: try sample.table.snapshot())
                transaction.add(try writer.publish())
                _ = try transaction.commit(operation: "WRITE")
            }
        }
    }

    private static func sorted(_ snapshot: Snapshot?) throws -> [[String?]] {
        try EveryType.rows(#require(snapshot)).sorted { "\($0)" < "\($1)" }
    }

    @Test func smallFilesOfAPartitionBecomeOneAndEveryRowStays() throws {
        let sample = try SampleTable()
        try OptimizeTests.manyFiles(sample, files: 9, days: ["2026-01-02", nil])
        let before = try OptimizeTests.sorted(sample.table.snapshot())
        let result = try OptimizeTests.optimize(sample.table, lock: sample.folder.file("lock"))
        #expect(result.filesRemoved == 18 && result.filesAdded == 2 && result.rows == 180)
        let after = try #require(try sample.table.snapshot())
        #expect(after.files.count == 2 && after.rowCount == 180)
        #expect(try OptimizeTests.sorted(after) == before)
        #expect(Set(after.files.map { $0.partitionValues["day"] ?? nil }) == ["2026-01-02", nil])
    }

    @Test func theCommitSaysThatNoRowChanged() throws {
        let sample = try SampleTable()
        try OptimizeTests.manyFiles(sample, files: 3)
        let from = try #require(try sample.table.snapshot()).version
        let result = try OptimizeTests.optimize(sample.table, lock: sample.folder.file("lock"))
        let changes = try sample.table.changes(from: from, to: from + 1)
        #expect(result.versions == [from + 1])
        #expect(changes[0].info?.operation == "OPTIMIZE" && !changes[0].changesData)
        #expect(changes[0].adds.count == 2 && changes[0].removes.count == 6)
    }

    @Test func aSecondRunFindsNothingToDo() throws {
        let sample = try SampleTable()
        try OptimizeTests.manyFiles(sample, files: 3)
        _ = try OptimizeTests.optimize(sample.table, lock: sample.folder.file("lock"))
        let files = sample.folder.files()
        let again = try OptimizeTests.optimize(sample.table, lock: sample.folder.file("lock"))
        #expect(again.versions.isEmpty && again.filesRemoved == 0)
        #expect(sample.folder.files() == files)
    }

    @Test func rowsAreSortedByTheTablesProperty() throws {
        let sample = try SampleTable()
        try OptimizeTests.manyFiles(
            sample, files: 12, configuration: [Optimize.sortProperty: "day, id"])
        _ = try OptimizeTests.optimize(sample.table, lock: sample.folder.file("lock"))
        let after = try #require(try sample.table.snapshot())
        for file in after.files {
            let scan = try DeltaScan(after, files: [file], columns: ["id"])
            var ids: [Int64] = []
            while let batch = try scan.next() {
                if case .int64(let values) = batch.columns[0].storage { ids += values }
            }
            #expect(ids.count == 120 && ids == ids.sorted())
        }
    }

    @Test func aSortColumnThatIsNotThereIsRefused() throws {
        let sample = try SampleTable()
        try OptimizeTests.manyFiles(sample, files: 2)
        #expect(throws: DeltaError.self) {
            try OptimizeTests.optimize(sample.table, lock: sample.folder.file("lock")) {
                $0.sortColumns = ["no_such"]
            }
        }
    }

    @Test func filesNearTheTargetAreLeftAlone() throws {
        let sample = try SampleTable()
        try OptimizeTests.manyFiles(sample, files: 4, days: ["2026-01-02"])
        let size = try #require(try sample.table.snapshot()).files[0].sizeBytes
        let result = try OptimizeTests.optimize(sample.table, lock: sample.folder.file("lock")) {
            $0.targetBytes = size
        }
        #expect(result.filesRemoved == 0)
    }

    @Test func binsEndAtTheTarget() throws {
        let sample = try SampleTable()
        try OptimizeTests.manyFiles(sample, files: 10, days: ["2026-01-02"])
        let files = try #require(try sample.table.snapshot()).files
        let size = files.map(\.sizeBytes).max() ?? 0
        let plan = OptimizePlan(targetBytes: size * 5, order: nil)
        let bins = plan.candidates(files)
        #expect(bins.count == 2 && bins.allSatisfy { $0.bytes <= size * 5 })
    }

    @Test func everyTypeComesThroughSortingAndMerging() throws {
        let sample = try SampleTable()
        try EveryType.write(
            sample.table, Array(repeating: EveryType.batch(), count: 4),
            days: Array(repeating: "2026-01-02", count: 4))
        let before = try OptimizeTests.sorted(sample.table.snapshot())
        for column in ["dec38", "text", "d", "bool"] {
            _ = try OptimizeTests.optimize(sample.table, lock: sample.folder.file("lock")) {
                $0.sortColumns = [column, "ts"]
            }
        }
        let after = try #require(try sample.table.snapshot())
        #expect(after.files.count == 1)
        #expect(try OptimizeTests.sorted(after) == before)
    }

    @Test func stoppingLeavesTheTableAsItWas() throws {
        let sample = try SampleTable()
        try OptimizeTests.manyFiles(sample, files: 3)
        let version = try sample.table.snapshot()?.version
        let files = sample.folder.files()
        let result = try OptimizeTests.optimize(sample.table, lock: sample.folder.file("lock")) {
            $0.isStopping = { true }
        }
        #expect(result.wasStopped && result.versions.isEmpty)
        #expect(try sample.table.snapshot()?.version == version)
        #expect(sample.folder.files().filter { $0 != "lock" } == files)
    }

    @Test func theOtherReadersReadTheSameRowsBeforeAndAfter() throws {
        let sample = try SampleTable()
        let days: [String?] = ["2026-01-02", "2026-01-02", "2026-01-03", "2026-01-03", nil, nil]
        let batches = Array(repeating: EveryType.batch(), count: 6)
        try EveryType.write(sample.table, batches, days: days)
        let path = sample.folder.file("table")
        let before = try Readers.rows([path])
        _ = try OptimizeTests.optimize(sample.table, lock: sample.folder.file("lock")) {
            $0.sortColumns = ["ts", "text"]
        }
        var vacuum = Vacuum.Options()
        vacuum.retentionMilliseconds = 0
        vacuum.isForced = true
        vacuum.now += 10_000
        let lock = try RunLock(path: sample.folder.file("lock"))
        let cleaned = try Vacuum(sample.table, options: vacuum).run(holding: lock)
        lock.release()
        #expect(cleaned.deletedFiles == 6)
        let after = try Readers.rows([path])
        let ours = try Readers.ourRows(try #require(try sample.table.snapshot())).sorted()
        #expect(before[0].count == 3 && ours.count == 36)
        for (reader, rows) in before[0] {
            #expect(rows.sorted() == ours, "\(reader) before")
            #expect(after[0][reader]?.sorted() == ours, "\(reader) after")
        }
    }
}
