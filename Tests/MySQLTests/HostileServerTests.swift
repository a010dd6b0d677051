import MySQL
import Source
import TestSupport
import Testing

/// Servers whose global variables would change what a session reads.
@Suite("Hostile globals", .serialized)
struct HostileServerTests {
    @Test("the session does not begin where hostile globals put it")
    func hostileGlobals() throws {
        let server = try PrivateServer(PrivateServer.Options(servesTLS: false))
        try server.createSchema("hostile")
        try server.sql(
            """
            CREATE TABLE t (id INT PRIMARY KEY, note TEXT CHARACTER SET cp1251)
              WITH SYSTEM VERSIONING;
            INSERT INTO t SELECT seq, REPEAT('я', seq) FROM seq_1_to_1500;
            CREATE VIEW joined AS SELECT GROUP_CONCAT(id) AS ids, WEEK('2026-01-03') AS week,
              1 / 3 AS part, MONTHNAME('2026-05-01') AS month FROM t;
            CREATE VIEW deep AS WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n
              WHERE i < 500) SELECT i FROM n;
            SET GLOBAL sql_select_limit = 100, GLOBAL completion_type = 'RELEASE',
              GLOBAL sql_mode = 'ANSI_QUOTES,PAD_CHAR_TO_FULL_LENGTH', GLOBAL autocommit = 0,
              GLOBAL time_zone = '-05:00', GLOBAL tx_isolation = 'READ-UNCOMMITTED',
              GLOBAL system_versioning_asof = '2001-01-01', GLOBAL sql_auto_is_null = 1,
              GLOBAL group_concat_max_len = 4, GLOBAL default_week_format = 3,
              GLOBAL div_precision_increment = 0, GLOBAL lc_time_names = 'de_DE',
              GLOBAL max_recursive_iterations = 2, GLOBAL max_statement_time = 0.001,
              GLOBAL idle_transaction_timeout = 1, GLOBAL max_join_size = 10,
              GLOBAL old_mode = 'ZERO_DATE_TIME_CAST',
              GLOBAL init_connect = 'SET timestamp = 1, sql_select_limit = 3';
            """, database: "hostile")
        try server.sql(
            """
            CREATE USER reader@localhost IDENTIFIED BY 'r';
            GRANT SELECT, SHOW VIEW, PROCESS ON *.* TO reader@localhost;
            """)
        var options = TestConnection.options(server)
        (options.user, options.password) = ("reader", "r")
        let connection = try MySQLConnection(options)
        #expect(try connection.clock() > 1_700_000_000_000_000)
        for _ in 0..<2 {
            try connection.beginSnapshot()
            let table = try TestConnection.table(connection, "hostile", "t")
            let request = ReadRequest(table: table, columns: table.columns)
            #expect(try connection.count(request) == 1500)
            let rows = try ReadRows(connection.stream(request))
            #expect(rows.count == 1500)
            connection.endSnapshot()
        }
        let views = try connection.tables(
            schema: "hostile", includeViews: true, options: TypeOptions())
        let joined = try #require(views.first { $0.name == "joined" })
        let view = try ReadRows(
            connection.stream(ReadRequest(table: joined, columns: joined.columns)))
        #expect(view.strings("ids") == [(1...1500).map(String.init).joined(separator: ",")])
        #expect(view.strings("month") == ["May"])
        #expect(view.strings("part") == ["0.3333"])
        let deep = try #require(views.first { $0.name == "deep" })
        #expect(try connection.count(ReadRequest(table: deep, columns: [])) == 500)
    }

    @Test("text longer than max_allowed_packet is no NULL, whatever its character set")
    func smallPackets() throws {
        let server = try PrivateServer(PrivateServer.Options(servesTLS: false))
        try server.createSchema("packets")
        try server.sql(
            """
            CREATE TABLE t (id INT PRIMARY KEY, good TEXT CHARACTER SET cp1251,
              bad TEXT CHARACTER SET cp1251, bytes BLOB);
            INSERT INTO t VALUES (1, REPEAT('я', 1500), NULL, NULL),
              (2, NULL, CONCAT(REPEAT('a', 1500), X'98'), REPEAT('b', 1500));
            SET GLOBAL max_allowed_packet = 1024;
            """, database: "packets")
        let connection = try MySQLConnection(TestConnection.options(server))
        let table = try TestConnection.table(connection, "packets", "t")
        let rows = try ReadRows(
            connection.stream(ReadRequest(table: table, columns: table.columns)))
        #expect(rows.strings("good") == [String(repeating: "я", count: 1500), nil])
        // 0x98 has no meaning in cp1251: the bytes are kept as such.
        #expect(rows.invalidCounts == ["bad": 1])
        let raw = String(repeating: "61", count: 1500) + "98"
        let invalid = try #require(rows.strings("_sluice_invalid").last ?? nil)
        #expect(invalid.lowercased() == "{\"bad\":\"hex:\(raw)\"}")
        #expect(rows.texts("bytes").last??.count == 1500)
    }
}
