import Delta
import Testing

@testable import Transform

/// Others took rows out of bronze: nothing is made of what is left, whoever is asked says the same,
/// and reading the source whole heals it.
@Suite struct BronzeRemovalTests {
    private let lake: TransformLake

    init() throws {
        lake = try TransformLake()
        try lake.dimension.commit([[.init(1, 10, "a"), .init(2, 10, "b")]], high: 10)
        try lake.fact.commit(
            [[.init(1, 10, "a"), .init(2, 10, "b")], [.init(2, 11, "c")]], high: 11)
        _ = try lake.run("r1")
    }

    /// A DELETE of the row 1 as other programs do it: the file's other rows come as new.
    private func delete(_ bronze: BronzeLake) throws {
        let snapshot = try #require(try bronze.table.snapshot())
        var transaction = Transaction(bronze.table, reading: snapshot)
        transaction.engineInfo = "other"
        transaction.remove(try #require(snapshot.files.first))
        var rest = try bronze.write([.init(2, 10, "b")], mode: "", high: 0, at: 1000)
        rest.tags = [:]
        transaction.add(rest)
        _ = try transaction.commit(operation: "DELETE")
    }

    @Test(arguments: [false, true])
    func aRemovalIsToldByRunAndReconcileAlike(_ isDimension: Bool) throws {
        try delete(isDimension ? lake.dimension : lake.fact)
        let name = isDimension ? "d" : "f"
        let before = try lake.state()
        let error = try #require(try lake.run("r2").first { $0.table == name }?.error)
        #expect(error.code == .receipt)
        #expect(error.message.contains("(DELETE by other) took rows out"))
        #expect(error.hint?.contains("extract --full --table \(isDimension ? "d" : "t")") == true)
        #expect(try lake.state() == before)
        let receipt = try #require(try lake.reconcile().first { $0.table == name })
        #expect(!receipt.isBalanced)
        #expect(receipt.differences.contains { $0.contains("extract --full --table") })
        // A rebuild would make silver of what is left.
        let rebuilt = try lake.run("r3") { $0.isRebuild = true }
        #expect(rebuilt.first { $0.table == name }?.error?.code == .receipt)
        #expect(try lake.state() == before)
    }

    @Test(arguments: [false, true])
    func readingTheSourceWholeHealsIt(_ isDimension: Bool) throws {
        let bronze = isDimension ? lake.dimension : lake.fact
        let before = try lake.rows("silver/f", ["id", "updated_at", "name"])
        try delete(bronze)
        try bronze.commit(
            [[.init(1, 10, "a"), .init(2, isDimension ? 10 : 11, isDimension ? "b" : "c")]],
            high: 12, low: "")
        let results = try lake.run("r2")
        #expect(results.allSatisfy { $0.error == nil }, "\(results.compactMap(\.error))")
        #expect(try lake.reconcile().allSatisfy(\.isBalanced))
        #expect(try lake.rows("silver/f", ["id", "updated_at", "name"]) == before)
        // And so it stays, also when silver is made anew.
        try lake.fact.commit([[.init(1, 20, "b")]], high: 20)
        #expect(try lake.run("r3").allSatisfy { $0.error == nil })
        #expect(try lake.reconcile().allSatisfy(\.isBalanced))
        #expect(try lake.run("r4") { $0.isRebuild = true }.allSatisfy { $0.error == nil })
        #expect(try lake.reconcile().allSatisfy(\.isBalanced))
    }
}
