import Columnar
import Delta
@testable import EntityTestSupport
@testable import Facts
import Foundation
@testable import Lake
import LakeTestSupport
@testable import Pipeline
import Testing

@Suite("Facts")
struct FactMergeTests {
    @Test("the first build writes one row a key into the partitions of its date")
    func firstBuild() throws {
        let lake = try FactLake()
        let report = try lake.run([
            SaleEvent(id: 1, sequence: 10, day: 20_000, row: 0),
            SaleEvent(id: 2, sequence: 10, day: 20_040, row: 1),
            SaleEvent(id: 1, sequence: 20, day: 20_001, amount: 7, row: 2),
        ])
        #expect(report.events == 3 && report.inserted == 2 && report.superseded == 1)
        #expect(report.touchedPartitions == ["2024-10-01", "2024-11-01"])
        #expect(try lake.rows().map(\.amount) == [7, 100])
        let snapshot = try #require(try lake.table().snapshot)
        #expect(snapshot.partitionColumns == ["order_date_month"])
        #expect(snapshot.transactions["sluice/sales/bronze"] == 0)
        #expect(snapshot.schema.fields.map(\.name).last == "order_date_month")
    }

    @Test("the date itself is the partition column when it is a date and the grain a day")
    func dayPartition() throws {
        let lake = try FactLake(grain: .day)
        try lake.run([SaleEvent(id: 1, sequence: 1), SaleEvent(id: 2, sequence: 1, row: 1)])
        let snapshot = try #require(try lake.table().snapshot)
        #expect(snapshot.partitionColumns == ["order_date"])
        #expect(snapshot.schema == FactLake.schema)
        #expect(try lake.rows().map(\.day) == [20_000, 20_000])
    }

    @Test("a fact without a date is one partition: rows without one are in it like all others")
    func undated() throws {
        var lake = try FactLake()
        lake.spec.date = nil
        // Row groups that are taken over, patched and spread.
        try lake.run((0..<40).map { SaleEvent(id: $0, sequence: 1, row: $0) })
        let snapshot = try #require(try lake.table().snapshot)
        #expect(snapshot.partitionColumns == [] && snapshot.schema == FactLake.schema)
        let before = try lake.files()
        let report = try lake.run(
            [
                SaleEvent(id: 3, sequence: 2, day: nil, amount: 5, version: 1, row: 0),
                SaleEvent(id: 15, sequence: 2, isDelete: true, version: 1, row: 1),
                SaleEvent(id: 90, sequence: 2, day: 9, version: 1, row: 2),
            ], consumed: 0)
        #expect(report.updated == 1 && report.removed == 1 && report.inserted == 1)
        #expect(report.touchedPartitions == [] && report.rowsAfter == 40)
        let rows = try lake.rows()
        #expect(rows.count == 40 && !rows.contains { $0.id == 15 })
        #expect(rows.first { $0.id == 3 }?.amount == 5 && rows.last?.id == 90)
        #expect(before.isDisjoint(with: try lake.files()))
        let files = lake.folder.files()
        try lake.run(
            [SaleEvent(id: 3, sequence: 2, day: nil, amount: 5, version: 1)], consumed: 1)
        #expect(lake.folder.files().count <= files.count + 1)
        try lake.run([SaleEvent(id: 1, sequence: 1)], mode: .replace)
        #expect(try lake.rows().map(\.id) == [1])
    }

    @Test("a fact that gets or loses its date has to be built anew")
    func dateComes() throws {
        var lake = try FactLake()
        try lake.run([SaleEvent(id: 1, sequence: 1)])
        lake.spec.date = nil
        #expect(throws: LakeError.self) { try lake.table() }
        try lake.run([SaleEvent(id: 1, sequence: 1)], mode: .replace)
        #expect(try lake.table().snapshot?.partitionColumns == [])
        lake.spec.date = "order_date"
        #expect(throws: LakeError.self) { try lake.table() }
    }

    @Test("a row whose date moved leaves its old partition")
    func dateMoves() throws {
        let lake = try FactLake()
        try lake.run([
            SaleEvent(id: 1, sequence: 10, day: 20_000), SaleEvent(id: 2, sequence: 10, row: 1),
            SaleEvent(id: 3, sequence: 10, day: 20_200, row: 2),
        ])
        let before = try lake.files()
        let report = try lake.run(
            [SaleEvent(id: 1, sequence: 20, day: 20_100, version: 1)], consumed: 0)
        #expect(report.updated == 1 && report.superseded == 1 && report.rowsAfter == 3)
        #expect(report.touchedPartitions == ["2024-10-01", "2025-01-01"])
        #expect(try lake.rows().map(\.day) == [20_100, 20_000, 20_200])
        // The partition of key 3 keeps its file.
        #expect(before.intersection(try lake.files()).count == 1)
    }

    @Test("a delete removes its row, and a late older event does not bring it back")
    func deletes() throws {
        let lake = try FactLake()
        try lake.run([SaleEvent(id: 1, sequence: 10), SaleEvent(id: 2, sequence: 10, row: 1)])
        let gone = try lake.run(
            [SaleEvent(id: 1, sequence: 20, day: nil, isDelete: true, version: 1)], consumed: 0)
        #expect(gone.deleted == 1 && gone.removed == 1 && gone.superseded == 1)
        #expect(try lake.rows().map(\.id) == [2])
        let late = try lake.run([SaleEvent(id: 1, sequence: 15, version: 2)], consumed: 1)
        #expect(late.superseded == 1 && late.filesAdded == 0)
        #expect(try lake.rows().map(\.id) == [2])
        let back = try lake.run([SaleEvent(id: 1, sequence: 30, version: 3)], consumed: 2)
        #expect(back.inserted == 1)
        #expect(try lake.rows().map(\.id) == [1, 2])
        let again = try lake.run(
            [SaleEvent(id: 1, sequence: 25, isDelete: true, version: 4)], consumed: 3)
        #expect(again.superseded == 1)
        #expect(try lake.rows().map(\.id) == [1, 2])
    }

    @Test("many runs of deletes leave few files of tombstones, and none is forgotten")
    func tombstonesGather() throws {
        let lake = try FactLake()
        try lake.run((0..<40).map { SaleEvent(id: $0, sequence: 1, row: $0) })
        for version in 1...20 {
            let delete = SaleEvent(
                id: Int64(version), sequence: 5, isDelete: true, version: Int64(version))
            try lake.run([delete], consumed: Int64(version - 1))
        }
        let table = DeltaTable(storage: lake.storage, path: "silver/_tombstones/sales")
        #expect(try #require(try table.snapshot()).files.count <= 16)
        let late = (1...20).map { SaleEvent(id: $0, sequence: 3, version: 30, row: $0) }
        #expect(try lake.run(late, consumed: 20).superseded == 20)
        #expect(try lake.rows().count == 20)
    }

    @Test("events that say what silver says already write no file")
    func rerun() throws {
        let lake = try FactLake()
        let events = (0..<50).map {
            SaleEvent(id: Int64($0 % 40), sequence: Int64($0), row: Int64($0))
        }
        try lake.run(events)
        let files = lake.folder.files().filter { $0.hasSuffix(".parquet") }
        for consumed in [-1, 0] {
            let report = try lake.run(events, consumed: Int64(consumed))
            #expect(report.filesAdded == 0 && report.filesRemoved == 0)
            #expect(report.duplicates == 40 && report.superseded == 10)
        }
        #expect(lake.folder.files().filter { $0.hasSuffix(".parquet") } == files)
    }

    @Test("of two versions with one sequence the later in bronze wins")
    func ties() throws {
        let lake = try FactLake()
        try lake.run([
            SaleEvent(id: 1, sequence: 10, amount: 1, row: 0),
            SaleEvent(id: 1, sequence: 10, amount: 2, row: 1),
        ])
        #expect(try lake.rows().map(\.amount) == [2])
        try lake.run([SaleEvent(id: 1, sequence: 10, amount: 3, version: 1)], consumed: 0)
        #expect(try lake.rows().map(\.amount) == [3])
        // A replay of an old version does not.
        try lake.run([SaleEvent(id: 1, sequence: 10, amount: 4, version: 0)], consumed: 1)
        #expect(try lake.rows().map(\.amount) == [3])
    }

    @Test("a full state removes the rows it lacks, and a rebuild forgets what was there")
    func fullStates() throws {
        let lake = try FactLake()
        try lake.run((0..<5).map { SaleEvent(id: $0, sequence: 1, row: $0) })
        let state = try lake.run(
            [
                SaleEvent(id: 1, sequence: 1, version: 1),
                SaleEvent(id: 7, sequence: 1, version: 1, row: 1),
            ], mode: .fullState, consumed: 0)
        #expect(state.removed == 4 && state.inserted == 1 && state.duplicates == 1)
        #expect(try lake.rows().map(\.id) == [1, 7])
        try lake.run([SaleEvent(id: 9, sequence: 1)], mode: .replace)
        #expect(try lake.rows().map(\.id) == [9])
        let totals = SilverTotals(
            fact: "sales", transactions: try #require(try lake.table().snapshot).transactions)
        #expect(totals.events == 1)
    }

    @Test("a row without a date is refused and nothing is published")
    func nullDate() throws {
        let lake = try FactLake()
        #expect(throws: LakeError.self) {
            try lake.run([SaleEvent(id: 1, sequence: 1, day: nil)])
        }
        #expect(try lake.table().snapshot == nil)
    }

    @Test("any order and any split into runs gives the same table", arguments: 0..<24)
    func orderInvariance(seed: Int) throws {
        var random = SeededNumbers(UInt64(seed + 1))
        var events: [SaleEvent] = []
        for number in 0..<80 {
            events.append(
                SaleEvent(
                    id: Int64.random(in: 0..<12, using: &random), sequence: Int64(number),
                    day: 20_000 + Int32.random(in: 0..<90, using: &random),
                    customer: Bool.random(using: &random) ? "c\(number % 5)" : nil,
                    amount: Int64.random(in: 0..<1000, using: &random),
                    isDelete: Int.random(in: 0..<5, using: &random) == 0))
            if Int.random(in: 0..<7, using: &random) == 0, let last = events.last {
                events.append(last)
            }
        }
        events.shuffle(using: &random)
        let grain = PartitionGrain.allCases[seed % 3]
        var lake = try FactLake(grain: grain)
        lake.threads = seed % 2
        var position: Int64 = 0
        var start = 0
        var applied: [SaleEvent] = []
        while start < events.count {
            let end = min(events.count, start + Int.random(in: 1...30, using: &random))
            var run = Array(events[start..<end])
            for index in run.indices {
                run[index].version = position
                run[index].row = Int64(index)
            }
            applied += run
            try lake.run(
                run, announced: Bool.random(using: &random), consumed: position - 1, size: 7)
            #expect(try lake.rows() == FactLake.expected(applied))
            position += 1
            start = end
        }
    }

    @Test("the totals of all runs account for every event", arguments: 0..<6)
    func totals(seed: Int) throws {
        var random = SeededNumbers(UInt64(seed + 100))
        let lake = try FactLake()
        var count = 0
        for version in 0..<5 {
            let events = (0..<40).map { row in
                SaleEvent(
                    id: Int64.random(in: 0..<30, using: &random),
                    sequence: Int64.random(in: 0..<50, using: &random),
                    amount: Int64.random(in: 0..<3, using: &random),
                    isDelete: Int.random(in: 0..<6, using: &random) == 0,
                    version: Int64(version), row: Int64(row))
            }
            count += events.count
            try lake.run(events, announced: version % 2 == 0, consumed: Int64(version - 1))
        }
        let snapshot = try #require(try lake.table().snapshot)
        let totals = SilverTotals(fact: "sales", transactions: snapshot.transactions)
        #expect(totals.events == Int64(count))
        let rows = try #require(snapshot.rowCount)
        #expect(totals.events == rows + totals.superseded + totals.duplicates + totals.deleted)
        #expect(rows == Int64(try lake.rows().count))
    }
}
