import Columnar
import Delta
@testable import EntityTestSupport
@testable import Lake
import LakeTestSupport
@testable import Pipeline
@testable import Quarantine
import Storage
import Testing
@testable import Transform

/// Receipts that can fail, of every mode of bronze: whatever goes missing is noticed, after one run
/// and after many, and a rebuild mends it.
@Suite("Receipts")
struct ReceiptTests {
    typealias Row = BronzeLake.Row

    enum Loss: String, Sendable, CaseIterable {
        case quarantine, quarantineRow, silverFile, silverRow, dimensionFile
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var mode: String
        var nights: Int64
        var loss: Loss

        var testDescription: String { "\(mode), \(nights) nights, \(loss) lost" }
    }

    static let cases: [Case] = ["incremental", "append", "snapshot"].flatMap { mode in
        [Case(mode: mode, nights: 1, loss: .quarantine)]
            + (mode == "append" ? [.quarantine, .silverRow] : Loss.allCases).map {
                Case(mode: mode, nights: 3, loss: $0)
            }
    }

    static func pipeline(_ lake: TransformLake) -> Pipeline {
        var pipeline = lake.wholePipeline
        pipeline.dimensions[0].entity.rules = [
            RuleSpec(id: "named", kind: .values(column: "name", ["x", "y"], failsOnNull: true))
        ]
        return pipeline
    }

    /// Nights of good, bad, changed, overtaken and repeated rows.
    static func lake(_ mode: String, nights: Int64) throws -> TransformLake {
        let lake = try TransformLake()
        for night in 1...nights {
            let names = ["x", "y", "bad"]
            let isState = mode == "snapshot"
            let members = (1...(isState ? 5 : 1 + night)).map {
                Row($0, night * 10, names[Int($0 + night) % 3])
            }
            try lake.dimension.commit([members], mode: mode, high: night, at: 1000 + night)
            var rows = (1...4).map { Row($0, $0 * 1000, "a") }
            // One that stays bad, one that is bad in another way each night, one that goes.
            rows += [Row(5, 5000, "bad"), Row(1, 1000, "a"), Row(3, 6000 + night, "bad\(night)")]
            if night % 2 == 0 { rows.append(Row(2, 7000 + night, "b")) }
            try lake.fact.commit(
                [Array(rows.prefix(3)), Array(rows.dropFirst(3))], mode: mode, high: night,
                at: 1000 + night)
            let results = try lake.run("r\(night)", pipeline: pipeline(lake)) {
                $0.acceptsDeletes = true
            }
            #expect(results.compactMap(\.error).isEmpty, "\(results.compactMap(\.error))")
            try expectBalance(lake, "night \(night)")
        }
        return lake
    }

    static func expectBalance(_ lake: TransformLake, _ text: String) throws {
        for receipt in try lake.reconcile(pipeline: pipeline(lake)) {
            #expect(receipt.isBalanced && receipt.notProven.isEmpty, "\(text): \(receipt)")
            #expect(receipt.bronze == receipt.sum, "\(text)")
        }
    }

    private func lose(_ loss: Loss, _ lake: TransformLake) throws {
        switch loss {
        case .quarantine:
            try lake.fact.folder.remove("quarantine/f")
        case .quarantineRow: try removeRow("quarantine/f", lake, whole: false)
        case .silverFile: try removeRow("silver/f", lake, whole: true)
        case .silverRow: try removeRow("silver/f", lake, whole: false)
        case .dimensionFile: try removeRow("silver/d", lake, whole: true)
        }
    }

    /// Takes the first row, or file, out of a table as other programs do.
    private func removeRow(_ path: String, _ lake: TransformLake, whole: Bool) throws {
        let table = DeltaTable(storage: lake.storage, path: path)
        let snapshot = try #require(try table.snapshot())
        let file = try #require(snapshot.files.first)
        var transaction = Transaction(table, reading: snapshot)
        transaction.remove(file)
        if !whole {
            let scan = try DeltaScan(
                snapshot, files: [file], columns: snapshot.dataSchema.fields.map(\.name))
            let placement = DataFileWriter.Placement(
                partition: file.partitionValues.map { ($0.key, $0.value) })
            let writer = try DataFileWriter(
                table: table, schema: scan.schema, placement: placement)
            var isFirst = true
            while let batch = try scan.next() {
                try writer.write(isFirst ? batch.gather(Array(1..<batch.count)) : batch)
                isFirst = false
            }
            if writer.rowCount > 0 {
                try writer.finish()
                transaction.add(try writer.publish())
            }
        }
        _ = try transaction.commit(operation: "DELETE")
    }

    @Test(
        "whatever is lost is noticed by reconcile and by the next run; a rebuild mends it",
        arguments: cases)
    func loss(row: Case) throws {
        let lake = try ReceiptTests.lake(row.mode, nights: row.nights)
        let pipeline = ReceiptTests.pipeline(lake)
        let name = row.loss == .dimensionFile ? "d" : "f"
        try lose(row.loss, lake)
        let receipt = try #require(
            try lake.reconcile(pipeline: pipeline).first { $0.table == name })
        #expect(!receipt.isBalanced, "\(receipt)")
        try lake.fact.commit(
            [[Row(1, 9000, "c")] + (2...5).map { Row($0, 9000, "a") }], mode: row.mode, high: 99,
            at: 9000)
        try lake.dimension.commit(
            [(1...5).map { Row($0, 9000, "x") }], mode: row.mode, high: 99, at: 9000)
        let results = try lake.run("after", pipeline: pipeline)
        #expect(results.first { $0.table == name }?.error?.code == .receipt)
        let again = try #require(
            try lake.reconcile(pipeline: pipeline).first { $0.table == name })
        #expect(!again.isBalanced, "\(again)")
        let rebuilt = try lake.run("rebuilt", pipeline: pipeline) {
            $0.isRebuild = true
            $0.acceptsDeletes = true
        }
        #expect(rebuilt.compactMap(\.error).isEmpty, "\(rebuilt.compactMap(\.error))")
        try ReceiptTests.expectBalance(lake, "rebuilt")
    }

    @Test("bronze of full states is what was consumed, and superseded rows count as such")
    func counts() throws {
        let lake = try ReceiptTests.lake("snapshot", nights: 4)
        let pipeline = ReceiptTests.pipeline(lake)
        let receipt = try #require(
            try lake.reconcile(pipeline: pipeline).first { $0.table == "f" })
        #expect(receipt.bronze == 30)
        let statuses = try lake.rows("quarantine/f", ["status"])
        #expect(Int64(statuses.count { $0 == "open" }) == receipt.quarantined)
        #expect(receipt.superseded >= statuses.count { $0 == "superseded" })
        #expect(receipt.duplicates > 0)
    }

    @Test("a quarantine that is put back to an older state, or made anew, is another one")
    func anotherQuarantine() throws {
        let lake = try TransformLake()
        let pipeline = ReceiptTests.pipeline(lake)
        try lake.dimension.commit([(1...5).map { Row($0, 10, "x") }], high: 10)
        try lake.fact.commit([[Row(1, 10, "a"), Row(5, 10, "bad")]], high: 10)
        _ = try lake.run("r1", pipeline: pipeline)
        // Nothing waits there any more, so that no count tells.
        let fixes = try lake.quarantined(5, "open")
        var fix = QuarantineFixes()
        fix.set(fixes, "name", "a")
        #expect(try lake.replay(.ids([fixes]), fixes: fix, pipeline: pipeline).passed == 1)
        try lake.fact.folder.remove("quarantine/f")
        #expect(
            try lake.reconcile(pipeline: pipeline).last?.differences.contains {
                $0.contains("quarantine/f is gone")
            } == true)
        let results = try lake.run("r2", pipeline: pipeline)
        try lake.fact.commit([[Row(9, 9000, "a")]], high: 9, at: 9000)
        let after = try lake.run("r3", pipeline: pipeline)
        #expect(results.allSatisfy { $0.version == nil })
        #expect(after.first { $0.table == "f" }?.error?.code == .receipt)
    }

    @Test(
        "what an older sluice took in of full states is not proven, and what goes then is noticed")
    func older() throws {
        let lake = try ReceiptTests.lake("snapshot", nights: 2)
        let pipeline = ReceiptTests.pipeline(lake)
        let folder = lake.fact.folder
        let kinds = ["total/bronze", "total/uncounted", "total/quarantine"]
        for name in folder.files() where name.hasPrefix("silver/f/_delta_log/") {
            let lines = try folder.text(name).split(
                separator: "\n", omittingEmptySubsequences: false)
            let kept = lines.filter { line in !kinds.contains { line.contains($0) } }
            try folder.write(name, kept.joined(separator: "\n"))
        }
        func receipt() throws -> Reconciliation {
            try #require(try lake.reconcile(pipeline: pipeline).first { $0.table == "f" })
        }
        #expect(try receipt().bronze == nil && receipt().isBalanced)
        #expect(try receipt().notProven.count == 1)
        try lake.fact.commit(
            [(1...5).map { Row($0, 9000, "a") }], mode: "snapshot", high: 99, at: 9000)
        let results = try lake.run("r3", pipeline: pipeline)
        #expect(results.compactMap(\.error).isEmpty)
        #expect(try receipt().isBalanced && receipt().notProven.count == 1)
        #expect(try receipt().bronze == receipt().sum)
        try lose(.quarantineRow, lake)
        #expect(try !receipt().isBalanced)
        _ = try lake.run("r4", pipeline: pipeline) { $0.isRebuild = true }
        try ReceiptTests.expectBalance(lake, "rebuilt")
    }

    @Test("a run over full states that dies anywhere leaves receipts that balance")
    func faults() throws {
        let start = try ReceiptTests.lake("snapshot", nights: 2)
        let pipeline = ReceiptTests.pipeline(start)
        func state(_ lake: TransformLake, _ night: Int64, _ name: String) throws {
            let rows = [
                Row(1, 1000, "a"), Row(2, 2000, "bad"), Row(3, 6000, name), Row(4, 4000, "a"),
                Row(5, 5000, "bad"), Row(6, 5000, name),
            ]
            try lake.fact.commit([rows], mode: "snapshot", high: night, at: 1000 + night)
        }
        // One that was set aside passes, corrected, and fails again in another form.
        var fix = QuarantineFixes()
        fix.set(try start.quarantined(5, "open"), "name", "a")
        #expect(try start.replay(.ids(fix.ids), fixes: fix, pipeline: pipeline).passed == 1)
        try state(start, 8, "bad8")
        let counted = try start.copy()
        let counter = FaultStorage(counted.storage)
        _ = try counted.run("r8", pipeline: pipeline, on: counter)
        let calls = counter.calls
        for number in counter.sample(.crash, about: 12) {
            let lake = try start.copy()
            let faulty = FaultStorage(lake.storage, failing: number, fault: .crash)
            _ = try? lake.run("r8", pipeline: pipeline, on: faulty)
            try ReceiptTests.expectBalance(lake, "call \(number) \(calls[number])")
            // The state is read again, or another one has come.
            if number % 2 == 0 { try state(lake, 9, "bad9") }
            let results = try lake.run("r9", pipeline: pipeline)
            #expect(results.compactMap(\.error).isEmpty, "\(results.compactMap(\.error))")
            try ReceiptTests.expectBalance(lake, "after call \(number) \(calls[number])")
            try state(lake, 10, "b")
            _ = try lake.run("r10", pipeline: pipeline) { $0.isRebuild = number % 3 == 0 }
            try ReceiptTests.expectBalance(lake, "long after call \(number)")
        }
    }
}
