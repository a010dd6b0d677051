@testable import EntityTestSupport
@testable import Lake
import LakeTestSupport
@testable import Pipeline
@testable import Quarantine
import Testing
@testable import Transform

@Suite("A table of which much is set aside")
struct DegradedTests {
    typealias Row = BronzeLake.Row

    /// Members 1 to 400, and as facts `good` good and `bad` bad rows of them.
    private func lake(good: Int, bad: Int, mode: String = "incremental") throws -> TransformLake {
        let lake = try TransformLake()
        try lake.dimension.commit([(1...400).map { Row(Int64($0), 10, "x") }], high: 20)
        try lake.fact.commit([rows(good, bad)], mode: mode, high: 400)
        return lake
    }

    private func rows(_ good: Int, _ bad: Int, from first: Int = 0) -> [Row] {
        (1...(good + bad)).map { Row(Int64(first + $0), 100, $0 <= good ? "a" : "zzz") }
    }

    private func fact(_ results: [TransformResult]) throws -> TransformResult {
        try #require(results.first { $0.table == "f" })
    }

    @Test("every run says it, that without news too, until somebody decided")
    func told() throws {
        let lake = try lake(good: 7, bad: 245)
        let sentence = "245 of 252 rows of f are in quarantine; rule named"
        for run in ["r1", "r2"] {
            let fact = try fact(lake.run(run))
            #expect(fact.error == nil && fact.degraded == sentence)
            #expect(fact.notes.first == sentence)
        }
        let steward = QuarantineSteward(lake.pipeline.facts[0].entity, storage: lake.storage)
        let decision = QuarantineDecision(who: "ann", at: 5, note: "known")
        #expect(try steward.discard(.all, decision) == 245)
        #expect(try fact(lake.run("r3")).degraded == nil)
    }

    @Test(
        "it takes more than five percent and a hundred rows",
        arguments: [(100, 99, false), (100, 100, true), (1900, 100, false), (1899, 100, true)])
    func bounds(good: Int, bad: Int, isTold: Bool) throws {
        let lake = try TransformLake()
        let members = (1...(good + bad)).map { Row(Int64($0), 10, "x") }
        try lake.dimension.commit([members], high: 20)
        try lake.fact.commit([rows(good, bad)], high: 400)
        #expect(try (fact(lake.run()).degraded != nil) == isTold)
    }

    @Test("a bad night of a large table is told of that night")
    func night() throws {
        let lake = try TransformLake()
        try lake.dimension.commit([(1...4000).map { Row(Int64($0), 10, "x") }], high: 20)
        try lake.fact.commit([rows(3000, 0)], high: 400)
        #expect(try fact(lake.run()).degraded == nil)
        try lake.fact.commit([rows(20, 110, from: 3000)], high: 500)
        let told = "110 of 130 rows that this run read of f were quarantined; rule named"
        #expect(try fact(lake.run("r2")).degraded == told)
        #expect(try fact(lake.run("r3")).degraded == nil)
    }

    @Test("several rules are named with their rows, the most frequent first")
    func severalRules() throws {
        let lake = try lake(good: 7, bad: 245)
        // Those from 400 on have no member either.
        try lake.fact.commit([rows(0, 60, from: 400)], high: 500)
        let told = "305 of 312 rows of f are in quarantine; rules named (305), known (60)"
        #expect(try fact(lake.run()).degraded == told)
    }

    @Test("a dimension says it too, of rows that the merge refuses as well")
    func dimension() throws {
        let lake = try TransformLake()
        let twice = (1...60).flatMap { [Row(Int64($0), 10, "x"), Row(Int64($0), 10, "y")] }
        try lake.dimension.commit([twice], high: 20)
        let result = try lake.run { $0.only = ["d"] }[0]
        #expect(result.degraded == "120 of 120 rows of d are in quarantine; rule sequence_conflict")
    }

    @Test("beyond max_quarantined nothing is published, and quarantine stays as it was")
    func refused() throws {
        let lake = try lake(good: 8, bad: 2)
        var pipeline = lake.pipeline
        pipeline.facts[0].entity.maxQuarantinedPercent = 20
        #expect(try fact(lake.run(pipeline: pipeline)).error == nil)
        let state = try lake.state()
        let versions = try (lake.version("silver/f"), lake.version("quarantine/f"))
        try lake.fact.commit([rows(3, 1, from: 10)], high: 500)
        let fact = try fact(lake.run("r2", pipeline: pipeline))
        let error = try #require(fact.error)
        #expect(error.code == .refused && fact.receipt == "nothing published")
        #expect(
            error.message == "1 of 4 rows would be quarantined, more than max_quarantined (20 %) "
                + "allows; rule named")
        #expect(error.hint?.contains("quarantine report --table f") == true)
        #expect(try lake.state() == state)
        #expect(try lake.version("silver/f") == versions.0)
        #expect(try lake.version("quarantine/f") == versions.1)
        // The report tells the rule all the same.
        #expect(
            try lake.rows("quarantine/_rule_runs", ["run_id", "rule", "failed"])
                .contains("r2|named|1"))
        pipeline.facts[0].entity.maxQuarantinedPercent = 25
        #expect(try self.fact(lake.run("r3", pipeline: pipeline)).error == nil)
        #expect(try lake.reconcile().allSatisfy(\.isBalanced))
    }

    @Test("a dimension is refused so too, its merge's refusals counted")
    func refusedDimension() throws {
        let lake = try TransformLake()
        try lake.dimension.commit([[Row(1, 10, "x"), Row(2, 10, "x"), Row(2, 10, "y")]], high: 20)
        var pipeline = lake.pipeline
        pipeline.dimensions[0].entity.maxQuarantinedPercent = 50
        let results = try lake.run(pipeline: pipeline) { $0.only = ["d"] }
        #expect(results[0].error?.code == .refused)
        #expect(try lake.version("silver/d") == nil)
        #expect(try lake.rows("quarantine/d", ["id"]).isEmpty)
    }

    @Test("rows of a full state about which was decided count no more")
    func decided() throws {
        let lake = try lake(good: 7, bad: 245, mode: "snapshot")
        _ = try lake.run()
        let steward = QuarantineSteward(lake.pipeline.facts[0].entity, storage: lake.storage)
        let decision = QuarantineDecision(who: "ann", at: 5, note: "known")
        #expect(try steward.discard(.all, decision) == 245)
        var pipeline = lake.pipeline
        pipeline.facts[0].entity.maxQuarantinedPercent = 0
        try lake.fact.commit([rows(7, 245)], mode: "snapshot", high: 2, at: 2000)
        let fact = try fact(lake.run("r2", pipeline: pipeline))
        #expect(fact.error == nil && fact.degraded == nil)
    }
}
