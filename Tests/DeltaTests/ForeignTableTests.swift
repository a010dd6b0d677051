import Columnar
@testable import Delta
import Foundation
import JSON
import LakeTestSupport
import Storage
import Testing

/// Tables with deletion vectors, column mapping, checkpoints of the second kind, parts of their own
/// columns and widened types: read as DuckDB reads them, never written.
@Suite struct ForeignTableTests {
    /// The tables of `Tests/Fixtures/foreign_tables.py` and their rows by DuckDB.
    private struct Tables {
        let folder: TemporaryFolder
        let rows: [String: [String]]

        init() throws {
            folder = try TemporaryFolder()
            let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().appendingPathComponent("Fixtures/foreign_tables.py")
            let text = try String(contentsOf: script, encoding: .utf8)
            let value = try Python.json(Readers.prelude + "\n" + text, [folder.path])
            var rows: [String: [String]] = [:]
            for member in value.object?.members ?? [] {
                rows[member.key] = member.value.array?.compactMap(\.string)
            }
            self.rows = rows
        }

        func table(_ name: String) -> DeltaTable {
            DeltaTable(storage: folder.storage, path: name)
        }

        func snapshot(_ name: String) throws -> Snapshot {
            try #require(try table(name).snapshot())
        }
    }

    private static let tables = Result { try Tables() }

    @Test(arguments: ["vectors", "checkpoint-json", "checkpoint-parquet", "parts", "widening"])
    func theRowsAreThoseOfDuckDB(_ name: String) throws {
        let tables = try ForeignTableTests.tables.get()
        let snapshot = try tables.snapshot(name)
        let theirs = try #require(tables.rows[name])
        #expect(try Readers.ourRows(snapshot).sorted() == theirs.sorted())
        #expect(snapshot.rowCount == Int64(theirs.count), "deleted rows are not counted")
        let found = try TableCheck(tables.table(name)).run().findings
        #expect(found.allSatisfy { !["unreadable", "notReadHere"].contains($0.code) })
        #expect(found.allSatisfy { !["deletionVector", "rowCount"].contains($0.code) })
    }

    /// By name and by id the same: renamed, swapped and dropped columns, nested ones too.
    @Test(arguments: ["mapping-name", "mapping-id"]) func columnsAreFoundByMapping(_ name: String)
        throws
    {
        let tables = try ForeignTableTests.tables.get()
        let snapshot = try tables.snapshot(name)
        #expect(snapshot.schema.fields.map(\.name) == ["renamed", "b", "s", "l", "missing", "p"])
        let expected: [[String?]] = [
            ["5", "q", "{inner: x, later: null}", "[{inner: y, later: null}, null]", nil],
            ["6", nil, nil, "[]", nil],
        ]
        let rows = try EveryType.rows(snapshot)
        #expect(rows == expected.map { $0 + ["one"] } + expected.map { $0 + [nil] })
        #expect(try EveryType.rows(snapshot, columns: ["p", "b"])[0] == ["one", "q"])
        #expect(tables.rows["mapping-name"]?.count == 4)
        // What the log says of the physical column "a" must not be taken for another's.
        let known = FileStatistics(snapshot.files[0].stats)
        #expect(known?.numRecords == 2 && known?.nullCount(column: "a") == nil)
    }

    /// Every way in that writes names the feature and leaves the table as it was.
    @Test(arguments: [
        ("vectors", "deletionVectors"), ("mapping-name", "columnMapping"),
        ("mapping-id", "columnMapping"), ("checkpoint-json", "v2Checkpoint"),
        ("checkpoint-parquet", "v2Checkpoint"), ("widening", "typeWidening"),
    ])
    func writingIsRefusedByName(_ name: String, _ feature: String) throws {
        let tables = try ForeignTableTests.tables.get()
        let table = tables.table(name)
        let before = tables.folder.files()
        let snapshot = try tables.snapshot(name)
        let lock = try RunLock(path: tables.folder.file("lock-\(name)"))
        defer { lock.release(leavesTrace: false) }
        func refused(_ what: String, _ body: () throws -> Void) {
            let error = #expect(throws: DeltaError.self, "\(what)") { try body() }
            #expect(error?.code == .unsupported, "\(what)")
            #expect(error?.message.contains(feature) == true, "\(what): \(error?.message ?? "")")
        }
        refused("commit") {
            var transaction = Transaction(table, reading: snapshot)
            transaction.setTransaction(appID: "a", version: 1)
            _ = try transaction.commit(operation: "WRITE")
        }
        refused("before any work") { try snapshot.checkWritable() }
        refused("optimize") { _ = try Optimize(table).run(holding: lock) }
        refused("optimize, dry") { _ = try Optimize(table).plan() }
        refused("vacuum, dry") { _ = try Vacuum(table).plan() }
        refused("checkpoint") { try table.checkpoint() }
        var options = Vacuum.Options()
        options.retentionMilliseconds = 0
        options.isForced = true
        options.now = WallClock.milliseconds() + 1_000_000
        refused("vacuum") { _ = try Vacuum(table, options: options).run(holding: lock) }
        let others = { (files: [String]) in files.filter { !$0.hasPrefix("lock") } }
        #expect(others(tables.folder.files()) == others(before))
    }

    @Test func aVectorThatIsMissingOrDamagedIsNamed() throws {
        let tables = try ForeignTableTests.tables.get()
        let folder = try tables.folder.copy()
        let table = DeltaTable(storage: folder.storage, path: "vectors")
        let name = try #require(folder.files().first { $0.hasSuffix(".bin") })
        let whole = try folder.storage.read(name)
        for place in [0, whole.count - 5, whole.count - 1] {
            var bytes = whole
            bytes[place] ^= 0x40
            try folder.storage.replace(name, bytes)
            let snapshot = try #require(try table.snapshot())
            let error = #expect(throws: DeltaError.self) { try EveryType.rows(snapshot) }
            #expect(error?.code == (place == 0 ? .unsupported : .damagedFile))
            #expect(error?.subject.hasSuffix(".bin") == true && error?.hint != nil)
            let found = try TableCheck(table).run().findings
            #expect(found.contains { $0.code == "deletionVector" && $0.severity == .error })
        }
        try folder.storage.delete(name)
        let snapshot = try #require(try table.snapshot())
        let error = #expect(throws: DeltaError.self) { try EveryType.rows(snapshot) }
        #expect(error?.message.contains("missing") == true)
    }

    @Test func aCheckpointOfTheSecondKindThatIsDamagedIsAnError() throws {
        let tables = try ForeignTableTests.tables.get()
        let folder = try tables.folder.copy()
        let table = DeltaTable(storage: folder.storage, path: "checkpoint-json")
        let sidecar = try #require(
            folder.files().first { $0.hasPrefix("checkpoint-json") && $0.contains("_sidecars/") })
        try folder.storage.delete(sidecar)
        let error = #expect(throws: DeltaError.self) { try table.snapshot() }
        #expect(error?.subject.hasSuffix(sidecar) == true)
    }
}
