import Foundation
import Synchronization
import TestSupport
import Testing

@testable import State

@Suite("State file")
struct StateFileTests {
    @Test("sql/state.sql is the schema the program makes")
    func schemaText() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(
                path: "sql/state.sql")
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(text == StateSchema.text + "\n" || text == StateSchema.text)
    }

    @Test("the file and its companions are for the owner alone, in folders made on the way")
    func modes() throws {
        let folder = try TemporaryFolder()
        let store = try StateStore.open(folder.file("a/b/state.sqlite"), now: 0)
        try store.beginRun(run(1))
        for name in ["state.sqlite", "state.sqlite-wal", "state.sqlite-shm"] {
            #expect(try folder.mode("a/b/" + name) == 0o600)
        }
    }

    @Test("a store opened again keeps its rows, WAL and version")
    func reopened() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.sqlite")
        try StateStore.open(path, now: 0).beginRun(run(1))
        let store = try StateStore.open(path, now: 0)
        #expect(try store.runs(limit: 9).count == 1)
        let (mode, version, strict) = try store.database.withLock { database in
            (
                try database.rows("PRAGMA journal_mode")[0][0],
                try database.pragma("user_version"),
                try database.rows(
                    "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' "
                        + "AND name NOT LIKE 'sqlite_%' AND strict = 0")[0][0]
            )
        }
        #expect(mode == .text("wal") && version == Int64(StateSchema.steps.count))
        #expect(strict == .integer(0))
    }

    @Test("damage of any kind is moved aside and a new store begins", arguments: 0..<4)
    func damaged(kind: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.sqlite")
        if kind == 0 {
            try Data("this is no database at all, but text of some length".utf8)
                .write(to: URL(filePath: path))
        } else {
            let store = try StateStore.open(path, now: 0)
            for second in 1...200 { try store.beginRun(run(Int64(second))) }
            try store.database.withLock { try $0.execute("PRAGMA wal_checkpoint(TRUNCATE)") }
            var bytes = try Data(contentsOf: URL(filePath: path))
            switch kind {
            case 1: bytes.replaceSubrange(0..<64, with: Data(repeating: 0x5A, count: 64))
            case 2: bytes.replaceSubrange(100..<400, with: Data(repeating: 0xFF, count: 300))
            default: bytes.removeLast(bytes.count / 2)
            }
            try bytes.write(to: URL(filePath: path))
        }
        let before = try Data(contentsOf: URL(filePath: path))
        let store = try StateStore.open(path, now: 1_700_000_000_000_000)
        #expect(store.warning?.contains("was damaged") == true)
        #expect(try store.runs(limit: 9).isEmpty)
        try store.beginRun(run(1))
        let aside = URL(filePath: path + ".damaged-1700000000")
        #expect(try Data(contentsOf: aside) == before)
    }

    @Test("another program's database is refused and left alone")
    func foreign() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("other.sqlite")
        try StateFile.prepare(path)
        try Database(path).execute("CREATE TABLE theirs (x)")
        let error = #expect(throws: StateError.self) { try StateStore.open(path, now: 0) }
        #expect(error?.code == .foreign && error?.hint != nil)
        #expect(try Database(path).rows("SELECT name FROM sqlite_schema") == [[.text("theirs")]])
    }

    @Test("a newer version is refused, not changed")
    func newer() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("s")
        _ = try StateStore.open(path, now: 0)
        try Database(path).execute("PRAGMA user_version = 99")
        let error = #expect(throws: StateError.self) { try StateStore.open(path, now: 0) }
        #expect(error?.code == .foreign && error?.message.contains("newer sluice") == true)
    }

    @Test(
        "an unusable path is an error that names it", arguments: ["/proc/x/state", "/dev/null/s"])
    func unusable(path: String) {
        let error = #expect(throws: StateError.self) { try StateStore.open(path, now: 0) }
        #expect(error?.subject == path && error?.hint != nil)
    }
}

@Suite("Run ids")
struct RunIDTests {
    @Test("ids ascend with time and tell it", arguments: 0..<20)
    func ascending(seed: UInt64) throws {
        var generator = SplitMix(state: seed)
        let first = Int64.random(in: 0..<1 << 46, using: &generator)
        let ids = (0..<50).map { RunID(milliseconds: first + $0, using: &generator) }
        #expect(ids == ids.sorted() && Set(ids).count == 50)
        for (offset, id) in ids.enumerated() {
            #expect(id.milliseconds == first + Int64(offset))
            #expect(RunID(id.text) == id && id.text.utf8.count == 26)
        }
    }

    @Test("the published example of the form is read")
    func published() {
        #expect(RunID("01ARZ3NDEKTSV4RRFFQ69G5FAV")?.milliseconds == 1_469_922_850_259)
    }

    @Test(
        "other texts are no ids",
        arguments: [
            "", "01ARZ3NDEKTSV4RRFFQ69G5FA", "81ARZ3NDEKTSV4RRFFQ69G5FAV",
            "01ARZ3NDEKTSV4RRFFQ69G5FAU",
        ])
    func others(text: String) { #expect(RunID(text) == nil) }
}
