import Foundation
import MySQL
import Source
import Synchronization
import TestSupport
import Testing

/// The list of open transactions and the snapshots (P1), on a server of their own whose host is
/// not in UTC.
@Suite("Open transactions", .serialized)
struct TransactionTests {
    private static let server = Result {
        let server = try PrivateServer(
            PrivateServer.Options(servesTLS: false, hostTimeZone: "Asia/Kolkata"))
        try server.createSchema("late")
        try server.sql(
            """
            CREATE TABLE events (id INT AUTO_INCREMENT PRIMARY KEY, updated_at TIMESTAMP(6) NOT NULL
              DEFAULT CURRENT_TIMESTAMP(6), KEY (updated_at));
            CREATE TABLE other (id INT PRIMARY KEY);
            """, database: "late")
        return server
    }

    private func connect() throws -> MySQLConnection {
        try MySQLConnection(TestConnection.options(TransactionTests.server.get()))
    }

    private func session() throws -> ClientSession {
        try ClientSession(TransactionTests.server.get(), database: "late")
    }

    @Test("the list is fresh however soon it is asked for again")
    func fresh() throws {
        let connection = try connect()
        let writer = try session()
        for _ in 0..<8 {
            try writer.run("BEGIN; INSERT INTO events () VALUES ()")
            let open = try #require(try connection.openTransactions())
            #expect(open.count == 1)
            let start = try #require(open.oldestStart)
            // Whole seconds, in UTC although the host is not.
            #expect(start % 1_000_000 == 0)
            #expect(start <= open.serverClock && start > open.serverClock - 5_000_000)
            try writer.run("COMMIT")
            let closed = try #require(try connection.openTransactions())
            #expect(closed.count == 0)
            #expect(closed.oldestStart == nil)
        }
    }

    @Test("the oldest of several counts, until it ends")
    func oldest() throws {
        let connection = try connect()
        let (first, second) = (try session(), try session())
        try first.run("BEGIN; INSERT INTO events () VALUES (); DO SLEEP(2.1)")
        try second.run("BEGIN; INSERT INTO events () VALUES ()")
        let both = try #require(try connection.openTransactions())
        #expect(both.count == 2)
        let oldest = try #require(both.oldestStart)
        #expect(oldest <= both.serverClock - 2_000_000)
        try first.run("ROLLBACK")
        let one = try #require(try connection.openTransactions())
        #expect(one.count == 1)
        #expect(try #require(one.oldestStart) > oldest)
        try second.run("ROLLBACK")
    }

    @Test("transactions declared read-only and snapshots of ours do not count")
    func readOnly() throws {
        let (connection, other) = (try connect(), try connect())
        let reader = try session()
        try reader.run("START TRANSACTION READ ONLY; SELECT COUNT(*) FROM events")
        try other.beginSnapshot()
        #expect(try connection.openTransactions()?.count == 0)
        try reader.run("COMMIT; BEGIN; SELECT COUNT(*) FROM events")
        #expect(try connection.openTransactions()?.count == 1)
        other.endSnapshot()
    }

    @Test("a prepared XA transaction counts, also after its session has gone")
    func prepared() throws {
        let connection = try connect()
        let session = try session()
        try session.run(
            "XA START 'x1'; INSERT INTO events () VALUES (); XA END 'x1'; XA PREPARE 'x1'")
        #expect(try connection.openTransactions()?.count == 1)
        session.close()
        let open = try #require(try connection.openTransactions())
        #expect(open.count >= 1)
        try TransactionTests.server.get().sql("XA ROLLBACK 'x1'")
        #expect(try connection.openTransactions()?.count == 0)
    }

    @Test("a statement that still waits for a table counts from its own start")
    func waiting() throws {
        let connection = try connect()
        let (holder, waiter) = (try session(), try session())
        try holder.run("LOCK TABLES other WRITE")
        let statement = try waiter.start("INSERT INTO other VALUES (1)")
        // Until the server has taken the statement up.
        let server = try TransactionTests.server.get()
        let state =
            """
            SELECT COUNT(*) FROM information_schema.processlist
            WHERE id = \(waiter.connectionID) AND state LIKE 'Waiting%'
            """
        while try server.value(state) != "1" {}
        try holder.run("DO SLEEP(0.2)")
        let open = try #require(try connection.openTransactions())
        #expect(open.count == 1)
        let start = try #require(open.oldestStart)
        #expect(start <= open.serverClock - 100_000 && start > open.serverClock - 60_000_000)
        try holder.run("UNLOCK TABLES")
        try waiter.finish(statement)
        #expect(try connection.openTransactions()?.count == 0)
    }

    @Test("the list is refused once a snapshot is open: it would come too late")
    func order() throws {
        let connection = try connect()
        try connection.beginSnapshot()
        #expect(throws: SourceError.self) { try connection.openTransactions() }
        connection.endSnapshot()
        #expect(try connection.openTransactions() != nil)
    }

    @Test("the commit counter stands still without writers and moves with each commit")
    func counter() throws {
        let (first, second) = (try connect(), try connect())
        let writer = try session()
        let before = try #require(try first.commitCounter())
        try first.beginSnapshot()
        try second.beginSnapshot()
        #expect(try second.commitCounter() == before)
        try writer.run("INSERT INTO events () VALUES ()")
        let after = try #require(try first.commitCounter())
        #expect(after > before)
        try writer.run("BEGIN; INSERT INTO events () VALUES ()")
        let started = try #require(try first.commitCounter())
        #expect(started > after)
        try writer.run("COMMIT")
        #expect(try #require(try first.commitCounter()) > started)
    }

    @Test("two snapshots with one commit counter see the same rows, later ones do not show")
    func snapshots() throws {
        let (first, second) = (try connect(), try connect())
        let table = try TestConnection.table(first, "late", "events")
        let request = ReadRequest(table: table, columns: table.columns)
        let writer = try session()
        try first.beginSnapshot()
        try second.beginSnapshot()
        let count = try first.count(request)
        try writer.run("INSERT INTO events () VALUES (), ()")
        #expect(try first.count(request) == count)
        #expect(try second.count(request) == count)
        #expect(try ReadRows(second.stream(request)).count == count)
        try first.beginSnapshot()
        #expect(try first.count(request) == count + 2)
        first.endSnapshot()
        second.endSnapshot()
    }

    @Test("no row is lost to transactions that commit late")
    func lateCommits() throws {
        let server = try TransactionTests.server.get()
        try server.sql("TRUNCATE events", database: "late")
        let isDone = Mutex(false)
        let threads = try (0..<4).map { number in
            let session = try ClientSession(server, database: "late")
            return WriterThread(session, seed: UInt64(number)) { isDone.withLock { $0 } }
        }
        let connection = try connect()
        let table = try TestConnection.table(connection, "late", "events")
        var request = ReadRequest(table: table, columns: table.columns)
        var seen: [String] = []
        var low: Int64 = 0
        var rounds = 0
        func read(upTo high: Int64) throws {
            request.predicates = [
                .greater(column: "updated_at", than: .string(Self.text(low))),
                .atMost(column: "updated_at", .string(Self.text(high))),
            ]
            seen += try ReadRows(connection.stream(request)).strings("id").compactMap(\.self)
            low = high
        }
        let deadline = Date().addingTimeInterval(6)
        while Date() < deadline {
            let open = try #require(try connection.openTransactions())
            try connection.beginSnapshot()
            let high = min(open.serverClock, open.oldestStart ?? .max) - 1_000_000
            if high > low { try read(upTo: high) }
            connection.endSnapshot()
            rounds += 1
        }
        isDone.withLock { $0 = true }
        threads.forEach { $0.wait() }
        try read(upTo: try connection.clock() + 10_000_000)
        let all = try server.rows("SELECT id FROM events ORDER BY id", database: "late").map {
            $0[0]
        }
        #expect(seen.sorted { (Int($0) ?? 0) < (Int($1) ?? 0) } == all.compactMap(\.self))
        #expect(rounds > 10 && all.count > 50)
    }

    private static func text(_ microseconds: Int64) -> String {
        let formatter = DateFormatter()
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "yyyy-MM-dd HH:mm:ss"
        let seconds = max(0, microseconds) / 1_000_000
        let fraction = String(1_000_000 + max(0, microseconds) % 1_000_000).dropFirst()
        return formatter.string(from: Date(timeIntervalSince1970: Double(seconds))) + "." + fraction
    }
}

/// Writes rows in transactions of random length, some rolled back, until told to stop.
private final class WriterThread {
    private let ended = DispatchSemaphore(value: 0)

    init(_ session: ClientSession, seed: UInt64, _ isDone: @escaping @Sendable () -> Bool) {
        let ended = self.ended
        nonisolated(unsafe) let session = session
        Thread.detachNewThread {
            var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
            func random(_ limit: UInt64) -> UInt64 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return (state >> 33) % limit
            }
            while !isDone() {
                var statements = ["BEGIN"]
                for _ in 0...random(4) {
                    statements.append("INSERT INTO events () VALUES ()")
                    statements.append("DO SLEEP(\(Double(random(400)) / 1000))")
                }
                statements.append(random(5) == 0 ? "ROLLBACK" : "COMMIT")
                _ = try? unsafe session.run(statements.joined(separator: ";"))
            }
            ended.signal()
        }
    }

    func wait() { ended.wait() }
}
