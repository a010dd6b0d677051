@testable import EntityTestSupport
import LakeTestSupport
@testable import Pipeline
@testable import Quarantine
import Storage
import Testing
@testable import Transform

@Suite("Replaying quarantined rows into silver")
struct ReplayRunTests {
    typealias Row = BronzeLake.Row

    /// Members 1 to 5 and four facts: those of 1 and 3 have names that no rule allows.
    private func lake() throws -> TransformLake {
        let lake = try TransformLake()
        try lake.dimension.commit([(1...5).map { Row(Int64($0), 10, "x") }], high: 20)
        try lake.fact.commit(
            [[Row(1, 100, "bad"), Row(2, 200, "b"), Row(3, 300, "worse"), Row(4, 400, "c")]],
            high: 400)
        _ = try lake.run(pipeline: lake.wholePipeline)
        return lake
    }

    private func fix(_ lake: TransformLake, _ id: Int64, _ name: String) throws -> QuarantineFixes {
        var fixes = QuarantineFixes()
        fixes.set(try lake.quarantined(id, "open"), "name", name)
        return fixes
    }

    private func expectBalance(_ lake: TransformLake) throws {
        for receipt in try lake.reconcile(pipeline: lake.wholePipeline) {
            #expect(receipt.isBalanced, "\(receipt.differences)")
        }
    }

    @Test("a fixed row reaches silver and gold, and a rebuild keeps it")
    func rebuild() throws {
        let lake = try lake()
        let fixes = try fix(lake, 1, "a")
        let result = try lake.replay(
            .ids(fixes.ids), fixes: fixes, pipeline: lake.wholePipeline)
        #expect(result.judged == 1 && result.passed == 1 && result.superseded.isEmpty)
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|a", "2|b", "4|c"])
        try expectBalance(lake)
        let state = try lake.state()
        let results = try lake.run("r2", pipeline: lake.wholePipeline) { $0.isRebuild = true }
        #expect(results.allSatisfy { $0.error == nil }, "\(results.compactMap(\.error))")
        #expect(try lake.state() == state)
        try expectBalance(lake)
    }

    @Test("a fixed row that no longer passes is open again after a rebuild, and not in silver")
    func reopened() throws {
        let lake = try lake()
        let fixes = try fix(lake, 1, "a")
        try lake.replay(.ids(fixes.ids), fixes: fixes)
        var pipeline = lake.wholePipeline
        pipeline.facts[0].entity.rules[1] = RuleSpec(
            id: "named", kind: .values(column: "name", ["b", "c"], failsOnNull: true))
        _ = try lake.run("r2", pipeline: pipeline) { $0.isRebuild = true }
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["2|b", "4|c"])
        #expect(
            try lake.rows("quarantine/f", ["id", "name", "status"])
                == ["1|bad|open", "3|worse|open"])
        try expectBalance(lake)
    }

    @Test("a row that was let pass although a rule speaks against it stays after a rebuild")
    func pardoned() throws {
        let lake = try lake()
        let id = try lake.quarantined(1, "open")
        let steward = QuarantineSteward(lake.pipeline.facts[0].entity, storage: lake.storage)
        let decision = QuarantineDecision(who: "ann", at: 5, note: "known")
        #expect(try steward.waive(.ids([id]), until: nil, decision) == 1)
        #expect(try lake.replay(.ids([id])).passed == 1)
        _ = try lake.run("r2", pipeline: lake.wholePipeline) { $0.isRebuild = true }
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|bad", "2|b", "4|c"])
        try expectBalance(lake)
    }

    @Test("a row that silver overtook is superseded and named, and silver keeps what it has")
    func stale() throws {
        let lake = try lake()
        // The key was wrong: silver has a later fact of the right one.
        var fixes = QuarantineFixes()
        let id = try lake.quarantined(1, "open")
        fixes.set(id, "id", "4")
        fixes.set(id, "name", "a")
        let tried = try lake.replay(.ids([id]), fixes: fixes, isDryRun: true)
        #expect(tried.superseded == [id] && tried.passed == 0)
        let result = try lake.replay(.ids([id]), fixes: fixes)
        #expect(result.superseded == [id] && result.passed == 0 && result.silver == nil)
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["2|b", "4|c"])
        #expect(try lake.quarantined(1, "superseded") == id)
        try expectBalance(lake)
    }

    @Test("a replayed row wins over silver's row of its sequence, since it came later")
    func tie() throws {
        let lake = try lake()
        try lake.fact.commit([[Row(2, 200, "bad")]], high: 400)
        _ = try lake.run("r2")
        let fixes = try fix(lake, 2, "c")
        #expect(try lake.replay(.ids(fixes.ids), fixes: fixes).passed == 1)
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["2|c", "4|c"])
        _ = try lake.run("r3", pipeline: lake.wholePipeline) { $0.isRebuild = true }
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["2|c", "4|c"])
        try expectBalance(lake)
    }

    @Test("older rows of the key that wait in quarantine are superseded by the replayed one")
    func overtaken() throws {
        let lake = try lake()
        // The key was wrong.
        var fixes = QuarantineFixes()
        let id = try lake.quarantined(3, "open")
        fixes.set(id, "id", "1")
        fixes.set(id, "name", "a")
        let result = try lake.replay(.ids([id]), fixes: fixes, pipeline: lake.wholePipeline)
        #expect(result.passed == 1 && result.overtaken == 1)
        #expect(
            try lake.rows("quarantine/f", ["id", "name", "status"])
                == ["1|bad|superseded", "3|worse|replayed"])
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|a", "2|b", "4|c"])
        try expectBalance(lake)
    }

    @Test("a replay of everything ends what it overtakes as one by id does")
    func overtakenOfAll() throws {
        let lake = try lake()
        var fixes = QuarantineFixes()
        let id = try lake.quarantined(3, "open")
        fixes.set(id, "id", "1")
        fixes.set(id, "name", "a")
        let result = try lake.replay(.all, fixes: fixes, pipeline: lake.wholePipeline)
        #expect(result.passed == 1 && result.overtaken == 1 && result.stillOpen == 0)
        #expect(
            try lake.rows("quarantine/f", ["id", "name", "status"])
                == ["1|bad|superseded", "3|worse|replayed"])
        try expectBalance(lake)
    }

    @Test("a replay that died before gold is finished by the next one, whatever that finds")
    func finished() throws {
        let lake = try lake()
        let fixes = try fix(lake, 1, "a")
        try lake.replay(
            .ids(fixes.ids), fixes: fixes, pipeline: lake.wholePipeline, reachesGold: false)
        #expect(try lake.rows("gold/o", ["id"]) == ["2", "4"])
        #expect(try lake.replay(.ids([]), pipeline: lake.wholePipeline).judged == 0)
        #expect(try lake.rows("gold/o", ["id"]) == ["1", "2", "4"])
        try expectBalance(lake)
    }

    @Test("what still fails stays open with the reasons of now; a dry run changes nothing")
    func stillOpen() throws {
        let lake = try lake()
        var pipeline = lake.pipeline
        pipeline.facts[0].entity.rules.append(
            RuleSpec(
                id: "late", kind: .range(column: "id", minimum: "3", maximum: nil)))
        let before = lake.fact.folder.files()
        let tried = try lake.replay(.all, isDryRun: true, pipeline: pipeline)
        #expect(tried.judged == 2 && tried.stillOpen == 2)
        #expect(lake.fact.folder.files() == before)
        let result = try lake.replay(.all, pipeline: pipeline)
        #expect(result.stillOpen == 2 && result.silver == nil)
        #expect(
            try lake.rows("quarantine/f", ["id", "rules", "status"])
                == ["1|named,late|open", "3|named|open"])
    }

    @Test(
        "whatever call fails, a replay that is repeated comes to the same tables and receipts",
        arguments: FaultStorage.Fault.allCases)
    func everyCall(fault: FaultStorage.Fault) throws {
        let start = try lake()
        let fixes = try fix(start, 1, "a")
        func replay(_ lake: TransformLake, on storage: (any LakeStorage)? = nil) throws {
            try lake.replay(
                .ids(fixes.ids), fixes: fixes, pipeline: lake.wholePipeline, on: storage)
        }
        let reference = try start.copy()
        let counter = FaultStorage(reference.storage)
        try replay(reference, on: counter)
        let wanted = try reference.wholeState()
        let calls = counter.calls
        #expect(calls.count > 30)
        for number in counter.sample(fault, about: fault == .crash ? 20 : 6) {
            let lake = try start.copy()
            let faulty = FaultStorage(lake.storage, failing: number, fault: fault)
            _ = try? replay(lake, on: faulty)
            #expect(faulty.hasFired)
            // Receipts hold at every moment but for gold, which the next run brings up to date.
            for receipt in try lake.reconcile() {
                #expect(receipt.isBalanced, "call \(number): \(receipt.differences)")
            }
            // The steward repeats the command, and the night's run follows.
            try replay(lake)
            _ = try lake.run("r2", pipeline: lake.wholePipeline)
            #expect(try lake.wholeState() == wanted, "call \(number) \(calls[number])")
        }
    }
}
