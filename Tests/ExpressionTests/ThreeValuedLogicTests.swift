import Columnar
import Expression
import Testing

@Suite("Three-valued logic")
struct ThreeValuedLogicTests {
    private static let truths = ["TRUE", "FALSE", "NULL"]

    /// Left, right, AND, OR, `<=>`.
    private static let table = [
        ["TRUE", "TRUE", "true", "true", "true"], ["TRUE", "FALSE", "false", "true", "false"],
        ["TRUE", "NULL", "NULL", "true", "false"], ["FALSE", "TRUE", "false", "true", "false"],
        ["FALSE", "FALSE", "false", "false", "true"], ["FALSE", "NULL", "false", "NULL", "false"],
        ["NULL", "TRUE", "NULL", "true", "false"], ["NULL", "FALSE", "false", "NULL", "false"],
        ["NULL", "NULL", "NULL", "NULL", "true"],
    ]

    @Test("AND, OR and <=> follow the table, as constants and as columns", arguments: table)
    func connectives(row: [String]) throws {
        let batch = Samples.batch([
            ("a", column(row[0])), ("b", column(row[1])),
        ])
        for (index, sign) in ["AND", "OR", "<=>"].enumerated() {
            #expect(try Samples.value("\(row[0]) \(sign) \(row[1])") == "\(row[2 + index]) boolean")
            for text in ["a \(sign) b", "a \(sign) \(row[1])", "\(row[0]) \(sign) b"] {
                let result = Samples.texts(try Samples.evaluate(text, batch))
                #expect(result == [row[2 + index], row[2 + index]], "\(text)")
            }
        }
    }

    private func column(_ text: String) -> Column {
        let value: UInt8 = text == "TRUE" ? 1 : 0
        let validity = text == "NULL" ? Bitmap(repeating: false, count: 2) : nil
        return Column(.boolean, storage: .bool([value, value]), validity: validity)
    }

    @Test(
        "NOT and IS follow the table",
        arguments: [
            ("NOT TRUE", "false"), ("NOT FALSE", "true"), ("NOT NULL", "NULL"), ("! TRUE", "false"),
            ("NULL IS NULL", "true"), ("1 IS NULL", "false"), ("1 IS NOT NULL", "true"),
            ("NULL IS TRUE", "false"), ("NULL IS NOT TRUE", "true"), ("FALSE IS FALSE", "true"),
            ("1 IN (1, NULL)", "true"), ("2 IN (1, NULL)", "NULL"), ("2 NOT IN (1, NULL)", "NULL"),
            ("NULL IN (1)", "NULL"), ("'a' IN ('b', NULL)", "NULL"), ("'a' IN ('b')", "false"),
            ("1 = NULL", "NULL"), ("NULL = NULL", "NULL"), ("1 <=> NULL", "false"),
            ("1 BETWEEN NULL AND 0", "false"), ("1 BETWEEN NULL AND 2", "NULL"),
            ("1 IS DISTINCT FROM NULL", "true"), ("NULL IS NOT DISTINCT FROM NULL", "true"),
        ])
    func others(text: String, expected: String) throws {
        #expect(try Samples.value(text) == expected + " boolean")
    }

    @Test("a mask sets every row in exactly one of its bitmaps, over many words")
    func masks() throws {
        let count = 150
        let values = (0..<count).map { UInt8($0 % 3 == 0 ? 1 : 0) }
        let validity = Bitmap((0..<count).map { $0 % 5 != 0 })
        let batch = Samples.batch([
            ("a", Column(.boolean, storage: .bool(values), validity: validity))
        ])
        let parsed = try ParsedExpression(parsing: "a")
        let condition = try TypedExpression.condition(
            parsed, schema: batch.schema, context: Samples.context)
        let mask = try condition.mask(batch)
        for row in 0..<count {
            #expect(mask.isNull[row] == (row % 5 == 0))
            #expect(mask.isTrue[row] == (row % 5 != 0 && row % 3 == 0))
            #expect(mask.isFalse[row] == (row % 5 != 0 && row % 3 != 0))
            #expect(mask.passes(failsOnNull: false)[row] == !mask.isFalse[row])
        }
        #expect(mask.passes(failsOnNull: true) == mask.isTrue)
    }

    @Test("a condition must be boolean; NULL is one")
    func conditions() throws {
        let number = try ParsedExpression(parsing: "1 + 1")
        #expect(throws: ExpressionError.self) {
            try TypedExpression.condition(number, schema: Schema([]), context: Samples.context)
        }
        let null = try ParsedExpression(parsing: "NULL")
        let condition = try TypedExpression.condition(
            null, schema: Schema([]), context: Samples.context)
        #expect(try condition.mask(Samples.nothing).isNull == Bitmap([true]))
    }
}
