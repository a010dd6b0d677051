import Columnar
import Expression
import Testing

/// Columns of edge cases and short ways to evaluate a text over them.
enum Samples {
    /// 2026-02-28T23:59:59.999999Z.
    static let now: Int64 = 1_772_323_199_999_999

    static let context = EvaluationContext(now: now)

    /// One row and no columns: for expressions of constants.
    static let nothing = RecordBatch(schema: Schema([]), columns: [], count: 1)

    static func evaluate(
        _ text: String, _ batch: RecordBatch = nothing
    ) throws(ExpressionError) -> Column {
        let parsed = try ParsedExpression(parsing: text)
        let typed = try TypedExpression(parsed, schema: batch.schema, context: context)
        let column = try typed.evaluate(batch)
        precondition(column.type == typed.type && column.count == batch.count)
        return column
    }

    /// The values as text, NULL as `NULL`.
    static func texts(_ column: Column) -> [String] {
        (0..<column.count).map { column.isNull($0) ? "NULL" : column.text($0) }
    }

    /// `value type` of an expression of constants.
    static func value(_ text: String) throws(ExpressionError) -> String {
        let column = try evaluate(text)
        return texts(column)[0] + " " + column.type.description
    }

    /// A text column, nil for NULL; as codes when `isDictionary`.
    static func strings(_ values: [String?], isDictionary: Bool = false) -> Column {
        let validity = values.contains(nil) ? Bitmap(values.map { $0 != nil }) : nil
        guard isDictionary else {
            let bytes = ByteVector(values.map { $0 ?? "" })
            return Column(.string, storage: .bytes(bytes), validity: validity)
        }
        var distinct: [String] = []
        let codes: [UInt32] = values.map { value in
            guard let value else { return 77 }
            if let code = distinct.firstIndex(of: value) { return UInt32(code) }
            distinct.append(value)
            return UInt32(distinct.count - 1)
        }
        let dictionary = DictionaryValues(lineage: .next(), values: ByteVector(distinct))
        return Column(
            .string, storage: .dictionary(codes: codes, values: dictionary), validity: validity)
    }

    static func batch(_ columns: [(String, Column)]) -> RecordBatch {
        let fields = columns.map { Field($0.0, $0.1.type) }
        return RecordBatch(schema: Schema(fields), columns: columns.map(\.1))
    }
}
