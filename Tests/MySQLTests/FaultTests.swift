import Columnar
import Foundation
import MySQL
import Source
import TestSupport
import Testing

/// What ends a stream: only the server's end of data (P8, P22).
@Suite("Broken reads")
struct FaultTests {
    private static let schema = Result {
        let server = try PrivateServer.shared()
        try server.createSchema("faults")
        try server.sql(
            """
            CREATE TABLE small (id INT PRIMARY KEY, v VARCHAR(20));
            INSERT INTO small SELECT seq, CONCAT('row ', seq) FROM seq_1_to_40;
            CREATE TABLE large (id INT PRIMARY KEY, v VARCHAR(200));
            INSERT INTO large SELECT seq, REPEAT(SHA1(seq), 5) FROM seq_1_to_200000;
            """, database: "faults")
        return "faults"
    }

    private func request(_ connection: MySQLConnection, _ name: String) throws -> ReadRequest {
        let table = try TestConnection.table(connection, FaultTests.schema.get(), name)
        return ReadRequest(table: table, columns: table.columns)
    }

    private func options(port: Int) -> ConnectionOptions {
        var options = ConnectionOptions()
        options.port = port
        options.user = "root"
        options.tlsMode = .disabled
        return options
    }

    @Test("a connection cut after any byte of the result gives an error, never a short table")
    func cutAnywhere() throws {
        let server = try PrivateServer.shared()
        let request = try request(TestConnection.root(), "small")
        // How many bytes the server sends before and with the rows.
        let whole = try Relay(to: server.port, byteLimit: .max, ending: .close)
        let connection = try MySQLConnection(options(port: whole.port))
        let before = whole.passedByteCount
        #expect(try ReadRows(connection.stream(request)).count == 40)
        let resultSize = whole.passedByteCount - before
        #expect(resultSize > 600)
        var cuts = 0
        for cut in stride(from: 0, to: resultSize, by: 3) + [resultSize - 2, resultSize - 1] {
            let relay = try Relay(to: server.port, byteLimit: before + cut, ending: .close)
            let connection = try MySQLConnection(options(port: relay.port))
            let error = #expect(throws: SourceError.self, "cut after \(cut) bytes") {
                _ = try ReadRows(connection.stream(request))
            }
            #expect(error?.code == .lost)
            #expect(error?.isTransient == true)
            cuts += 1
        }
        #expect(cuts > 200)
    }

    @Test("a server that falls silent is given up after the read timeout")
    func watchdog() throws {
        let server = try PrivateServer.shared()
        let request = try request(TestConnection.root(), "large")
        let relay = try Relay(to: server.port, byteLimit: 200_000, ending: .silence)
        var options = options(port: relay.port)
        options.readTimeoutSeconds = 1
        let stream = try MySQLConnection(options).stream(request)
        let start = Date()
        let error = #expect(throws: SourceError.self) { while try stream.next() != nil {} }
        #expect(error?.code == .lost)
        #expect(Date().timeIntervalSince(start) < 30)
        #expect(try stream.next() == nil)
    }

    @Test(
        "a killed connection and a killed statement are errors, and can be tried again",
        arguments: [false, true])
    func killed(statementOnly: Bool) throws {
        let server = try PrivateServer.shared()
        let connection = try TestConnection.root()
        var request = try request(connection, "large")
        request.condition = "'marked \(statementOnly)' <> ''"
        let stream = try connection.stream(request)
        let first = try #require(try stream.next())
        #expect(first.count == request.batchRowCount)
        let id = try #require(
            try server.value(
                """
                SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID()
                AND info LIKE 'SELECT `id`%marked \(statementOnly)%'
                """))
        try server.sql("KILL \(statementOnly ? "QUERY" : "CONNECTION") \(id)")
        let error = #expect(throws: SourceError.self) { while try stream.next() != nil {} }
        #expect(error?.code == (statementOnly ? .interrupted : .lost))
        #expect(error?.isTransient == true)
        if statementOnly {
            #expect(try connection.count(request) == 200_000)
        } else {
            #expect(throws: SourceError.self) { try connection.count(request) }
        }
    }

    @Test("a cancelled read leaves the connection and its snapshot usable at once")
    func cancelled() throws {
        let connection = try TestConnection.root()
        let request = try request(connection, "large")
        try connection.beginSnapshot()
        for _ in 0..<3 {
            let stream = try connection.stream(request)
            _ = try stream.next()
            stream.cancel()
            stream.cancel()
            #expect(try stream.next() == nil)
            #expect(try connection.count(request) == 200_000)
        }
        do { _ = try connection.stream(request).next() }
        #expect(try ReadRows(connection.stream(request)).count == 200_000)
        connection.endSnapshot()
    }

    @Test("a cancel that comes after the last row was sent does not hit the next statement")
    func cancelledLate() throws {
        let connection = try TestConnection.root()
        var request = try request(connection, "small")
        request.batchRowCount = 1
        for _ in 0..<20 {
            let stream = try connection.stream(request)
            _ = try stream.next()
            stream.cancel()
            #expect(try connection.count(request) == 40)
        }
    }

    @Test(
        "rows of sixteen megabytes and more come whole, compressed too", arguments: [false, true])
    func hugeRows(isCompressed: Bool) throws {
        let server = try PrivateServer.shared()
        _ = try FaultTests.schema.get()
        let lengths = [
            0, 65_535, 65_536, (1 << 24) - 20, (1 << 24) - 5, (1 << 24) - 1, 1 << 24,
            (1 << 24) + 1, 2 * ((1 << 24) - 1), 40_000_000,
        ]
        let name = isCompressed ? "huge_compressed" : "huge"
        let values = lengths.enumerated().map {
            "(\($0), LEFT(REPEAT(X'00FF10C3', 10000001), \($1)))"
        }
        try server.sql(
            """
            CREATE TABLE \(name) (id INT PRIMARY KEY, v LONGBLOB);
            INSERT INTO \(name) VALUES \(values.joined(separator: ","));
            """, database: "faults")
        var options = TestConnection.options(server)
        options.isCompressed = isCompressed
        let connection = try MySQLConnection(options)
        let request = try request(connection, name)
        let stream = try connection.stream(request)
        let expected = unsafe [UInt32](repeating: 0xC310_FF00, count: 10_000_001)
            .withUnsafeBytes { unsafe Data($0) }
        var rowIndex = 0
        while let batch = try stream.next() {
            guard case .bytes(let vector) = batch["v"]?.storage else {
                Issue.record("no bytes")
                return
            }
            for row in 0..<batch.count {
                try #require(vector[row].count == lengths[rowIndex])
                let isEqual = Data(vector[row]) == expected.prefix(lengths[rowIndex])
                #expect(isEqual, "the row of \(lengths[rowIndex]) bytes")
                rowIndex += 1
            }
        }
        #expect(rowIndex == lengths.count)
        try server.sql("DROP TABLE \(name)", database: "faults")
    }

    @Test("a lock on the table is waited for only as long as configured")
    func metadataLock() throws {
        let server = try PrivateServer.shared()
        _ = try FaultTests.schema.get()
        let session = try ClientSession(server, database: "faults")
        try session.run("CREATE OR REPLACE TABLE locked (id INT PRIMARY KEY)")
        var options = TestConnection.options(server)
        options.lockWaitTimeoutSeconds = 1
        let connection = try MySQLConnection(options)
        let request = try request(connection, "locked")
        try session.run("LOCK TABLES locked WRITE")
        let error = #expect(throws: SourceError.self) { try connection.count(request) }
        #expect(error?.code == .interrupted)
        try session.run("UNLOCK TABLES")
        #expect(try connection.count(request) == 0)
    }
}
