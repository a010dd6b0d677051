@testable import EntityTestSupport
import LakeTestSupport
@testable import Pipeline
import Storage
import Testing
@testable import Transform

/// A night over a lake that has had one: new, changed, deleted, late, repeated and bad rows of a
/// dimension and a fact, with its One Big Table.
@Suite("Faults of a whole run")
struct WholeRunFaultTests {
    typealias Row = BronzeLake.Row

    private func lake() throws -> TransformLake {
        let lake = try TransformLake()
        try lake.dimension.commit([(1...5).map { Row(Int64($0), 10, "x") }], high: 20)
        try lake.fact.commit(
            [[Row(1, 100, "a"), Row(2, 200, "b"), Row(3, 300, "bad")], [Row(4, 400, "worse")]],
            high: 400)
        _ = try lake.run("r1", pipeline: pipeline(lake))
        try lake.dimension.commit(
            [[Row(1, 30, "y"), Row(2, 5, "late"), Row(6, 40, "z"), Row(7, nil, "none")]], high: 40,
            at: 2000)
        try lake.dimension.commit([[Row(3, nil, nil, isDelete: true)]], mode: "audit", at: 2100)
        try lake.fact.commit(
            [
                [Row(1, 500, "b"), Row(3, 600, "c"), Row(5, 500, "bad"), Row(2, 200, "b")],
                [Row(6, 86_400_000_000, "a"), Row(4, 300, "bad")],
            ], high: 86_400_000_000, at: 2000)
        try lake.fact.commit([[Row(2, nil, nil, isDelete: true)]], mode: "audit", at: 2100)
        return lake
    }

    private func pipeline(_ lake: TransformLake) -> Pipeline {
        var pipeline = lake.wholePipeline
        // A batch that one of these stops would hide what the others do.
        pipeline.facts[0].entity.rules.append(
            RuleSpec(id: "one_at", kind: .unique(["updated_at", "name"])))
        return pipeline
    }

    @Test(
        "whatever call fails, the run that follows comes to what an undisturbed one comes to",
        arguments: FaultStorage.Fault.allCases)
    func everyCall(fault: FaultStorage.Fault) throws {
        let start = try lake()
        let reference = try start.copy()
        let counter = FaultStorage(reference.storage)
        let results = try reference.run("r2", pipeline: pipeline(start), on: counter)
        #expect(results.allSatisfy { $0.error == nil }, "\(results.compactMap(\.error))")
        let wanted = try reference.wholeState()
        #expect(try reference.reconcile(pipeline: pipeline(start)).allSatisfy(\.isBalanced))
        let calls = counter.calls
        #expect(calls.count > 100)
        for number in counter.sample(fault, about: fault == .crash ? 30 : 10) {
            let lake = try start.copy()
            let faulty = FaultStorage(lake.storage, failing: number, fault: fault)
            _ = try? lake.run("r2", pipeline: pipeline(lake), on: faulty)
            #expect(faulty.hasFired)
            let between = try lake.reconcile()
            let isBalanced = between.allSatisfy(\.isBalanced)
            #expect(isBalanced, "call \(number) \(calls[number]): \(between)")
            let again = try lake.run("r2", pipeline: pipeline(lake))
            #expect(again.compactMap(\.error).isEmpty, "call \(number): \(again)")
            let state = try lake.wholeState()
            #expect(state == wanted, "call \(number) \(calls[number])")
            if state != wanted { return }
        }
    }
}
