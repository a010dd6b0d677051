@testable import Dimensions
@testable import EntityTestSupport
@testable import Pipeline
@testable import Quarantine
import Testing
@testable import Transform

/// Versions of a member that a rule sets aside: they are history too.
@Suite("Bad versions of a member")
struct BadVersionTests {
    typealias Row = BronzeLake.Row

    private static var pipeline: Pipeline {
        var dimension = DimensionSpec(
            entity: EntitySpec(name: "d", bronzePath: "bronze/s/d", source: "s.d", key: ["id"]))
        dimension.tracked = ["name"]
        dimension.entity.sequence = "updated_at"
        dimension.entity.rules = [
            RuleSpec(id: "named", kind: .matches(column: "name", pattern: "^[^b]"))
        ]
        var pipeline = Pipeline()
        pipeline.dimensions = [dimension]
        return pipeline
    }

    @Test(
        "a bad version stays open in whatever order it comes, and is explained",
        arguments: [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]],
        ["incremental", "snapshot"])
    func anyOrder(order: [Int], mode: String) throws {
        if mode == "snapshot", order != [0, 1, 2] { return }
        let lake = try TransformLake()
        let rows = [Row(1, 10, "a"), Row(1, 20, "bad"), Row(1, 30, "c")]
        for (number, row) in order.enumerated() {
            try lake.dimension.commit(
                [[rows[row]]], mode: mode, high: Int64(number), at: 100 + Int64(number))
            let results = try lake.run("r\(number)", pipeline: BadVersionTests.pipeline)
            #expect(results.compactMap(\.error).isEmpty)
        }
        let waiting = { try lake.rows("quarantine/d", ["name", "status"]) }
        #expect(try waiting() == ["bad|open"])
        let versions = ["a|false", "c|true"]
        #expect(try lake.rows("silver/d", ["name", "is_current"]) == versions)
        _ = try lake.run(pipeline: BadVersionTests.pipeline) { $0.isRebuild = true }
        #expect(try waiting() == ["bad|open"])
        #expect(try lake.rows("silver/d", ["name", "is_current"]) == versions)
        let found = try lake.explain("d", ["id": "1"], pipeline: BadVersionTests.pipeline)
        let lines = try #require(found).lines
        #expect(lines.contains { $0.contains("[quarantine]  quarantined (open): named") })
        #expect(found?.steps.map(\.origin) == [.version, .quarantine, .version])
        // Corrected, it takes its place between the others.
        var fixes = QuarantineFixes()
        fixes.set(try lake.quarantined(1, "open", of: "d"), "name", "x")
        let id = try lake.quarantined(1, "open", of: "d")
        try lake.replay(
            .ids([id]), of: "d", fixes: fixes, pipeline: BadVersionTests.pipeline)
        #expect(
            try lake.rows("silver/d", ["name", "is_current"]) == ["a|false", "c|true", "x|false"])
    }

    @Test("a row whose sequence became NULL stays open and visible", arguments: [true, false])
    func unsequenced(isState: Bool) throws {
        let lake = try TransformLake()
        for (number, row) in [Row(1, 10, "a"), Row(1, nil, "c"), Row(1, nil, "c")].enumerated() {
            let other = Row(2, Int64(number) + 1, "x")
            try lake.dimension.commit(
                [[row, other]], mode: isState ? "snapshot" : "incremental", high: Int64(number),
                at: 100 + Int64(number))
            let results = try lake.run("r\(number)", pipeline: BadVersionTests.pipeline)
            #expect(results.compactMap(\.error).isEmpty)
        }
        let waiting = try lake.rows("quarantine/d", ["id", "name", "rules", "status"])
        #expect(Set(waiting) == ["1|c|null_sequence|open"])
        #expect(waiting.count == (isState ? 1 : 2))
        #expect(try lake.rows("silver/d", ["id", "name"]) == ["1|a", "2|x"])
    }

    @Test("good and bad copies of a key in a full state: all are set aside, once")
    func copies() throws {
        let lake = try TransformLake()
        try lake.dimension.commit([[Row(1, 10, "a"), Row(2, 10, "x")]], mode: "snapshot", high: 1)
        _ = try lake.run(pipeline: BadVersionTests.pipeline)
        for night in 2...5 as ClosedRange<Int64> {
            try lake.dimension.commit(
                [[Row(1, 20, "c"), Row(1, 20, "bad"), Row(2, night, "x")]], mode: "snapshot",
                high: night, at: 1000 + night)
            let results = try lake.run("r\(night)", pipeline: BadVersionTests.pipeline)
            #expect(results.compactMap(\.error).isEmpty)
            #expect(
                try lake.rows("quarantine/d", ["id", "name", "rules", "status"])
                    == ["1|bad|named|open", "1|c|duplicate_key|open"])
            #expect(try lake.rows("silver/d", ["id", "name"]) == ["1|a", "2|x"])
        }
        for receipt in try lake.reconcile(pipeline: BadVersionTests.pipeline) {
            #expect(receipt.differences.isEmpty, "\(receipt)")
        }
    }
}
