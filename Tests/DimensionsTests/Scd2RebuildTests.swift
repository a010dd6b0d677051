import Columnar
import Delta
@testable import Dimensions
@testable import Events
@testable import Lake
import LakeTestSupport
import Parquet
@testable import Pipeline
import Storage
import Testing

@Suite("SCD2 rebuilds, the journal, the guards of key and types")
struct Scd2RebuildTests {
    private func journal(_ lake: DimensionLake) throws -> [AddFile] {
        try lake.merge.journalTable.snapshot()?.files ?? []
    }

    /// A rebuild over `events`, which are all there are; `commits` false dies before its commit.
    private func rebuild(
        _ lake: DimensionLake, _ events: [Event], commits: Bool = true
    ) throws {
        let before = try lake.table.snapshot()
        var merge = lake.merge
        merge.options.isRebuild = true
        var transaction = Transaction(lake.table, reading: nil)
        _ = try merge.run([lake.batch(events)], into: &transaction)
        if let before { transaction = try transaction.replacing(before) }
        if commits { try lake.commit(transaction) }
    }

    @Test("the journal's small files are put together, and nothing is forgotten")
    func compaction() throws {
        let lake = try DimensionLake()
        try lake.run([.up(1, 10, "A")])
        // Each of these lies within the version and is in the journal alone.
        for sequence in 1...40 {
            try lake.run([.up(1, Int64(100 * sequence), "A", "u\(sequence)")])
            #expect(try journal(lake).count <= 8)
        }
        #expect(try lake.picture(shows: ["a", "u"]) == "[10,∞)A/u40")
        try lake.run([.up(1, 1950, "B")])
        #expect(
            try lake.picture(shows: ["a", "u"]) == "[10,1950)A/u19 [1950,2000)B/u [2000,∞)A/u40")
    }

    @Test("a rebuild forgets the journal: what bronze does not tell has not been")
    func forgets() throws {
        let lake = try DimensionLake()
        try lake.run([.up(1, 10, "A", "u1"), .up(1, 20, "A", "u2"), .del(2, 5)])
        #expect(try journal(lake).count == 1)
        try rebuild(lake, [.up(1, 10, "A", "u1"), .up(2, 30, "X")])
        #expect(try lake.picture(shows: ["a", "u"]) == "[10,∞)A/u1")
        try lake.run([.up(1, 15, "B"), .up(2, 1, "X")])
        #expect(try lake.picture(shows: ["a", "u"]) == "[10,15)A/u1 [15,∞)B/u")
        #expect(try lake.picture(2) == "[1,∞)X")
        // The old generation's files are gone with the first append of the new one.
        #expect(Set(try journal(lake).map { $0.tags["sluice.generation"] }) == ["1"])
    }

    @Test("a rebuild that died leaves the dimension with the journal it had")
    func diesInBetween() throws {
        let lake = try DimensionLake()
        try lake.run([.up(1, 10, "A", "u1"), .up(1, 20, "A", "u2")])
        try rebuild(lake, [.up(1, 10, "A", "u1"), .up(1, 12, "A", "w")], commits: false)
        #expect(Set(try journal(lake).map { $0.tags["sluice.generation"] }) == [nil, "1"])
        try lake.run([.up(1, 15, "B")])
        #expect(try lake.picture(shows: ["a", "u"]) == "[10,15)A/u1 [15,20)B/u [20,∞)A/u2")
        try rebuild(lake, [.up(1, 10, "A", "u1"), .up(1, 12, "A", "w")])
        try lake.run([.up(1, 11, "C")])
        #expect(try lake.picture(shows: ["a", "u"]) == "[10,11)A/u1 [11,12)C/u [12,∞)A/w")
    }

    @Test("a rebuild of a table read as full states keeps the history that it alone has")
    func keepsHistory() throws {
        let lake = try DimensionLake()
        lake.options.kind = .extraction
        let all = { (time: Int64, values: [Int64: String]) in
            values.sorted { $0.key < $1.key }.map {
                Event.up($0.key, nil, $0.value, at: time)
            }
        }
        lake.spec.maxDeletePercent = 60
        try lake.run(
            all(10, [1: "A", 2: "X", 3: "M"]), complete: CompleteSnapshot(observedAt: 10))
        try lake.run(all(20, [1: "B", 3: "M"]), complete: CompleteSnapshot(observedAt: 20))
        try lake.run(all(30, [1: "C", 3: "M"]), complete: CompleteSnapshot(observedAt: 30))
        let before = try lake.pictures()
        #expect(before[1] == "[10,20)A [20,30)B [30,∞)C" && before[2] == "[10,20)X deleted")
        lake.options.isRebuild = true
        lake.options.tieBreak = .lastArrived
        let last = all(30, [1: "C", 3: "M"])
        try lake.run(last, complete: CompleteSnapshot(observedAt: 30))
        #expect(try lake.pictures() == before)
        // Another tracked set lays the whole history out anew, members that are gone included.
        lake.spec.tracked = ["u"]
        try lake.run(last, complete: CompleteSnapshot(observedAt: 30))
        #expect(
            try lake.pictures(shows: ["a", "u"])
                == [1: "[10,∞)C/u", 2: "[10,20)X/u deleted", 3: "[10,∞)M/u"])
    }

    @Test("another key is refused, and a rebuild takes it")
    func key() throws {
        let lake = try DimensionLake()
        try lake.run([.up(1, 10, "A")])
        lake.spec.entity.key = ["id", "u"]
        let error = #expect(throws: LakeError.self) { try lake.run([.up(1, 20, "B")]) }
        #expect(error?.code == .drift)
        #expect(error?.message.contains(#"["id","u"]"#) == true, "\(error?.message ?? "")")
        try rebuild(lake, [.up(1, 10, "A")])
        try lake.run([.up(1, 20, "B")])
        #expect(try lake.picture() == "[10,20)A [20,∞)B")
    }

    /// A dimension over `id` and a number.
    private func run(
        _ lake: DimensionLake, _ type: ColumnType, _ key: ColumnType,
        _ rows: [(Int64, Int64, Int64)]
    ) throws -> DimensionReport {
        lake.schema = Schema([Field("id", key), Field("a", type)])
        lake.spec.tracked = nil
        func column(_ type: ColumnType, _ values: [Int64]) -> Column {
            switch type {
            case .integer, .short:
                Column(type, storage: .int32(values.map { Int32(truncatingIfNeeded: $0) }))
            case .decimal(_, let scale):
                Column(
                    type,
                    storage: .int64(
                        values.map { value in
                            (0..<scale).reduce(value) { factor, _ in factor * 10 }
                        }))
            default: Column(type, storage: .int64(values))
            }
        }
        let batch = RecordBatch(
            schema: lake.schema, columns: [column(key, rows.map(\.0)), column(type, rows.map(\.2))])
        return try lake.run([lake.batch(batch, rows.map { .up($0.0, $0.1, nil) })])
    }

    @Test("columns that become wider at the source become wider here, without a version")
    func widened() throws {
        let lake = try DimensionLake()
        lake.options.kind = .time
        _ = try run(lake, .integer, .integer, [(1, 10, 5), (2, 10, 7)])
        _ = try run(lake, .integer, .integer, [(1, 20, 5), (2, 20, 8)])
        #expect(try journal(lake).count == 1)
        let report = try run(lake, .long, .long, [(1, 30, 5), (2, 15, 7), (2, 30, 1 << 40)])
        #expect(report.rowsInserted == 1)
        #expect(
            try lake.pictures() == [
                1: "[10,∞)5", 2: "[10,20)7 [20,30)8 [30,∞)1099511627776",
            ])
        let snapshot = try #require(try lake.table.snapshot())
        #expect(snapshot.schema["id"]?.type == .long && snapshot.schema["a"]?.type == .long)
        for file in snapshot.files {
            #expect(try lake.table.reader(of: file).schema["a"]?.type == .long)
        }
        for file in try journal(lake) {
            #expect(try lake.merge.journalTable.reader(of: file).schema["a"]?.type == .long)
        }
        // A source that still sends the narrower type is taken in as the wider one.
        _ = try run(lake, .integer, .long, [(1, 40, 6)])
        #expect(try lake.picture(1) == "[10,40)5 [40,∞)6")
        // Numbers become decimals, equal ones stay equal.
        let other = try DimensionLake()
        _ = try run(other, .integer, .integer, [(1, 10, 5)])
        _ = try run(other, .decimal(precision: 14, scale: 2), .integer, [(1, 20, 5), (1, 30, 6)])
        #expect(try other.picture() == "[10,30)5.00 [30,∞)6.00")
    }

    @Test("row groups whose key range has none of the keys are not read")
    func keyRange() throws {
        let folder = try TemporaryFolder()
        let counting = FaultStorage(folder.storage)
        var spec = DimensionSpec(
            entity: EntitySpec(
                name: "member", bronzePath: "bronze/s/member", source: "s.member", key: ["code"]))
        spec.tracked = ["a"]
        let schema = Schema([Field("code", .string), Field("a", .string)])
        let merge = { (storage: any LakeStorage) in
            var merge = DimensionMerge(spec, schema: schema, storage: storage)
            merge.writerOptions.rowGroupRows = 100
            return merge
        }
        func batch(_ numbers: [Int], _ time: Int64, _ value: String) -> EventBatch {
            let codes = numbers.map { "K" + String(10_000 + $0) }
            return EventBatch(
                rows: RecordBatch(
                    schema: schema,
                    columns: [
                        Column(.string, storage: .bytes(ByteVector(codes))),
                        Column(
                            .string,
                            storage: .bytes(ByteVector(numbers.map { _ in value }))),
                    ]),
                sequence: DimensionLake.numbers(.timestamp, numbers.map { _ in time }),
                deletes: nil, extractedAt: numbers.map { _ in time }, runID: "r",
                first: BronzePosition(version: 0, file: 0, row: 0))
        }
        var first = Transaction(merge(folder.storage).table, reading: nil)
        _ = try merge(folder.storage).run([batch(Array(0..<2000), 10, "A")], into: &first)
        _ = try first.commit(operation: "WRITE")
        /// Ranges read by a merge of events that repeat what is there.
        func reads(_ numbers: [Int]) throws -> Int {
            let table = merge(counting).table
            var transaction = Transaction(table, reading: try table.snapshot())
            let before = counting.calls.count
            let report = try merge(counting).run([batch(numbers, 10, "A")], into: &transaction)
            #expect(report.isUnchanged && report.duplicates == numbers.count)
            return counting.calls[before...].count { $0.hasPrefix("read range") }
        }
        // Twenty groups, of which the first range meets one: the other nineteen cost nothing.
        let near = try reads([1210, 1250])
        #expect(try reads([10, 1990]) - near >= 19)
    }
}
