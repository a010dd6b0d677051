import Columnar
import Source
import Storage
import Synchronization
import Testing

@testable import Extract

/// DATETIME watermarks, which carry no zone: whoever's clock writes them, nothing is lost.
@Suite struct ZoneWindowTests {
    /// A writer's clock: seconds east of UTC before and after the moment at which it is set.
    struct Clock: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var before: Int64
        var after: Int64
        var choice: WatermarkZone = .auto
        /// What the server says of itself when its clock is `before` or `after`.
        var server: ServerZone
        /// What the writer's clock shows beside the server's, seconds; nil writes UTC.
        var writesUTC = false
    }

    private static let changeAt = Workload.start + 10_000_000

    static let clocks: [Clock] = {
        func system(_ offset: Int64) -> ServerZone {
            ServerZone(name: "SYSTEM", systemName: "CET", offsetSeconds: offset)
        }
        func fixed(_ name: String, _ offset: Int64) -> ServerZone {
            ServerZone(name: name, offsetSeconds: offset)
        }
        let west = fixed("-05:00", -18_000)
        let east = fixed("+05:30", 19_800)
        return [
            Clock(testDescription: "west", before: -18_000, after: -18_000, server: west),
            Clock(testDescription: "east", before: 19_800, after: 19_800, server: east),
            Clock(
                testDescription: "west, writes UTC", before: 0, after: 0, server: west),
            Clock(
                testDescription: "east, writes UTC", before: 0, after: 0, server: east),
            Clock(
                testDescription: "set back", before: 7200, after: 3600, server: system(3600)),
            Clock(
                testDescription: "set back, known after", before: 7200, after: 3600,
                server: system(7200)),
            Clock(
                testDescription: "set forward", before: 3600, after: 7200, server: system(7200)),
            Clock(
                testDescription: "session west of a server in the west", before: -28_800,
                after: -28_800, server: west),
            Clock(
                testDescription: "session far west of a server in the east", before: -43_200,
                after: -43_200, server: east),
            Clock(
                testDescription: "session far east", before: 50_400, after: 50_400, server: west),
            Clock(
                testDescription: "configured zone set back", before: 7200, after: 3600,
                choice: .zone(
                    ZoneRules(
                        name: "here", instants: [changeAt / 1_000_000], offsets: [7200, 3600],
                        repeats: false)), server: fixed("+00:00", 0)),
            Clock(
                testDescription: "configured UTC on a server in the west", before: 0, after: 0,
                choice: .zone(.utc), server: west),
            Clock(
                testDescription: "the server's alone", before: -18_000, after: -18_000,
                choice: .server, server: west),
        ]
    }()

    /// The workload with its times as the writer's clock shows them.
    private func shown(_ transactions: [FakeTransaction], _ clock: Clock) -> [FakeTransaction] {
        transactions.map { transaction in
            var transaction = transaction
            for index in transaction.statements.indices {
                let statement = transaction.statements[index]
                let offset = statement.at < ZoneWindowTests.changeAt ? clock.before : clock.after
                transaction.statements[index].row.updatedAt = statement.row.updatedAt.map {
                    $0 + offset * 1_000_000
                }
            }
            return transaction
        }
    }

    @Test(arguments: clocks, [1, 2, 3])
    func committersRunThroughIt(_ clock: Clock, seed: Int) throws {
        let workload = Workload(fractionDigits: [6, 3, 0][seed % 3], seed: UInt64(700 + seed))
        let server = FakeServer(
            transactions: shown(workload.transactions(), clock), start: Workload.start,
            fractionDigits: workload.fractionDigits, seed: workload.seed, isDatetime: true,
            zone: clock.server)
        var override = TableOverride()
        override.watermarkZone = clock.choice
        let bronze = Bronze(server, override: override)
        defer { bronze.remove() }
        var random = SeededGenerator(seed: workload.seed &+ 5)
        let end = (server.transactions.map(\.endsAt).max() ?? 0) + 3_000_000
        while server.now < end {
            server.advance(Int64.random(in: 100_000...2_500_000, using: &random))
            _ = try bronze.extract()
        }
        server.advance(2_000_000)
        let last = try bronze.extract()
        let rows = try bronze.rows()
        let expected = server.rows(at: server.now)
        #expect(expected.count > 40)
        #expect(Set(rows).isSuperset(of: expected.values))
        #expect(rows.count == Set(rows).count)
        #expect(last.guarantee.withheld == 0)
    }

    private func one(_ id: Int64, at: Int64, dated: Int64?) -> FakeTransaction {
        let time = Workload.start + at
        return FakeTransaction(
            startedAt: time, listedAt: time, endsAt: time + 1000, commits: true,
            statements: [
                FakeStatement(at: time, row: FakeRow(id: id, updatedAt: dated, note: "n\(at)"))
            ])
    }

    @Test func aLakeWhoseBoundsWereTakenInAnotherClockIsMended() throws {
        // Version 0.2 took bounds in `source.time_zone`: on a server in the west they lie ahead.
        let west: Int64 = -18_000_000_000
        let start = Workload.start
        let transactions = [
            one(1, at: 0, dated: start + west),
            one(2, at: 20_000_000, dated: start + 20_000_000 + west),
            one(3, at: 40_000_000, dated: start + 40_000_000 + west),
        ]
        let old = FakeServer(transactions: transactions, start: start)
        let lake = Bronze(old)
        defer { lake.remove() }
        old.advance(10_000_000)
        #expect(try lake.extract().rows == 1)
        old.advance(20_000_000)
        // The old version's loss: what the second row's clock shows lies below the last bound.
        #expect(try lake.extract().rows == 0)
        let server = FakeServer(
            transactions: transactions, start: start + 60_000_000, isDatetime: true,
            zone: ServerZone(name: "-05:00", offsetSeconds: -18_000))
        let now = Bronze(server, at: lake.storage.root)
        let mended = try now.extract()
        #expect(mended.rows == 2 && mended.notes.contains { $0.contains("read again") })
        #expect(try now.rows().map(\.id).sorted() == [1, 2, 3])
        server.advance(5_000_000)
        let next = try now.extract()
        #expect(next.rows == 0 && !next.notes.contains { $0.contains("everything") })
    }

    @Test func rowsBeyondTheClockAreTakenOnceAndFollowed() throws {
        let start = Workload.start
        let far: Int64 = 4_070_908_800_000_000
        let server = FakeServer(
            transactions: [
                one(1, at: 0, dated: start), one(2, at: 0, dated: far),
                one(3, at: 0, dated: start + 30_000_000),
                one(4, at: 20_000_000, dated: far), one(2, at: 20_000_000, dated: far),
                one(2, at: 80_000_000, dated: start + 80_000_000),
            ], start: start)
        let bronze = Bronze(server)
        defer { bronze.remove() }
        server.advance(10_000_000)
        let first = try bronze.extract()
        #expect(first.rows == 3 && first.guarantee.text.contains("2 rows dated beyond the clock"))
        #expect(try bronze.extract().rows == 0)
        server.advance(15_000_000)
        // A new row and another content of a known one.
        #expect(try bronze.extract().rows == 2)
        // The clock passes the third row: it is not written again.
        server.advance(30_000_000)
        #expect(try bronze.extract().rows == 0)
        server.advance(40_000_000)
        #expect(try bronze.extract().rows == 1)
        #expect(try bronze.rows().count == 6)
    }

    @Test func tooManyRowsBeyondTheClockAreSaid() throws {
        let far: Int64 = 4_070_908_800_000_000
        let server = FakeServer(
            transactions: (1...20).map { one($0, at: $0 > 15 ? 20_000_000 : 0, dated: far) },
            start: Workload.start)
        let bronze = Bronze(server)
        defer { bronze.remove() }
        server.advance(10_000_000)
        #expect(try bronze.extract { $0.beyondClockRows = 3 }.rows == 15)
        server.advance(15_000_000)
        let result = try bronze.extract { $0.beyondClockRows = 3 }
        #expect(result.rows == 0 && result.guarantee.withheld == 20)
        #expect(result.guarantee.notProven.contains { $0.contains("more than 3") })
        #expect(!result.guarantee.text.contains("every row committed before the run"))
        // With room for them they come.
        #expect(try bronze.extract().rows == 5)
    }

    @Test func placeholdersBefore1970AreFollowed() throws {
        let placeholder: Int64 = -62_135_596_800_000_000
        let server = FakeServer(
            transactions: [
                one(1, at: 0, dated: placeholder), one(2, at: 0, dated: Workload.start),
                one(3, at: 20_000_000, dated: placeholder), one(4, at: 20_000_000, dated: 0),
            ], start: Workload.start, isDatetime: true)
        let bronze = Bronze(server)
        defer { bronze.remove() }
        server.advance(10_000_000)
        #expect(try bronze.extract().rows == 2)
        server.advance(20_000_000)
        #expect(try bronze.extract().rows == 2)
        #expect(try bronze.extract().rows == 0)
    }
}
