import Columnar
import Delta
@testable import EntityTestSupport
@testable import Events
import Foundation
import Lake
import LakeTestSupport
import Storage
import Testing

/// `lake optimize` and `lake vacuum` on bronze change nothing of what silver reads.
@Suite("Events of compacted bronze")
struct BronzeCompactionTests {
    typealias Row = BronzeLake.Row

    private func compact(_ lake: BronzeLake, thenVacuum: Bool) throws {
        let lock = try RunLock(path: lake.folder.file("lock"))
        defer { lock.release() }
        var joining = Optimize.Options()
        joining.order = { snapshot throws(DeltaError) in try BronzeOrder(snapshot) }
        let result = try Optimize(lake.table, options: joining).run(holding: lock)
        #expect(result.filesRemoved > result.filesAdded)
        guard thenVacuum else { return }
        var options = Vacuum.Options()
        options.now += 30 * 86_400_000
        #expect(
            try Vacuum(lake.table, options: options).run(holding: lock).deletedFiles
                == result.filesRemoved)
    }

    private func lake() throws -> BronzeLake {
        let lake = try BronzeLake()
        try lake.commit([[Row(1, 10, "a"), Row(2, 20, nil)], [Row(3, 30, "c")], [Row(4, 30, "d")]])
        try lake.commit([[Row(9, 40, "single")]], at: 2000)
        try lake.commit([[Row(5, 50, "e"), Row(6, 60, "f")], [Row(1, 70, "a2")]], at: 3000)
        return lake
    }

    @Test("every row keeps its position, consumed or not", arguments: [true, false])
    func positions(thenVacuum: Bool) throws {
        let lake = try lake()
        let consumed: [Int64?] = [nil, 0, 1, 2]
        let before = try consumed.map { try lake.events(consumed: $0).lines() }
        try compact(lake, thenVacuum: thenVacuum)
        for (version, lines) in zip(consumed, before) {
            let events = try lake.events(consumed: version)
            #expect(try events.lines().sorted() == lines.sorted())
            #expect(try events.lines(batchRowCount: 1).sorted() == lines.sorted())
            #expect(events.hasNews == !lines.isEmpty)
        }
        let whole = try lake.events()
        #expect(try whole.lines() == before[0] && whole.rowCount == 8)
        #expect(try lake.table.snapshot()?.files.count == 1)
        #expect(try lake.events(consumed: 1).rowCount == 3)
    }

    @Test("rows of joined runs are read once, whatever was consumed", arguments: [true, false])
    func manyRuns(cleansLog: Bool) throws {
        let lake = try BronzeLake()
        for run in 0..<12 {
            let rows = (0...run).map { Row(Int64($0), Int64(100 * run + $0), "\(run)") }
            try lake.commit([rows, [Row(99, Int64(run), "last")]], at: Int64(1000 * run))
        }
        let before = try (0..<12).map { try lake.events(consumed: $0).lines() }
        try compact(lake, thenVacuum: true)
        try lake.commit([[Row(7, 5000, "after")]], at: 50_000)
        if cleansLog {
            try lake.table.checkpoint()
            for version in 0...11 {
                let name = String(repeating: "0", count: version < 10 ? 19 : 18) + "\(version).json"
                try lake.folder.storage.delete("\(BronzeLake.path)/_delta_log/\(name)")
            }
        }
        for (version, lines) in before.enumerated() {
            let events = try lake.events(consumed: Int64(version))
            #expect(try events.lines().dropLast() == lines)
            #expect(try events.lines(batchRowCount: 2).dropLast() == lines)
            #expect(events.rowCount == Int64(lines.count + 1))
        }
        #expect(try lake.events(consumed: 12).lines() == ["13.0.0 7 after"])
    }

    @Test("the run of every row of joined runs is known")
    func runs() throws {
        let lake = try lake()
        func runs() throws -> Set<String> {
            let reader = try lake.events().reader()
            var runs: Set<String> = []
            while let batch = try reader.next() {
                runs.insert("\(batch.position(0).version) \(batch.runID)")
            }
            return runs
        }
        let before = try runs()
        try compact(lake, thenVacuum: true)
        #expect(try runs() == before && before.count == 3)
    }

    @Test("files from before a column was there keep telling that they have none")
    func columns() throws {
        let lake = try BronzeLake()
        func commit(_ run: Int, without absent: Set<String>) throws {
            var transaction = Transaction(lake.table, reading: try lake.table.snapshot())
            if try lake.table.snapshot() == nil {
                try transaction.create(
                    schema: BronzeLake.schema, partitionColumns: ["ingest_date"],
                    configuration: ["sluice.source_table": lake.source])
            }
            var file = try lake.write(
                [Row(Int64(run), Int64(run), "\(run)")], mode: "incremental", high: Int64(run),
                at: Int64(run) * 1000, absent)
            // Written before the table had the column: no tag names it.
            file.tags["sluice.absent"] = nil
            transaction.add(file)
            #expect(try transaction.commit(operation: "WRITE").version != nil)
        }
        for run in 1...3 { try commit(run, without: ["small"]) }
        for run in 4...6 { try commit(run, without: []) }
        func told() throws -> [String] {
            let reader = try lake.events().reader()
            var told: [String] = []
            while let batch = try reader.next() {
                for row in 0..<batch.rows.count {
                    told.append("\(batch.position(row).text) \(batch.absent.sorted())")
                }
            }
            return told
        }
        let before = try told()
        #expect(before.map { $0.contains("small") } == [true, true, true, false, false, false])
        try compact(lake, thenVacuum: true)
        #expect(try lake.table.snapshot()?.files.count == 2)
        #expect(try told() == before)
    }

    @Test("of a joined file that others took out, only the consumed rows are withdrawn")
    func withdrawn() throws {
        let lake = try BronzeLake()
        for run in 1...4 {
            try lake.commit([[Row(Int64(run), 1, "a"), Row(Int64(run + 10), 1, "b")]], low: "")
        }
        try compact(lake, thenVacuum: false)
        let snapshot = try #require(try lake.table.snapshot())
        var transaction = Transaction(lake.table, reading: snapshot)
        for file in snapshot.files { transaction.remove(file) }
        #expect(try transaction.commit(operation: "DELETE").version != nil)
        #expect(try lake.events(consumed: 1).withdrawn == 4)
    }

    @Test("replaced states are joined, the last is read alone")
    func manySnapshots() throws {
        let lake = try BronzeLake()
        for number in 1...5 {
            try lake.commit(
                [(0..<3).map { Row($0, 1, "\(number)") }], mode: "snapshot", high: Int64(number),
                at: Int64(number) * 1000)
        }
        let before = try lake.events(consumed: 2).lines()
        try compact(lake, thenVacuum: true)
        #expect(try lake.table.snapshot()?.files.count == 2)
        for consumed in [nil, 0, 2, 3] as [Int64?] {
            let events = try lake.events(consumed: consumed)
            #expect(try events.lines() == before && events.isFullState)
        }
    }

    @Test("a snapshot's rows keep their positions")
    func snapshots() throws {
        let lake = try BronzeLake()
        try lake.commit([[Row(1, 1, "a")], [Row(2, 1, "b")]], mode: "snapshot", high: 1)
        try lake.commit(
            [[Row(1, 1, "a")], [Row(2, 1, "b2")], [Row(3, 1, "c")]], mode: "snapshot", high: 2,
            at: 2000)
        let before = try lake.events().lines()
        try compact(lake, thenVacuum: true)
        let after = try lake.events()
        #expect(try after.lines() == before && after.isFullState)
    }

    @Test("nothing is read twice when the log was cleaned up after a compaction")
    func cleanedLog() throws {
        let lake = try lake()
        let texts = try lake.events().lines().map { $0.split(separator: " ").last }
        try compact(lake, thenVacuum: true)
        try lake.table.checkpoint()
        for version in 0...1 {
            try lake.folder.storage.delete(
                "\(BronzeLake.path)/_delta_log/0000000000000000000\(version).json")
        }
        let after = try lake.events()
        #expect(after.rowCount == 8)
        let found = try after.lines().map { $0.split(separator: " ").last }
        #expect(found.map { "\($0 ?? "")" }.sorted() == texts.map { "\($0 ?? "")" }.sorted())
    }
}
