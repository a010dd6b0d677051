import Columnar
import Source
import Testing

@testable import Extract

/// The property that no polling reader we know of has: whatever commits late, nothing is lost and
/// nothing is doubled (P1–P5). The server is simulated, so thousands of commits take a moment and
/// a failing seed is the test's name; the same is done to a real server by the integration tests.
@Suite struct LateCommitTests {
    struct Outcome {
        var lost = 0
        var doubled = 0
        var stale = 0
        var committed = 0
        var runs = 0
    }

    /// Runs at random moments while the writers work, then once when all is quiet.
    private func outcome(
        _ workload: Workload, _ override: TableOverride = TableOverride(),
        seesTransactions: Bool = true
    ) throws -> Outcome {
        let server = FakeServer(
            transactions: workload.transactions(), start: Workload.start,
            fractionDigits: workload.fractionDigits, seesTransactions: seesTransactions,
            seed: workload.seed)
        let bronze = Bronze(server, override: override)
        defer { bronze.remove() }
        var random = SeededGenerator(seed: workload.seed &+ 99)
        var outcome = Outcome()
        let end = (server.transactions.map(\.endsAt).max() ?? 0) + 3_000_000
        while server.now < end {
            server.advance(Int64.random(in: 50_000...1_500_000, using: &random))
            _ = try bronze.extract()
            outcome.runs += 1
        }
        // Append reads late ids again until no older transaction is open.
        for _ in 0..<2 {
            server.advance(2_000_000)
            _ = try bronze.extract()
        }
        try compare(bronze, server, &outcome)
        return outcome
    }

    private func compare(_ bronze: Bronze, _ server: FakeServer, _ outcome: inout Outcome) throws {
        let rows = try bronze.rows()
        let expected = server.rows(at: server.now)
        outcome.committed = expected.count
        outcome.doubled = rows.count - Set(rows).count
        var latest: [Int64: FakeRow] = [:]
        for row in rows { latest[row.id] = row }
        let taken = Set(rows)
        for (id, row) in expected {
            if latest[id] == nil {
                outcome.lost += 1
            } else if !taken.contains(row) {
                outcome.stale += 1
            }
        }
    }

    @Test(arguments: 1...12) func nothingIsLostOrDoubled(seed: Int) throws {
        let workload = Workload(fractionDigits: [6, 3, 0][seed % 3], seed: UInt64(seed))
        let outcome = try outcome(workload)
        #expect(outcome.committed > 50)
        #expect(outcome.runs > 10)
        #expect(outcome.lost == 0)
        #expect(outcome.stale == 0)
        #expect(outcome.doubled == 0)
    }

    @Test(arguments: 21...24) func lookbackRowsAlreadyTakenAreNotWrittenAgain(seed: Int) throws {
        var override = TableOverride()
        override.lookbackMicroseconds = 5_000_000
        let outcome = try outcome(Workload(seed: UInt64(seed)), override)
        #expect(outcome.lost == 0 && outcome.stale == 0 && outcome.doubled == 0)
    }

    @Test(arguments: 31...34) func withoutTheListOfTransactionsTheMarginHolds(seed: Int) throws {
        let outcome = try outcome(Workload(seed: UInt64(seed)), seesTransactions: false)
        #expect(outcome.lost == 0 && outcome.stale == 0 && outcome.doubled == 0)
    }

    @Test(arguments: 41...46) func appendTakesIdsThatAreCommittedLate(seed: Int) throws {
        var override = TableOverride()
        override.mode = .append
        let outcome = try outcome(
            Workload(updates: false, seed: UInt64(seed)), override,
            seesTransactions: seed % 2 == 0)
        #expect(outcome.committed > 50)
        #expect(outcome.lost == 0 && outcome.doubled == 0)
    }

    /// The test can fail: the reader everybody else has loses rows here.
    @Test(arguments: 1...3) func aStrictPollerLosesRows(seed: Int) {
        let server = FakeServer(
            transactions: Workload(seed: UInt64(seed)).transactions(), start: Workload.start)
        var seen: Set<FakeRow> = []
        var last: Int64 = .min
        let end = (server.transactions.map(\.endsAt).max() ?? 0) + 3_000_000
        while server.now < end {
            server.advance(500_000)
            let new = server.rows(at: server.now).values.filter { ($0.updatedAt ?? .min) > last }
            seen.formUnion(new)
            last = max(last, new.compactMap(\.updatedAt).max() ?? last)
        }
        #expect(!seen.isSuperset(of: server.rows(at: server.now).values))
    }
}
