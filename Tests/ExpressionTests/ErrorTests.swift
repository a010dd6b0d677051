import Columnar
import Expression
import Testing

@Suite("Errors of expressions")
struct ErrorTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let text: String
        let code: ExpressionError.Code
        let offset: Int
        var hint: String?

        init(_ text: String, _ code: ExpressionError.Code, _ offset: Int, _ hint: String? = nil) {
            self.text = text
            self.code = code
            self.offset = offset
            self.hint = hint
        }

        var testDescription: String { text }
    }

    private static let schema = Schema([
        Field("customer_name", .string), Field("sales_qty", .integer),
        Field("order_date", .date), Field("Amount", .decimal(precision: 10, scale: 2)),
        Field("amount", .double), Field("lines", .list(element: Field("element", .integer))),
        Field("odd `name", .string),
    ])

    private static let cases = [
        Case("", .syntax, 0), Case("   ", .syntax, 3), Case("1 +", .syntax, 3),
        Case("(1", .syntax, 2), Case("1)", .syntax, 1), Case("'abc", .syntax, 0),
        Case("`abc", .syntax, 0), Case("/* abc", .syntax, 0), Case("1 2", .syntax, 2),
        Case("a.b", .syntax, 1), Case("sales_qty ? 1", .syntax, 10), Case("1 IN ()", .syntax, 6),
        Case("1 NOT 2", .syntax, 6), Case("CASE END", .syntax, 5), Case("CAST(1 AS", .syntax, 9),
        Case("CAST(1 AS varchar)", .unknownName, 10), Case("CAST(1 AS intger)", .unknownName, 10),
        Case("CAST(1 AS DECIMAL(39,0))", .type, 10), Case("1a", .syntax, 0),
        Case("99999999999999999999999999999999999999999", .syntax, 0), Case("200Y", .syntax, 0),
        Case("DATE '2026-02-30'", .syntax, 0), Case("X'0G'", .syntax, 0),
        Case("INTERVAL 1 DAY", .syntax, 0), Case("'${name}'", .syntax, 1),
        Case("custmer_name = 'x'", .unknownName, 0, "Did you mean customer_name?"),
        Case("1 + sales_qyt", .unknownName, 4, "Did you mean sales_qty?"),
        Case("uper(customer_name)", .unknownName, 0, "Did you mean upper?"),
        Case("AMOUNT > 1", .unknownName, 0), Case("trim()", .type, 0),
        Case("substring(customer_name)", .type, 0), Case("order_date + 1", .type, 11),
        Case("sales_qty AND TRUE", .type, 0), Case("NOT customer_name", .type, 4),
        Case("order_date > 1", .type, 11), Case("lines IS NULL", .type, 0),
        Case("CAST(order_date AS INT)", .type, 0), Case("greatest(sales_qty, 'a')", .type, 0),
        Case("coalesce(TRUE, 'a')", .type, 0), Case("customer_name RLIKE '('", .value, 20),
        Case("customer_name RLIKE '[a[b]]'", .value, 20),
        Case("customer_name RLIKE '[a&&b]'", .value, 20),
        Case("customer_name RLIKE '(?R)'", .value, 20), Case("'a' LIKE 'a\\\\b'", .value, 9),
        Case("customer_name RLIKE customer_name", .type, 20),
        Case("regexp_replace('a', 'a', '$1')", .value, 25),
        Case("date_trunc('moth', order_date)", .unknownName, 11, "Did you mean month?"),
        Case("to_date('x', 'yyyy-EE')", .value, 13), Case("sha2('x', 512)", .value, 10),
        Case("lpad('x', 2000000, 'x')", .value, 10), Case("date_add(order_date, 1.5)", .type, 21),
    ]

    @Test("an error names its place and what it could have been", arguments: cases)
    func errors(sample: Case) {
        let error = #expect(throws: ExpressionError.self) {
            let parsed = try ParsedExpression(parsing: sample.text)
            _ = try TypedExpression(
                parsed, schema: ErrorTests.schema, context: Samples.context)
        }
        #expect(error?.code == sample.code)
        #expect(error?.offset == sample.offset)
        if let hint = sample.hint { #expect(error?.hint == hint) }
    }

    @Test("names are found without their capitals when one column has them, and in backquotes")
    func names() throws {
        for (text, column) in [
            ("CUSTOMER_NAME", "customer_name"), ("`Amount`", "Amount"), ("amount", "amount"),
            ("`odd ``name`", "odd `name"), (ExpressionText.name("odd `name"), "odd `name"),
        ] {
            let typed = try TypedExpression(
                ParsedExpression(parsing: text), schema: ErrorTests.schema,
                context: Samples.context)
            #expect(typed.columns == [column])
        }
        let parsed = try ParsedExpression(parsing: "b > 1 AND a > b OR `c d` IS NULL")
        #expect(parsed.columns == ["b", "a", "c d"])
    }

    @Test("trees and texts past the limits are refused, not followed")
    func limits() {
        for text in [
            String(repeating: "(", count: 100_000), String(repeating: "NOT ", count: 5000) + "TRUE",
            String(repeating: "-", count: 3000), String(repeating: "- ", count: 3000) + "1",
            "1" + String(repeating: " + 1", count: 5000), String(repeating: "'a' ", count: 20_000),
            String(repeating: "CASE WHEN ", count: 5000), String(repeating: "abs(", count: 4000),
        ] {
            #expect(throws: ExpressionError.self) { try Samples.value(text) }
        }
        let long = "TRUE" + String(repeating: " AND TRUE", count: 5000)
        #expect(throws: Never.self) { try Samples.value(long) }
    }

    @Test("a batch must have the schema's columns in the schema's types")
    func batches() throws {
        let typed = try TypedExpression(
            ParsedExpression(parsing: "sales_qty + 1"), schema: ErrorTests.schema,
            context: Samples.context)
        let text = Samples.batch([("sales_qty", Samples.strings(["1"]))])
        #expect(throws: ExpressionError.self) { try typed.evaluate(text) }
        #expect(throws: ExpressionError.self) { try typed.evaluate(Samples.nothing) }
    }

    @Test("matching that does not end is given up with an error")
    func endless() throws {
        let texts = Samples.strings([String(repeating: "a", count: 40) + "b"])
        let batch = Samples.batch([("t", texts)])
        let error = #expect(throws: ExpressionError.self) {
            try Samples.evaluate("t RLIKE '^(a|a?)+$'", batch)
        }
        #expect(error?.code == .value)
    }

    @Test("bounds are written values")
    func literals() throws {
        for text in ["1", "-1.5", "'a'", "DATE '2026-01-31'", "TRUE", "NULL"] {
            #expect(try ParsedExpression.literal(text).isLiteral)
        }
        for text in ["2026-01-31", "abc", "1 + 1", "current_date"] {
            #expect(throws: ExpressionError.self) { try ParsedExpression.literal(text) }
        }
    }
}
