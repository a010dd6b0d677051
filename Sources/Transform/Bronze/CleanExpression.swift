import Columnar
import Delta
import Expression
import Pipeline

/// An expression of the pipeline, typed for the rows it is going to see: the one place where this
/// target meets the `Expression` one.
struct RowExpression: Sendable {
    let spec: ExpressionSpec
    private let typed: TypedExpression

    /// The columns it reads, by the schema's names.
    var columns: [String] { typed.columns }
    var type: ColumnType { typed.type }

    /// Reads and types `spec` over `schema`; a condition must be boolean. Throws `.configuration`
    /// naming file, line, column and the nearest known name.
    ///
    /// - Parameter now: the time of the run, microseconds UTC: `current_date` follows from it.
    init(
        _ spec: ExpressionSpec, schema: Schema, now: Int64, isCondition: Bool = false,
        subject: String
    ) throws(TransformError) {
        try self.init(spec, subject: subject) { () throws(ExpressionError) in
            let parsed = try ParsedExpression(parsing: spec.text)
            let context = EvaluationContext(now: now)
            return isCondition
                ? try TypedExpression.condition(parsed, schema: schema, context: context)
                : try TypedExpression(parsed, schema: schema, context: context)
        }
    }

    /// Whether a column of text matches the pattern of a rule, whose `$` is the end of the text.
    init(
        column: String, matching pattern: String, schema: Schema, now: Int64, subject: String
    ) throws(TransformError) {
        let spec = ExpressionSpec(text: pattern)
        try self.init(spec, subject: subject) { () throws(ExpressionError) in
            try TypedExpression.condition(
                try ParsedExpression(column: column, matching: pattern), schema: schema,
                context: EvaluationContext(now: now))
        }
    }

    private init(
        _ spec: ExpressionSpec, subject: String,
        _ typed: () throws(ExpressionError) -> TypedExpression
    ) throws(TransformError) {
        self.spec = spec
        do throws(ExpressionError) { self.typed = try typed() } catch {
            throw RowExpression.failure(error, spec, subject: subject)
        }
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

extension RecordBatch {
    /// The batch under a schema that has its columns and perhaps more, or of other types: what
    /// cannot be cast is NULL. Throws `.value` for texts that grow too long.
    func cast(to wanted: Schema) throws(DeltaError) -> RecordBatch {
        try fitted(to: wanted) { (field, column) throws(DeltaError) in
            do throws(ExpressionError) {
                return try column.cast(to: field.type)
                    ?? Column.nulls(field.type, count: count)
            } catch {
                throw DeltaError(
                    .value, operation: "cast", subject: field.name, message: error.message,
                    hint: error.hint)
            }
        }
    }
}
