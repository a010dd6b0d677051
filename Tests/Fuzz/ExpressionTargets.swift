import Columnar
import Expression

/// Expressions and patterns, as a configuration has them.
enum ExpressionTargets {
    private static let batch: RecordBatch = {
        let schema = Schema([
            Field("i", .integer), Field("l", .long), Field("d", .double), Field("t", .string),
            Field("b", .boolean), Field("ts", .timestamp), Field("day", .date),
        ])
        return RecordBatch(
            schema: schema,
            columns: [
                Column(.integer, storage: .int32([0, .max, .min])),
                Column(.long, storage: .int64([0, .max, .min])),
                Column(.double, storage: .double([0, .infinity, -1e300])),
                Column(
                    .string, storage: .bytes(ByteVector(["", "2026-01-31 10:00:00", "Straße "]))),
                Column(.boolean, storage: .bool([0, 1, 1])),
                Column(.timestamp, storage: .int64([0, 253_402_300_799_999_999, -1])),
                Column(.date, storage: .int32([0, 2_932_896, -719_162])),
            ])
    }()

    /// What is typed gives a value a row, of the type it told.
    static func expression(_ input: [UInt8]) {
        let text = String(decoding: input, as: UTF8.self)
        guard let parsed = try? ParsedExpression(parsing: text) else { return }
        _ = parsed.canonical
        evaluate(parsed)
    }

    /// A pattern, and behind its first line feed the text to match.
    static func pattern(_ input: [UInt8]) {
        let parts = input.split(separator: 10, maxSplits: 1, omittingEmptySubsequences: false)
        let pattern = String(decoding: parts[0], as: UTF8.self)
        let text = parts.count > 1 ? Array(parts[1]) : []
        guard let parsed = try? ParsedExpression(column: "t", matching: pattern) else { return }
        let schema = Schema([Field("t", .string)])
        var texts = ByteVector(["a"])
        texts.append(text)
        let column = Column(.string, storage: .bytes(texts))
        evaluate(parsed, RecordBatch(schema: schema, columns: [column]))
    }

    private static func evaluate(_ parsed: ParsedExpression, _ batch: RecordBatch = batch) {
        let context = EvaluationContext(now: 1_700_000_000_000_000)
        guard
            let typed = try? TypedExpression(parsed, schema: batch.schema, context: context),
            let column = try? typed.evaluate(batch)
        else { return }
        if column.count != batch.count { violated("not a value a row") }
        if column.type != typed.type { violated("a value of another type") }
    }
}
