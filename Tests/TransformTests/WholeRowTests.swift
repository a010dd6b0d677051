@testable import EntityTestSupport
@testable import Lake
import LakeTestSupport
@testable import Pipeline
import Testing
@testable import Transform

/// A lake whose fact `f` has all columns as its key; members 1 to 3, and names `a`, `b`, `c` or
/// none, once blanks around them are off.
struct WholeRowLake {
    typealias Row = BronzeLake.Row

    let lake: TransformLake
    let equalRows: EqualRows
    let date: String?
    private var states: Int64 = 0

    init(_ equalRows: EqualRows, date: String? = "updated_at") throws {
        lake = try TransformLake()
        self.date = date
        self.equalRows = equalRows
        try lake.dimension.commit([(1...3).map { Row(Int64($0), 10, "x") }], high: 20)
    }

    var pipeline: Pipeline {
        var pipeline = lake.wholePipeline
        pipeline.facts[0].date = date
        pipeline.facts[0].entity.key = []
        pipeline.facts[0].entity.equalRows = equalRows
        pipeline.facts[0].entity.clean = [
            CleanSpec(column: "name", expression: .init(text: "trim(name)"))
        ]
        pipeline.facts[0].entity.rules[1] = RuleSpec(
            id: "named", kind: .values(column: "name", ["a", "b", "c"], failsOnNull: false))
        return pipeline
    }

    /// The source's table is `rows` now.
    mutating func state(_ rows: [Row], absent: Set<String> = []) throws {
        states += 1
        try lake.fact.commit(
            [rows], mode: "snapshot", high: states, at: 1000 * states, absent: absent)
    }

    /// The fact's result of a run that comes to its end.
    @discardableResult
    func run(
        _ id: String = "r", _ change: (inout TransformOptions) -> Void = { _ in }
    ) throws -> TransformResult {
        let results = try lake.run(id, pipeline: pipeline, change)
        #expect(results.compactMap(\.error).isEmpty, "\(results.compactMap(\.error))")
        for receipt in try lake.reconcile(pipeline: pipeline) {
            #expect(receipt.isBalanced, "\(receipt.differences)")
        }
        return try #require(results.first { $0.table == "f" })
    }

    func silver() throws -> [String] { try lake.rows("silver/f", ["id", "name"]) }

    func quarantine() throws -> [String] {
        try lake.rows("quarantine/f", ["id", "name", "status"])
    }

    /// The ids of the rows in quarantine that are open, by number and name.
    func open(_ id: Int64, _ name: String) throws -> [String] {
        try lake.rows("quarantine/f", ["id", "name", "status", "quarantine_id"])
            .filter { $0.hasPrefix("\(id)|\(name)|open|") }
            .compactMap { $0.split(separator: "|").last.map(String.init) }
    }
}

@Suite("Facts whose key is all their columns")
struct WholeRowTests {
    typealias Row = BronzeLake.Row

    @Test("rows equal once they are cleaned are one, and counted; NULL is a value like others")
    func dropped() throws {
        var lake = try WholeRowLake(.drop)
        try lake.state([
            Row(1, 100, "a"), Row(1, 100, "a "), Row(2, 100, nil), Row(2, 100, nil),
            Row(2, 200, nil), Row(1, 100, "A"), Row(3, 100, "bad"), Row(3, 100, " bad"),
        ])
        let result = try lake.run()
        #expect(try lake.silver() == ["1|a", "2|NULL", "2|NULL"])
        #expect(try lake.quarantine() == ["1|A|open", "3|bad|open"])
        #expect(result.account.duplicates == 3 && result.account.quarantined == 2)
        #expect(result.receipt == "8 events = 3 rows + 2 quarantined + 3 duplicates")
        #expect(
            try lake.lake.rows("gold/o", ["id", "name", "d_name"])
                == ["1|a|x", "2|NULL|x", "2|NULL|x"])
    }

    @Test("equal rows that are kept have numbers, and follow the source's count of them")
    func kept() throws {
        var lake = try WholeRowLake(.keep)
        let one = Row(1, 100, "a")
        try lake.state([one, one, Row(1, 100, "a "), Row(2, 100, nil), Row(3, 100, "bad")])
        #expect(try lake.run().account.duplicates == 0)
        let columns = ["id", "name", "_sluice_number"]
        #expect(
            try lake.lake.rows("silver/f", columns) == ["1|a|0", "1|a|1", "1|a|2", "2|NULL|0"])
        #expect(try lake.lake.rows("gold/o", columns + ["d_name"]).count == 4)
        try lake.state([Row(3, 100, "bad"), one, Row(2, 100, nil), one, Row(3, 100, "bad")])
        let second = try lake.run("r2")
        #expect(try lake.lake.rows("silver/f", columns) == ["1|a|0", "1|a|1", "2|NULL|0"])
        #expect(try lake.quarantine() == ["3|bad|open", "3|bad|open"])
        #expect(second.account.superseded == 1 && second.files == 1)
        try lake.state([one, one, one, one, Row(3, 100, "bad"), Row(2, 100, nil)])
        try lake.run("r3")
        #expect(try lake.silver().count == 5)
        #expect(try lake.quarantine() == ["3|bad|open", "3|bad|superseded"])
    }

    @Test(
        "rows that stay are not written again; a changed one is gone and new",
        arguments: [
            EqualRows.drop, .keep,
        ])
    func unchanged(equalRows: EqualRows) throws {
        var lake = try WholeRowLake(equalRows)
        let day: Int64 = 86_400_000_000
        let rows = [Row(1, 100, "a"), Row(2, day, "b"), Row(3, 2 * day, nil), Row(1, 100, "a")]
        try lake.state(rows)
        try lake.run()
        let version = try lake.lake.version("silver/f")
        #expect(try lake.run("r2").version == nil)
        try lake.state(Array(rows.reversed()))
        let same = try lake.run("r3")
        #expect(same.files == 0 && same.account.duplicates == 4)
        #expect(try lake.lake.version("silver/f") != version)
        try lake.state([rows[0], rows[3], Row(2, day, "c"), rows[2]])
        let changed = try lake.run("r4")
        #expect(changed.files == 1 && changed.account.superseded == 1)
        #expect(changed.notes.contains { $0.hasPrefix("1 rows gone from the source, or changed") })
        let state = try lake.silver()
        #expect(state == (equalRows == .drop ? [] : ["1|a"]) + ["1|a", "2|c", "3|NULL"])
        for change: (inout TransformOptions) -> Void in [
            { $0.isRebuild = true },
            {
                $0.isRecheck = true; $0.only = ["f"]
            },
        ] {
            try lake.run("r5", change)
            #expect(try lake.silver() == state)
        }
    }

    @Test("a state that lost rows is refused, one whose rows changed is not")
    func guarded() throws {
        var lake = try WholeRowLake(.drop)
        let rows = (0..<20).map { Row(1, Int64(100 + $0), "a") }
        try lake.state(rows)
        try lake.run()
        try lake.state(rows.map { Row(2, $0.at, "b") })
        try lake.run("r2")
        #expect(try lake.silver() == Array(repeating: "2|b", count: 20))
        // Set aside, they are not gone.
        try lake.state(rows.map { Row(2, $0.at, "bad") })
        try lake.run("r3")
        #expect(try lake.silver().isEmpty && lake.quarantine().count == 20)
        try lake.state(rows)
        try lake.run("r4")
        try lake.state(Array(rows.prefix(15)))
        let refused = try #require(
            try lake.lake.run("r5", pipeline: lake.pipeline).first { $0.table == "f" })
        #expect(refused.error?.code == .refused)
        #expect(refused.error?.message.contains("lacks 5 of 20 rows") == true)
        try lake.state([])
        let empty = try #require(
            try lake.lake.run("r6", pipeline: lake.pipeline).first { $0.table == "f" })
        #expect(empty.error?.message.contains("is empty") == true)
        #expect(try lake.silver().count == 20)
        try lake.run("r7") { $0.acceptsDeletes = true }
        #expect(try lake.silver().isEmpty)
    }

    @Test(
        "a column that comes without values changes no row, one that goes changes them all",
        arguments: [
            EqualRows.drop, .keep,
        ])
    func columns(equalRows: EqualRows) throws {
        var lake = try WholeRowLake(equalRows)
        let rows = [Row(1, 100, "a"), Row(2, 200, "b"), Row(3, 300, nil), Row(3, 300, "bad")]
        // Silver and quarantine are made before the column `name` is there.
        var without = lake.pipeline
        without.facts[0].entity.clean = [
            CleanSpec(column: "more", expression: .init(text: "CAST(NULL AS STRING)"))
        ]
        try lake.state(rows)
        try lake.run()
        let quarantined = try lake.open(3, "bad")
        try lake.state(Array(rows.reversed()))
        let results = try lake.lake.run("r2", pipeline: without)
        let added = try #require(results.first { $0.table == "f" })
        #expect(added.error == nil && added.account.superseded == 0 && added.files == 0)
        #expect(try lake.open(3, "bad") == quarantined)
        #expect(try lake.lake.rows("silver/f", ["id", "more"]) == ["1|NULL", "2|NULL", "3|NULL"])
        // The source drops a column; the others are rows of their own then.
        try lake.state(rows.map { Row($0.id, $0.at, nil) }, absent: ["name"])
        try lake.run("r3")
        let count = equalRows == .drop ? 3 : 4
        #expect(try lake.lake.rows("silver/f", ["name"]) == Array(repeating: "NULL", count: count))
    }

    @Test("a table that is read as changes is refused, with what to do")
    func changes() throws {
        let lake = try WholeRowLake(.drop)
        try lake.lake.fact.commit([[Row(1, 100, "a")]], high: 100)
        let result = try #require(
            try lake.lake.run(pipeline: lake.pipeline).first { $0.table == "f" })
        #expect(result.error?.code == .configuration)
        #expect(result.error?.hint?.contains("mode: snapshot") == true)
        #expect(try lake.lake.version("silver/f") == nil)
    }

    @Test("another key, or another fate of equal rows, asks for a rebuild")
    func otherKey() throws {
        var lake = try WholeRowLake(.keep)
        try lake.state([Row(1, 100, "a"), Row(1, 100, "a")])
        try lake.run()
        var pipeline = lake.pipeline
        pipeline.facts[0].entity.equalRows = .drop
        try lake.state([Row(1, 100, "a"), Row(1, 100, "a"), Row(2, 100, "b")])
        let refused = try lake.lake.run("r2", pipeline: pipeline).first { $0.table == "f" }
        #expect(refused?.error?.code == .drift)
        let built = try lake.lake.run("r3", pipeline: pipeline) { $0.isRebuild = true }
        #expect(built.allSatisfy { $0.error == nil })
        #expect(try lake.silver() == ["1|a", "2|b"])
        pipeline.facts[0].entity.equalRows = nil
        pipeline.facts[0].entity.key = ["id"]
        _ = try lake.lake.run("r4", pipeline: pipeline) { $0.isRebuild = true }
        #expect(try lake.silver() == ["1|a", "2|b"])
    }

    @Test("a rule for unique values sees equal rows that are kept, and knows of no older state")
    func unique() throws {
        var lake = try WholeRowLake(.keep)
        var pipeline = lake.pipeline
        pipeline.facts[0].entity.rules = [RuleSpec(id: "one", kind: .unique(["updated_at"]))]
        try lake.state([Row(1, 100, "a"), Row(1, 100, "a"), Row(2, 200, "b")])
        _ = try lake.lake.run(pipeline: pipeline)
        #expect(try lake.silver() == ["1|a", "2|b"])
        #expect(try lake.quarantine() == ["1|a|open"])
        try lake.state([Row(1, 100, "b"), Row(2, 200, "c")])
        _ = try lake.lake.run("r2", pipeline: pipeline)
        #expect(try lake.silver() == ["1|b", "2|c"])
        #expect(try lake.quarantine() == ["1|a|superseded"])
    }

    @Test(
        "rows that are announced, as those of large tables, come to the same",
        arguments: [
            EqualRows.drop, .keep,
        ])
    func announced(equalRows: EqualRows) throws {
        var lake = try WholeRowLake(equalRows)
        var rows = (0..<50).map { Row(1, Int64($0 / 3), $0.isMultiple(of: 2) ? "a" : nil) }
        for night in 1...3 {
            rows = rows.dropFirst(night) + rows.suffix(night)
            try lake.state(rows)
            let announcing = try WholeRowLake(equalRows)
            for table in [announcing.lake.fact] {
                try table.commit([rows], mode: "snapshot", high: 1, at: 1000)
            }
            try lake.run("r\(night)") { $0.acceptsDeletes = true }
            try announcing.run { $0.announcedRows = 0 }
            try announcing.lake.fact.commit([rows], mode: "snapshot", high: 2, at: 2000)
            try announcing.run("again") { $0.announcedRows = 0 }
            #expect(
                try lake.lake.rows("silver/f", ["id", "updated_at", "name"])
                    == announcing.lake.rows("silver/f", ["id", "updated_at", "name"]))
        }
    }

    @Test(
        "whatever call fails, the run that follows comes to the same",
        arguments: [
            EqualRows.drop, .keep,
        ])
    func faults(equalRows: EqualRows) throws {
        var start = try WholeRowLake(equalRows)
        try start.state([
            Row(1, 100, "a"), Row(1, 100, "a"), Row(2, 200, "bad"), Row(2, 200, "bad"),
            Row(3, 300, nil), Row(3, 300, "worse"),
        ])
        try start.run("r1")
        try start.state([
            Row(1, 100, "a"), Row(2, 200, "bad"), Row(2, 200, "bad"), Row(2, 200, "bad"),
            Row(2, 100, "b"), Row(3, 300, "c"), Row(3, 300, "c"),
        ])
        let pipeline = start.pipeline
        let state = { (lake: TransformLake) in
            try lake.rows("silver/f", ["id", "name"])
                + lake.rows("quarantine/f", ["id", "name", "status"])
                + lake.rows("gold/o", ["id", "name"])
        }
        let reference = try start.lake.copy()
        let counter = FaultStorage(reference.storage)
        _ = try reference.run("r2", pipeline: pipeline, on: counter)
        let wanted = try state(reference)
        for number in counter.sample(.crash, about: 6) {
            let lake = try start.lake.copy()
            let faulty = FaultStorage(lake.storage, failing: number, fault: .crash)
            _ = try? lake.run("r2", pipeline: pipeline, on: faulty)
            let again = try lake.run("r2", pipeline: pipeline)
            #expect(again.compactMap(\.error).isEmpty)
            #expect(try state(lake) == wanted, "call \(number) \(counter.calls[number])")
            #expect(try lake.reconcile(pipeline: pipeline).allSatisfy(\.isBalanced))
        }
    }
}
