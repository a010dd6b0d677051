import Columnar
import Delta
@testable import EntityTestSupport
@testable import Lake
import LakeTestSupport
import Testing
@testable import Transform

@Suite("Receipts of tables that somebody damaged")
struct DamageTests {
    typealias Row = BronzeLake.Row

    private func lake() throws -> TransformLake {
        let lake = try TransformLake()
        try lake.dimension.commit([(1...5).map { Row(Int64($0), 10, "x") }], high: 20)
        try lake.fact.commit(
            [[Row(1, 100, "a"), Row(2, 86_400_000_000, "b"), Row(3, 300, "bad")]], high: 400)
        _ = try lake.run(pipeline: lake.wholePipeline)
        try lake.dimension.commit([[Row(6, 50, "n")]], high: 50)
        try lake.fact.commit([[Row(4, 172_800_000_000, "c")]], high: 500)
        return lake
    }

    /// Takes the first file out of a table, as if its rows had never been.
    private func damage(_ lake: TransformLake, _ path: String) throws {
        let table = DeltaTable(storage: lake.storage, path: path)
        let snapshot = try #require(try table.snapshot())
        var transaction = Transaction(table, reading: snapshot)
        transaction.remove(try #require(snapshot.files.first))
        _ = try transaction.commit(operation: "DELETE")
    }

    @Test(
        "a table whose receipt is broken is not published on; a rebuild mends it",
        arguments: ["silver/d", "silver/f", "quarantine/f", "gold/o"])
    func broken(path: String) throws {
        let lake = try lake()
        try damage(lake, path)
        let before = try #require(try lake.version(path))
        let unbalanced = try lake.reconcile(pipeline: lake.wholePipeline)
        #expect(unbalanced.contains { !$0.isBalanced })
        let results = try lake.run("r2", pipeline: lake.wholePipeline)
        let name = String(path.split(separator: "/")[1])
        let result = try #require(results.first { $0.table == name })
        #expect(result.error?.code == .receipt, "\(result)")
        #expect(result.error?.hint?.contains("--rebuild") == true)
        if !path.hasPrefix("quarantine") { #expect(try lake.version(path) == before) }
        let rebuilt = try lake.run("r3", pipeline: lake.wholePipeline) { $0.isRebuild = true }
        #expect(rebuilt.allSatisfy { $0.error == nil }, "\(rebuilt.compactMap(\.error))")
        #expect(try lake.reconcile(pipeline: lake.wholePipeline).allSatisfy(\.isBalanced))
        #expect(
            try lake.rows("silver/f", ["id", "name"]) == ["1|a", "2|b", "4|c"])
    }

    @Test("gold that is behind its fact is told so, and compared with what it was made of")
    func behind() throws {
        let lake = try lake()
        _ = try lake.run("r2") { $0.only = ["d", "f"] }
        let receipts = try lake.reconcile(pipeline: lake.wholePipeline)
        #expect(receipts.allSatisfy { $0.isBalanced })
        let receipt = try #require(receipts.last)
        #expect(receipt.notes.count == 1 && receipt.notes[0].hasPrefix("o: behind f"))
    }
}
