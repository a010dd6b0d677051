public import Columnar
public import Delta
public import Lake
public import Pipeline

/// What orders a key's events, told of a cleaned row: a column, or an expression over columns.
public struct RowSequence: Sendable {
    /// The columns it reads.
    public let columns: [String]
    /// `long` for whole numbers, `timestamp` for times and dates.
    public let type: ColumnType
    /// Nil for a column as it is.
    private let expression: RowExpression?
    private let entity: String

    /// The configured sequence over `schema`; nil where none is configured.
    /// Throws `.configuration` for what is neither a column nor an expression, or orders nothing.
    public init?(_ entity: EntitySpec, _ schema: Schema) throws(LakeError) {
        guard let text = entity.sequence else { return nil }
        self.entity = entity.name
        if let field = schema[text] {
            columns = [text]
            expression = nil
            type = try RowSequence.order(field.type, text, entity)
            return
        }
        if RowSequence.isName(text) {
            throw BronzeEvents.unknown(text, "sequence", entity, schema)
        }
        let compiled = try RowExpression(
            entity.sequencePlace ?? ExpressionSpec(text: text), schema: schema, now: 0,
            subject: "\(entity.name).sequence")
        expression = compiled
        columns = compiled.columns
        type = try RowSequence.order(compiled.type, text, entity)
        guard !columns.isEmpty else {
            throw LakeError(
                .configuration, operation: "plan", subject: entity.name,
                message: "the sequence '\(text)' reads no column: it would be one for all rows",
                hint: "Name a column that changes with the row, or leave 'sequence' out.")
        }
    }

    /// Whether `text` can only be meant as the name of a column.
    private static func isName(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (97...122).contains(byte | 32) || byte == 95 || byte >= 128
        }
    }

    private static func order(
        _ type: ColumnType, _ text: String, _ entity: EntitySpec
    ) throws(LakeError) -> ColumnType {
        switch type {
        case .byte, .short, .integer, .long: return .long
        case .date, .timestamp, .timestampNtz: return .timestamp
        default:
            throw LakeError(
                .configuration, operation: "plan", subject: entity.name,
                message: "the sequence '\(text)' is a \(type): events are ordered by "
                    + "a time, a date or a whole number",
                hint: "Name another column, or leave 'sequence' out.")
        }
    }

    /// The sequence of each row of `batch`, which has all of `columns`: `long` or `timestamp`.
    public func values(_ batch: RecordBatch) throws(LakeError) -> Column {
        let column: Column?
        if let expression {
            column = try expression.evaluate(batch, subject: "\(entity).sequence")
        } else {
            column = batch[columns[0]]
        }
        return column?.asSequence ?? Column.nulls(type, count: batch.count)
    }

    /// As `values`, of rows that a table has.
    public func stored(_ batch: RecordBatch) throws(DeltaError) -> Column {
        do throws(LakeError) { return try values(batch) } catch {
            throw DeltaError(
                .schema, operation: error.operation, subject: error.subject,
                message: error.message, hint: error.hint)
        }
    }

    /// Which rows of `batch` have one; nil when all have, or nothing can be told.
    public func presence(_ batch: RecordBatch) throws(DeltaError) -> Bitmap? {
        guard columns.allSatisfy({ batch[$0] != nil }) else { return nil }
        let column = try stored(batch)
        return column.nullCount > 0 ? column.validity : nil
    }
}
