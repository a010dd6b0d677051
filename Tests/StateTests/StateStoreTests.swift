import Foundation
import Synchronization
import Testing

@testable import State

/// A folder of its own for one test, removed when the test ends.
final class TemporaryFolder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "state-\(UUID())")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    func mode(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: file(name))
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
    }
}

/// A run that begins at `second`.
func run(_ second: Int64, command: String = "extract") -> RunRecord {
    RunRecord(
        id: RunID(milliseconds: second * 1000), command: command, schema: "Atliqsale",
        version: "1.0", pid: 42, startedAt: second * 1_000_000)
}

@Suite("State store")
struct StateStoreTests {
    @Test("everything kept about a run comes back")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        let store = try StateStore.open(folder.file("state.sqlite"), now: 0)
        #expect(store.warning == nil)
        var begun = run(10)
        try store.beginRun(begun)
        let odd = "o'dd \"tables\"; DROP TABLE runs; -- 漢字 %_"
        var chunk = ChunkRecord(table: odd, number: 1, low: nil, high: "9", startedAt: 1)
        try store.beginChunk(chunk, run: begun.id)
        try store.beginChunk(chunk, run: begun.id)
        var other = chunk
        other.number = 2
        try store.beginChunk(other, run: begun.id)
        try store.finishChunk(table: odd, number: 1, rows: 7, at: 2, run: begun.id)
        let receipt = ReceiptRecord(
            table: odd, kind: "count", chunk: 1, sourceCount: 7, bronzeCount: 6,
            isBalanced: false, detail: "one is missing", at: 3)
        try store.record(receipt, run: begun.id)
        let event = EventRecord(at: 4, level: "warning", table: odd, message: "line\nfeed")
        try store.record(event, run: begun.id)
        let results = [
            TableResult(
                table: odd, mode: "incremental", rows: 7, files: 1, bytes: .max, seconds: 0.25,
                low: "a", high: "b", guarantee: "late-commit safe", receipt: "7 = 7",
                error: nil, notes: "n"),
            TableResult(table: "a", mode: "snapshot", error: "broken"),
        ]
        for result in results { try store.record(result, run: begun.id) }
        try store.finishRun(begun.id, exitCode: 4, at: 5, error: "does not balance")

        begun.finishedAt = 5
        begun.exitCode = 4
        begun.error = "does not balance"
        chunk.finishedAt = 2
        chunk.attempts = 2
        chunk.rows = 7
        let found = try store.run(matching: begun.id.text.prefix(12).lowercased())
        #expect(found.run == begun && !found.run.isLost)
        #expect(found.tables == results)
        #expect(found.chunks == [chunk, other])
        #expect(found.receipts == [receipt])
        #expect(found.events == [event])
    }

    @Test("runs and a table's history come newest first, within the limit")
    func lists() throws {
        let folder = try TemporaryFolder()
        let store = try StateStore.open(folder.file("s"), now: 0)
        let runs = (1...5).map { run(Int64($0)) }
        for run in runs {
            try store.beginRun(run)
            try store.record(
                TableResult(table: "t", mode: "append", rows: Int(run.startedAt)), run: run.id)
            try store.finishRun(run.id, exitCode: 0, at: run.startedAt + 1)
        }
        #expect(try store.runs(limit: 3).map(\.id) == runs.suffix(3).reversed().map(\.id))
        let history = try store.history(table: "t", limit: 2)
        #expect(history.map(\.run) == [runs[4].id, runs[3].id])
        #expect(history.map(\.result.rows) == [5_000_000, 4_000_000])
        #expect(try store.history(table: "T", limit: 2).isEmpty)
    }

    @Test("an unknown and an ambiguous id are told apart")
    func lookup() throws {
        let folder = try TemporaryFolder()
        let store = try StateStore.open(folder.file("s"), now: 0)
        for second in 1...2 { try store.beginRun(run(Int64(second))) }
        for (prefix, message) in [
            ("7", "no such run"), ("0", "several"), ("", "several"), ("%", "no such"),
        ] {
            let error = #expect(throws: StateError.self) { try store.run(matching: prefix) }
            #expect(error?.code == .missing && error?.message.contains(message) == true)
        }
    }

    @Test("runs that ended without a word are marked, the living one is not")
    func lost() throws {
        let folder = try TemporaryFolder()
        let store = try StateStore.open(folder.file("s"), now: 0)
        let killed = run(1)
        let other = run(2, command: "discover")
        let current = run(3)
        for run in [killed, other, current] { try store.beginRun(run) }
        #expect(try store.closeLostRuns(of: "extract", except: current.id, at: 9) == [killed.id])
        #expect(try store.runs(limit: 9).map(\.isLost) == [false, false, true])
        #expect(try store.closeLostRuns(of: "extract", except: current.id, at: 9).isEmpty)
    }

    @Test("two stores on one file see each other's rows, from many threads")
    func concurrent() async throws {
        let folder = try TemporaryFolder()
        let writer = try StateStore.open(folder.file("s"), now: 0)
        let begun = run(1)
        try writer.beginRun(begun)
        let reader = try StateStore.open(folder.file("s"), now: 0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let store = number.isMultiple(of: 2) ? writer : reader
                    try store.record(
                        EventRecord(at: Int64(number), level: "info", message: "m"),
                        run: begun.id)
                    _ = try reader.runs(limit: 1)
                }
            }
            try await group.waitForAll()
        }
        #expect(try reader.run(matching: begun.id.text).events.count == 50)
    }

    @Test("the oldest runs go with all that hangs on them")
    func pruned() throws {
        let folder = try TemporaryFolder()
        let store = try StateStore.open(folder.file("s"), now: 0)
        try store.database.withLock { database in
            try database.execute(
                """
                WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
                INSERT INTO runs (id, command, version, pid, started_at)
                SELECT printf('%026d', i), 'x', '1', 1, 1 FROM n;
                INSERT INTO events (run_id, at, level, message)
                SELECT id, 0, 'info', 'm' FROM runs WHERE id = printf('%026d', 0);
                """)
        }
        try store.beginRun(run(1_700_000_000))
        let counts = try store.database.withLock { database in
            try database.rows("SELECT (SELECT count(*) FROM runs), (SELECT count(*) FROM events)")
        }
        #expect(counts == [[.integer(Int64(StateStore.keptRunCount)), .integer(0)]])
    }
}
