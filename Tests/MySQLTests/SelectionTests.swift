import Columnar
import MySQL
import Source
import TestSupport
import Testing

@Suite("Counts, bounds and predicates")
struct SelectionTests {
    private static let schema = Result {
        let server = try PrivateServer.shared()
        try server.createSchema("selections")
        try server.sql(
            """
            SET sql_mode = '', time_zone = '+00:00';
            CREATE TABLE keyed (
              id INT PRIMARY KEY, u BIGINT UNSIGNED, d DECIMAL(20,6), s VARCHAR(20) COLLATE utf8mb4_general_ci,
              b VARBINARY(8), t DATETIME(6), ts TIMESTAMP(3) NULL, e ENUM('z','m','a'), f FLOAT, n INT,
              KEY by_time (t), KEY by_text (s));
            INSERT INTO keyed VALUES
              (1, 18446744073709551615, -1.5, 'b''; --', 0x00FF, '2026-01-01 00:00:00.000001', '2026-01-01', 'a', 0.1, NULL),
              (2, 9223372036854775808, 10.000001, 'B\\\\', 0x00, '2026-01-02', '2026-01-02 00:00:00.001', 'z', 0.2, NULL),
              (3, 5, 9.999999, 'ä', 0xFF00, '2026-01-03 23:59:59.999999', NULL, 'm', -3.5, 7),
              (4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
            """, database: "selections")
        return "selections"
    }

    private func request() throws -> (MySQLConnection, ReadRequest) {
        let connection = try TestConnection.root()
        let table = try TestConnection.table(connection, SelectionTests.schema.get(), "keyed")
        return (connection, ReadRequest(table: table, columns: table.columns))
    }

    struct Bounds: Sendable, CustomTestStringConvertible {
        var column: String
        var low: SourceValue
        var high: SourceValue
        var testDescription: String { column }
    }

    @Test(
        "bounds are exact, in the server's order",
        arguments: [
            Bounds(column: "id", low: .integer(1), high: .integer(4)),
            Bounds(column: "u", low: .integer(5), high: .unsigned(.max)),
            Bounds(column: "d", low: .string("-1.500000"), high: .string("10.000001")),
            Bounds(column: "s", low: .string("ä"), high: .string("B\\")),
            Bounds(column: "b", low: .text([0]), high: .text([0xFF, 0])),
            Bounds(
                column: "t", low: .string("2026-01-01 00:00:00.000001"),
                high: .string("2026-01-03 23:59:59.999999")),
            Bounds(
                column: "ts", low: .string("2026-01-01 00:00:00.000"),
                high: .string("2026-01-02 00:00:00.001")),
            Bounds(column: "e", low: .integer(1), high: .integer(3)),
            Bounds(column: "n", low: .integer(7), high: .integer(7)),
        ])
    func bounds(expected: Bounds) throws {
        let (connection, request) = try request()
        let column = try #require(request.table[column: expected.column])
        let found = try #require(try connection.bounds(of: column, request))
        #expect(found.low == expected.low)
        #expect(found.high == expected.high)
        // A bound read back and bound again selects its own rows.
        var within = request
        within.predicates = [
            .atLeast(column: column.name, found.low), .atMost(column: column.name, found.high),
        ]
        var present = request
        present.predicates = [.isNotNull(column: column.name)]
        #expect(try connection.count(within) == connection.count(present))
    }

    @Test("a FLOAT bound finds its own row again")
    func floatBounds() throws {
        let (connection, request) = try request()
        let column = try #require(request.table[column: "f"])
        let found = try #require(try connection.bounds(of: column, request))
        var equal = request
        equal.predicates = [.atLeast(column: "f", found.high)]
        #expect(try connection.count(equal) == 1)
    }

    @Test("there are no bounds without values")
    func noBounds() throws {
        var (connection, request) = try request()
        request.predicates = [.isNull(column: "n"), .less(column: "id", than: .integer(2))]
        let column = try #require(request.table[column: "n"])
        #expect(try connection.bounds(of: column, request) == nil)
    }

    @Test("the value at an offset is the server's, nil past the end")
    func valueAtOffset() throws {
        var (connection, request) = try request()
        request.predicates = [.isNotNull(column: "s")]
        let text = try #require(request.table[column: "s"])
        let texts = try (0..<4).map { try connection.value(of: text, atOffset: $0, request) }
        #expect(texts == [.string("ä"), .string("b'; --"), .string("B\\"), nil])
        let id = try #require(request.table[column: "id"])
        #expect(try connection.value(of: id, atOffset: 2, request) == .integer(3))
    }

    @Test("predicates select what they say")
    func predicates() throws {
        let (connection, request) = try request()
        let cases: [([RowPredicate], [String])] = [
            (
                [.greater(column: "id", than: .integer(1)), .atMost(column: "id", .integer(3))],
                ["2", "3"]
            ),
            ([.less(column: "id", than: .integer(2))], ["1"]),
            ([.greater(column: "u", than: .unsigned(9_223_372_036_854_775_808))], ["1"]),
            ([.isNull(column: "s")], ["4"]),
            ([.anyOf(column: "id", [.integer(4), .integer(2), .integer(99)])], ["2", "4"]),
            ([.anyOf(column: "s", [.string("b'; --"), .string("B\\")])], ["1", "2"]),
            ([.anyOf(column: "id", [])], []),
            ([.anyOf(column: "b", [.text([0]), .text([0xFF, 0])])], ["2", "3"]),
            ([.greater(column: "t", than: .string("2026-01-02 00:00:00.000000"))], ["3"]),
            ([.atLeast(column: "d", .string("9.9999995"))], ["2"]),
            ([.greater(column: "e", than: .integer(1))], ["1", "3"]),
        ]
        for (predicates, ids) in cases {
            var chosen = request
            chosen.predicates = predicates
            let rows = try ReadRows(connection.stream(chosen))
            #expect(rows.strings("id").compactMap(\.self).sorted() == ids, "\(predicates)")
            #expect(try connection.count(chosen) == ids.count)
        }
    }

    @Test("rows come in the order and number asked for, and equal ones once")
    func orders() throws {
        var (connection, request) = try request()
        request.columns = request.columns.filter { $0.name == "id" }
        let cases: [([ReadOrder], Int?, [String])] = [
            ([ReadOrder(column: "id", isDescending: true)], 3, ["4", "3", "2"]),
            ([ReadOrder(column: "t")], nil, ["4", "1", "2", "3"]),
            // ENUM by number: z, m, a.
            ([ReadOrder(column: "e", isDescending: true)], 2, ["1", "3"]),
            (
                [ReadOrder(column: "n"), ReadOrder(column: "id", isDescending: true)], nil,
                ["4", "2", "1", "3"]
            ),
            ([], 0, []),
        ]
        for (order, limit, ids) in cases {
            request.order = order
            request.limit = limit
            #expect(try ReadRows(connection.stream(request)).strings("id") == ids)
        }
        (request.order, request.limit, request.isDistinct) = ([], nil, true)
        request.columns = request.table.columns.filter { $0.name == "n" }
        #expect(try ReadRows(connection.stream(request)).strings("n").count == 2)
    }

    @Test("values are looked for as the server compares")
    func presence() throws {
        var (connection, request) = try request()
        let texts = ["Ä", "b\\ ", "B\\x", "b'; --"].map { SourceValue.string($0) }
        #expect(
            try connection.presence(of: texts, in: "s", request) == [true, true, false, true])
        #expect(
            try connection.presence(of: [.unsigned(.max), .integer(6)], in: "u", request)
                == [true, false])
        #expect(
            try connection.presence(of: [.text([0xFF, 0]), .text([0xFF])], in: "b", request)
                == [true, false])
        #expect(try connection.presence(of: [], in: "b", request) == [])
        request.condition = "id <> 3 -- so"
        #expect(try connection.presence(of: texts, in: "s", request) == [false, true, false, true])
    }

    @Test("the operator's condition stands in parentheses, even with a comment at its end")
    func condition() throws {
        var (connection, request) = try request()
        request.predicates = [.atMost(column: "id", .integer(1))]
        request.condition = "id > 0 OR id < 0 -- or so"
        #expect(try connection.count(request) == 1)
        #expect(try ReadRows(connection.stream(request)).strings("id") == ["1"])
        request.condition = "nonsense ("
        let error = #expect(throws: SourceError.self) { try connection.count(request) }
        #expect(error?.code == .statement)
        request.condition = "id = ?"
        #expect(throws: SourceError.self) { try connection.count(request) }
    }

    @Test("the plan names the index a range would use")
    func explain() throws {
        var (connection, request) = try request()
        request.columns = request.columns.filter { $0.name == "t" }
        request.predicates = [
            .greater(column: "t", than: .string("2026-01-02 12:00:00.000000"))
        ]
        let plan = try connection.explain(request)
        #expect(plan.index == "by_time")
        #expect(plan.accessType == "range")
        #expect(plan.rowsEstimate >= 1)
        request.predicates = [.anyOf(column: "s", [.string("it's \\ \0 ä")])]
        #expect(try connection.explain(request).index == "by_text")
        request.predicates = [.anyOf(column: "b", [.text([0, 39, 92])])]
        #expect(try connection.explain(request).accessType == "ALL")
    }
}
