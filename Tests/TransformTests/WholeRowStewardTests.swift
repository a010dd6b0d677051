@testable import EntityTestSupport
@testable import Lake
@testable import Pipeline
@testable import Quarantine
import Testing
@testable import Transform

@Suite("A steward's decisions about rows whose key is all their columns")
struct WholeRowStewardTests {
    typealias Row = BronzeLake.Row

    private func decision(_ note: String = "known") -> QuarantineDecision {
        QuarantineDecision(who: "ann", at: 1_000_000_001, note: note)
    }

    private func steward(_ lake: WholeRowLake) -> QuarantineSteward {
        QuarantineSteward(lake.pipeline.facts[0].entity, storage: lake.lake.storage)
    }

    private func replay(
        _ lake: WholeRowLake, _ ids: [String], fixes: QuarantineFixes = QuarantineFixes()
    ) throws -> ReplayResult {
        let result = try lake.lake.replay(.ids(Set(ids)), fixes: fixes, pipeline: lake.pipeline)
        for receipt in try lake.lake.reconcile(pipeline: lake.pipeline) {
            #expect(receipt.isBalanced, "\(receipt.differences)")
        }
        return result
    }

    @Test("of equal rows that are kept each has its own decision, night after night")
    func each() throws {
        var lake = try WholeRowLake(.keep)
        let bad = Row(2, 200, "bad")
        var rows = [Row(1, 100, "a"), bad, bad, bad, bad]
        try lake.state(rows)
        try lake.run()
        let ids = try lake.open(2, "bad")
        #expect(Set(ids).count == 4)
        var fixes = QuarantineFixes()
        fixes.set(ids[0], "name", "c")
        #expect(try replay(lake, [ids[0]], fixes: fixes).passed == 1)
        #expect(try steward(lake).waive(.ids([ids[1]]), until: nil, decision()) == 1)
        #expect(try replay(lake, [ids[1]]).passed == 1)
        #expect(try steward(lake).discard(.ids([ids[2]]), decision()) == 1)
        let silver = ["1|a", "2|bad", "2|c"]
        let quarantine = ["2|bad|discarded", "2|bad|open", "2|bad|replayed", "2|bad|replayed"]
        #expect(try lake.silver() == silver)
        #expect(try lake.quarantine() == quarantine)
        for night in 2...4 {
            rows = rows.reversed()
            try lake.state(rows)
            try lake.run("r\(night)")
            #expect(try lake.silver() == silver)
            #expect(try lake.quarantine() == quarantine)
            #expect(try lake.open(2, "bad") == [ids[3]])
        }
        try lake.run("r5") { $0.isRebuild = true }
        #expect(try lake.silver() == silver)
        #expect(try lake.quarantine() == quarantine)
        // One more is nobody's decision, and of fewer the decided ones are met first.
        try lake.state(rows + [bad])
        try lake.run("r6")
        #expect(try lake.silver() == silver)
        #expect(try lake.open(2, "bad").count == 2)
        #expect(
            try lake.lake.reopen(.ids([ids[2]]), decision(), pipeline: lake.pipeline).reopened == 1)
        try lake.state([rows[0]].filter { $0.name == "a" } + [Row(1, 100, "a")])
        try lake.run("r7") { $0.acceptsDeletes = true }
        #expect(try lake.open(2, "bad").isEmpty)
    }

    @Test("a replayed row gets a number that no equal row of silver has")
    func number() throws {
        var lake = try WholeRowLake(.keep)
        let good = Row(1, 100, "a")
        let bad = Row(1, 100, "bad")
        try lake.state([good, bad, good, bad])
        try lake.run()
        var fixes = QuarantineFixes()
        for id in try lake.open(1, "bad") { fixes.set(id, "name", " a ") }
        #expect(try replay(lake, fixes.ids.sorted(), fixes: fixes).passed == 2)
        let columns = ["name", "_sluice_number"]
        #expect(try lake.lake.rows("silver/f", columns) == ["a|0", "a|1", "a|2", "a|3"])
        try lake.state([bad, good, good, bad])
        try lake.run("r2")
        #expect(try lake.lake.rows("silver/f", columns) == ["a|0", "a|1", "a|2", "a|3"])
    }

    @Test("where equal rows are one, a decision is about all of them")
    func dropped() throws {
        var lake = try WholeRowLake(.drop)
        let bad = Row(2, 200, "bad")
        try lake.state([Row(1, 100, "a"), bad, bad])
        try lake.run()
        let id = try lake.open(2, "bad")
        #expect(id.count == 1)
        var fixes = QuarantineFixes()
        fixes.set(id[0], "name", "c")
        #expect(try replay(lake, id, fixes: fixes).passed == 1)
        for night in 2...3 {
            try lake.state([bad, Row(1, 100, "a"), bad])
            try lake.run("r\(night)")
            #expect(try lake.silver() == ["1|a", "2|c"])
            #expect(try lake.quarantine() == ["2|bad|replayed"])
        }
    }

    @Test("a mended rule lets rows pass, a member that comes too; what is mended is over")
    func mended() throws {
        for equalRows in [EqualRows.drop, .keep] {
            var lake = try WholeRowLake(equalRows)
            let rows = [
                Row(1, 100, "a"), Row(2, 200, "bad"), Row(2, 200, "bad"), Row(9, 300, "b"),
                Row(9, 300, "b"),
            ]
            try lake.state(rows)
            try lake.run()
            #expect(try lake.silver() == ["1|a"])
            var pipeline = lake.pipeline
            pipeline.facts[0].entity.rules.removeLast()
            let passed = try lake.lake.replay(.rule("named"), pipeline: pipeline).passed
            #expect(passed == (equalRows == .drop ? 1 : 2))
            try lake.lake.dimension.commit([[Row(9, 30, "z")]], high: 40, at: 2000)
            let result = try lake.lake.run("r2", pipeline: pipeline)
            #expect(result.compactMap(\.error).isEmpty)
            let silver =
                equalRows == .drop
                ? ["1|a", "2|bad", "9|b"] : ["1|a", "2|bad", "2|bad", "9|b", "9|b"]
            #expect(try lake.silver() == silver)
            try lake.state(Array(rows.reversed()))
            _ = try lake.lake.run("r3", pipeline: pipeline)
            #expect(try lake.silver() == silver)
            #expect(try lake.lake.reconcile(pipeline: pipeline).allSatisfy(\.isBalanced))
            // With the rule back, the next state sets them aside again.
            try lake.state(rows)
            try lake.run("r4")
            #expect(try lake.silver().contains("2|bad") == false)
            #expect(try lake.open(2, "bad").count == (equalRows == .drop ? 1 : 2))
        }
    }

    @Test("rows for which a fatal rule stops the table are told once, however often it is tried")
    func blocked() throws {
        var lake = try WholeRowLake(.keep)
        var pipeline = lake.pipeline
        pipeline.facts[0].entity.rules[1].severity = .fatal
        let bad = Row(2, 200, "bad")
        try lake.state([Row(1, 100, "a"), bad, bad])
        for night in 1...3 {
            let result = try lake.lake.run("r\(night)", pipeline: pipeline)
            #expect(result.first { $0.table == "f" }?.error?.code == .guarded)
            #expect(try lake.quarantine() == ["2|bad|blocked", "2|bad|blocked"])
            try lake.state([bad, Row(1, 100, "a"), bad])
        }
        let ids = try lake.lake.rows("quarantine/f", ["quarantine_id"])
        let report = QuarantineReport(storage: lake.lake.storage)
        let lines = try report.content([pipeline.facts[0].entity], now: 9).lines
        #expect(lines.first?.blocked == 2 && lines.first?.sampleKeys == ["name=bad", "name=bad"])
        #expect(try steward(lake).discard(.ids([ids[0]]), decision()) == 1)
        let held = try lake.lake.run("r5", pipeline: pipeline).first { $0.table == "f" }
        #expect(held?.error?.message.contains("1 of 3 rows") == true)
        #expect(try steward(lake).discard(.ids(Set(ids)), decision()) == 1)
        let passed = try lake.lake.run("r6", pipeline: pipeline)
        #expect(passed.compactMap(\.error).isEmpty)
        #expect(try lake.silver() == ["1|a"])
        #expect(try lake.lake.reconcile(pipeline: pipeline).allSatisfy(\.isBalanced))
    }
}
