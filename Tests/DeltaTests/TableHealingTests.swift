import Columnar
@testable import Delta
import Foundation
import LakeTestSupport
import Storage
import Testing

/// Nothing is committed on top of a gap, and what cannot be read leaves a table that is filled
/// again.
@Suite struct TableHealingTests {
    private let folder: TemporaryFolder
    private let table: DeltaTable
    private static let schema = Schema([Field("id", .long)])

    /// Three commits of a file each, ten rows a file.
    init() throws {
        folder = try TemporaryFolder()
        table = DeltaTable(storage: folder.storage, path: "table")
        for first in [Int64(0), 10, 20] { _ = try append(first) }
    }

    private func append(_ first: Int64) throws -> Int64? {
        let snapshot = try table.snapshot()
        var transaction = Transaction(table, reading: snapshot)
        if snapshot == nil {
            try transaction.create(
                schema: TableHealingTests.schema, configuration: ["delta.appendOnly": "true"])
        }
        let writer = try DataFileWriter(table: table, schema: TableHealingTests.schema)
        let ids = Column(.long, storage: .int64((first..<first + 10).map { $0 * 7919 }))
        try writer.write(RecordBatch(schema: TableHealingTests.schema, columns: [ids]))
        try writer.finish()
        transaction.add(try writer.publish())
        return try transaction.commit(operation: "WRITE").version
    }

    /// The path under the folder of the `number`-th live file.
    private func path(_ number: Int) throws -> String {
        "table/" + (try #require(try table.snapshot()).files[number].path)
    }

    /// Damages a file without changing its size: one bit in its first page.
    private func flip(_ path: String) throws {
        let url = URL(fileURLWithPath: folder.file(path))
        var bytes = try Data(contentsOf: url)
        bytes[60] ^= 1
        try bytes.write(to: url)
    }

    private func cut(_ path: String) throws {
        let url = URL(fileURLWithPath: folder.file(path))
        try Data(contentsOf: url).dropLast(9).write(to: url)
    }

    @Test(arguments: ["missing", "cut"])
    func nothingIsCommittedOnTopOfAGap(_ damage: String) throws {
        let path = try path(1)
        if damage == "missing" { try folder.storage.delete(path) } else { try cut(path) }
        let error = #expect(throws: DeltaError.self) { try append(30) }
        #expect(error?.code == .damagedFile && error?.subject == path)
        #expect(try table.snapshot()?.version == 2)
    }

    @Test func whatCannotBeReadLeavesTheTable() throws {
        try flip(try path(0))
        try folder.storage.delete(try path(2))
        let damaged = try #require(try table.snapshot())
        let loss = try #require(try TableHealing.drop(from: damaged, userMetadata: "r"))
        #expect(loss.files.count == 2 && loss.rowCount == 20)
        #expect(loss.text.contains("and 1 more files, 20 rows in all"))
        let healed = try #require(try table.snapshot())
        #expect(healed.files.map(\.path) == [damaged.files[1].path])
        #expect(healed.commitInfo?.operation == TableHealing.operation)
        #expect(try TableHealing.drop(from: healed) == nil)
        #expect(try append(40) == 4)
    }

    @Test(arguments: [0, 1, 2])
    func aLogThatCannotBeReadIsPutAside(_ version: Int) throws {
        let name = SampleTable.logName(version)
        try folder.write(name, "{\"add\":")
        let logs = folder.files().filter { $0.hasPrefix("table/_delta_log/") }
        let (snapshot, failure) = try TableHealing(table).readable()
        #expect(snapshot == nil && failure?.subject == name)
        #expect(try table.snapshot() == nil)
        let kept = folder.files().filter { $0.hasPrefix("table/_damaged_log-") }
        #expect(
            kept.map { $0.split(separator: "/").last } == logs.map { $0.split(separator: "/").last }
        )
        #expect(try append(50) == 0)
        #expect(try TableHealing(table).readable().failure == nil)
    }

    @Test func aCommitIsToldFromOneThatTookItsPlace() throws {
        let marks = (0...2).map { table.mark(ofVersion: $0) }
        #expect(Set(marks).count == 3 && !marks.contains(nil))
        #expect(table.mark(ofVersion: 3) == nil)
        try folder.storage.delete(SampleTable.logName(2))
        _ = try append(20)
        #expect(table.mark(ofVersion: 1) == marks[1])
        #expect(table.mark(ofVersion: 2) != marks[2])
    }

    @Test func aDamagedHintGoesWithTheNextCommit() throws {
        for first in 3...10 { _ = try append(Int64(first) * 10) }
        let hint = "table/_delta_log/_last_checkpoint"
        #expect(try folder.text(hint).contains("\"version\":10"))
        try folder.write(hint, "{\"vers")
        _ = try append(200)
        #expect(!folder.files().contains(hint))
        #expect(try table.snapshot()?.rowCount == 120)
    }
}
