import Columnar
import Delta
import Source
import Storage
import Synchronization
import Testing

@testable import Extract

/// One table through its life: first run, changes, no changes, another server.
@Suite struct TableExtractTests {
    private func insert(_ ids: ClosedRange<Int64>, at: Int64, end: Int64? = nil) -> FakeTransaction
    {
        let time = Workload.start + at
        return FakeTransaction(
            startedAt: time, listedAt: time, endsAt: Workload.start + (end ?? at + 1000),
            commits: true,
            statements: ids.map {
                FakeStatement(at: time, row: FakeRow(id: $0, updatedAt: time, note: "n\($0)"))
            })
    }

    private func server(_ transactions: [FakeTransaction]) -> FakeServer {
        FakeServer(transactions: transactions, start: Workload.start)
    }

    @Test func runsBringWhatIsNewAndThenNothing() throws {
        let server = server([insert(1...20, at: 0), insert(21...25, at: 60_000_000)])
        let bronze = Bronze(server)
        defer { bronze.remove() }
        server.advance(10_000_000)
        let first = try bronze.extract()
        #expect(first.rows == 20)
        #expect(first.receipt == .verified(rows: 20, chunks: 1))
        server.advance(60_000_000)
        let second = try bronze.extract()
        #expect(second.rows == 5)
        #expect(second.low == first.high)
        let third = try bronze.extract()
        #expect(third.rows == 0 && third.files == 0 && third.version == nil)
        #expect(try bronze.rows().map(\.id).sorted() == Array(1...25))
    }

    @Test func everyFileTellsItsRunAndWindow() throws {
        let server = server([insert(1...20, at: 0), insert(21...25, at: 60_000_000)])
        let bronze = Bronze(server)
        defer { bronze.remove() }
        server.advance(10_000_000)
        _ = try bronze.extract()
        server.advance(60_000_000)
        _ = try bronze.extract()
        let table = DeltaTable(storage: bronze.storage, path: "bronze/s/t")
        let snapshot = try #require(try table.snapshot())
        let tags = snapshot.files.map(\.tags)
        let names: Set = [
            "sluice.run", "sluice.mode", "sluice.low", "sluice.high", "sluice.origin",
        ]
        #expect(tags.count == 2 && tags.allSatisfy { Set($0.keys) == names })
        #expect(tags[0]["sluice.low"] == "" && tags[1]["sluice.low"] == tags[0]["sluice.high"])
        let high = tags[1]["sluice.high"].flatMap { Int64($0) }
        #expect(snapshot.transactions == ["sluice/s.t/updated_at": try #require(high)])
    }

    @Test func rowsJustCommittedAreWaitedForNotSkipped() throws {
        let server = server([insert(1...3, at: 1_000_000)])
        let bronze = Bronze(server)
        defer { bronze.remove() }
        server.advance(1_002_000)
        let began = server.now
        #expect(try bronze.extract().rows == 3)
        #expect(server.now - began < 2_000_000)
    }

    @Test func rowsBehindAnOpenTransactionComeLaterAndTheRunSaysSo() throws {
        let server = server([
            insert(1...1, at: 1_000_000, end: 30_000_000), insert(2...3, at: 5_000_000),
        ])
        let bronze = Bronze(server)
        defer { bronze.remove() }
        server.advance(20_000_000)
        let first = try bronze.extract()
        #expect(first.rows == 0)
        #expect(first.notes.contains { $0.contains("2 rows") && $0.contains("is open since") })
        server.advance(20_000_000)
        #expect(try bronze.extract().rows == 3)
    }

    @Test func aColumnThatBecomesWiderIsFollowedWithoutLoss() throws {
        let server = server([insert(1...20, at: 0), insert(21...22, at: 60_000_000)])
        let bronze = Bronze(server)
        defer { bronze.remove() }
        server.idType.withLock { $0 = .integer }
        server.advance(10_000_000)
        _ = try bronze.extract()
        server.idType.withLock { $0 = .long }
        server.advance(60_000_000)
        let result = try bronze.extract()
        #expect(result.notes.contains { $0.contains("id widened from integer to long") })
        #expect(result.rows == 2)
        #expect(try bronze.rows().map(\.id).sorted() == Array(1...22))
        #expect(try bronze.extract().rows == 0)
    }

    @Test(arguments: [ColumnType.integer, .string])
    func aColumnOfAnotherTypeBlocksTheTable(_ type: ColumnType) throws {
        let server = server([insert(1...20, at: 0)])
        let bronze = Bronze(server)
        defer { bronze.remove() }
        server.advance(10_000_000)
        _ = try bronze.extract()
        server.idType.withLock { $0 = type }
        let error = #expect(throws: ExtractError.self) { try bronze.extract() }
        #expect(error?.code == .drift)
        #expect(error?.message.contains("column id") == true)
        #expect(try bronze.rows().count == 20)
    }

    @Test func anEmptyTableGetsItsSchema() throws {
        let server = server([])
        let bronze = Bronze(server)
        defer { bronze.remove() }
        server.advance(5_000_000)
        let result = try bronze.extract()
        #expect(result.version == 0 && result.rows == 0)
        #expect(result.receipt == .verified(rows: 0, chunks: 1))
        let table = DeltaTable(storage: bronze.storage, path: "bronze/s/t")
        #expect(try table.snapshot()?.schema.index(of: "note") != nil)
    }

    @Test func anUnchangedSnapshotWritesNothing() throws {
        var override = TableOverride()
        override.mode = .snapshot
        let server = server([insert(1...20, at: 0), insert(21...21, at: 60_000_000)])
        let bronze = Bronze(server, override: override)
        defer { bronze.remove() }
        server.advance(5_000_000)
        #expect(try bronze.extract().rows == 20)
        let second = try bronze.extract()
        #expect(second.rows == 0 && second.version == nil && second.rowsRead == 20)
        server.advance(60_000_000)
        #expect(try bronze.extract().rows == 21)
    }

    @Test func anotherServerIsRefusedUntilAccepted() throws {
        let server = server([insert(1...4, at: 0)])
        let bronze = Bronze(server)
        defer { bronze.remove() }
        server.advance(5_000_000)
        _ = try bronze.extract()
        let other = Bronze(server, at: bronze.storage.root, identifier: "other")
        let error = #expect(throws: ExtractError.self) { try other.extract() }
        #expect(error?.code == .identity)
        _ = try other.extract { $0.acceptsSource = true }
        _ = try other.extract()
        #expect(try bronze.rows().count == 4)
    }

    @Test func aClockBehindTheWatermarkIsRefused() throws {
        let transactions = [insert(1...4, at: 0)]
        let bronze = Bronze(server(transactions))
        defer { bronze.remove() }
        bronze.server.advance(600_000_000)
        _ = try bronze.extract()
        let restored = Bronze(server(transactions), at: bronze.storage.root)
        restored.server.advance(5_000_000)
        let error = #expect(throws: ExtractError.self) { try restored.extract() }
        #expect(error?.code == .identity)
        _ = try restored.extract { $0.acceptsSource = true }
        _ = try restored.extract()
    }

    @Test func fullReadsEverythingAgain() throws {
        let server = server([insert(1...4, at: 0)])
        let bronze = Bronze(server)
        defer { bronze.remove() }
        server.advance(5_000_000)
        _ = try bronze.extract()
        #expect(try bronze.extract { $0.isFull = true }.rows == 4)
        #expect(try bronze.rows().count == 8)
    }

    @Test func nothingIsPublishedWhenTheCountDiffers() throws {
        let server = server([insert(1...4, at: 0)])
        let bronze = Bronze(server)
        defer { bronze.remove() }
        server.advance(5_000_000)
        server.miscounts.withLock { $0 = true }
        let error = #expect(throws: ExtractError.self) { try bronze.extract() }
        #expect(error?.code == .receipt)
        #expect(try bronze.rows().isEmpty)
        server.miscounts.withLock { $0 = false }
        #expect(try bronze.extract().rows == 4)
        #expect(try bronze.rows().count == 4)
    }

    @Test(arguments: 0...7) func aStopPublishesNothingAndIsResumed(after questions: Int) throws {
        let server = server([insert(1...60, at: 0)])
        let bronze = Bronze(server)
        defer { bronze.remove() }
        server.advance(5_000_000)
        bronze.stopsAfter.withLock { $0 = questions }
        let error = #expect(throws: ExtractError.self) { try bronze.extract() }
        #expect(error?.code == .interrupted)
        #expect(try bronze.rows().isEmpty)
        bronze.stopsAfter.withLock { $0 = nil }
        #expect(try bronze.extract().rows == 60)
        #expect(try bronze.rows().count == 60)
    }

    @Test func aLostConnectionIsReplacedAndNothingIsDoubled() throws {
        let server = server([insert(1...40, at: 0)])
        let bronze = Bronze(server)
        defer { bronze.remove() }
        server.advance(5_000_000)
        server.brokenStreams.withLock { $0 = 2 }
        let result = try bronze.extract()
        #expect(result.rows == 40)
        #expect(try bronze.rows().count == 40)
        #expect(server.brokenStreams.withLock { $0 } == 0)
    }
}
