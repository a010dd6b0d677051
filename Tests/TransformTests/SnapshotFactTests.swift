@testable import EntityTestSupport
@testable import Lake
@testable import Pipeline
@testable import Quarantine
import Testing
@testable import Transform

@Suite("A fact of which bronze holds full states")
struct SnapshotFactTests {
    typealias Row = BronzeLake.Row

    /// Members 1 to 5, and the facts `rows` as the first full state.
    private func lake(_ rows: [Row]) throws -> TransformLake {
        let lake = try TransformLake()
        try lake.dimension.commit([(1...5).map { Row(Int64($0), 10, "x") }], high: 20)
        try lake.fact.commit([rows], mode: "snapshot", high: 1, at: 10)
        _ = try lake.run()
        return lake
    }

    @Test("the good row of a key stays while its newest row is rejected; what is gone goes")
    func rejected() throws {
        let lake = try lake([Row(1, 100, "a"), Row(2, 200, "b"), Row(3, 300, "c")])
        try lake.fact.commit(
            [[Row(1, 110, "zzz"), Row(2, 210, "c")]], mode: "snapshot", high: 2, at: 20)
        let fact = try #require(try lake.run("r2") { $0.acceptsDeletes = true }.last)
        #expect(fact.error == nil && fact.account.isBalanced)
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|a", "2|c"])
        #expect(try lake.rows("quarantine/f", ["id", "rules", "status"]) == ["1|named|open"])
    }

    @Test("what the last full state lacks goes, also when the table left the mode before the run")
    func modeLeft() throws {
        let lake = try lake([Row(1, 100, "a"), Row(2, 200, "b"), Row(3, 300, "c")])
        try lake.fact.commit(
            [[Row(1, 100, "a"), Row(2, 210, "c")]], mode: "snapshot", high: 2, at: 20)
        try lake.fact.commit(
            [[Row(1, 110, "b"), Row(2, 210, "c"), Row(4, 400, "a")]], high: 400, at: 30)
        try lake.dimension.commit(
            [[Row(1, 10, "y")] + (2...4).map { Row(Int64($0), 10, "x") }], mode: "snapshot",
            high: 2,
            at: 1500)
        try lake.dimension.commit([[Row(6, 60, "z"), Row(4, 70, "x")]], high: 70, at: 2000)
        let results = try lake.run("r2") { $0.acceptsDeletes = true }
        #expect(results.compactMap { $0.error?.message } == [])
        let fact = try #require(results.last)
        #expect(fact.high == 2 && fact.account.isBalanced && !fact.isBehind)
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|b", "2|c", "4|a"])
        #expect(
            try lake.rows("silver/d", ["id", "name", "is_current"])
                == [
                    "1|x|false", "1|y|true", "2|x|true", "3|x|true", "4|x|true", "5|x|false",
                    "6|z|true",
                ])
        #expect(try lake.reconcile().allSatisfy(\.isBalanced))
        #expect(try lake.run("r3").allSatisfy { $0.version == nil })
    }

    @Test("a full state whose rows are all rejected takes nothing away")
    func allRejected() throws {
        let lake = try lake([Row(1, 100, "a"), Row(2, 200, "b")])
        try lake.fact.commit(
            [[Row(1, 110, "zzz"), Row(2, 210, "zzz")]], mode: "snapshot", high: 2, at: 20)
        #expect(try lake.run("r2").allSatisfy { $0.error == nil })
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|a", "2|b"])
    }

    @Test("a row that stays bad is in quarantine once, however many states bring it")
    func once() throws {
        let lake = try lake([Row(1, 100, "zzz"), Row(2, 200, "b")])
        let id = try lake.quarantined(1, "open")
        for night in 2...4 {
            try lake.fact.commit(
                [[Row(2, 200 + Int64(night), "b"), Row(1, 100, "zzz")]], mode: "snapshot",
                high: Int64(night), at: Int64(night) * 10)
            #expect(try lake.run("r\(night)").allSatisfy { $0.error == nil })
            #expect(try lake.quarantined(1, "open") == id)
        }
        // Another bad row of the key takes its place, and what is gone from the source is over.
        try lake.fact.commit(
            [[Row(2, 300, "b"), Row(1, 110, "yyy")]], mode: "snapshot", high: 5, at: 50)
        _ = try lake.run("r5")
        #expect(
            try lake.rows("quarantine/f", ["id", "name", "status"])
                == ["1|yyy|open", "1|zzz|superseded"])
        try lake.fact.commit([[Row(2, 300, "b")]], mode: "snapshot", high: 6, at: 60)
        _ = try lake.run("r6")
        #expect(
            try lake.rows("quarantine/f", ["id", "name", "status"])
                == ["1|yyy|superseded", "1|zzz|superseded"])
        #expect(try lake.reconcile().allSatisfy(\.isBalanced))
    }

    @Test("what was decided of a row holds as long as the source has it so")
    func decided() throws {
        let lake = try lake([
            Row(1, 100, "zzz"), Row(2, 200, "zzz"), Row(3, 300, "zzz"), Row(4, 400, "a"),
        ])
        let steward = QuarantineSteward(lake.pipeline.facts[0].entity, storage: lake.storage)
        let decision = QuarantineDecision(who: "ann", at: 5, note: "known")
        var fixes = QuarantineFixes()
        fixes.set(try lake.quarantined(1, "open"), "name", "c")
        #expect(try lake.replay(.ids(fixes.ids), fixes: fixes).passed == 1)
        #expect(try steward.discard(.ids([lake.quarantined(2, "open")]), decision) == 1)
        #expect(try steward.waive(.ids([lake.quarantined(3, "open")]), until: nil, decision) == 1)
        for night in 2...3 {
            try lake.fact.commit(
                [
                    [
                        Row(3, 300, "zzz"), Row(2, 200, "zzz"), Row(1, 100, "zzz"),
                        Row(4, 400 + Int64(night), "b"),
                    ]
                ], mode: "snapshot", high: Int64(night), at: Int64(night) * 10)
            #expect(try lake.run("r\(night)").allSatisfy { $0.error == nil })
            #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|c", "4|b"])
            #expect(
                try lake.rows("quarantine/f", ["id", "status"])
                    == ["1|replayed", "2|discarded", "3|waived"])
        }
        _ = try lake.run("r9") { $0.isRebuild = true }
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|c", "4|b"])
        #expect(try lake.reconcile().allSatisfy(\.isBalanced))
    }

    @Test("a rebuild keeps the good row of a key whose newest row is rejected")
    func rebuild() throws {
        let lake = try lake([Row(1, 100, "a"), Row(2, 200, "b"), Row(3, 300, "c")])
        try lake.fact.commit(
            [[Row(1, 110, "zzz"), Row(2, 210, "c")]], mode: "snapshot", high: 2, at: 20)
        _ = try lake.run("r2") { $0.acceptsDeletes = true }
        let result = try #require(try lake.run("r3") { $0.isRebuild = true }.last)
        #expect(result.error == nil)
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|a", "2|c"])
        #expect(try lake.reconcile().allSatisfy(\.isBalanced))
    }

    @Test("a replayed row of a full state wins over the older one that silver kept")
    func replayed() throws {
        let lake = try lake([Row(1, 100, "a"), Row(2, 200, "b")])
        try lake.fact.commit(
            [[Row(1, 110, "zzz"), Row(2, 200, "b")]], mode: "snapshot", high: 2, at: 20)
        _ = try lake.run("r2")
        var fixes = QuarantineFixes()
        fixes.set(try lake.quarantined(1, "open"), "name", "c")
        #expect(try lake.replay(.ids(fixes.ids), fixes: fixes).passed == 1)
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|c", "2|b"])
    }

    @Test("the history that only silver has of full states outlives a rebuild")
    func history() throws {
        let lake = try TransformLake()
        for (night, name) in ["x", "y", "z"].enumerated() {
            try lake.dimension.commit(
                [[Row(1, nil, name), Row(2, nil, "n")]], mode: "snapshot", high: Int64(night + 1),
                at: Int64(night + 1) * 10)
            _ = try lake.run("r\(night)") { $0.only = ["d"] }
        }
        let columns = ["id", "name", "valid_from", "valid_to"]
        let before = try lake.rows("silver/d", columns)
        #expect(before.count == 4)
        let result = try lake.run("r9") {
            $0.only = ["d"]
            $0.isRebuild = true
        }[0]
        #expect(result.error == nil)
        #expect(try lake.rows("silver/d", columns) == before)
    }
}
