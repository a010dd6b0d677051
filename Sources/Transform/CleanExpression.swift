import Columnar
import Expression

/// An expression of the pipeline, typed for the rows it is going to see: the one place where this
/// target meets the `Expression` one.
struct RowExpression: Sendable {
    let spec: ExpressionSpec
    /// The columns it names, in the schema's order.
    let columns: [String]
    let type: ColumnType
    private let typed: TypedExpression

    /// Reads and types `spec` over `schema`; `now` is the time of the run, microseconds UTC. Throws
    /// `.configuration` naming file, line, column and the nearest known name.
    init(
        _ spec: ExpressionSpec, schema: Schema, subject: String, now: Int64
    ) throws(TransformError) {
        do throws(ExpressionError) {
            typed = try TypedExpression(
                ParsedExpression(parsing: spec.text), schema: schema,
                context: EvaluationContext(now: now))
        } catch {
            throw RowExpression.failure(error, spec, subject: subject)
        }
        self.spec = spec
        columns = typed.columns
        type = typed.type
    }

    /// One value a row. Throws `.configuration` when a value cannot be computed.
    func evaluate(_ batch: RecordBatch, subject: String) throws(TransformError) -> Column {
        do throws(ExpressionError) {
            return try typed.evaluate(batch)
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
