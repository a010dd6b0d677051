import Columnar
@testable import Delta
import Lake
import LakeTestSupport
import Storage
import Testing

/// What extracts and readers of bronze go by stays as it was.
@Suite struct OptimizeBronzeTests {
    private static func tags(_ run: Int) -> [String: String] {
        [
            "sluice.run": "run\(run)", "sluice.mode": "incremental", "sluice.low": "\(run)",
            "sluice.high": "\(run + 1)",
        ]
    }

    /// Every row with where it came from: version, place of the file, row in it.
    private func places(_ table: DeltaTable) throws -> Set<String> {
        let snapshot = try #require(try table.snapshot())
        let origins = try BronzeOrder(snapshot).origins
        var places: Set<String> = []
        for file in snapshot.files {
            let origin = try #require(origins[file.path])
            let rows = try EveryType.rowsOf(file, in: snapshot)
            var row = 0
            for part in origin.parts {
                for index in 0..<Int(part.rowCount) {
                    places.insert("\(part.version).\(part.place).\(index) \(rows[row])")
                    row += 1
                }
            }
            #expect(row == rows.count)
        }
        return places
    }

    @Test func runsAreJoinedAndEveryRowKeepsItsPlace() throws {
        let sample = try SampleTable()
        try sample.create()
        for run in 0..<3 {
            try OptimizeBronzeTests.commit(sample, files: 4, tags: OptimizeBronzeTests.tags(run))
        }
        let before = try places(sample.table)
        let version = try #require(try sample.table.snapshot()).version
        let result = try OptimizeTests.optimize(sample.table, lock: sample.folder.file("lock")) {
            $0.sortColumns = ["id"]
        }
        #expect(result.filesRemoved == 12 && result.filesAdded == 1)
        #expect(try places(sample.table) == before)
        let after = try #require(try sample.table.snapshot())
        var tags = after.files[0].tags
        #expect(
            tags.removeValue(forKey: BronzeTag.origin)
                == "1/0:3,1:3,2:3,3:3;2/0:3,1:3,2:3,3:3;3/0:3,1:3,2:3,3:3")
        #expect(
            tags == [
                "sluice.run": "run2", "sluice.mode": "incremental", "sluice.low": "0",
                "sluice.high": "3",
            ])
        let changes = try sample.table.changes(from: version, to: after.version)
        #expect(!changes.contains { $0.changesData })
    }

    @Test func whatIsJoinedTwiceStillKnowsItsOrigin() throws {
        let sample = try SampleTable()
        try sample.create()
        try OptimizeBronzeTests.commit(sample, files: 6, tags: OptimizeBronzeTests.tags(1))
        let before = try places(sample.table)
        let size = try #require(try sample.table.snapshot()).files[0].sizeBytes
        for factor in [3, 30] as [Int64] {
            _ = try OptimizeTests.optimize(sample.table, lock: sample.folder.file("lock")) {
                $0.targetBytes = size * factor
            }
            #expect(try places(sample.table) == before)
        }
        #expect(try sample.table.snapshot()?.files.count == 1)
    }

    /// A full state as the extract tags it.
    private static func state(_ number: Int) -> [String: String] {
        [
            "sluice.run": "r\(number)", "sluice.mode": "snapshot", "sluice.high": "\(number)",
            "sluice.digest": "d\(number)",
        ]
    }

    @Test func theNewestFullStateKeepsItsOwnFiles() throws {
        let sample = try SampleTable()
        try sample.create()
        for number in 1...4 {
            try OptimizeBronzeTests.commit(
                sample, files: number == 4 ? 2 : 1, tags: OptimizeBronzeTests.state(number))
        }
        let before = try places(sample.table)
        let result = try OptimizeTests.optimize(sample.table, lock: sample.folder.file("lock"))
        #expect(result.filesRemoved == 5 && result.filesAdded == 2)
        #expect(try places(sample.table) == before)
        let files = try #require(try sample.table.snapshot()?.files)
        #expect(files.map { $0.tags["sluice.high"] } == ["3", "4"])
        #expect(files.map { $0.tags["sluice.digest"] } == [nil, "d4"])
    }

    @Test func aStateBetweenEventsKeepsThemApart() throws {
        let sample = try SampleTable()
        try sample.create()
        for run in 0..<2 {
            try OptimizeBronzeTests.commit(sample, files: 1, tags: OptimizeBronzeTests.tags(run))
        }
        try OptimizeBronzeTests.commit(sample, files: 1, tags: OptimizeBronzeTests.state(1))
        for run in 2..<4 {
            try OptimizeBronzeTests.commit(sample, files: 1, tags: OptimizeBronzeTests.tags(run))
        }
        let before = try places(sample.table)
        _ = try OptimizeTests.optimize(sample.table, lock: sample.folder.file("lock"))
        #expect(try places(sample.table) == before)
        let files = try #require(try sample.table.snapshot()?.files)
        #expect(files.count == 3)
        #expect(
            Set(files.compactMap { $0.origin?.parts.map(\.version) }) == [[1, 2], [3], [4, 5]])
    }

    @Test func ofFewFilesNothingIsJoinedAndALargeOldOneIsLeft() throws {
        let sample = try SampleTable()
        try sample.create()
        try OptimizeBronzeTests.commit(
            sample, files: 1, tags: OptimizeBronzeTests.tags(0), rows: 60_000)
        func join() throws -> Optimize.Result {
            try OptimizeTests.optimize(sample.table, lock: sample.folder.file("lock")) {
                $0.policy = CompactionPolicy(leastFilesSaved: 4)
            }
        }
        for run in 1...4 {
            try OptimizeBronzeTests.commit(sample, files: 1, tags: OptimizeBronzeTests.tags(run))
        }
        #expect(try join().filesRemoved == 0)
        try OptimizeBronzeTests.commit(sample, files: 1, tags: OptimizeBronzeTests.tags(5))
        let before = try places(sample.table)
        let joined = try join()
        #expect(joined.filesRemoved == 5 && joined.filesAdded == 1)
        #expect(try places(sample.table) == before)
        #expect(try join().filesRemoved == 0)
    }

    @Test func whatIsOverTheBudgetWaits() throws {
        let sample = try SampleTable()
        try sample.create()
        for run in 0..<6 {
            try OptimizeBronzeTests.commit(sample, files: 1, tags: OptimizeBronzeTests.tags(run))
        }
        let result = try OptimizeTests.optimize(sample.table, lock: sample.folder.file("lock")) {
            $0.policy = CompactionPolicy(leastFilesSaved: 2, budgetBytes: 100)
        }
        #expect(result.filesRemoved == 0)
    }

    @Test func filesThatTheLogNoLongerTellOfKeepTheirPlaces() throws {
        let sample = try SampleTable()
        try sample.create()
        try OptimizeBronzeTests.commit(sample, files: 4, tags: OptimizeBronzeTests.tags(1))
        try sample.table.checkpoint()
        for version in 0...1 { try sample.folder.storage.delete(SampleTable.logName(version)) }
        let result = try OptimizeTests.optimize(sample.table, lock: sample.folder.file("lock"))
        #expect(result.filesRemoved == 4)
        let joined = try #require(try sample.table.snapshot()?.files.first?.origin)
        #expect(joined.parts.map(\.version) == [1, 1, 1, 1])
        #expect(joined.parts.map(\.place) == [0, 1, 2, 3])
    }

    @Test(arguments: [
        "", "1", "1/", "1/0", "1/0:", "-1/0:1", "1/0:1,", "1/x:1", "1/0:-1", "1/0:1/2", "1/0:1;",
        ";1/0:1", "2/0:1;1/0:1", "1/0:1;1/1:1",
    ])
    func aTagThatIsNoOriginIsNone(_ text: String) {
        #expect(FileOrigin(text) == nil)
    }

    @Test func originsReadBack() throws {
        let origin = FileOrigin(
            .init(version: 7, place: 0, rowCount: 3),
            [
                .init(version: 7, place: 2, rowCount: 0), .init(version: 9, place: 0, rowCount: 2),
            ])
        #expect(origin.text == "7/0:3,2:0;9/0:2" && origin.rowCount == 5)
        #expect(FileOrigin(origin.text) == origin)
        let last = try #require(origin.place(ofRow: 2))
        #expect(last.part.place == 0 && last.row == 2 && last.rowsLeft == 1)
        let later = try #require(origin.place(ofRow: 4))
        #expect(later.part.version == 9 && later.row == 1 && later.rowsLeft == 1)
        #expect(origin.place(ofRow: 5) == nil)
        #expect([6, 7, 8, 9].map { origin.rowCount(upTo: $0) } == [0, 3, 3, 5])
    }

    /// One commit of several files with three rows each, or one with `rows`.
    private static func commit(
        _ sample: SampleTable, files: Int, tags: [String: String], rows: Int64 = 3
    ) throws {
        let schema = Schema(Array(SampleTable.schema.fields.dropLast()))
        var transaction = Transaction(sample.table, reading: try sample.table.snapshot())
        transaction.fileTags = FileOrigin.tags
        for number in 0..<files {
            let writer = try DataFileWriter(
                table: sample.table, schema: schema,
                placement: .init(partition: [("day", "2026-01-02")]))
            let ids = (0..<rows).map { ($0 * 7_919 + 5) % 10_007 * 10 - Int64(number) }
            try writer.write(
                RecordBatch(
                    schema: schema,
                    columns: [
                        Column(.long, storage: .int64(ids)),
                        Column(.string, storage: .bytes(ByteVector(ids.map { "\($0)" }))),
                    ]))
            try writer.finish()
            transaction.add(try writer.publish(tags: tags))
        }
        _ = try transaction.commit(operation: "WRITE")
    }
}
