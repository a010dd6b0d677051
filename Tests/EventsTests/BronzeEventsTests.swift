import Columnar
import Delta
@testable import EntityTestSupport
@testable import Events
import Foundation
@testable import Lake
import LakeTestSupport
@testable import Pipeline
import Testing

@Suite("Events of bronze")
struct BronzeEventsTests {
    typealias Row = BronzeLake.Row

    @Test("a new table gives every row in the order of arrival, with its position")
    func everything() throws {
        let lake = try BronzeLake()
        try lake.commit([[Row(1, 10, "a"), Row(2, 20, nil)], [Row(3, 30, "c")]])
        try lake.commit([[Row(1, 40, "b", isDelete: true)]])
        let events = try lake.events()
        #expect(
            try events.lines() == ["0.0.0 1 a", "0.0.1 2 NULL", "0.1.0 3 c", "1.0.0 -1 b"])
        #expect(try events.lines(batchRowCount: 1) == events.lines())
        #expect(events.version == 1 && events.hasNews && !events.isFullState)
        #expect(events.rowCount == 4 && events.consumed == nil)
        #expect(events.schema.fields.map(\.name) == ["id", "updated_at", "name", "small"])
    }

    @Test("only versions after the one consumed are read")
    func increment() throws {
        let lake = try BronzeLake()
        try lake.commit([[Row(1, 10, "a")]])
        try lake.commit([[Row(2, 20, "b")]])
        try lake.commit([[Row(3, 30, "c")]])
        #expect(try lake.events(consumed: 0).lines() == ["1.0.0 2 b", "2.0.0 3 c"])
        let none = try lake.events(consumed: 2)
        #expect(try !none.hasNews && none.lines().isEmpty && none.version == 2)
    }

    @Test("batches carry the time of extraction, the run and the sequence")
    func batch() throws {
        let lake = try BronzeLake()
        try lake.commit([[Row(1, 10, "a"), Row(2, nil, "b")]], at: 77)
        let batch = try #require(try lake.events().reader(columns: ["name"]).next())
        #expect(batch.rows.schema.fields.map(\.name) == ["name"])
        #expect(batch.extractedAt == [77, 77] && batch.runID == "r77" && batch.deletes == nil)
        #expect(batch.sequence.type == .timestamp && batch.sequence.isNull(1))
        #expect(!batch.sequence.isNull(0) && batch.sequence.text(0).hasSuffix("00.000010Z"))
    }

    @Test(
        "the sequence is the configured column, else the watermark, else the time of extraction",
        arguments: [
            (nil, "updated_at", "updated_at"), (nil, "id", "id"), (nil, "snapshot", nil),
            (nil, "gone", nil), ("small", "updated_at", "small"), ("id", "snapshot", "id"),
        ] as [(String?, String, String?)])
    func sequence(configured: String?, watermark: String, expected: String?) throws {
        let lake = try BronzeLake()
        let mode = watermark == "snapshot" ? "snapshot" : "incremental"
        try lake.commit([[Row(7, 10, "a")]], mode: mode, watermark: watermark, high: 1, at: 99)
        let events = try lake.events(sequence: configured)
        #expect(events.sequence.column == expected)
        let batch = try #require(try events.reader().next())
        guard case .int64(let values) = batch.sequence.storage else {
            Issue.record("the sequence is \(batch.sequence.type)")
            return
        }
        #expect(values == [expected == nil ? 99 : expected == "updated_at" ? 10 : 7])
    }

    @Test("the newest watermark counts after a table changed how it is followed")
    func watermarkChanged() throws {
        let lake = try BronzeLake()
        try lake.commit([[Row(1, 10, "a")]], watermark: "id", high: 1)
        try lake.commit([[Row(2, 20, "b")]], watermark: "updated_at", high: 20)
        #expect(try lake.events().sequence == .column("updated_at"))
        try lake.commit([[Row(2, 20, "b")]], mode: "snapshot", high: 1)
        #expect(try lake.events().sequence == .extraction)
    }

    @Test("a log that cannot be read is an error, not another order of events")
    func unreadableHistory() throws {
        let lake = try BronzeLake()
        try lake.commit([[Row(1, 10, "a")]], watermark: "updated_at", high: 10)
        try lake.commit([[Row(2, 20, "b")]], watermark: "id", high: 2)
        try lake.commit([], mode: "snapshot", high: 1)
        try lake.table.checkpoint()
        // The snapshot is read from the checkpoint; only the history needs the commit.
        try lake.folder.write(BronzeLake.path + "/_delta_log/00000000000000000002.json", "{")
        let error = #expect(throws: LakeError.self) { try lake.events() }
        #expect(error?.code == .lake && error?.hint?.contains("sluice extract --full") == true)
    }

    @Test("of snapshots the last complete one is the state, whatever came between")
    func snapshots() throws {
        let lake = try BronzeLake()
        try lake.commit([[Row(1, nil, "a"), Row(2, nil, "b")]], mode: "snapshot", high: 1)
        try lake.commit([[Row(1, nil, "c")], [Row(3, nil, "d")]], mode: "snapshot", high: 2)
        let events = try lake.events()
        #expect(events.isFullState && events.hasNews && events.stateTime != nil)
        #expect(try events.lines() == ["1.0.0 1 c", "1.1.0 3 d"])
        #expect(try lake.events(consumed: 0).lines() == events.lines())
        #expect(try !lake.events(consumed: 1).hasNews)
    }

    @Test("a snapshot of an empty table is news without rows")
    func emptySnapshot() throws {
        let lake = try BronzeLake()
        try lake.commit([[Row(1, nil, "a")]], mode: "snapshot", high: 1)
        try lake.commit([], mode: "snapshot", high: 2)
        let events = try lake.events(consumed: 0)
        #expect(try events.isFullState && events.hasNews && events.lines().isEmpty)
    }

    @Test("a table that left the snapshot mode gives events again")
    func modeChanged() throws {
        let lake = try BronzeLake()
        try lake.commit([[Row(1, 1, "a")]], mode: "snapshot", high: 1)
        try lake.commit([[Row(2, 2, "b")]], high: 2)
        let events = try lake.events()
        #expect(try !events.isFullState && events.lines() == ["0.0.0 1 a", "1.0.0 2 b"])
    }

    @Test("a state that was not consumed comes before the events of the mode that followed it")
    func stateBeforeEvents() throws {
        let lake = try BronzeLake()
        try lake.commit([[Row(1, 1, "a"), Row(2, 1, "b")]], mode: "snapshot", high: 1)
        try lake.commit([[Row(1, 2, "c")]], mode: "snapshot", high: 2)
        try lake.commit([[Row(3, 3, "d")]], high: 3)
        let first = try lake.events(consumed: 0)
        #expect(try first.isFullState && first.lines() == ["1.0.0 1 c"])
        #expect(first.version == 1 && first.hasMore && first.sequence == .extraction)
        let second = try lake.events(consumed: 1)
        #expect(try !second.isFullState && second.lines() == ["2.0.0 3 d"])
        #expect(second.version == 2 && !second.hasMore)
        #expect(second.sequence == .column("updated_at"))
    }

    @Test("files rewritten without a change of data are no news, and keep their rows' positions")
    func rewritten() throws {
        let lake = try BronzeLake()
        try lake.commit([[Row(1, 10, "a")], [Row(2, 20, "b")]])
        try lake.commit([[Row(3, 30, "c")]])
        let before = try lake.events()
        try lake.rewrite()
        let after = try lake.events()
        #expect(try after.lines() == before.lines() && after.version == 2)
        #expect(Set(after.files.map(\.add.path)).isDisjoint(with: before.files.map(\.add.path)))
        #expect(after.files.allSatisfy { file in after.snapshot.files.contains(file.add) })
        #expect(try lake.events(consumed: 0).lines() == ["1.0.0 3 c"])
        #expect(try !lake.events(consumed: 1).hasNews)
        try lake.rewrite()
        #expect(try lake.events().lines() == before.lines())
    }

    @Test("where the log was cleaned up, the files tell what came since, in the order of arrival")
    func cleanedLog() throws {
        let lake = try BronzeLake()
        for id in 1...12 { try lake.commit([[Row(Int64(id), Int64(id), "n")]]) }
        for version in 0..<10 {
            let name = "000000000000000000" + (version < 10 ? "0\(version)" : "\(version)")
            try FileManager.default.removeItem(
                atPath: lake.folder.file("bronze/s/t/_delta_log/\(name).json"))
        }
        let ids = try lake.events(consumed: 3).lines().map { $0.split(separator: " ")[1] }
        #expect(ids == (5...12).map { Substring("\($0)") })
        #expect(try lake.events().lines().first == "0.0.0 1 n")
        let events = try lake.events(consumed: 10)
        #expect(try events.lines() == ["11.0.0 12 n"])
    }

    @Test("a table whose name another one took is found beside it")
    func clash() throws {
        let lake = try BronzeLake()
        try lake.commit([[Row(1, 10, "a")]])
        let other = BronzeLake(lake, path: "bronze/s/t_2", source: "s.T!")
        try other.commit([[Row(2, 20, "b")]])
        var entity = lake.entity()
        entity.source = "s.T!"
        let storage = lake.folder.storage
        let events = try BronzeEvents(entity, storage: storage, consumed: nil)
        #expect(try events.lines() == ["0.0.0 2 b"])
        entity.source = "s.U"
        #expect(
            message { _ = try BronzeEvents(entity, storage: storage, consumed: nil) }
                .contains("there is no bronze table"))
    }

    @Test("what cannot be read is refused with what to do")
    func refusals() throws {
        let lake = try BronzeLake()
        #expect(message { _ = try lake.events() }.contains("there is no bronze table"))
        try lake.commit([[Row(1, 10, "a")]])
        #expect(message { _ = try lake.events(consumed: 5) }.contains("it was created again"))
        #expect(
            message { _ = try lake.events(sequence: "update_at") }.contains("Did you mean"))
        #expect(message { _ = try lake.events(sequence: "name") }.contains("is a string"))
        var entity = lake.entity()
        entity.key = ["idd"]
        let storage = lake.folder.storage
        #expect(
            message { _ = try BronzeEvents(entity, storage: storage, consumed: nil) }
                .contains("has no column 'idd'"))
    }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "nothing was refused"
        } catch let error as LakeError {
            return error.message + " " + (error.hint ?? "")
        } catch {
            return "another error: \(error)"
        }
    }
}
