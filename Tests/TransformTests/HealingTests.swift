import Columnar
import Delta
@testable import EntityTestSupport
@testable import Lake
import LakeTestSupport
import Storage
import Testing
@testable import Transform

/// What silver counts on is there, or is said not to be; the command that is named brings it back.
/// The whole way from a source on: Tests/Integration/heal.py.
@Suite struct HealingTests {
    typealias Row = BronzeLake.Row

    /// Deletes and late events, so that tombstones and the journal hold something; a night waits.
    private func lake() throws -> TransformLake {
        let lake = try TransformLake()
        try lake.dimension.commit(
            [(1...5).map { Row(Int64($0), 10, "x") }, [Row(1, 20, "x"), Row(2, 30, "y")]], high: 30)
        try lake.fact.commit(
            [
                [Row(1, 100, "a"), Row(2, 200, "b"), Row(3, 300, "bad")],
                [Row(2, 250, nil, isDelete: true)],
            ],
            high: 400)
        #expect(try lake.run(pipeline: lake.wholePipeline).allSatisfy { $0.error == nil })
        try lake.dimension.commit([[Row(6, 50, "n"), Row(1, 15, "z")]], high: 50)
        try lake.fact.commit([[Row(4, 500, "c"), Row(2, 220, "a")]], high: 500)
        return lake
    }

    /// The state after the night that waits, of a lake to which nothing happened.
    private func expected() throws -> [String] {
        let lake = try lake()
        _ = try lake.run("r2", pipeline: lake.wholePipeline)
        return try lake.state()
    }

    @Test(arguments: ["silver/_scd2/d", "silver/_tombstones/f"], [true, false])
    func whatStandsBesideSilverIsMissed(_ path: String, _ isGone: Bool) throws {
        let lake = try lake()
        let table = DeltaTable(storage: lake.storage, path: path)
        let newest = try #require(try table.snapshot()?.version)
        for version in isGone ? 0...newest : newest...newest {
            let digits = String(version)
            let zeros = String(repeating: "0", count: 20 - digits.count)
            try lake.storage.delete("\(path)/_delta_log/\(zeros)\(digits).json")
        }
        let name = path.hasSuffix("d") ? "d" : "f"
        let broken = try lake.run("r2", pipeline: lake.wholePipeline)
        let error = try #require(broken.first { $0.table == name }?.error)
        #expect(error.code == .lake && error.subject == path, "\(error)")
        #expect(error.hint?.contains("transform --only \(name) --rebuild") == true)
        let rebuilt = try lake.run("r3", pipeline: lake.wholePipeline) { $0.isRebuild = true }
        #expect(rebuilt.allSatisfy { $0.error == nil }, "\(rebuilt.compactMap(\.error))")
        #expect(try lake.reconcile(pipeline: lake.wholePipeline).allSatisfy(\.isBalanced))
        #expect(try lake.state() == expected())
    }

    @Test("bronze that lost its last commit and got another is no more what silver has consumed")
    func anotherCommit() throws {
        let lake = try lake()
        _ = try lake.run("r2", pipeline: lake.wholePipeline)
        for bronze in [lake.dimension, lake.fact] {
            let log = bronze.table.logFolder
            try lake.storage.delete("\(log)/00000000000000000001.json")
        }
        #expect(try lake.reconcile(pipeline: lake.wholePipeline).allSatisfy { !$0.isBalanced })
        try lake.dimension.commit([[Row(6, 50, "n"), Row(7, 60, "o")]], high: 60)
        try lake.fact.commit([[Row(4, 500, "c"), Row(5, 600, "a")]], high: 600)
        let results = try lake.run("r3", pipeline: lake.wholePipeline)
        for name in ["d", "f"] {
            let error = try #require(results.first { $0.table == name }?.error)
            // The fact refers to the dimension.
            #expect(error.code == .drift)
            #expect(name == "f" || error.message.contains("the table's is another commit"))
            #expect(name == "f" || error.hint?.contains("--only d --rebuild") == true)
        }
        let rebuilt = try lake.run("r4", pipeline: lake.wholePipeline) { $0.isRebuild = true }
        #expect(rebuilt.allSatisfy { $0.error == nil }, "\(rebuilt.compactMap(\.error))")
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|a", "4|c", "5|a"])
        #expect(try lake.reconcile(pipeline: lake.wholePipeline).allSatisfy(\.isBalanced))
    }

    @Test("a dimension whose bronze was made anew keeps the versions that it has")
    func bronzeMadeAnew() throws {
        let lake = try lake()
        _ = try lake.run("r2", pipeline: lake.wholePipeline)
        let columns = ["id", "name", "valid_from", "valid_to", "is_current"]
        let before = try lake.rows("silver/d", columns)
        for version in 0...1 {
            try lake.storage.delete("bronze/s/d/_delta_log/0000000000000000000\(version).json")
        }
        // The source knows the newest state of each member alone.
        try lake.dimension.commit(
            [
                [Row(1, 20, "x"), Row(2, 30, "y")] + (3...5).map { Row(Int64($0), 10, "x") }
                    + [Row(6, 50, "n")]
            ], high: 60)
        #expect(try lake.run("r3").first { $0.table == "d" }?.error?.code == .drift)
        let rebuilt = try lake.run("r4", pipeline: lake.wholePipeline) { $0.isRebuild = true }
        #expect(rebuilt.allSatisfy { $0.error == nil }, "\(rebuilt.compactMap(\.error))")
        #expect(try lake.rows("silver/d", columns) == before)
        #expect(try lake.reconcile(pipeline: lake.wholePipeline).allSatisfy(\.isBalanced))
        try lake.dimension.commit([[Row(6, 70, "m")]], high: 70)
        #expect(try lake.run("r5", pipeline: lake.wholePipeline).allSatisfy { $0.error == nil })
        #expect(try lake.reconcile(pipeline: lake.wholePipeline).allSatisfy(\.isBalanced))
    }

    @Test("a quarantine that is gone is missed; a rebuild sets the rows aside again, undecided")
    func quarantineGone() throws {
        let lake = try lake()
        _ = try lake.run("r2", pipeline: lake.wholePipeline)
        let before = try lake.state()
        try lake.remove("quarantine/f")
        let receipts = try lake.reconcile(pipeline: lake.wholePipeline)
        let differences: [String] = receipts.flatMap(\.differences)
        #expect(!differences.isEmpty)
        #expect(differences.contains { $0.contains("decisions about rows") })
        try lake.fact.commit([[Row(5, 600, "a")]], high: 600)
        let missed = try lake.run("r3", pipeline: lake.wholePipeline)
        let error = try #require(missed.first { $0.table == "f" }?.error)
        #expect(error.code == .receipt && error.message.contains("quarantine/f is gone"))
        #expect(error.hint?.contains("transform --only f --rebuild") == true)
        #expect(error.hint?.contains("decisions about rows") == true)
        let rebuilt = try lake.run("r4", pipeline: lake.wholePipeline) { $0.isRebuild = true }
        #expect(rebuilt.allSatisfy { $0.error == nil }, "\(rebuilt.compactMap(\.error))")
        let notes = rebuilt.first { $0.table == "f" }?.notes ?? []
        #expect(notes.contains { $0.contains("decisions about rows are lost") })
        #expect(try lake.rows("silver/f", ["id", "name"]).contains("5|a"))
        let kept = try lake.state().filter { !$0.hasPrefix("5|600") && !$0.hasPrefix("5|1970") }
        #expect(kept == before)
    }

    @Test(
        "reconcile misses a file that the log names, whatever it counts",
        arguments: [
            "bronze/s/t", "silver/f", "silver/d", "silver/_scd2/d", "quarantine/f", "gold/o",
        ])
    func missingFile(_ path: String) throws {
        let lake = try lake()
        _ = try lake.run("r2", pipeline: lake.wholePipeline)
        let snapshot = try #require(try DeltaTable(storage: lake.storage, path: path).snapshot())
        try lake.storage.delete(path + "/" + snapshot.files[0].path)
        let differences = try lake.reconcile(pipeline: lake.wholePipeline).flatMap(\.differences)
        #expect(differences.count == 1 && differences[0].contains("\(path)/"), "\(differences)")
        #expect(differences[0].contains("sluice "))
    }
}
