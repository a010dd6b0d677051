import Source
import Synchronization
import Testing

@testable import Extract

/// What happens when connections are lost: how often is read again, by whom, and what is said.
@Suite("Lost connections")
struct LostConnectionTests {
    /// Keeps the notes of a run.
    private final class Notes: ExtractObserver {
        let texts = Mutex<[String]>([])

        func tableStarted(_ plan: TablePlan) {}
        func rowsRead(table: String, rows: Int) {}
        func bytesWritten(table: String, bytes: Int) {}
        func chunkStarted(table: String, chunk: Int, bounds: String) {}
        func chunkFinished(table: String, chunk: Int, rows: Int) {}
        func note(table: String, _ text: String) { texts.withLock { $0.append(text) } }
        func tableFinished(_ result: TableResult) {}
    }

    /// A table of `count` rows that were committed before the run.
    private func bronze(rows count: Int64, mode: ExtractMode? = nil) -> Bronze {
        let rows = (1...count).map {
            FakeStatement(
                at: Workload.start,
                row: FakeRow(id: $0, updatedAt: Workload.start, note: "n\($0)"))
        }
        let insert = FakeTransaction(
            startedAt: Workload.start, listedAt: Workload.start, endsAt: Workload.start + 1000,
            commits: true, statements: rows)
        let server = FakeServer(transactions: [insert], start: Workload.start)
        server.advance(5_000_000)
        var override = TableOverride()
        override.mode = mode
        return Bronze(server, override: override)
    }

    @Test(
        "two workers that lose their connections replace their own; no row is lost or doubled",
        arguments: 1...8)
    func twoWorkers(_ broken: Int) throws {
        let bronze = bronze(rows: 2000, mode: .incremental)
        defer { bronze.remove() }
        bronze.server.rowsEstimate.withLock { $0 = 1_000_000 }
        bronze.server.brokenStreams.withLock { $0 = broken }
        let result = try bronze.extract {
            $0.connections = 2
            $0.chunkRows = 100_000
            $0.attempts = 10
        }
        #expect(result.rows == 2000)
        #expect(try bronze.rows().map(\.id).sorted() == Array(1...2000))
        #expect(bronze.server.brokenStreams.withLock { $0 } == 0)
        #expect(bronze.server.openedStreams.withLock { $0 } == 10 + broken)
        #expect(result.guarantee.text.contains("one snapshot per chunk"))
    }

    @Test(
        "`retries: 3` reads four times, whatever the mode",
        arguments: [ExtractMode.incremental, .append, .snapshot], [1, 4])
    func attempts(_ mode: ExtractMode, _ attempts: Int) throws {
        let bronze = bronze(rows: 40, mode: mode)
        defer { bronze.remove() }
        bronze.server.brokenStreams.withLock { $0 = 1000 }
        let notes = Notes()
        let error = #expect(throws: ExtractError.self) {
            try bronze.extract(observer: notes) { $0.attempts = attempts }
        }
        #expect(bronze.server.openedStreams.withLock { $0 } == attempts)
        let retold = notes.texts.withLock { $0.filter { $0.contains("is read again") } }
        #expect(retold.count == attempts - 1)
        #expect(retold.last.map { $0.contains("attempt 4 of 4") } ?? true)
        #expect(error?.message.contains("again") == false)
        #expect(error?.message.contains("the last of 4 attempts") == (attempts == 4))
        #expect(try bronze.rows().isEmpty)
    }

    @Test("what the source refuses for good is read once")
    func noRetry() throws {
        let policy = RetryPolicy(attempts: 4)
        let world = ExtractWorld(
            connect: { () throws(SourceError) in
                throw SourceError(.lost, operation: "", subject: "", message: "")
            }, now: { 0 }, sleep: { _ in }, isStopping: { false }, observer: SilentObserver())
        var count = 0
        let error = #expect(throws: ExtractError.self) {
            try policy.repeating("the table", of: "t", in: world) { (_) throws(ExtractError) in
                count += 1
                throw ExtractError(
                    SourceError(.privilege, operation: "read", subject: "t", message: "denied"))
            }
        }
        #expect(count == 1 && error?.message == "denied")
    }
}
