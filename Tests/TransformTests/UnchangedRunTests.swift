@testable import EntityTestSupport
@testable import Lake
import LakeTestSupport
@testable import Pipeline
@testable import Rules
import Testing
@testable import Transform

@Suite("Rules about a table for which bronze has nothing new")
struct UnchangedRunTests {
    typealias Row = BronzeLake.Row

    /// The runs are at 1,000 s after 1970; the newest row is of 400 s.
    private func lake() throws -> TransformLake {
        let lake = try TransformLake()
        try lake.dimension.commit([(1...5).map { Row(Int64($0), 10, "x") }], high: 20)
        try lake.fact.commit([[Row(1, 100, "a"), Row(2, 400_000_000, "b")]], high: 400)
        return lake
    }

    private func pipeline(
        _ lake: TransformLake, _ kind: RuleSpec.Kind,
        _ severity: RuleSpec.Severity = .error
    ) -> Pipeline {
        var pipeline = lake.wholePipeline
        var rule = RuleSpec(id: "watch", kind: kind)
        rule.severity = severity
        pipeline.facts[0].entity.rules.append(rule)
        return pipeline
    }

    private func freshness(_ seconds: Int64) -> RuleSpec.Kind {
        .freshness(column: "updated_at", maximumAge: seconds * 1_000_000)
    }

    @Test("a table that grew old fails its freshness rule, and a fatal one stops the run")
    func stale() throws {
        let lake = try lake()
        _ = try lake.run(pipeline: pipeline(lake, freshness(2000)))
        let results = try lake.run("r2", pipeline: pipeline(lake, freshness(599)))
        let fact = try #require(results.first { $0.table == "f" })
        #expect(fact.receipt == "unchanged" && fact.error == nil)
        #expect(fact.rules.map(\.rule) == ["watch"] && fact.rules[0].status == .failed)
        #expect(fact.rules[0].message == "the newest updated_at is 1970-01-01T00:06:40Z")
        #expect(
            try lake.rows("quarantine/_rule_runs", ["run_id", "rule", "status"])
                .contains("r2|watch|failed"))
        let stopped = try lake.run("r3", pipeline: pipeline(lake, freshness(599), .fatal))
        #expect(stopped.first { $0.table == "f" }?.error?.code == .guarded)
    }

    @Test("a run without news whose rules pass writes nothing at all")
    func fresh() throws {
        let lake = try lake()
        let pipeline = pipeline(lake, freshness(601))
        _ = try lake.run(pipeline: pipeline)
        let before = lake.fact.folder.files()
        let results = try lake.run("r2", pipeline: pipeline)
        #expect(results.allSatisfy { $0.error == nil && $0.rules.isEmpty })
        #expect(lake.fact.folder.files() == before)
    }

    @Test("no rows at all are too few; a full state that is as it was has its rows")
    func rowCount() throws {
        let lake = try lake()
        let pipeline = pipeline(lake, .rowCount(minimum: 1, maximum: nil))
        #expect(try lake.run(pipeline: pipeline)[1].rules.allSatisfy { $0.failed == 0 })
        let again = try lake.run("r2", pipeline: pipeline)[1]
        #expect(again.rules.map(\.message) == ["0 rows, at least 1 are expected"])

        let other = try TransformLake()
        try other.dimension.commit([(1...5).map { Row(Int64($0), 10, "x") }], high: 20)
        try other.fact.commit([[Row(1, 100, "a")]], mode: "snapshot", high: 1, at: 10)
        _ = try other.run(pipeline: pipeline)
        #expect(try other.run("r2", pipeline: pipeline)[1].rules.isEmpty)
    }
}
