@testable import EntityTestSupport
@testable import Lake
@testable import Pipeline
@testable import Quarantine
@testable import Rules
import Testing
@testable import Transform

/// Every decision about a quarantined row is kept; the table's own columns have the newest.
@Suite("Decisions")
struct DecisionHistoryTests {
    typealias Row = BronzeLake.Row

    private let lake: TransformLake
    private let steward: QuarantineSteward

    init() throws {
        lake = try TransformLake()
        try lake.dimension.commit([(1...5).map { Row(Int64($0), 10, "x") }], high: 20)
        try lake.fact.commit(
            [[Row(1, 100, "bad"), Row(2, 200, "b"), Row(3, 300, "bad")]], high: 400)
        _ = try lake.run(pipeline: lake.wholePipeline)
        steward = QuarantineSteward(lake.pipeline.facts[0].entity, storage: lake.storage)
    }

    private func decision(_ who: String, _ note: String) -> QuarantineDecision {
        QuarantineDecision(who: who, at: 5, note: note)
    }

    private func reopen(_ id: String, _ decision: QuarantineDecision) throws -> Int {
        try lake.reopen(.ids([id]), decision, pipeline: lake.wholePipeline).reopened
    }

    private func row(_ id: String) throws -> QuarantinedRow {
        try #require(try steward.rows(idPrefix: id).first)
    }

    @Test("a discard or a waiver is undone; each decision is an entry of its own")
    func reopened() throws {
        let id = try lake.quarantined(1, "open")
        #expect(try steward.discard(.ids([id]), decision("ann", "test data")) == 1)
        #expect(try reopen(id, decision("bob", "no, it is real")) == 1)
        #expect(try lake.quarantined(1, "open") == id)
        #expect(try steward.waive(.ids([id]), until: 9_000_000_000, decision("ann", "later")) == 1)
        #expect(try reopen(id, decision("cid", "now")) == 1)
        let found = try row(id)
        #expect(found.history.map(\.what) == ["discard", "reopen", "waive", "reopen"])
        #expect(found.history.map(\.by) == ["ann", "bob", "ann", "cid"])
        #expect(found.history.map(\.until) == [nil, nil, 9_000_000_000, nil])
        #expect(found.history[0].note == "test data")
        #expect(found.decidedBy == "cid" && found.note == "now" && found.until == nil)
        #expect(found.reasons.map(\.rule) == ["named"])
        // What is open, or in silver, is not reopened.
        #expect(try reopen(id, decision("cid", "again")) == 0)
        // And a run that meets it leaves the history.
        try lake.fact.commit([[Row(4, 400, "c")]], high: 500)
        _ = try lake.run("r2", pipeline: lake.wholePipeline)
        #expect(try row(id).history.count == 4)
        _ = try lake.run("r3", pipeline: lake.wholePipeline) { $0.isRecheck = true }
        #expect(try lake.reconcile(pipeline: lake.wholePipeline).allSatisfy(\.isBalanced))
    }

    @Test("a waived row that is let into silver says so and keeps the reason; it is not reopened")
    func letPass() throws {
        let id = try lake.quarantined(1, "open")
        #expect(try steward.waive(.ids([id]), until: nil, decision("ann", "known gap")) == 1)
        let waived = try row(id)
        #expect(waived.status == .waived && waived.note == "known gap")
        #expect(waived.reasons.map(\.rule) == ["named"])
        #expect(try lake.replay(.ids([id]), pipeline: lake.wholePipeline).passed == 1)
        let found = try row(id)
        #expect(found.status == .replayed && found.pardoned == "named")
        #expect(found.reasons.map(\.rule) == ["named"])
        #expect(found.history.map(\.what) == ["waive", "replay"])
        #expect(found.history[0].note == "known gap")
        #expect(try reopen(id, decision("ann", "no")) == 0)
        #expect(try lake.rows("silver/f", ["id"]) == ["1", "2"])
        #expect(try lake.reconcile(pipeline: lake.wholePipeline).allSatisfy(\.isBalanced))
    }

    @Test("rows are found by the texts of their key")
    func byKey() throws {
        #expect(try steward.ids(key: ["id": "3"]) == [lake.quarantined(3, "open")])
        #expect(try steward.ids(key: ["id": "2"]) == [])
    }
}
