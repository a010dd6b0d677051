import Columnar
import Delta
@testable import EntityTestSupport
import Foundation
@testable import Keys
@testable import Lake
import LakeTestSupport
@testable import Pipeline
@testable import Quarantine
@testable import Rules
import Testing
@testable import Transform

/// Rules of kind `unique` in whole runs: what silver holds is asked of the values that come.
@Suite("Unique values against silver")
struct UniqueAgainstSilverTests {
    typealias Row = BronzeLake.Row

    private static let day: Int64 = 86_400_000_000

    /// The fact's names, or its ids, must be unique; `cleans` makes the names small first.
    private func pipeline(
        _ lake: TransformLake, _ column: String = "name", cleans: Bool = false
    ) -> Pipeline {
        var pipeline = lake.pipeline
        let rule = RuleSpec(id: "one", kind: .unique([column]))
        pipeline.dimensions[0].entity.rules = [rule]
        pipeline.facts[0].entity.rules = [rule]
        if cleans {
            pipeline.facts[0].entity.clean = [
                CleanSpec(column: "name", expression: ExpressionSpec(text: "lower(name)"))
            ]
        }
        return pipeline
    }

    private func world(_ lake: TransformLake) -> TransformWorld {
        TransformWorld(
            storage: lake.storage, runID: "r", startedAt: 1_000_000_000, now: { 1_000_000_000 },
            isStopping: { false }, observer: SilentTransform())
    }

    /// What a run holds of silver when `rows` come.
    private func held(
        _ rows: [Row], _ lake: TransformLake, _ pipeline: Pipeline, _ entity: EntitySpec,
        columns: [String]
    ) throws -> HashedValues {
        let run = TransformRun(pipeline, options: TransformOptions(), world: world(lake))
        var values = HashedValues()
        values.expect(BronzeLake.batch(rows, at: 1), columns: columns)
        let silver = try #require(try run.silver(entity.name))
        return try run.held(values, entity, silver)
    }

    private func hash(_ column: Column) -> ValueHash { ValueHashes([column], count: 1).values[0] }

    @Test("as much is held as the events bring, however many rows silver has")
    func bounded() throws {
        let lake = try TransformLake()
        let pipeline = pipeline(lake)
        try lake.fact.commit([(1...4000).map { Row($0, $0, "n\($0)") }], high: 4000)
        _ = try lake.run(pipeline: pipeline) { $0.only = ["f"] }
        let rows = [Row(9, 9, "n7"), Row(10, 9, "n7"), Row(11, 9, nil), Row(12, 9, "new")]
        let held = try held(rows, lake, pipeline, pipeline.facts[0].entity, columns: ["name"])
        #expect(held.count == 2)
        let holder = held.holder(of: hash(RuleSamples.text(["n7"])), in: ["name"])
        #expect(holder == hash(RuleSamples.long([7])))
        #expect(held.holder(of: hash(RuleSamples.text(["new"])), in: ["name"]) == nil)
        #expect(held.holder(of: hash(RuleSamples.text(["n8"])), in: ["name"]) == nil)
    }

    @Test("a file of silver that can hold none of the values is not opened")
    func skipped() throws {
        let lake = try TransformLake()
        let pipeline = pipeline(lake, "id")
        let days = (0..<3).map { day in
            (1...50).map { id in
                Row(day * 1000 + id, day * UniqueAgainstSilverTests.day + id, "a")
            }
        }
        try lake.fact.commit(days, high: 4000)
        _ = try lake.run(pipeline: pipeline) { $0.only = ["f"] }
        let silver = try #require(
            try DeltaTable(storage: lake.storage, path: "silver/f").snapshot())
        #expect(silver.files.count == 3)
        for file in silver.files
        where FileStatistics(file.stats)?.mayHold(column: "id", atMost: 50) == true
            || FileStatistics(file.stats)?.mayHold(column: "id", greaterThan: 2000) == true
        {
            try FileManager.default.removeItem(
                atPath: lake.fact.folder.file("silver/f/" + file.path))
        }
        let entity = pipeline.facts[0].entity
        let held = try held([Row(1007, 1, "a")], lake, pipeline, entity, columns: ["id"])
        let hash = hash(RuleSamples.long([1007]))
        #expect(held.holder(of: hash, in: ["id"]) == hash)
        #expect(throws: LakeError.self) {
            try self.held([Row(7, 1, "a")], lake, pipeline, entity, columns: ["id"])
        }
    }

    @Test(
        "a later run judges by what silver holds and the run lets go of", arguments: [false, true])
    func laterRun(cleans: Bool) throws {
        let lake = try TransformLake()
        let pipeline = pipeline(lake, cleans: cleans)
        try lake.fact.commit([[Row(1, 1, "a"), Row(2, 2, "b"), Row(3, 3, "c")]], high: 3)
        let first = try lake.run(pipeline: pipeline) { $0.only = ["f"] }
        #expect(first.allSatisfy { $0.error == nil })
        // 2 lets go of its name, which 5 takes; 4 wants what 1 has, 6 what 2 has now; 3 stays.
        let name = { (text: String) in cleans ? text.uppercased() : text }
        try lake.fact.commit(
            [
                [Row(4, 14, name("a")), Row(2, 12, name("d")), Row(5, 15, name("b"))],
                [Row(6, 16, name("d")), Row(3, 13, name("c")), Row(7, 17, nil)],
            ], high: 17)
        let second = try lake.run("r2", pipeline: pipeline) { $0.only = ["f"] }
        #expect(second.allSatisfy { $0.error == nil })
        #expect(
            try lake.rows("silver/f", ["id", "name"])
                == ["1|a", "2|d", "3|c", "5|b", "7|NULL"])
        #expect(
            try lake.rows("quarantine/f", ["id", "status", "rules"])
                == ["4|open|one", "6|open|one"])
    }

    @Test("a replayed row is judged by what silver holds")
    func replayed() throws {
        let lake = try TransformLake()
        let pipeline = pipeline(lake)
        try lake.fact.commit([[Row(1, 1, "a"), Row(2, 2, "b")]], high: 2)
        _ = try lake.run(pipeline: pipeline) { $0.only = ["f"] }
        try lake.fact.commit([[Row(3, 13, "a"), Row(4, 14, "b")]], high: 14)
        _ = try lake.run("r2", pipeline: pipeline) { $0.only = ["f"] }
        var fixes = QuarantineFixes()
        fixes.set(try lake.quarantined(3, "open"), "name", "b")
        fixes.set(try lake.quarantined(4, "open"), "name", "c")
        let result = try lake.replay(.ids(fixes.ids), fixes: fixes, pipeline: pipeline)
        #expect(result.passed == 1 && result.failures.map(\.violations.count) == [1])
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|a", "2|b", "4|c"])
        #expect(try lake.rows("quarantine/f", ["id", "status"]) == ["3|open", "4|replayed"])
    }

    @Test("of a dimension only current versions hold their values")
    func versions() throws {
        let lake = try TransformLake()
        let pipeline = pipeline(lake)
        try lake.dimension.commit([[Row(1, 10, "a"), Row(2, 10, "b")]], high: 10)
        _ = try lake.run(pipeline: pipeline) { $0.only = ["d"] }
        try lake.dimension.commit([[Row(1, 20, "c")]], high: 20, at: 2000)
        _ = try lake.run("r2", pipeline: pipeline) { $0.only = ["d"] }
        try lake.dimension.commit([[Row(3, 30, "a"), Row(4, 30, "b")]], high: 30, at: 3000)
        _ = try lake.run("r3", pipeline: pipeline) { $0.only = ["d"] }
        #expect(
            try lake.rows("silver/d", ["id", "name", "is_current"])
                == ["1|a|false", "1|c|true", "2|b|true", "3|a|true"])
        #expect(try lake.rows("quarantine/d", ["id", "rules"]) == ["4|one"])
    }
}
