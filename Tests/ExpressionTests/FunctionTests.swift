import Columnar
import Expression
import Testing

/// Values and types that Spark was asked for beforehand or that its documentation gives; the
/// corpus asks it again.
@Suite("Functions of expressions")
struct FunctionTests {
    @Test(
        "the digits of exact results are Spark's",
        arguments: [
            ("1.1 + 1.11", "2.21 decimal(4,2)"), ("1 + 1.5", "2.5 decimal(3,1)"),
            ("CAST(1 AS DECIMAL(38,10)) * CAST(1 AS DECIMAL(38,10))", "1.000000 decimal(38,6)"),
            ("CAST(1 AS DECIMAL(38,0)) / CAST(3 AS DECIMAL(38,0))", "0.333333 decimal(38,6)"),
            ("1.0 / 3", "0.333333 decimal(7,6)"), ("5.5 % 2", "1.5 decimal(2,1)"),
            ("CAST(9 AS DECIMAL(38,0)) + CAST(1 AS DECIMAL(38,38))", "NULL decimal(38,6)"),
            ("9.9 * 9.9", "98.01 decimal(5,2)"), ("-0.5 * 3", "-1.5 decimal(3,1)"),
            ("round(2.5)", "3 decimal(2,0)"), ("round(-2.5)", "-3 decimal(2,0)"),
            ("floor(-0.5)", "-1 decimal(1,0)"), ("ceil(0.5)", "1 decimal(1,0)"),
            ("CAST('0.125' AS DECIMAL(5,2))", "0.13 decimal(5,2)"),
            ("CAST('-0.125' AS DECIMAL(5,2))", "-0.13 decimal(5,2)"),
            ("CAST(1000 AS DECIMAL(5,2))", "NULL decimal(5,2)"),
            ("99999999999999999999999999999999999999 + 1", "NULL decimal(38,0)"),
            ("1e0", "1.0 double"), ("2147483648", "2147483648 long"),
            ("-2147483648", "-2147483648 integer"), ("1BD", "1 decimal(1,0)"),
            ("9223372036854775808", "9223372036854775808 decimal(19,0)"),
            (".5", "0.5 decimal(1,1)"),
        ])
    func digits(text: String, expected: String) throws {
        #expect(try Samples.value(text) == expected)
    }

    @Test(
        "a FLOAT is rounded by its value as a double, whose digits its own text does not show",
        arguments: [
            ("2.675", 2, "2.67"), ("1.005", 2, "1.0"), ("1.15", 1, "1.1"), ("9.995", 2, "9.99"),
            ("0.25", 1, "0.3"), ("-2.5", 0, "-3.0"), ("0.1", 9, "0.1"), ("123.45", -1, "120.0"),
            ("1e-45", 3, "0.0"), ("NaN", 1, "NaN"), ("16777216", 2, "16777216.0"),
        ])
    func roundedFloats(number: String, places: Int, expected: String) throws {
        let text = "round(CAST('\(number)' AS FLOAT), \(places))"
        #expect(try Samples.value(text) == "\(expected) float")
    }

    @Test(
        "times in text may end after the hour; a zone stands behind seconds only",
        arguments: [
            ("2024-02-29 10", "2024-02-29 10:00:00"), ("2024-02-29T7", "2024-02-29 07:00:00"),
            ("2024-02-29 10:3", "2024-02-29 10:03:00"), ("2024-02-29 10:", "NULL"),
            ("2024-02-29 24", "NULL"), ("2024-02-29 10Z", "NULL"), ("2024-02-29 10:30Z", "NULL"),
            ("2024-02-29 10:30:05Z", "2024-02-29 10:30:05"),
            ("2024-02-29 10:30:05.Z", "2024-02-29 10:30:05"),
            ("2024-02-29 10:30:05+0230", "2024-02-29 08:00:05"),
            ("2024-02-29 10:30:05 +02:30:05", "2024-02-29 08:00:00"),
            ("2024-02-29 10:30:05  -2:3", "2024-02-29 12:33:05"),
            ("2024-02-29 10:30:05+18:00", "2024-02-28 16:30:05"),
            ("2024-02-29 10:30:05+18:01", "NULL"), ("2024-02-29 10:30:05+123", "NULL"),
            ("-0044-03-15 10", "-0044-03-15 10:00:00"), ("1234567-01-01 10", "NULL"),
        ])
    func timesInText(text: String, expected: String) throws {
        let found = try Samples.value("CAST(CAST('\(text)' AS TIMESTAMP) AS STRING)")
        #expect(found == "\(expected) string")
    }

    @Test(
        "a time as a number: exact as a decimal, NULL where a whole number has no room",
        arguments: [
            ("9999-12-31 23:59:59.999999", "DECIMAL(20,6)", "253402300799.999999 decimal(20,6)"),
            (
                "2024-02-29 10:30:05.123456", "DECIMAL(38,10)",
                "1709202605.1234560000 decimal(38,10)"
            ),
            ("1969-12-31 23:59:59.5", "DECIMAL(20,6)", "-0.500000 decimal(20,6)"),
            ("1969-12-31 23:59:59.5", "DECIMAL(5,0)", "-1 decimal(5,0)"),
            ("2024-02-29 10:30:05", "DECIMAL(9,0)", "NULL decimal(9,0)"),
            ("2038-01-19 03:14:07", "INT", "2147483647 integer"),
            ("2038-01-19 03:14:08", "INT", "NULL integer"),
            ("1970-01-01 00:02:08", "TINYINT", "NULL byte"),
            ("1970-01-01 00:02:07.9", "TINYINT", "127 byte"),
            ("1969-12-31 23:59:59.5", "BIGINT", "-1 long"),
        ])
    func numbersOfTimes(time: String, type: String, expected: String) throws {
        #expect(try Samples.value("CAST(TIMESTAMP '\(time)' AS \(type))") == expected)
    }

    @Test(
        "ANSI mode is off: what cannot be is NULL, whole numbers wrap around",
        arguments: [
            ("1 / 0", "NULL double"), ("1.0 / 0", "NULL decimal(7,6)"), ("1 % 0", "NULL integer"),
            ("5 DIV 0", "NULL long"), ("2147483647 + 1", "-2147483648 integer"),
            ("127Y + 1Y", "-128 byte"), ("CAST('x' AS INT)", "NULL integer"),
            ("CAST(300 AS TINYINT)", "44 byte"),
            ("CAST(1e20 AS BIGINT)", "9223372036854775807 long"),
            ("CAST('2026-02-30' AS DATE)", "NULL date"),
            ("CAST('maybe' AS BOOLEAN)", "NULL boolean"),
            ("CAST(double('nan') AS INT)", "0 integer"),
        ])
    func failures(text: String, expected: String) throws {
        let text = text.replacing("double('nan')", with: "CAST('nan' AS DOUBLE)")
        #expect(try Samples.value(text) == expected)
    }

    @Test(
        "text is counted and cut by characters",
        arguments: [
            ("length('日本😀')", "3 integer"), ("substring('日本語', 2, 1)", "本 string"),
            ("substring('abc', -5, 4)", "ab string"), ("substring('abc', 0, 1)", "a string"),
            ("lpad('é', 3, 'ab')", "abé string"), ("rpad('é', 3, 'ab')", "éab string"),
            ("lpad('héé', 2)", "hé string"), ("upper('straße')", "STRASSE string"),
            ("lower('ΟΔΟΣ')", "οδος string"), ("trim(BOTH 'é' FROM 'éaé')", "a string"),
            ("trim(TRAILING ' \\r\\n' FROM 'INR \\r')", "INR string"),
            ("trim('\\t a ')", "\t a string"), ("ltrim('ab', 'bacab')", "cab string"),
            ("replace('aaa', 'aa', 'b')", "ba string"), ("'a' || NULL", "NULL string"),
            ("concat(1, 'a', TRUE)", "1atrue string"), ("'日本' LIKE '__'", "true boolean"),
            ("'%' LIKE '\\%'", "true boolean"), ("'a' LIKE '\\%'", "false boolean"),
            ("'ab\nc' LIKE 'a%c'", "true boolean"), ("'aXbXc' LIKE '%X%X%'", "true boolean"),
            ("'a\\n' RLIKE '^a$'", "true boolean"), ("'A' RLIKE '(?i)a'", "true boolean"),
            ("'٣' RLIKE '\\\\d'", "false boolean"), ("'a.b' RLIKE '\\\\Qa.b\\\\E'", "true boolean"),
            ("regexp_replace('2026-01', '(\\\\d+)-(\\\\d+)', '$2/$1')", "01/2026 string"),
            ("regexp_replace('abc', '(x)?b', '[$1]')", "a[]c string"),
            (
                "sha2('abc', 256)",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad string"
            ),
        ])
    func texts(text: String, expected: String) throws {
        #expect(try Samples.value(text) == expected)
    }

    @Test(
        "times are UTC and the run's",
        arguments: [
            ("current_date", "2026-02-28 date"), ("current_date()", "2026-02-28 date"),
            ("now()", "2026-02-28T23:59:59.999999Z timestamp"),
            ("year(current_date)", "2026 integer"),
            ("date_add(current_date, 1)", "2026-03-01 date"),
            ("datediff(current_date, DATE '2026-01-01')", "58 integer"),
            ("date_trunc('WEEK', DATE '2026-03-01')", "2026-02-23T00:00:00.000000Z timestamp"),
            ("date_trunc('quarter', DATE '1969-05-05')", "1969-04-01T00:00:00.000000Z timestamp"),
            ("to_date('31/12/2025', 'dd/MM/yyyy')", "2025-12-31 date"),
            ("to_date('31/13/2025', 'dd/MM/yyyy')", "NULL date"),
            ("to_date('2025-12-31x', 'yyyy-MM-dd')", "NULL date"),
            ("to_timestamp('2026-01-01 10:00:00+02:00')", "2026-01-01T08:00:00.000000Z timestamp"),
            ("CAST(TIMESTAMP '1969-12-31 23:59:59.5' AS BIGINT)", "-1 long"),
            (
                "CAST(TIMESTAMP '2026-01-01 00:00:00.120' AS STRING)",
                "2026-01-01 00:00:00.12 string"
            ),
        ])
    func times(text: String, expected: String) throws {
        #expect(try Samples.value(text) == expected)
    }

    @Test(
        "operators bind as in Spark",
        arguments: [
            ("1 + 2 * 3", "7 integer"), ("-2 * -3", "6 integer"), ("10 - 4 - 3", "3 integer"),
            ("NOT FALSE AND FALSE", "false boolean"), ("TRUE OR FALSE AND FALSE", "true boolean"),
            ("NOT 1 = 2", "true boolean"), ("1 = 1 IS NULL", "false boolean"),
            ("'a' || 'b' = 'ab'", "true boolean"), ("1 BETWEEN 0 AND 2 AND FALSE", "false boolean"),
            ("- -1", "1 integer"), ("2 -1", "1 integer"), ("1 -- one\n + 1", "2 integer"),
            ("/* two */ 2", "2 integer"), ("'a' 'b'", "ab string"), ("'it''s'", "it's string"),
            ("CASE 2 WHEN 1 THEN 'a' WHEN 2 THEN 'b' END", "b string"), ("7 DIV 2 * 2", "6 long"),
            ("if(NULL, 1, 2)", "2 integer"), ("nullif(1, 1)", "NULL integer"),
            ("greatest(1, NULL, 3)", "3 integer"), ("NULL", "NULL string"),
        ])
    func precedence(text: String, expected: String) throws {
        #expect(try Samples.value(text) == expected)
    }

    @Test("names and texts written by us are read back")
    func quoting() throws {
        for text in ["", "a", "it's", "\\d+", "'\\'", "\"", "日本\n", "%_"] {
            #expect(try Samples.value(ExpressionText.string(text)) == text + " string")
            let batch = Samples.batch([(text, Samples.strings(["x"]))])
            if text.isEmpty { continue }
            #expect(Samples.texts(try Samples.evaluate(ExpressionText.name(text), batch)) == ["x"])
        }
    }

    @Test("results cast on their way out, and constants are told")
    func casts() throws {
        let typed = try TypedExpression(
            ParsedExpression(parsing: "'12'"), schema: Schema([]), context: Samples.context)
        #expect(typed.isConstant)
        let whole = try typed.cast(to: .integer)
        #expect(whole.type == .integer)
        #expect(Samples.texts(try whole.evaluate(Samples.nothing)) == ["12"])
        #expect(throws: ExpressionError.self) {
            try whole.cast(to: .date)
        }
    }
}
