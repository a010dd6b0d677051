import Columnar
import MySQL
import Source
import TestSupport
import Testing

/// Every row of the type contract, compared with the server's own text of the same values.
@Suite("Types")
struct TypeTests {
    private static let schema = Result {
        try PrivateServer.shared().createSchema("types")
        return "types"
    }

    private static func boolean(_ change: (inout TypeOptions) -> Void) -> TypeOptions {
        var options = TypeOptions()
        change(&options)
        return options
    }

    static let numbers: [TypeCase] = [
        TypeCase("TINYINT", .byte, ["-128", "127", "0", "-1"]),
        TypeCase("TINYINT(1)", .byte, ["0", "1", "2", "-128"]),
        TypeCase("TINYINT UNSIGNED", .short, ["0", "255", "128"]),
        TypeCase("SMALLINT", .short, ["-32768", "32767", "0"]),
        TypeCase("SMALLINT UNSIGNED", .integer, ["65535", "0", "32768"]),
        TypeCase("MEDIUMINT", .integer, ["-8388608", "8388607", "0"]),
        TypeCase("MEDIUMINT UNSIGNED", .integer, ["16777215", "0"]),
        TypeCase("INT", .integer, ["-2147483648", "2147483647", "0"]),
        TypeCase("INT UNSIGNED", .long, ["4294967295", "0", "2147483648"]),
        TypeCase("INT(5) ZEROFILL", .long, ["7", "4294967295"], "CAST(v + 0 AS CHAR)"),
        TypeCase("BIGINT", .long, ["-9223372036854775808", "9223372036854775807", "0"]),
        TypeCase(
            "BIGINT UNSIGNED", .decimal(precision: 20, scale: 0),
            ["18446744073709551615", "9223372036854775808", "0"]),
        TypeCase(
            "DECIMAL(12,2)", .decimal(precision: 12, scale: 2),
            ["9999999999.99", "-9999999999.99", "0", "-0.01", "12.3"]),
        TypeCase(
            "DECIMAL(18,0) UNSIGNED", .decimal(precision: 18, scale: 0),
            ["999999999999999999", "0"]),
        TypeCase(
            "DECIMAL(10,3) ZEROFILL", .decimal(precision: 10, scale: 3), ["1.5", "9999999.999"],
            "CAST(v + 0 AS CHAR)"),
        TypeCase(
            "DECIMAL(19,19)", .decimal(precision: 19, scale: 19),
            ["0.9999999999999999999", "-0.0000000000000000001"]),
        TypeCase(
            "DECIMAL(38,10)", .decimal(precision: 38, scale: 10),
            [
                "9999999999999999999999999999.9999999999",
                "-9999999999999999999999999999.9999999999", "0.0000000001",
            ]),
        TypeCase(
            "DECIMAL(65,30)", .string,
            [
                "99999999999999999999999999999999999.999999999999999999999999999999",
                "-0.000000000000000000000000000001", "0",
            ]),
        TypeCase("BIT(1)", .long, ["b'0'", "b'1'"], "v + 0"),
        TypeCase("BIT(9)", .long, ["b'0'", "b'100000001'", "b'111111111'"], "v + 0"),
        TypeCase("BIT(63)", .long, ["0x7FFFFFFFFFFFFFFF", "0"], "v + 0"),
        TypeCase(
            "BIT(64)", .decimal(precision: 20, scale: 0), ["0xFFFFFFFFFFFFFFFF", "1"], "v + 0"),
        TypeCase("YEAR", .short, ["1901", "2155", "0", "2026"], "CAST(v + 0 AS CHAR)"),
        TypeCase(
            "TINYINT(1)", .boolean, ["0", "1"], "IF(v, 'true', 'false')",
            options: boolean { $0.tinyint1IsBoolean = true }),
        TypeCase(
            "BIT(1)", .boolean, ["b'0'", "b'1'"], "IF(v + 0, 'true', 'false')",
            options: boolean { $0.bit1IsBoolean = true }),
    ]

    static let times: [TypeCase] = [
        TypeCase(
            "DATE", .date,
            [
                "'1970-01-01'", "'9999-12-31'", "'1000-01-01'", "'0001-01-01'", "'2024-02-29'",
                "'2069-12-31'", "'2070-01-01'", "'1969-12-31'", "'0000-00-00'", "'2025-01-00'",
                "'2025-00-10'", "'2025-02-30'", "'2100-02-29'", "'0000-05-10'",
            ],
            invalid: [
                "'0000-00-00'": "0000-00-00", "'2025-01-00'": "2025-01-00",
                "'2025-00-10'": "2025-00-10", "'2025-02-30'": "2025-02-30",
                "'2100-02-29'": "2100-02-29", "'0000-05-10'": "0000-05-10",
            ]),
        TypeCase(
            "DATETIME", .timestamp,
            [
                "'1970-01-01 00:00:00'", "'9999-12-31 23:59:59'", "'0001-01-01 00:00:01'",
                "'0000-00-00 00:00:00'", "'2025-01-00 10:20:30'",
            ],
            "DATE_FORMAT(v, '%Y-%m-%dT%H:%i:%s.%fZ')",
            invalid: [
                "'0000-00-00 00:00:00'": "0000-00-00 00:00:00",
                "'2025-01-00 10:20:30'": "2025-01-00 10:20:30",
            ]),
        TypeCase(
            "DATETIME(3)", .timestamp,
            ["'2026-11-21 07:30:00.123'", "'1000-01-01 00:00:00.999'", "'2025-02-30 00:00:00'"],
            "DATE_FORMAT(v, '%Y-%m-%dT%H:%i:%s.%fZ')",
            invalid: ["'2025-02-30 00:00:00'": "2025-02-30 00:00:00.000"]),
        TypeCase(
            "DATETIME(6)", .timestamp,
            [
                "'9999-12-31 23:59:59.999999'", "'1969-12-31 23:59:59.000001'",
                "'2025-00-01 01:02:03.000004'", "'2000-01-01 00:00:00'",
            ],
            "DATE_FORMAT(v, '%Y-%m-%dT%H:%i:%s.%fZ')",
            invalid: ["'2025-00-01 01:02:03.000004'": "2025-00-01 01:02:03.000004"]),
        TypeCase(
            "TIMESTAMP(6) NULL", .timestamp,
            [
                "'1970-01-01 00:00:01'", "'2038-01-19 03:14:07.999999'", "'2026-03-29 02:30:00'",
                "'0000-00-00 00:00:00'",
            ],
            "DATE_FORMAT(v, '%Y-%m-%dT%H:%i:%s.%fZ')",
            invalid: ["'0000-00-00 00:00:00'": "0000-00-00 00:00:00.000000"]),
        TypeCase(
            "TIME", .string,
            ["'838:59:59'", "'-838:59:59'", "'00:00:00'", "'-00:00:01'", "'25:00:00'"]),
        TypeCase(
            "TIME(6)", .string,
            ["'838:59:59.999999'", "'-838:59:59.999999'", "'0'", "'-00:00:00.000001'"]),
        TypeCase("TIME(2)", .string, ["'101:02:03.45'", "'-12:00:00.5'", "'00:00:00.01'"]),
        TypeCase(
            "TIME(6)", .long,
            ["'838:59:59.999999'", "'-838:59:59.999999'", "'0'", "'-0:0:0.000001'"],
            "CAST(CAST(TIME_TO_SEC(v) * 1000000 AS SIGNED) AS CHAR)",
            options: boolean { $0.timeIsMicroseconds = true }),
    ]

    static let texts: [TypeCase] = [
        TypeCase("CHAR(10)", .string, ["'a'", "''", "'padded  '", "'日本🎉'"], "v"),
        TypeCase("VARCHAR(40)", .string, ["'tab\\tnew\\nline'", "''", "'🎉🎉'", "'x  '"], "v"),
        TypeCase(
            "VARCHAR(40) CHARACTER SET latin1", .string, ["'déjà vu €'", "X'E9'", "''"],
            "CONVERT(v USING utf8mb4)"),
        TypeCase(
            "VARCHAR(40) CHARACTER SET ucs2", .string, ["'日本'", "'é'"],
            "CONVERT(v USING utf8mb4)"),
        TypeCase(
            "CHAR(5) CHARACTER SET sjis", .string, ["'日本'", "'ｱ'"], "CONVERT(v USING utf8mb4)"),
        TypeCase("VARCHAR(20) CHARACTER SET utf8mb3", .string, ["'é日'", "'\\0x'"], "v"),
        TypeCase("TINYTEXT", .string, ["'t'", "REPEAT('ä', 127)"], "v"),
        TypeCase("TEXT", .string, ["REPEAT('🎉', 16383)", "''"], "v"),
        TypeCase("MEDIUMTEXT", .string, ["REPEAT('x', 70000)", "REPEAT('y', 250)"], "v"),
        TypeCase("LONGTEXT", .string, ["REPEAT('z', 251)", "REPEAT('z', 65536)", "'q'"], "v"),
        TypeCase(
            "ENUM('a','it''s','ü')", .string, ["'a'", "'it''s'", "'ü'", "''", "3"], "v"),
        TypeCase(
            "ENUM('ä','ö') CHARACTER SET latin1", .string, ["'ä'", "2"],
            "CONVERT(v USING utf8mb4)"),
        TypeCase("SET('x','y','é')", .string, ["'x,é'", "''", "7", "'y'"], "v"),
        TypeCase("JSON", .string, ["'{\"a\": [1, 2.50, \"é\"]}'", "'null'", "'  [1]'"], "v"),
        TypeCase("UUID", .string, ["'123e4567-e89b-12d3-a456-426614174000'"]),
        TypeCase("INET4", .string, ["'1.2.3.4'", "'255.255.255.255'", "'0.0.0.0'"]),
        TypeCase("INET6", .string, ["'::1'", "'2001:db8::ff00:42:8329'", "'::ffff:1.2.3.4'"]),
    ]

    static let binaries: [TypeCase] = [
        TypeCase("BINARY(4)", .binary, ["X'01'", "X'00000000'", "X'FF00FF00'"], "v"),
        TypeCase("VARBINARY(300)", .binary, ["X''", "X'0100'", "REPEAT(X'FE', 300)"], "v"),
        TypeCase("TINYBLOB", .binary, ["X'00'", "REPEAT(X'00', 255)"], "v"),
        TypeCase("BLOB", .binary, ["REPEAT(X'0A0D', 30000)", "X'C328'"], "v"),
        TypeCase("MEDIUMBLOB", .binary, ["REPEAT(X'01', 100000)"], "v"),
        TypeCase("LONGBLOB", .binary, ["REPEAT(X'02', 65535)", "REPEAT(X'03', 65536)"], "v"),
        TypeCase(
            "GEOMETRY", .binary,
            ["ST_GeomFromText('POINT(1 2)', 4326)", "ST_GeomFromText('LINESTRING(0 0, 1 1)')"],
            "v"),
        TypeCase("POINT", .binary, ["POINT(3, 4)"], "v"),
    ]

    @Test(
        "are read exactly as the server itself prints them",
        arguments: numbers + times + texts + binaries)
    func exact(type: TypeCase) throws {
        let server = try PrivateServer.shared()
        let schema = try TypeTests.schema.get()
        let name =
            "t" + type.declaration.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
            + (type.options == TypeOptions() ? "" : "_opt")
        let values = (type.literals + ["NULL"]).map { "(\($0))" }.joined(separator: ", ")
        try server.sql(
            """
            SET sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00';
            CREATE OR REPLACE TABLE `\(name)` (id INT AUTO_INCREMENT PRIMARY KEY, v \(type.declaration));
            INSERT INTO `\(name)` (v) VALUES \(values);
            """, database: schema)
        let expected = try server.hexValues(type.expression, from: name, database: schema)
        for readsPackets in [true, false] {
            let connection = try TestConnection.root(readsPackets: readsPackets)
            let table = try TestConnection.table(connection, schema, name, type.options)
            var request = ReadRequest(table: table, columns: table.columns)
            request.options = type.options
            let rows = try ReadRows(try connection.stream(request))
            #expect(table[column: "v"]?.type == type.type)
            try check(rows, type, expected)
        }
    }

    private func check(_ rows: ReadRows, _ type: TypeCase, _ expected: [[UInt8]?]) throws {
        #expect(rows.batches.first?["v"]?.type == type.type)
        try #require(rows.count == type.literals.count + 1)
        let read = rows.texts("v")
        let raw = rows.strings("_sluice_invalid")
        for (index, literal) in type.literals.enumerated() {
            if let text = type.invalid[literal] {
                #expect(read[index] == nil, "\(literal)")
                #expect(raw[index] == "{\"v\":\"\(text)\"}")
            } else {
                #expect(read[index] == expected[index], "\(literal)")
                #expect(read[index] != nil)
                #expect(raw[index] == nil)
            }
        }
        #expect(read.last == .some(nil))
        #expect(rows.invalidCounts == (type.invalid.isEmpty ? [:] : ["v": type.invalid.count]))
    }
}
