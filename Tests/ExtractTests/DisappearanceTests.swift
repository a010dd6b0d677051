import Delta
import Lake
import Names
import Source
import Storage
import Synchronization
import Testing

@testable import Extract

/// What is no longer there, and what is there again but is not what it was.
@Suite struct DisappearanceTests {
    private func insert(_ ids: ClosedRange<Int64>, at: Int64) -> FakeTransaction {
        let time = Workload.start + at
        return FakeTransaction(
            startedAt: time, listedAt: time, endsAt: time + 1000, commits: true,
            statements: ids.map {
                FakeStatement(at: time, row: FakeRow(id: $0, updatedAt: time, note: "n\($0)"))
            })
    }

    private func bronze() -> (FakeServer, Bronze) {
        let server = FakeServer(
            transactions: [insert(1...20, at: 0), insert(21...22, at: 60_000_000)],
            start: Workload.start)
        server.advance(10_000_000)
        return (server, Bronze(server))
    }

    private func properties(_ bronze: Bronze) throws -> [String: String] {
        let table = DeltaTable(storage: bronze.storage, path: "bronze/s/t")
        return try #require(try table.metadata()).configuration
    }

    @Test func bronzeIsAppendOnlyAndSaysWhatItHolds() throws {
        let (_, bronze) = bronze()
        defer { bronze.remove() }
        _ = try bronze.extract()
        let properties = try properties(bronze)
        #expect(properties["delta.appendOnly"] == "true")
        #expect(properties[BronzeProperty.table] == "s.t")
        #expect(properties[BronzeProperty.schema] == "s")
        #expect(properties[BronzeProperty.key] == #"["id"]"#)
        #expect(properties[BronzeProperty.watermark] == "updated_at")
    }

    @Test func aTableOfAnOlderVersionIsMadeAppendOnlyOnce() throws {
        let (server, bronze) = bronze()
        defer { bronze.remove() }
        _ = try bronze.extract()
        let table = DeltaTable(storage: bronze.storage, path: "bronze/s/t")
        let snapshot = try #require(try table.snapshot())
        var transaction = Transaction(table, reading: snapshot)
        try transaction.updateMetadata(configuration: [
            BronzeProperty.table: "s.t", BronzeProperty.identity: "fake",
        ])
        _ = try transaction.commit(operation: "SET TBLPROPERTIES")
        let second = try bronze.extract()
        #expect(second.version == snapshot.version + 2 && second.rows == 0)
        #expect(second.notes.isEmpty)
        #expect(try properties(bronze)["delta.appendOnly"] == "true")
        server.advance(1_000_000)
        #expect(try bronze.extract().version == nil)
    }

    @Test func aDroppedColumnIsToldTwiceAndKeepsItsValues() throws {
        let (server, bronze) = bronze()
        defer { bronze.remove() }
        _ = try bronze.extract()
        server.hidden.withLock { $0 = ["note"] }
        server.refusals.withLock {
            $0["t.note"] = SourceError(
                .missing, operation: "read", subject: "s.t", message: "Unknown column")
        }
        var told: [Bool] = []
        for _ in 0..<3 {
            server.advance(1_000_000)
            told.append(try bronze.extract().notes.contains { $0.contains("column note is gone") })
        }
        #expect(told == [true, true, false])
        #expect(try bronze.rows().allSatisfy { !$0.note.isEmpty })
        server.hidden.withLock { $0 = [] }
        _ = try bronze.extract()
        #expect(try properties(bronze)[BronzeProperty.goneColumns] == nil)
    }

    @Test func aRevokedColumnFailsTheTable() throws {
        let (server, bronze) = bronze()
        defer { bronze.remove() }
        _ = try bronze.extract()
        server.hidden.withLock { $0 = ["note"] }
        server.refusals.withLock {
            $0["t.note"] = SourceError(
                .privilege, operation: "read", subject: "s.t", message: "denied (error 1143)")
        }
        server.advance(120_000_000)
        let error = #expect(throws: ExtractError.self) { try bronze.extract() }
        #expect(error?.sourceCode == .privilege)
        #expect(error?.message.contains("column note") == true)
        #expect(try bronze.rows().count == 20)
    }

    @Test func aRebuiltTableGoesOnAndOneMadeAnewDoesNot() throws {
        let (server, bronze) = bronze()
        defer { bronze.remove() }
        server.created.withLock { $0 = ("2026-01-01 00:00:00", 21) }
        _ = try bronze.extract()
        server.created.withLock { $0 = ("2026-01-02 00:00:00", 21) }
        server.advance(1_000_000)
        #expect(try bronze.extract().version == 1)
        #expect(try bronze.extract().version == nil)
        server.created.withLock { $0 = ("2026-01-03 00:00:00", 3) }
        let error = #expect(throws: ExtractError.self) { try bronze.extract() }
        #expect(error?.code == .identity)
        #expect(error?.message.contains("next number is 3, it was 21") == true)
        #expect(try bronze.extract { $0.acceptsSource = true }.version == 2)
        #expect(try bronze.extract().version == nil)
    }

    @Test func rowsThatWentBackInTimeAreARestore() throws {
        let (server, bronze) = bronze()
        defer { bronze.remove() }
        server.created.withLock { $0 = ("2026-01-01 00:00:00", nil) }
        _ = try bronze.extract()
        server.created.withLock { $0 = ("2026-01-02 00:00:00", nil) }
        server.setBack.withLock { $0 = 1_000_000 }
        let error = #expect(throws: ExtractError.self) { try bronze.extract() }
        #expect(error?.code == .identity)
        #expect(error?.message.contains("bronze holds it with") == true)
        #expect(try bronze.extract { $0.isFull = true }.rows == 20)
    }

    @Test func aDroppedTableThatTheConfigurationNamesFailsAlone() throws {
        let (server, bronze) = bronze()
        defer { bronze.remove() }
        _ = try bronze.extract()
        server.name.withLock { $0 = "u" }
        server.refusals.withLock {
            $0["t"] = SourceError(
                .missing, operation: "read", subject: "s.t", message: "no such table")
        }
        let error = #expect(throws: ExtractError.self) { try bronze.extract() }
        #expect(error?.code == .gone && error?.message.contains("gone from the source") == true)
        let other = DeltaTable(storage: bronze.storage, path: "bronze/s/u")
        #expect(try other.snapshot()?.rowCount == 20)
    }

    @Test func nothingSelectedIsNoSuccess() throws {
        let server = bronze().0
        let world = ExtractWorld(
            connect: { FakeConnection(server) }, now: { server.now }, sleep: { _ in },
            isStopping: { false }, observer: SilentObserver())
        var options = ExtractOptions()
        options.schema = "s"
        var selection = TableSelection()
        selection.include = ["tt"]
        let run = ExtractRun(
            options: options, selection: selection, overrides: [:],
            storage: PosixStorage(root: "/nonexistent"), world: world)
        let error = #expect(throws: ExtractError.self) { try run.run("run") }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("'tt'") == true && error?.hint?.contains("'t'") == true)
    }
}
