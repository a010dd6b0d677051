public import Columnar
public import Delta
import Expression
public import Lake
public import Pipeline

/// An expression of the pipeline, typed for the rows it is going to see: the one place where this
/// target meets the `Expression` one.
public struct RowExpression: Sendable {
    public let spec: ExpressionSpec
    private let typed: TypedExpression

    /// The columns it reads, by the schema's names.
    public var columns: [String] { typed.columns }
    public var type: ColumnType { typed.type }

    /// Reads and types `spec` over `schema`; a condition must be boolean. Throws `.configuration`
    /// naming file, line, column and the nearest known name.
    ///
    /// - Parameter now: the time of the run, microseconds UTC: `current_date` follows from it.
    public init(
        _ spec: ExpressionSpec, schema: Schema, now: Int64, isCondition: Bool = false,
        subject: String
    ) throws(LakeError) {
        try self.init(spec, subject: subject) { () throws(ExpressionError) in
            let parsed = try ParsedExpression(parsing: spec.text)
            let context = EvaluationContext(now: now)
            return isCondition
                ? try TypedExpression.condition(parsed, schema: schema, context: context)
                : try TypedExpression(parsed, schema: schema, context: context)
        }
    }

    /// Whether a column of text matches the pattern of a rule, whose `$` is the end of the text.
    public init(
        column: String, matching pattern: String, schema: Schema, now: Int64, subject: String
    ) throws(LakeError) {
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
    ) throws(LakeError) {
        self.spec = spec
        do throws(ExpressionError) { self.typed = try typed() } catch {
            throw RowExpression.failure(error, spec, subject: subject)
        }
    }

    /// One value a row. Throws `.configuration` when a value cannot be computed.
    public func evaluate(_ batch: RecordBatch, subject: String) throws(LakeError) -> Column {
        do throws(ExpressionError) {
            return try typed.evaluate(batch)
        } catch {
            throw RowExpression.failure(error, spec, subject: subject)
        }
    }

    private static func failure(
        _ error: ExpressionError, _ spec: ExpressionSpec, subject: String
    ) -> LakeError {
        var place = spec.file
        if spec.line > 0 { place += ":\(spec.line):\(spec.column + error.offset)" }
        let message = error.message + " in \"\(spec.text)\"" + (place.isEmpty ? "" : " (\(place))")
        return LakeError(
            .configuration, operation: "read expression", subject: subject, message: message,
            hint: error.hint)
    }
}

extension RecordBatch {
    /// The batch under a schema that has its columns and perhaps more, or of other types: what
    /// cannot be cast is NULL. Throws `.value` for texts that grow too long.
    public func cast(to wanted: Schema) throws(DeltaError) -> RecordBatch {
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
