@testable import EntityTestSupport
@testable import Lake
import LakeTestSupport
@testable import Pipeline
@testable import Quarantine
@testable import Rules
import Testing
@testable import Transform

@Suite("Rows for which a fatal rule stops a table")
struct BlockedRowsTests {
    typealias Row = BronzeLake.Row

    /// Members 1 to 9 and three facts, the second of a name that `fatal` does not allow.
    private func lake(
        _ rows: [Row] = [Row(1, 100, "a"), Row(2, 200, "bad"), Row(3, 300, "c")],
        mode: String = "incremental"
    ) throws -> TransformLake {
        let lake = try TransformLake()
        try lake.dimension.commit([(1...9).map { Row(Int64($0), 10, "x") }], high: 20)
        try lake.fact.commit([rows], mode: mode, high: 400)
        return lake
    }

    /// The pipeline in which a fact's wrong name stops the run.
    private func fatal(
        _ lake: TransformLake, _ change: (inout RuleSpec) -> Void = { $0.severity = .fatal }
    ) -> Pipeline {
        var pipeline = lake.wholePipeline
        change(&pipeline.facts[0].entity.rules[1])
        return pipeline
    }

    private func fact(_ results: [TransformResult]) throws -> TransformResult {
        try #require(results.first { $0.table == "f" })
    }

    private func statuses(_ lake: TransformLake) throws -> [String] {
        try lake.rows("quarantine/f", ["id", "name", "rules", "status"])
    }

    private func expectBalance(_ lake: TransformLake) throws {
        for receipt in try lake.reconcile(pipeline: lake.wholePipeline) {
            #expect(receipt.isBalanced, "\(receipt.differences)")
        }
    }

    private func decision(_ note: String = "known") -> QuarantineDecision {
        QuarantineDecision(who: "ann", at: 5, note: note)
    }

    @Test("they can be looked at and exported, once however often the run is tried")
    func kept() throws {
        let lake = try lake()
        let stopped = try fact(lake.run(pipeline: fatal(lake)))
        #expect(stopped.error?.code == .guarded && stopped.receipt == "nothing published")
        #expect(stopped.error?.hint?.contains("blocked") == true)
        #expect(try lake.version("silver/f") == nil)
        #expect(try statuses(lake) == ["2|bad|named|blocked"])
        let id = try lake.quarantined(2, "blocked")
        try lake.fact.commit([[Row(4, 400, "worse")]], high: 500)
        _ = try lake.run("r2", pipeline: fatal(lake))
        #expect(try lake.quarantined(2, "blocked") == id)
        #expect(try statuses(lake) == ["2|bad|named|blocked", "4|worse|named|blocked"])
        let spec = lake.pipeline.facts[0].entity
        let steward = QuarantineSteward(spec, storage: lake.storage)
        let shown = try steward.rows(idPrefix: id)
        #expect(shown.map(\.status) == [.blocked] && shown[0].runID == "r2")
        #expect(shown[0].reasons.map(\.rule) == ["named"])
        var csv = ""
        #expect(try steward.export(.rule("named"), now: 9) { csv += $0 } == 2)
        #expect(csv.contains(id))
        let lines = try QuarantineReport(storage: lake.storage).content([spec], now: 9).lines
        let line = try #require(lines.first { $0.rule == "named" })
        #expect(line.blocked == 2 && line.open == 0 && line.status == .fatal)
        #expect(line.sampleKeys == ["2", "4"])
        try expectBalance(lake)
    }

    @Test("where the rule lets the run go on they are open, and counted")
    func open() throws {
        let lake = try lake()
        _ = try lake.run(pipeline: fatal(lake))
        let id = try lake.quarantined(2, "blocked")
        #expect(try fact(lake.run("r2")).error == nil)
        #expect(try lake.quarantined(2, "open") == id)
        #expect(try statuses(lake).count == 1)
        #expect(try lake.rows("silver/f", ["id"]) == ["1", "3"])
        try expectBalance(lake)
    }

    @Test("where nothing is wrong with them any more they are superseded, and silver has them")
    func good() throws {
        let lake = try lake()
        _ = try lake.run(pipeline: fatal(lake))
        let allowed = fatal(lake) {
            $0 = RuleSpec(
                id: "named", kind: .values(column: "name", ["a", "bad", "c"], failsOnNull: true))
        }
        #expect(try fact(lake.run("r2", pipeline: allowed)).error == nil)
        #expect(try statuses(lake) == ["2|bad|named|superseded"])
        #expect(try lake.rows("silver/f", ["id"]) == ["1", "2", "3"])
        try expectBalance(lake)
        #expect(try lake.run("r3", pipeline: allowed).allSatisfy { $0.version == nil })
        // Where the rule speaks against it again it is the same row.
        _ = try lake.run("r4") { $0.isRebuild = true }
        #expect(try statuses(lake) == ["2|bad|named|open"])
        try expectBalance(lake)
    }

    @Test("a version that the source corrected stops nothing, though bronze keeps it")
    func corrected() throws {
        let lake = try lake()
        _ = try lake.run(pipeline: fatal(lake))
        try lake.fact.commit([[Row(2, 210, "b")]], high: 500)
        #expect(try fact(lake.run("r2", pipeline: fatal(lake))).error == nil)
        #expect(try statuses(lake) == ["2|bad|named|superseded"])
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|a", "2|b", "3|c"])
        try expectBalance(lake)
        // Nor does one of a row that is gone; of two bad ones the later is held.
        try lake.fact.commit([[Row(3, 310, "yyy"), Row(3, 311, "zzz")]], high: 600)
        let again = try fact(lake.run("r3", pipeline: fatal(lake)))
        #expect(again.error?.message.hasPrefix("1 of 2 rows fail") == true)
        #expect(try statuses(lake).contains("3|zzz|named|blocked"))
        #expect(try statuses(lake).count == 2)
        // A later one takes its place, and where the rule is milder each is there once.
        try lake.fact.commit([[Row(3, 315, "www")]], high: 650)
        _ = try lake.run("r3b", pipeline: fatal(lake))
        #expect(
            try statuses(lake).filter { $0.hasPrefix("3") }
                == ["3|www|named|blocked", "3|zzz|named|superseded"])
        let mild = try lake.copy()
        #expect(try fact(mild.run("r4")).error == nil)
        #expect(
            try statuses(mild).filter { $0.hasPrefix("3") }
                == ["3|www|named|open", "3|yyy|named|superseded", "3|zzz|named|superseded"])
        try expectBalance(mild)
        try lake.fact.commit([[Row(3, 320, nil, isDelete: true)]], high: 700)
        #expect(try fact(lake.run("r4", pipeline: fatal(lake))).error == nil)
        #expect(try lake.rows("silver/f", ["id"]) == ["1", "2"])
        try expectBalance(lake)
    }

    @Test("the next full state decides: rows as they were stay blocked, others are over")
    func fullStates() throws {
        let lake = try lake(
            [Row(1, 100, "a"), Row(2, 200, "bad"), Row(3, 300, "zzz")], mode: "snapshot")
        _ = try lake.run(pipeline: fatal(lake))
        try lake.fact.commit(
            [[Row(3, 310, "c"), Row(2, 200, "bad"), Row(1, 100, "a")]], mode: "snapshot",
            high: 2, at: 2000)
        _ = try lake.run("r2", pipeline: fatal(lake))
        #expect(try statuses(lake) == ["2|bad|named|blocked", "3|zzz|named|superseded"])
        try lake.fact.commit(
            [[Row(3, 310, "c"), Row(1, 100, "a")]], mode: "snapshot", high: 3, at: 3000)
        #expect(try fact(lake.run("r3", pipeline: fatal(lake))).error == nil)
        #expect(try statuses(lake) == ["2|bad|named|superseded", "3|zzz|named|superseded"])
        #expect(try lake.rows("silver/f", ["id"]) == ["1", "3"])
        try expectBalance(lake)
    }

    @Test("of a rule that only warns up to a threshold rows are kept too, a thousand at most")
    func threshold() throws {
        let rows = (1...1300).map { Row(Int64($0), 100, $0 <= 1200 ? "bad" : "a") }
        let lake = try TransformLake()
        try lake.dimension.commit([(1...1300).map { Row(Int64($0), 10, "x") }], high: 20)
        try lake.fact.commit([rows], high: 400)
        let pipeline = fatal(lake) {
            $0.severity = .warn
            $0.fatalIf = .percent(50)
        }
        let stopped = try fact(lake.run(pipeline: pipeline))
        #expect(stopped.error?.message.hasPrefix("1200 of 1300 rows fail") == true)
        #expect(try statuses(lake).filter { $0.hasSuffix("|named|blocked") }.count == 1000)
        let tolerant = fatal(lake) { $0.severity = .warn }
        #expect(try fact(lake.run("r2", pipeline: tolerant)).error == nil)
        #expect(try statuses(lake).filter { $0.hasSuffix("|superseded") }.count == 1000)
        try expectBalance(lake)
    }

    @Test("one that is waived or discarded stops nothing any more", arguments: [true, false])
    func decided(isWaived: Bool) throws {
        let lake = try lake()
        _ = try lake.run(pipeline: fatal(lake))
        let steward = QuarantineSteward(lake.pipeline.facts[0].entity, storage: lake.storage)
        let ids = QuarantineSelection.ids([try lake.quarantined(2, "blocked")])
        let count =
            isWaived
            ? try steward.waive(ids, until: nil, decision()) : try steward.discard(ids, decision())
        #expect(count == 1)
        let word = isWaived ? "waived" : "discarded"
        try expectBalance(lake)
        #expect(try fact(lake.run("r2", pipeline: fatal(lake))).error == nil)
        #expect(try statuses(lake) == ["2|bad|named|\(word)"])
        #expect(try lake.rows("silver/f", ["id"]) == ["1", "3"])
        try expectBalance(lake)
        guard isWaived else { return }
        #expect(try lake.replay(ids, pipeline: fatal(lake)).passed == 1)
        #expect(try lake.rows("silver/f", ["id"]) == ["1", "2", "3"])
        try expectBalance(lake)
    }

    @Test("a correction waits for the run that takes the table in, and a rebuild keeps it")
    func replayed() throws {
        let lake = try lake()
        _ = try lake.run(pipeline: fatal(lake))
        let all = try lake.replay(.all, pipeline: fatal(lake))
        #expect(all.judged == 1 && all.passed == 0 && all.unread == 0 && all.stillOpen == 1)
        #expect(try statuses(lake) == ["2|bad|named|blocked"])
        var fixes = QuarantineFixes()
        fixes.set(try lake.quarantined(2, "blocked"), "name", "b")
        let dry = try lake.replay(
            .ids(fixes.ids), fixes: fixes, isDryRun: true, pipeline: fatal(lake))
        #expect(dry.unread == 1 && dry.passed == 0)
        #expect(try statuses(lake) == ["2|bad|named|blocked"])
        let result = try lake.replay(.ids(fixes.ids), fixes: fixes, pipeline: fatal(lake))
        #expect(result.unread == 1 && result.passed == 0 && result.silver == nil)
        #expect(try lake.version("silver/f") == nil)
        for run in ["r2", "r3"] {
            let results = try lake.run(run, pipeline: fatal(lake)) {
                $0.isRebuild = run == "r3"
            }
            #expect(try fact(results).error == nil)
            #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|a", "2|b", "3|c"])
            #expect(try statuses(lake) == ["2|bad|named|replayed"])
            try expectBalance(lake)
        }
    }

    @Test("a rebuild that a rule stops leaves silver as it is, and its samples end with it")
    func stoppedRebuild() throws {
        let lake = try lake()
        _ = try lake.run(pipeline: lake.wholePipeline)
        let state = try lake.state()
        let strict = fatal(lake) {
            $0 = RuleSpec(
                id: "named", kind: .values(column: "name", ["a"], failsOnNull: true))
            $0.severity = .fatal
        }
        let stopped = try fact(lake.run("r2", pipeline: strict) { $0.isRebuild = true })
        #expect(stopped.error?.code == .guarded)
        #expect(try statuses(lake) == ["2|bad|named|open", "3|c|named|blocked"])
        #expect(try lake.rows("silver/f", ["id"]) == ["1", "3"])
        try expectBalance(lake)
        let steward = QuarantineSteward(lake.pipeline.facts[0].entity, storage: lake.storage)
        let ids = QuarantineSelection.ids([try lake.quarantined(3, "blocked")])
        #expect(try steward.waive(ids, until: nil, decision()) == 0)
        _ = try lake.run("r3", pipeline: lake.wholePipeline)
        #expect(try statuses(lake) == ["2|bad|named|open", "3|c|named|superseded"])
        #expect(try lake.state().filter { !$0.hasSuffix("superseded") } == state)
        try expectBalance(lake)
    }

    @Test("those of a dimension too, whose bad versions are history once they stop nothing")
    func dimension() throws {
        let lake = try TransformLake()
        try lake.dimension.commit([[Row(1, 10, "x"), Row(2, 10, "bad")]], high: 20)
        var pipeline = lake.pipeline
        pipeline.facts = []
        pipeline.dimensions[0].entity.rules = [
            RuleSpec(id: "listed", kind: .values(column: "name", ["x", "y"], failsOnNull: true))
        ]
        pipeline.dimensions[0].entity.rules[0].severity = .fatal
        #expect(try lake.run(pipeline: pipeline)[0].error?.code == .guarded)
        let columns = ["id", "name", "status"]
        #expect(try lake.rows("quarantine/d", columns) == ["2|bad|blocked"])
        try lake.dimension.commit([[Row(2, 30, "y")]], high: 40)
        #expect(try lake.run("r2", pipeline: pipeline)[0].error == nil)
        #expect(try lake.rows("quarantine/d", columns) == ["2|bad|open"])
        #expect(try lake.rows("silver/d", ["id", "name"]) == ["1|x", "2|y"])
        #expect(try lake.reconcile(pipeline: pipeline).allSatisfy(\.isBalanced))
    }
}
