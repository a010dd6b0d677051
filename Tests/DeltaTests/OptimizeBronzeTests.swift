import Columnar
@testable import Delta
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
        let origins = try table.origins(of: snapshot.files)
        var places: Set<String> = []
        for file in snapshot.files {
            let origin = try #require(origins[file.path])
            let rows = try EveryType.rowsOf(file, in: snapshot)
            var row = 0
            for part in origin.parts {
                for index in 0..<Int(part.rowCount) {
                    places.insert(
                        "\(origin.version).\(part.place).\(index) \(file.tags["sluice.run"] ?? "") "
                            + "\(rows[row])")
                    row += 1
                }
            }
            #expect(row == rows.count)
        }
        return places
    }

    @Test func runsAreNotMixedAndEveryRowKeepsItsPlace() throws {
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
        #expect(result.filesRemoved == 12 && result.filesAdded == 3)
        #expect(try places(sample.table) == before)
        let after = try #require(try sample.table.snapshot())
        for (run, file) in after.files.enumerated() {
            var tags = file.tags
            tags[FileOrigin.tag] = nil
            #expect(tags == OptimizeBronzeTests.tags(run))
        }
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

    @Test func snapshotsOfOneTableAreNotMixed() throws {
        let sample = try SampleTable()
        try sample.create()
        for number in 1...2 {
            let tags = [
                "sluice.run": "r\(number)", "sluice.mode": "snapshot", "sluice.high": "\(number)",
                "sluice.digest": "d\(number)",
            ]
            try OptimizeBronzeTests.commit(sample, files: 1, tags: tags)
        }
        let result = try OptimizeTests.optimize(sample.table, lock: sample.folder.file("lock"))
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
        #expect(joined.version == 1 && joined.parts.map(\.place) == [0, 1, 2, 3])
    }

    @Test(arguments: [
        "", "1", "1/", "1/0", "1/0:", "-1/0:1", "1/0:1,", "1/x:1", "1/0:-1", "1/0:1/2",
    ])
    func aTagThatIsNoOriginIsNone(_ text: String) {
        #expect(FileOrigin(text) == nil)
    }

    @Test func originsReadBack() throws {
        let origin = FileOrigin(
            version: 7, parts: [.init(place: 0, rowCount: 3), .init(place: 2, rowCount: 0)])
        #expect(origin.text == "7/0:3,2:0" && origin.rowCount == 3)
        #expect(FileOrigin(origin.text) == origin)
        let last = try #require(origin.place(ofRow: 2))
        #expect(last.place == 0 && last.row == 2 && last.rowsLeft == 1)
        #expect(origin.place(ofRow: 3) == nil)
    }

    /// One commit of several files with three rows each.
    private static func commit(_ sample: SampleTable, files: Int, tags: [String: String]) throws {
        let schema = Schema(Array(SampleTable.schema.fields.dropLast()))
        var transaction = Transaction(sample.table, reading: try sample.table.snapshot())
        for number in 0..<files {
            let writer = try DataFileWriter(
                table: sample.table, schema: schema,
                placement: .init(partition: [("day", "2026-01-02")]))
            let ids = [9, 5, 7].map { Int64($0 * 10 - number) }
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
