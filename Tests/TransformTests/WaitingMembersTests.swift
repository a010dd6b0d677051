@testable import EntityTestSupport
import LakeTestSupport
@testable import Pipeline
@testable import Quarantine
import Testing
@testable import Transform

@Suite("Rows that wait for a member")
struct WaitingMembersTests {
    typealias Row = BronzeLake.Row

    /// Members 1 and 2; facts 1 to 4, of which 3 and 4 have none and 4 has a wrong name as well.
    private func lake(mode: String = "incremental") throws -> TransformLake {
        let lake = try TransformLake()
        try lake.dimension.commit([[Row(1, 10, "x"), Row(2, 20, "y")]], high: 20)
        try lake.fact.commit(
            [[Row(1, 100, "a"), Row(2, 200, "b"), Row(3, 300, "c"), Row(4, 400, "bad")]],
            mode: mode, high: 400)
        return lake
    }

    private func run(_ lake: TransformLake, _ id: String = "r") throws -> [TransformResult] {
        try lake.run(id, pipeline: lake.wholePipeline)
    }

    private func statuses(_ lake: TransformLake) throws -> [String] {
        try lake.rows("quarantine/f", ["id", "rules", "status"])
    }

    private func expectBalance(_ lake: TransformLake) throws {
        for receipt in try lake.reconcile(pipeline: lake.wholePipeline) {
            #expect(receipt.isBalanced, "\(receipt.differences)")
        }
    }

    @Test(
        "come in with the run in which it comes, though the fact has no news",
        arguments: ["incremental", "snapshot"])
    func late(mode: String) throws {
        let lake = try lake(mode: mode)
        _ = try run(lake)
        #expect(try statuses(lake) == ["3|known|open", "4|known,named|open"])
        try lake.dimension.commit([[Row(3, 30, "z"), Row(4, 30, "w")]], high: 30)
        let results = try run(lake, "r2")
        #expect(results.allSatisfy { $0.error == nil })
        let fact = try #require(results.first { $0.table == "f" })
        #expect(fact.receipt == "unchanged; 1 row that waited for members: 1 events = 1 rows")
        #expect(fact.version != nil && fact.rows == 1 && fact.files == 1)
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|a", "2|b", "3|c"])
        #expect(try lake.rows("gold/o", ["id", "d_name"]) == ["1|x", "2|y", "3|z"])
        // What is wrong beside stays open, and is no more held for what is mended.
        #expect(try statuses(lake) == ["3|known|replayed", "4|named|open"])
        let row = try lake.rows("quarantine/f", ["id", "decided_by", "note"])[0]
        #expect(row == "3|sluice|its member came; judged again and good in run r2")
        try expectBalance(lake)
        let before = lake.fact.folder.files()
        #expect(try run(lake, "r3").allSatisfy { $0.version == nil && $0.error == nil })
        #expect(lake.fact.folder.files() == before)
        let state = try lake.state()
        _ = try lake.run("r4", pipeline: lake.wholePipeline) { $0.isRebuild = true }
        #expect(try lake.state() == state)
        try expectBalance(lake)
    }

    @Test("come in beside the news of their fact, in the order of their events")
    func news() throws {
        let lake = try lake()
        _ = try run(lake)
        try lake.dimension.commit([[Row(3, 30, "z"), Row(5, 30, "v")]], high: 30)
        try lake.fact.commit([[Row(5, 500, "a"), Row(3, 250, "b")]], high: 500)
        let fact = try #require(try run(lake, "r2").first { $0.table == "f" })
        #expect(fact.error == nil && fact.account.isBalanced)
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|a", "2|b", "3|c", "5|a"])
        try expectBalance(lake)
    }

    @Test("a decision of a steward stands, and a later version has ended the row before")
    func decided() throws {
        let lake = try lake()
        try lake.fact.commit([[Row(5, 500, "a"), Row(6, 600, "a"), Row(6, 610, "b")]], high: 610)
        _ = try run(lake)
        let steward = QuarantineSteward(lake.pipeline.facts[0].entity, storage: lake.storage)
        let decision = QuarantineDecision(who: "ann", at: 5, note: "known")
        let (third, fifth) = try (lake.quarantined(3, "open"), lake.quarantined(5, "open"))
        #expect(try steward.waive(.ids([third]), until: nil, decision) == 1)
        #expect(try steward.discard(.ids([fifth]), decision) == 1)
        try lake.dimension.commit([(3...6).map { Row(Int64($0), 30, "z") }], high: 30)
        _ = try run(lake, "r2")
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|a", "2|b", "6|b"])
        #expect(
            try lake.rows("quarantine/f", ["id", "name", "status"]) == [
                "3|c|waived", "4|bad|open", "5|a|discarded", "6|a|superseded", "6|b|replayed",
            ])
        try expectBalance(lake)
    }

    @Test("a dimension's rows wait for those of another dimension too")
    func dimensions() throws {
        let lake = try lake()
        var pipeline = lake.wholePipeline
        var other = DimensionSpec(
            entity: EntitySpec(name: "e", bronzePath: "bronze/s/t", source: "s.t", key: ["id"]))
        other.entity.rules = [
            RuleSpec(id: "known", kind: .references(dimension: "d", on: ["id": "id"]))
        ]
        pipeline.dimensions.append(other)
        _ = try lake.run(pipeline: pipeline)
        #expect(try lake.rows("silver/e", ["id"]) == ["1", "2"])
        try lake.dimension.commit([[Row(4, 30, "z")]], high: 30)
        #expect(try lake.run("r2", pipeline: pipeline).allSatisfy { $0.error == nil })
        #expect(try lake.rows("silver/e", ["id"]) == ["1", "2", "4"])
        #expect(try lake.rows("quarantine/e", ["id", "status"]) == ["3|open", "4|replayed"])
        #expect(try lake.reconcile(pipeline: pipeline).allSatisfy(\.isBalanced))
    }

    @Test("how many would pass now is known before they do")
    func wouldPass() throws {
        let lake = try lake()
        _ = try run(lake)
        let entities = lake.pipeline.facts.map(\.entity)
        #expect(try lake.wouldPass(entities).isEmpty)
        try lake.dimension.commit([[Row(3, 30, "z"), Row(4, 30, "w")]], high: 30)
        _ = try lake.run("r2") { $0.only = ["d"] }
        let before = lake.fact.folder.files()
        #expect(try lake.wouldPass(entities) == ["f": ["known": 1]])
        #expect(lake.fact.folder.files() == before)
        _ = try run(lake, "r3")
        #expect(try lake.wouldPass(entities).isEmpty)
    }

    @Test("a crash at any call loses none and doubles none")
    func crash() throws {
        let base = try lake()
        _ = try run(base)
        try base.dimension.commit([[Row(3, 30, "z"), Row(4, 30, "w")]], high: 30)
        let reference = try base.copy()
        let counter = FaultStorage(reference.storage)
        _ = try reference.run("r2", pipeline: reference.wholePipeline, on: counter)
        let state = try reference.wholeState().filter { !$0.hasPrefix("d|") && !$0.hasPrefix("f|") }
        for failing in counter.sample(.crash, about: 8) {
            let lake = try base.copy()
            let faulty = FaultStorage(lake.storage, failing: failing, fault: .crash)
            _ = try? lake.run("r2", pipeline: lake.wholePipeline, on: faulty)
            #expect(try run(lake, "r3").allSatisfy { $0.error == nil }, "call \(failing)")
            let after = try lake.wholeState().filter {
                !$0.hasPrefix("d|") && !$0.hasPrefix("f|")
            }
            #expect(after == state, "call \(failing)")
        }
    }

    @Test(
        "whatever order members and facts come in, silver has those of each other",
        arguments: 1...4)
    func anyOrder(seed: UInt64) throws {
        var numbers = SeededNumbers(seed)
        let lake = try TransformLake()
        try lake.dimension.commit([])
        try lake.fact.commit([])
        var members: Set<Int64> = []
        var latest: [Int64: (at: Int64, name: String)] = [:]
        for night in 1...6 {
            let at = Int64(night * 100)
            let came = (1...9).filter { _ in numbers.next() % 4 == 0 }.map { Int64($0) }
            if !came.isEmpty {
                try lake.dimension.commit([came.map { Row($0, at, "m\(night)") }], high: at)
                members.formUnion(came)
            }
            let facts = (1...9).filter { _ in numbers.next() % 3 == 0 }.map { id in
                Row(Int64(id), at, ["a", "b", "c", "bad"][Int(numbers.next() % 4)])
            }
            if !facts.isEmpty { try lake.fact.commit([facts], high: at) }
            for fact in facts { latest[fact.id] = (at, fact.name ?? "") }
            #expect(try run(lake, "r\(night)").allSatisfy { $0.error == nil })
            // A bad version leaves what silver had; a good one that is the last is in silver.
            let silver = try lake.rows("silver/f", ["id", "updated_at", "name"])
            for (id, fact) in latest where members.contains(id) && fact.name != "bad" {
                let line = silver.first { $0.hasPrefix("\(id)|") }
                #expect(line?.hasSuffix("|\(fact.name)") == true, "night \(night), fact \(id)")
            }
            #expect(silver.allSatisfy { members.contains(Int64($0.split(separator: "|")[0])!) })
            try expectBalance(lake)
        }
    }
}
