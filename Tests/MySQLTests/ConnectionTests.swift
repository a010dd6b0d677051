import Foundation
import MySQL
import Source
import TestSupport
import Testing

@Suite("Connection")
struct ConnectionTests {
    private static let secret = "s3cr3t-'\"\\ pässword"

    /// Users with few rights, made once.
    private static let users = Result {
        let server = try PrivateServer.shared()
        try server.createSchema("rights")
        let quoted = secret.replacingOccurrences(of: "\\", with: "\\\\")
            .replacingOccurrences(of: "'", with: "''")
        try server.sql(
            """
            CREATE TABLE rights.open_table (id INT PRIMARY KEY);
            CREATE TABLE rights.closed_table (id INT PRIMARY KEY);
            CREATE USER few@'%' IDENTIFIED BY '\(quoted)', few@localhost IDENTIFIED BY '\(quoted)';
            GRANT SELECT ON rights.open_table TO few@'%', few@localhost;
            CREATE USER many@localhost IDENTIFIED BY '\(quoted)';
            GRANT SELECT, PROCESS ON *.* TO many@localhost;
            """)
        return server
    }

    private func options(_ user: String = "few") throws -> ConnectionOptions {
        var options = TestConnection.options(try ConnectionTests.users.get())
        options.user = user
        options.password = ConnectionTests.secret
        return options
    }

    @Test("says who the server is, the same on every connection")
    func identity() throws {
        let first = try TestConnection.root().identity
        var options = TestConnection.options(try PrivateServer.shared())
        options.socket = nil
        options.host = "127.0.0.1"
        options.port = try PrivateServer.shared().port
        let second = try MySQLConnection(options).identity
        #expect(first.product == "MariaDB")
        #expect(first.version == (try PrivateServer.shared().value("SELECT VERSION()")))
        #expect(!first.identifier.isEmpty)
        #expect(first.identifier == second.identifier)
        #expect(!first.identifier.contains(String(options.port)))
    }

    @Test("the server's clock is UTC")
    func clock() throws {
        let before = Date().timeIntervalSince1970
        let clock = try Double(TestConnection.root().clock()) / 1e6
        let after = Date().timeIntervalSince1970
        #expect(clock > before - 1 && clock < after + 1)
    }

    @Test("a session is read-only, in UTC, in UTF-8 and without an sql_mode")
    func session() throws {
        let connection = try TestConnection.root()
        var request = ReadRequest(
            table: SourceTable(schema: "mysql", name: "user"), columns: [])
        let all = try connection.count(request)
        request.condition = """
            @@session.time_zone = '+00:00' AND @@session.sql_mode = '' AND @@session.tx_read_only
            AND @@session.tx_isolation = 'REPEATABLE-READ' AND @@session.lock_wait_timeout = 5
            AND @@session.net_write_timeout >= 3600 AND @@session.max_statement_time = 0
            AND @@session.character_set_results = 'utf8mb4' -- the operator's own comment
            """
        #expect(try connection.count(request) == all)
        #expect(all > 0)
    }

    private static func request(_ connection: MySQLConnection) throws -> ReadRequest {
        _ = try users.get()
        let table = try TestConnection.table(connection, "rights", "open_table")
        return ReadRequest(table: table, columns: table.columns)
    }

    @Test("a wrong password is refused, and no password is told")
    func wrongPassword() throws {
        var options = try options()
        options.password = ConnectionTests.secret + "x"
        let error = #expect(throws: SourceError.self) { try MySQLConnection(options) }
        #expect(error?.code == .refused)
        #expect(error?.message.contains("1045") == true)
        #expect(error?.hint?.contains("source.password") == true)
        let printed = "\(String(describing: error)) \(options) \(String(reflecting: options))"
        #expect(!printed.contains("s3cr3t"))
        var dumped = ""
        dump(options, to: &dumped)
        #expect(!dumped.contains("s3cr3t"))
    }

    @Test(
        "a host that is not there is unreachable", arguments: ["127.0.0.1", "no-such-host.invalid"])
    func unreachable(host: String) throws {
        var options = try options()
        options.socket = nil
        options.host = host
        options.port = 1
        options.connectTimeoutSeconds = 3
        let error = #expect(throws: SourceError.self) { try MySQLConnection(options) }
        #expect(error?.code == .unreachable)
        #expect(error?.subject == "few@\(host):1")
        #expect(error?.hint?.contains("source.host") == true)
    }

    @Test("a socket that is not there is unreachable")
    func noSocket() throws {
        var options = try options()
        options.socket = "/nowhere/socket"
        #expect(throws: SourceError.self) { try MySQLConnection(options) }
    }

    @Test("without PROCESS there is no list of transactions and no counter, and no error")
    func withoutProcess() throws {
        let connection = try MySQLConnection(options())
        #expect(try connection.openTransactions() == nil)
        #expect(try connection.commitCounter() == nil)
    }

    @Test("with PROCESS alone there are both")
    func withProcess() throws {
        let connection = try MySQLConnection(options("many"))
        #expect(try connection.openTransactions() != nil)
        #expect(try connection.commitCounter() != nil)
    }

    @Test("a table without the right to read it is a missing privilege")
    func privilege() throws {
        let connection = try MySQLConnection(options())
        let table = SourceTable(schema: "rights", name: "closed_table")
        let error = #expect(throws: SourceError.self) {
            try connection.count(ReadRequest(table: table, columns: []))
        }
        #expect(error?.code == .privilege)
        #expect(error?.subject == "rights.closed_table")
        #expect(error?.isTransient == false)
    }

    @Test("only what the user may read is in the catalog")
    func visible() throws {
        let tables = try MySQLConnection(options()).tables(
            schema: "rights", includeViews: true, options: TypeOptions())
        #expect(tables.map(\.name) == ["open_table"])
    }

    @Test("a closed connection gives an error, not a crash")
    func closed() throws {
        let connection = try TestConnection.root()
        let request = try ConnectionTests.request(connection)
        connection.close()
        connection.close()
        #expect(throws: SourceError.self) { try connection.count(request) }
        #expect(throws: SourceError.self) { try connection.clock() }
        #expect(throws: SourceError.self) { try connection.stream(request) }
    }

    @Test("a compressed connection reads the same")
    func compressed() throws {
        var options = try options("many")
        options.isCompressed = true
        let connection = try MySQLConnection(options)
        #expect(try connection.count(ConnectionTests.request(connection)) == 0)
    }
}
