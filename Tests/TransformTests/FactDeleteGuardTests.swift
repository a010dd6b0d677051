@testable import EntityTestSupport
@testable import Lake
import Testing
@testable import Transform

/// A full state that lacks much of a fact is refused, unless the operator says the rows are gone.
@Suite("max_delete_percent of facts")
struct FactDeleteGuardTests {
    typealias Row = BronzeLake.Row

    private var lake: TransformLake

    /// Ten facts of ten members, published with their One Big Table.
    init() throws {
        lake = try TransformLake()
        try lake.dimension.commit([(1...10).map { Row($0, 10, "x") }], high: 20)
        try lake.fact.commit([rows(1...10)], mode: "snapshot", high: 1, at: 10)
        _ = try lake.run(pipeline: lake.wholePipeline)
    }

    private func rows(_ ids: ClosedRange<Int64>, _ name: String = "a") -> [Row] {
        ids.map { Row($0, $0 * 100, name) }
    }

    private func run(
        _ rows: [Row], high: Int64, accepts: Bool = false, rebuilds: Bool = false
    ) throws -> TransformResult {
        try lake.fact.commit([rows], mode: "snapshot", high: high, at: high * 10)
        let results = try lake.run("r\(high)", pipeline: lake.wholePipeline) {
            $0.acceptsDeletes = accepts
            $0.isRebuild = rebuilds
        }
        return try #require(results.first { $0.table == "f" })
    }

    private func silver() throws -> [String] { try lake.rows("silver/f", ["id"]) }

    @Test(
        "what lacks more than the share publishes nothing; the next whole state goes on",
        arguments: [false, true])
    func refused(rebuilds: Bool) throws {
        let bad = [Row(11, 1100, "zzz")]
        for (night, rows) in [[], rows(1...7) + bad, rows(21...30)].enumerated() {
            let isRebuild = rebuilds && night != 2
            let result = try run(rows, high: Int64(night) + 2, rebuilds: isRebuild)
            #expect(result.error?.code == .refused, "night \(night): \(result)")
            #expect(result.error?.hint?.contains("--accept-deletes") == true)
            let counts = [
                "is empty, and silver has 10 keys", "lacks 3 of 10 keys",
                "lacks 10 of 10 keys",
            ]
            #expect(
                result.error?.message.contains(counts[night]) == true,
                "\(result.error?.message ?? "")")
            #expect(try lake.rows("gold/o", ["id"]).count == 10)
            #expect(try silver().count == 10)
            #expect(try lake.rows("quarantine/f", ["id"]) == [])
        }
        let result = try run(rows(1...10), high: 9)
        #expect(result.error == nil)
        #expect(try lake.reconcile(pipeline: lake.wholePipeline).allSatisfy(\.isBalanced))
    }

    @Test("what is accepted is gone, in gold too, and said; an empty state as well")
    func accepted() throws {
        let result = try run(rows(1...3), high: 2, accepts: true)
        #expect(result.error == nil)
        #expect(result.notes.contains { $0.hasPrefix("7 keys gone") })
        #expect(try silver() == ["1", "2", "3"])
        #expect(try lake.rows("gold/o", ["id"]) == ["1", "2", "3"])
        #expect(try run([], high: 3, accepts: true).error == nil)
        #expect(try silver() == [])
        // Nothing can be missing of nothing.
        #expect(try run(rows(1...4), high: 4).error == nil)
        #expect(try lake.reconcile(pipeline: lake.wholePipeline).allSatisfy(\.isBalanced))
    }

    @Test("the share itself is allowed; rows that a rule rejects are not missing")
    func allowed() throws {
        #expect(try run(rows(1...8), high: 2).error == nil)
        #expect(try silver().count == 8)
        let rejected = rows(1...1) + rows(2...8, "zzz")
        #expect(try run(rejected, high: 3).error == nil)
        #expect(try silver().count == 8)
        #expect(try lake.reconcile(pipeline: lake.wholePipeline).allSatisfy(\.isBalanced))
    }
}
