import Delta
@testable import EntityTestSupport
@testable import Lake
import Storage
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

    /// Joined with earlier states by a program that keeps no tags, a full state is nothing that
    /// silver could be made of: keys that only the others have would be back, or all be gone.
    @Test func aFullStateThatOthersJoinedIsNotTaken() throws {
        let lake = try TransformLake()
        func state(_ time: Int64, _ ids: ClosedRange<Int64>) throws {
            try lake.dimension.commit(
                [ids.map { .init($0, time, "n\(time)") }], mode: "snapshot", high: time, at: time)
        }
        try lake.fact.commit([[.init(1, 10, "a")]], high: 11)
        try state(10, 1...9)
        _ = try lake.run("r1")
        let before = try lake.rows("silver/d", ["id", "name", "valid_to"])
        try state(20, 1...8)
        try OutsideWriter.join(lake.dimension.table)
        for isRebuild in [false, true] {
            let results = try lake.run("r2") { $0.isRebuild = isRebuild }
            let error = try #require(results.first { $0.table == "d" }?.error)
            #expect(error.code == .receipt)
            #expect(error.hint?.contains("sluice extract --full --schema s --table d") == true)
            #expect(try lake.rows("silver/d", ["id", "name", "valid_to"]) == before)
        }
        // Read whole again, as the hint says.
        try state(30, 1...8)
        #expect(try lake.run("r3").allSatisfy { $0.error == nil })
        #expect(
            try lake.rows("silver/d", ["id", "valid_to"]).filter { $0.hasSuffix("NULL") }.count == 8
        )
        #expect(try lake.reconcile().allSatisfy(\.isBalanced))
    }

    /// OPTIMIZE and VACUUM by others: the rows are in the joined file alone.
    @Test func filesThatOthersJoinedAndDeletedAreNotAskedFor() throws {
        let before = try lake.rows("silver/f", ["id", "updated_at", "name"])
        try join(lake.fact.table)
        let rebuilt = try lake.run("r2") { $0.isRebuild = true }
        #expect(rebuilt.allSatisfy { $0.error == nil }, "\(rebuilt.compactMap(\.error))")
        #expect(try lake.rows("silver/f", ["id", "updated_at", "name"]) == before)
        // News alone in the joined file, and then joined with what silver has.
        for name in ["b", "c"] {
            try lake.fact.commit([[.init(1, 20, name)], [.init(3, 20, name)]], high: 20)
        }
        try join(lake.fact.table)
        let mixed = try lake.run("r3").first { $0.table == "f" }
        #expect(mixed?.error?.code == .lake)
        #expect(mixed?.error?.hint?.contains("--rebuild") == true, "\(mixed?.error?.hint ?? "")")
        #expect(try lake.run("r4") { $0.isRebuild = true }.allSatisfy { $0.error == nil })
        #expect(try lake.reconcile().allSatisfy(\.isBalanced))
    }

    private func join(_ table: DeltaTable) throws {
        let before = try #require(try table.snapshot()).files
        try OutsideWriter.join(table)
        for file in before { try table.storage.delete(table.dataFile(file.path)) }
    }
}
