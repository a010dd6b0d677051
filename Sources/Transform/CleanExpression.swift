import Columnar
import Expression

/// An expression of the pipeline, typed for the rows it is going to see: the one place where this
/// target meets the `Expression` one.
struct RowExpression: Sendable {
    let spec: ExpressionSpec
    /// The columns it names, in the schema's order.
    let columns: [String]
    let type: ColumnType
    private let evaluation: @Sendable (RecordBatch) throws(ExpressionError) -> Column

    /// Reads and types `spec` over `schema`. Throws `.configuration` naming file, line, column and
    /// the nearest known name.
    init(_ spec: ExpressionSpec, schema: Schema, subject: String) throws(TransformError) {
        do throws(ExpressionError) {
            throw ExpressionError(.syntax, at: 0, "expressions cannot be evaluated yet")
        } catch {
            throw RowExpression.failure(error, spec, subject: subject)
        }
    }

    /// One value a row. Throws `.configuration` when a value cannot be computed.
    func evaluate(_ batch: RecordBatch, subject: String) throws(TransformError) -> Column {
        do throws(ExpressionError) {
            return try evaluation(batch)
        } catch {
            throw RowExpression.failure(error, spec, subject: subject)
        }
    }

    private static func failure(
        _ error: ExpressionError, _ spec: ExpressionSpec, subject: String
    ) -> TransformError {
        var place = spec.file
        if spec.line > 0 { place += ":\(spec.line):\(spec.column + error.offset)" }
        let message = error.message + " in \"\(spec.text)\"" + (place.isEmpty ? "" : " (\(place))")
        return TransformError(
            .configuration, operation: "read expression", subject: subject, message: message,
            hint: error.hint)
    }
}
