import Columnar
import Delta
@testable import EntityTestSupport
@testable import Lake
import LakeTestSupport
@testable import Pipeline
import Testing
@testable import Transform

@Suite("Rows judged again")
struct RecheckTests {
    typealias Row = BronzeLake.Row

    /// The pipeline whose fact takes these names, and cleans them so.
    private func pipeline(
        _ lake: TransformLake, _ names: [String], clean: String? = nil
    ) -> Pipeline {
        var pipeline = lake.wholePipeline
        pipeline.facts[0].entity.rules = [
            RuleSpec(id: "named", kind: .values(column: "name", names, failsOnNull: true))
        ]
        pipeline.dimensions[0].entity.rules = [
            RuleSpec(
                id: "named", kind: .values(column: "name", names + ["x", "y"], failsOnNull: false))
        ]
        if let clean {
            pipeline.facts[0].entity.clean = [
                CleanSpec(column: "name", expression: ExpressionSpec(text: clean))
            ]
        }
        return pipeline
    }

    private func lake(mode: String = "incremental") throws -> TransformLake {
        let lake = try TransformLake()
        try lake.dimension.commit([[Row(1, 10, "x"), Row(2, 20, "y")]], mode: mode, high: 20)
        try lake.fact.commit(
            [[Row(1, 100, "a"), Row(2, 200, "b"), Row(3, 300, "c")]], mode: mode, high: 400)
        return lake
    }

    /// What is where, and that all of it is accounted for.
    private func state(_ lake: TransformLake, _ pipeline: Pipeline) throws -> [String] {
        for receipt in try lake.reconcile(pipeline: pipeline) { #expect(receipt.isBalanced) }
        return try lake.rows("silver/d", ["id", "name", "valid_from", "valid_to", "surrogate_key"])
            + lake.rows("silver/f", ["id", "updated_at", "name"])
            + lake.rows("gold/o", ["id", "updated_at", "name", "d_name"])
            + lake.rows("quarantine/d", ["quarantine_id", "id", "name", "rules"])
            + lake.rows("quarantine/f", ["quarantine_id", "id", "name", "rules"])
    }

    @Test("other rules are said by every run until rows are judged again; both ways, gold too")
    func bothWays() throws {
        let lake = try lake()
        let (wide, narrow) = (pipeline(lake, ["a", "b", "c"]), pipeline(lake, ["a", "c"]))
        let results = try lake.run(pipeline: wide)[..<2]
        #expect(results.allSatisfy { $0.notes.isEmpty && $0.error == nil })
        let first = try state(lake, wide)
        let text =
            "3 rows were built with other rules (changed: rule 'named'): 'sluice transform "
            + "--recheck --only f' judges them again"
        #expect(try lake.run(pipeline: narrow)[1].notes == [text])
        try lake.fact.commit([[Row(4, 500, "b"), Row(5, 500, "c")]], high: 500)
        #expect(try lake.run("r3", pipeline: narrow)[1].notes == [text])
        #expect(try lake.run("r4", pipeline: narrow)[1].notes == [text])
        #expect(try lake.rows("silver/f", ["id"]) == ["1", "2", "3", "5"])
        let checked = try lake.run("r5", pipeline: narrow) { $0.isRecheck = true }
        #expect(checked[..<2].allSatisfy { $0.error == nil && $0.notes.isEmpty })
        #expect(checked[1].receipt == "5 events = 3 rows + 2 quarantined")
        #expect(try lake.rows("gold/o", ["id", "name"]) == ["1|a", "3|c", "5|c"])
        #expect(try lake.rows("quarantine/f", ["id", "status"]) == ["2|open", "4|open"])
        _ = try state(lake, narrow)
        #expect(try lake.run("r6", pipeline: narrow)[1].notes.isEmpty)
        let back = try lake.run("r7", pipeline: wide) { $0.isRecheck = true }
        #expect(back.allSatisfy { $0.error == nil })
        #expect(try lake.rows("gold/o", ["id"]) == ["1", "2", "3", "4", "5"])
        #expect(
            try lake.rows("quarantine/f", ["id", "status"]) == ["2|replayed", "4|replayed"])
        #expect(try state(lake, wide).count > first.count)
        // Nothing changed since: nothing is read again, nothing written.
        let files = lake.fact.folder.files()
        #expect(
            try lake.run("r8", pipeline: wide) { $0.isRecheck = true }
                .allSatisfy { $0.receipt == "unchanged" })
        #expect(lake.fact.folder.files() == files)
    }

    @Test("what stays as it is is not written again")
    func untouchedFiles() throws {
        let day: Int64 = 86_400_000_000
        let lake = try TransformLake()
        try lake.dimension.commit([[Row(1, 10, "x")]], high: 20)
        try lake.fact.commit([[Row(1, 1, "a"), Row(2, day, "b"), Row(3, 2 * day, "c")]], high: 9)
        _ = try lake.run(pipeline: pipeline(lake, ["a", "b", "c"]))
        let table = DeltaTable(storage: lake.storage, path: "silver/f")
        let before = Set(try #require(try table.snapshot()).files.map(\.path))
        _ = try lake.run("r2", pipeline: pipeline(lake, ["a", "c"])) { $0.isRecheck = true }
        let after = Set(try #require(try table.snapshot()).files.map(\.path))
        #expect(before.count == 3 && after.count == 2 && after.isSubset(of: before))
    }

    @Test("another way of writing an expression is no other rule")
    func formatting() throws {
        let lake = try lake()
        func pipeline(_ clean: String, _ check: String) -> Pipeline {
            var pipeline = self.pipeline(lake, ["A", "B", "C"], clean: clean)
            pipeline.facts[0].entity.rules.append(
                RuleSpec(
                    id: "known", kind: .check(ExpressionSpec(text: check), failsOnNull: false)))
            return pipeline
        }
        _ = try lake.run(pipeline: pipeline("upper( name )", "id > 0 AND name<>'x'"))
        let same = pipeline("UPPER(`name`)", "((id>0) and name <> 'x')")
        #expect(try lake.run("r2", pipeline: same)[1].notes.isEmpty)
        let other = pipeline("upper(name)", "id > 1 AND name <> 'x'")
        #expect(try lake.run("r3", pipeline: other)[1].notes.first?.contains("'known'") == true)
        let cleaned = pipeline("trim(upper(name))", "id > 0 AND name <> 'x'")
        #expect(
            try lake.run("r4", pipeline: cleaned)[1].notes.first?.contains("clean of 'name'")
                == true)
    }

    @Test(
        "another sequence, or what becomes of deletes, waits for a rebuild"
    )
    func drift() throws {
        let lake = try lake()
        _ = try lake.run()
        var pipeline = lake.pipeline
        pipeline.dimensions[0].entity.sequence = "updated_at"
        pipeline.facts[0].entity.sequence = "updated_at"
        #expect(try lake.run("r2", pipeline: pipeline).allSatisfy { $0.error == nil })
        pipeline.facts[0].entity.sequence = "id"
        pipeline.dimensions[0].closesDeleted = false
        for isRecheck in [false, true] {
            let results = try lake.run("r3", pipeline: pipeline) { $0.isRecheck = isRecheck }
            #expect(results.map(\.error?.code) == [.drift, .drift])
        }
        let results = try lake.run("r4", pipeline: pipeline) { $0.isRebuild = true }
        #expect(results.allSatisfy { $0.error == nil })
        #expect(try lake.run("r5", pipeline: pipeline).allSatisfy { $0.error == nil })
    }

    @Test("a table from before is taken as it is; it is judged again where that is asked for")
    func adopted() throws {
        let lake = try lake()
        let (wide, narrow) = (pipeline(lake, ["a", "b", "c"]), pipeline(lake, ["a", "c"]))
        _ = try lake.run(pipeline: wide)
        let table = DeltaTable(storage: lake.storage, path: "silver/f")
        let snapshot = try #require(try table.snapshot())
        var transaction = Transaction(table, reading: snapshot)
        var configuration = snapshot.configuration
        #expect(configuration.removeValue(forKey: "sluice.recipe") != nil)
        try transaction.updateMetadata(configuration: configuration)
        _ = try transaction.commit(operation: "SET TBLPROPERTIES")
        #expect(try lake.run("r2", pipeline: narrow)[1].notes.isEmpty)
        #expect(try lake.rows("silver/f", ["id"]).count == 3)
        _ = try lake.run("r3", pipeline: narrow) { $0.isRecheck = true }
        #expect(try lake.rows("silver/f", ["id"]) == ["1", "3"])
        _ = try state(lake, narrow)
    }

    @Test("of full states the row that fails now leaves silver, the version before it holds")
    func fullStates() throws {
        let lake = try lake(mode: "snapshot")
        let (wide, narrow) = (pipeline(lake, ["a", "b", "c"]), pipeline(lake, ["a", "c"]))
        _ = try lake.run(pipeline: wide)
        try lake.dimension.commit(
            [[Row(1, 30, "b"), Row(2, 20, "y"), Row(3, 40, "b")]], mode: "snapshot", high: 21,
            at: 2000)
        #expect(try lake.run("r2", pipeline: wide).allSatisfy { $0.error == nil })
        #expect(try lake.rows("silver/d", ["id", "name"]) == ["1|b", "1|x", "2|y", "3|b"])
        let checked = try lake.run("r3", pipeline: narrow) { $0.isRecheck = true }
        #expect(checked.allSatisfy { $0.error == nil })
        #expect(
            try lake.rows("silver/d", ["id", "name", "is_current"]) == ["1|x|true", "2|y|true"])
        #expect(
            try lake.rows("quarantine/d", ["id", "name", "status"]) == ["1|b|open", "3|b|open"])
        #expect(try lake.rows("silver/f", ["id"]) == ["1", "3"])
        #expect(try lake.rows("quarantine/f", ["id", "status"]) == ["2|open"])
        #expect(try lake.rows("gold/o", ["id", "d_name"]) == ["1|x", "3|NULL"])
        _ = try state(lake, narrow)
        let back = try lake.run("r4", pipeline: wide) { $0.isRecheck = true }
        #expect(back.allSatisfy { $0.error == nil })
        #expect(try lake.rows("silver/d", ["id", "name"]) == ["1|b", "1|x", "2|y", "3|b"])
        #expect(try lake.rows("silver/f", ["id"]) == ["1", "2", "3"])
        _ = try state(lake, wide)
    }

    @Test("rows judged again are what a rebuild makes of them", arguments: 1...5)
    func asRebuilt(_ seed: UInt64) throws {
        var random = SeededNumbers(seed)
        let lake = try TransformLake()
        let names = ["a", "b", "c", "d"]
        var sequence: Int64 = 0
        func night(_ lake: BronzeLake) throws {
            let rows = (0..<Int.random(in: 1...12, using: &random)).map { _ -> Row in
                sequence += 1
                let at = Int.random(in: 0...9, using: &random) == 0 ? sequence / 2 : sequence
                return Row(
                    Int64.random(in: 1...6, using: &random), at * 20_000_000_000,
                    names.randomElement(using: &random),
                    isDelete: Int.random(in: 0...7, using: &random) == 0)
            }
            try lake.commit([rows], high: sequence, at: sequence)
        }
        func any() -> Pipeline {
            pipeline(
                lake, names.filter { _ in Bool.random(using: &random) } + ["a", "A"],
                clean: [nil, "upper(name)", "coalesce(name, 'b')"].randomElement(using: &random)
                    ?? nil)
        }
        var configured = any()
        for number in 0..<6 {
            try night(lake.dimension)
            try night(lake.fact)
            if number % 2 == 1 { configured = any() }
            let results = try lake.run("n\(number)", pipeline: configured)
            try #require(results.allSatisfy { $0.error == nil })
        }
        configured = any()
        let other = try lake.copy()
        let checked = try lake.run("check", pipeline: configured) { $0.isRecheck = true }
        try #require(checked.allSatisfy { $0.error == nil }, "\(checked.map(\.error))")
        let rebuilt = try other.run("rebuild", pipeline: configured) { $0.isRebuild = true }
        try #require(rebuilt.allSatisfy { $0.error == nil })
        #expect(try state(lake, configured) == state(other, configured))
    }
}
