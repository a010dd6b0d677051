import Columnar
import Foundation
import MySQL
import Source
import TestSupport
import Testing

@Suite("Row stream")
struct StreamTests {
    private static let schema = Result {
        let server = try PrivateServer.shared()
        try server.createSchema("streams")
        try server.sql(
            """
            CREATE TABLE numbers (id INT PRIMARY KEY, name VARCHAR(20), unlike VARCHAR(60), note TEXT);
            INSERT INTO numbers SELECT seq, ELT(1 + seq % 3, 'red', 'grün', NULL),
              CONCAT('value ', SHA1(seq)), IF(seq % 1000 = 0, REPEAT('n', 300), NULL)
              FROM seq_1_to_200000;
            CREATE TABLE longs (id INT PRIMARY KEY, t LONGTEXT);
            INSERT INTO longs VALUES (1, REPEAT('a', 250)), (2, REPEAT('b', 251)), (3, REPEAT('c', 65535)),
              (4, REPEAT('d', 65536)), (5, REPEAT('e', 17000000)), (6, ''), (7, NULL);
            CREATE TABLE empty_table (id INT PRIMARY KEY, v VARCHAR(5), d DATE);
            CREATE TABLE `a``b ""c` (`x``y` INT PRIMARY KEY, `?` INT, `a b` VARCHAR(5), `日本` INT);
            INSERT INTO `a``b ""c` VALUES (1, 2, 'three', 4);
            CREATE TABLE dates (id INT PRIMARY KEY, `d"\\1` DATE, e DATETIME(2), n INT);
            """, database: "streams")
        try server.sql(
            """
            SET sql_mode = '';
            INSERT INTO dates VALUES (1, '2025-01-00', '0000-00-00', 5), (2, '2025-01-01', NULL, 6),
              (3, NULL, '2024-00-01 00:00:01.5', 7);
            """, database: "streams")
        return "streams"
    }

    private func request(_ name: String, _ columns: [String]? = nil) throws
        -> (MySQLConnection, ReadRequest)
    {
        let connection = try TestConnection.root()
        let table = try TestConnection.table(connection, StreamTests.schema.get(), name)
        let chosen = columns.map { $0.compactMap { table[column: $0] } } ?? table.columns
        return (connection, ReadRequest(table: table, columns: chosen))
    }

    @Test("the client library's public way gives the same rows, and can be stopped midway")
    func publicWay() throws {
        let (_, request) = try request("numbers")
        let packets = try ReadRows(TestConnection.root().stream(request))
        let connection = try TestConnection.root(readsPackets: false)
        let rows = try ReadRows(connection.stream(request))
        #expect(rows.count == 200_000)
        for column in request.columns {
            #expect(rows.texts(column.name) == packets.texts(column.name))
        }
        let stopped = try connection.stream(request)
        #expect(try stopped.next() != nil)
        stopped.cancel()
        #expect(try connection.count(request) == 200_000)
        let long = try connection.stream(self.request("longs").1)
        let texts = try ReadRows(long).texts("t")
        #expect(texts.map { $0?.count } == [250, 251, 65_535, 65_536, 17_000_000, 0, nil])
        #expect(try ReadRows(connection.stream(self.request("empty_table").1)).count == 0)
    }

    @Test("an empty table is one end of data with the schema known")
    func empty() throws {
        let (connection, request) = try request("empty_table")
        let stream = try connection.stream(request)
        #expect(stream.schema.fields.map(\.name) == ["id", "v", "d", "_sluice_invalid"])
        #expect(stream.schema["v"]?.metadata["sluice.source_type"] == "varchar(5)")
        #expect(try stream.next() == nil)
        #expect(try stream.next() == nil)
        #expect(try connection.count(request) == 0)
    }

    @Test(
        "batches hold at most the rows asked for and together all of them",
        arguments: [1, 63, 64, 1000, 16_384, 1_000_000])
    func batchRows(limit: Int) throws {
        var (connection, request) = try request("numbers", ["id"])
        request.batchRowCount = limit
        if limit < 64 { request.predicates = [.atMost(column: "id", .integer(500))] }
        let rows = try ReadRows(connection.stream(request))
        let total = limit < 64 ? 500 : 200_000
        #expect(rows.count == total)
        #expect(rows.batches.dropLast().allSatisfy { $0.count <= limit })
        let ids = rows.strings("id")
        #expect(ids.first == "1" && ids.last == "\(total)")
        #expect(Set(ids).count == total)
    }

    @Test("batches stop at the bytes asked for")
    func batchBytes() throws {
        var (connection, request) = try request("numbers")
        request.batchByteCount = 100_000
        let rows = try ReadRows(connection.stream(request))
        #expect(rows.count == 200_000)
        #expect(rows.batches.allSatisfy { $0.count < 4000 })
    }

    @Test("repeating texts become codes of one growing dictionary, others stay bytes")
    func dictionaries() throws {
        let (connection, request) = try request("numbers")
        let rows = try ReadRows(connection.stream(request))
        var lineages: Set<Lineage> = []
        for batch in rows.batches {
            guard case .dictionary(_, let values) = batch["name"]?.storage else {
                Issue.record("`name` is not a dictionary")
                continue
            }
            lineages.insert(values.lineage)
            #expect(
                values.values == ByteVector(["grün", "red"])
                    || values.values == ByteVector(["grün"]))
        }
        #expect(lineages.count == 1)
        guard case .bytes = rows.batches.last?["unlike"]?.storage else {
            Issue.record("`unlike` is still a dictionary after 200,000 distinct values")
            return
        }
        let expected = try PrivateServer.shared().rows(
            "SELECT name, unlike, note FROM numbers ORDER BY id", database: "streams")
        #expect(rows.strings("name") == expected.map { $0[0] })
        #expect(rows.strings("unlike") == expected.map { $0[1] })
        #expect(rows.strings("note") == expected.map { $0[2] })
    }

    @Test("odd names of tables and columns are read by their names")
    func oddNames() throws {
        let (connection, request) = try request("a`b \"\"c")
        #expect(request.columns.map(\.name) == ["x`y", "?", "a b", "日本"])
        let rows = try ReadRows(connection.stream(request))
        #expect(rows.strings("x`y") == ["1"])
        #expect(rows.strings("?") == ["2"])
        #expect(rows.strings("a b") == ["three"])
        #expect(rows.strings("日本") == ["4"])
        var bounded = request
        bounded.predicates = [.greater(column: "?", than: .integer(1)), .isNotNull(column: "x`y")]
        #expect(try connection.count(bounded) == 1)
    }

    @Test("only the columns asked for are read, in that order; none at all still counts rows")
    func chosenColumns() throws {
        let (connection, request) = try request("numbers", ["name", "id"])
        let stream = try connection.stream(request)
        let batch = try #require(try stream.next())
        #expect(batch.schema.fields.map(\.name) == ["name", "id", "_sluice_invalid"])
        stream.cancel()
        var none = request
        none.columns = []
        #expect(try ReadRows(connection.stream(none)).count == 200_000)
    }

    @Test("values without a typed form are told a row, as one JSON object, and counted")
    func invalid() throws {
        let (connection, request) = try request("dates")
        let rows = try ReadRows(connection.stream(request))
        #expect(rows.strings("n") == ["5", "6", "7"])
        #expect(rows.strings("d\"\\1") == [nil, "2025-01-01", nil])
        #expect(
            rows.strings("_sluice_invalid") == [
                #"{"d\"\\1":"2025-01-00","e":"0000-00-00 00:00:00.00"}"#, nil,
                #"{"e":"2024-00-01 00:00:01.50"}"#,
            ])
        #expect(rows.invalidCounts == ["d\"\\1": 1, "e": 2])
    }

    @Test("DATETIME is read at the offset given, TIMESTAMP never")
    func offset() throws {
        let server = try PrivateServer.shared()
        _ = try StreamTests.schema.get()
        try server.sql(
            """
            SET time_zone = '+00:00';
            CREATE OR REPLACE TABLE zones (id INT PRIMARY KEY, d DATETIME(6), t TIMESTAMP(6) NULL);
            INSERT INTO zones VALUES (1, '2026-03-29 02:30:00.000001', '2026-03-29 02:30:00.000001');
            """, database: "streams")
        var (connection, request) = try request("zones")
        request.options.timeZone = ZoneRules(name: "+05:30", offsetSeconds: 19_800)
        let rows = try ReadRows(connection.stream(request))
        #expect(rows.strings("d") == ["2026-03-28T21:00:00.000001Z"])
        #expect(rows.strings("t") == ["2026-03-29T02:30:00.000001Z"])
    }

    @Test("text that is not UTF-8 becomes null and its bytes, in dictionaries and plain")
    func invalidText() throws {
        let server = try PrivateServer.shared()
        _ = try StreamTests.schema.get()
        // The server checks what it stores, so the bytes are stored as latin1 and the table's
        // definition is then exchanged beneath them.
        try server.sql(
            """
            CREATE OR REPLACE TABLE broken (id INT PRIMARY KEY, v VARCHAR(20)) ENGINE=MyISAM CHARACTER SET latin1;
            CREATE OR REPLACE TABLE plain (id INT PRIMARY KEY, v VARCHAR(5)) ENGINE=MyISAM CHARACTER SET utf8mb4;
            INSERT INTO broken VALUES (1, 'ok'), (2, 0xC328), (3, 0xE282AC), (4, 0xEDA080), (5, 0xF4908080),
              (6, 0xC0AF), (7, ''), (8, 0xE282), (9, 0xF09F8E89), (10, 0xC328), (11, 0x80), (12, NULL);
            FLUSH TABLES broken, plain;
            """, database: "streams")
        let folder = server.dataFolder.appendingPathComponent("streams")
        for suffix in ["MYD", "MYI"] {
            let target = folder.appendingPathComponent("plain.\(suffix)")
            try Command.check(
                "cp", [folder.appendingPathComponent("broken.\(suffix)").path, target.path])
        }
        try server.sql("FLUSH TABLES plain", database: "streams")
        let (connection, request) = try request("plain")
        let rows = try ReadRows(connection.stream(request))
        #expect(
            rows.strings("v") == [
                "ok", nil, "€", nil, nil, nil, "", nil, "🎉", nil, nil, nil,
            ])
        let raw = ["C328", "EDA080", "F4908080", "C0AF", "E282", "C328", "80"]
        #expect(
            rows.strings("_sluice_invalid").compactMap(\.self)
                == raw.map { "{\"v\":\"hex:\($0)\"}" })
        #expect(rows.invalidCounts == ["v": 7])
    }

    @Test("text without a UTF-8 form is kept as its bytes, never as question marks")
    func untranslatable() throws {
        let server = try PrivateServer.shared()
        let schema = try StreamTests.schema.get()
        try server.sql(
            """
            CREATE OR REPLACE TABLE cyrillic (id INT PRIMARY KEY,
              v VARCHAR(20) CHARACTER SET cp1251, e ENUM('да','нет') CHARACTER SET cp1251);
            SET sql_mode = '';
            INSERT INTO cyrillic VALUES (1, 'привет', 'да'), (2, X'6198', 'нет'), (3, '?', NULL),
              (4, NULL, ''), (5, '', 1);
            """, database: schema)
        let (connection, request) = try request("cyrillic")
        let rows = try ReadRows(connection.stream(request))
        #expect(rows.strings("v") == ["привет", nil, "?", nil, ""])
        #expect(rows.strings("e") == ["да", "нет", nil, "", "да"])
        #expect(
            rows.strings("_sluice_invalid") == [nil, #"{"v":"hex:6198"}"#, nil, nil, nil])
    }

    @Test("a boolean asked for by configuration fails on any value but 0 and 1")
    func strictBoolean() throws {
        let server = try PrivateServer.shared()
        let schema = try StreamTests.schema.get()
        try server.sql(
            "CREATE OR REPLACE TABLE flags (id INT PRIMARY KEY, f TINYINT(1)); "
                + "INSERT INTO flags VALUES (1, 1), (2, 2)",
            database: schema)
        var options = TypeOptions()
        options.tinyint1IsBoolean = true
        let connection = try TestConnection.root()
        let table = try TestConnection.table(connection, schema, "flags", options)
        var request = ReadRequest(table: table, columns: table.columns)
        request.options = options
        let stream = try connection.stream(request)
        let error = #expect(throws: SourceError.self) { _ = try stream.next() }
        #expect(error?.code == .value)
        #expect(error?.subject == "streams.flags.f")
        #expect(error?.message.contains("2") == true)
    }

    @Test("a column altered between catalog and read is told, not misread")
    func altered() throws {
        let server = try PrivateServer.shared()
        let schema = try StreamTests.schema.get()
        try server.sql(
            "CREATE OR REPLACE TABLE moving (id INT PRIMARY KEY, v INT)", database: schema)
        let (connection, request) = try request("moving")
        try server.sql("ALTER TABLE moving MODIFY v BIGINT", database: schema)
        let error = #expect(throws: SourceError.self) { try connection.stream(request) }
        #expect(error?.subject == "streams.moving.v")
        try server.sql("ALTER TABLE moving DROP v", database: schema)
        let gone = #expect(throws: SourceError.self) { try connection.stream(request) }
        #expect(gone?.code == .missing)
    }
}
