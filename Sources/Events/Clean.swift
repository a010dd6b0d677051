public import Columnar
public import Lake
public import Pipeline
import Spelling

/// The `clean` expressions of an entity, typed over bronze's columns.
///
/// Every expression sees the row as it came from bronze, so their order does not matter. A name
/// that bronze does not have makes a new column, unless it is a letter away from one: a slip.
public struct Clean: Sendable {
    /// Bronze's columns, without the system's.
    public let bronze: Schema
    /// The cleaned rows' columns: bronze's in order, new ones behind.
    public let schema: Schema
    /// The positions in `schema` of the columns that are computed.
    public let computed: [Int]
    /// What orders the rows, where that is no column of bronze: computed of cleaned rows.
    public let sequence: RowSequence?
    private let expressions: [RowExpression]
    private let entity: String

    /// Throws `.configuration` for an expression that cannot be read or typed. `now` is the time of
    /// the run, microseconds UTC.
    public init(_ entity: EntitySpec, bronze: Schema, now: Int64) throws(LakeError) {
        self.bronze = bronze
        self.entity = entity.name
        var fields = bronze.fields
        var computed: [Int] = []
        var expressions: [RowExpression] = []
        for spec in entity.clean {
            let subject = "\(entity.name).\(spec.column)"
            let expression = try RowExpression(
                spec.expression, schema: bronze, now: now, subject: subject)
            if let index = fields.firstIndex(where: { $0.name == spec.column }) {
                guard !computed.contains(index) else {
                    throw Clean.refused(subject, "the column is cleaned twice")
                }
                var field = fields[index]
                if field.type != expression.type { field.metadata = [:] }
                field.type = expression.type
                field.isNullable = true
                fields[index] = field
                computed.append(index)
            } else {
                if let near = Clean.slip(spec.column, bronze) {
                    throw Clean.refused(
                        subject, "there is no column \"\(spec.column)\"",
                        hint: "Is it \(near)? A new column needs a name that differs more.")
                }
                computed.append(fields.count)
                fields.append(Field(spec.column, expression.type))
            }
            expressions.append(expression)
        }
        schema = Schema(fields)
        let isColumn = entity.sequence.map { bronze[$0] != nil } ?? true
        sequence = isColumn ? nil : try RowSequence(entity, schema)
        self.computed = computed
        self.expressions = expressions
    }

    /// The column that was meant by `name`, nil when it names a new one: by a short name, a number
    /// behind one that is there, or more than a letter of difference.
    private static func slip(_ name: String, _ bronze: Schema) -> String? {
        guard name.count > 3 else { return nil }
        let names = bronze.fields.map(\.name)
        guard let near = Spelling.nearest(to: name, in: names, atMost: 1) else { return nil }
        let isNumbered = name.hasPrefix(near) && name.dropFirst(near.count).allSatisfy(\.isNumber)
        return isNumbered ? nil : near
    }

    /// Whether one of these columns is computed.
    public func computes(_ columns: [String]) -> Bool {
        computed.contains { columns.contains(schema.fields[$0].name) }
    }

    /// The texts that the column holds where the source has these; nil where that depends on other
    /// columns.
    public func labels(_ labels: [String], of column: String) -> [String]? {
        guard let place = computed.firstIndex(where: { schema.fields[$0].name == column }) else {
            return labels
        }
        let expression = expressions[place]
        guard expression.columns == [column], expression.type == .string,
            bronze[column]?.type == .string
        else { return nil }
        let columns = bronze.fields.map { field in
            field.name == column
                ? Column(.string, storage: .bytes(ByteVector(labels)))
                : Column.nulls(field.type, count: labels.count)
        }
        let rows = RecordBatch(schema: bronze, columns: columns, count: labels.count)
        guard let made = try? expression.evaluate(rows, subject: column) else { return nil }
        var texts: [String] = []
        for row in 0..<made.count where !made.isNull(row) && !texts.contains(made.text(row)) {
            texts.append(made.text(row))
        }
        return texts
    }

    /// The batch with cleaned rows; everything else stays. Throws `.configuration` when a value
    /// cannot be computed.
    public func apply(_ events: EventBatch) throws(LakeError) -> EventBatch {
        var cleaned = events
        if !expressions.isEmpty {
            cleaned.rows = try computed(events.rows)
            if !events.absent.isEmpty { cleaned.absent = absent(events.absent, cleaned.rows) }
        }
        guard let sequence else { return cleaned }
        let values = try sequence.values(cleaned.rows)
        cleaned.sequence =
            events.deletes.map { values.seen($0, at: events.extractedAt) } ?? values
        return cleaned
    }

    /// The cleaned columns that the rows do not tell, where bronze's `absent` are not told: what is
    /// computed of these alone, or comes to NULL because of them.
    private func absent(_ absent: Set<String>, _ rows: RecordBatch) -> Set<String> {
        var names = absent
        for (index, expression) in zip(computed, expressions) {
            let name = schema.fields[index].name
            let untold = expression.columns.filter(absent.contains)
            let isUntold =
                !untold.isEmpty
                && (untold.count == expression.columns.count
                    || rows.columns[index].nullCount == rows.count)
            if isUntold { names.insert(name) } else { names.remove(name) }
        }
        return names
    }

    private func computed(_ rows: RecordBatch) throws(LakeError) -> RecordBatch {
        let added = schema.fields.count - bronze.fields.count
        var columns = rows.columns
        columns.reserveCapacity(columns.count + added)
        for (index, expression) in zip(computed, expressions) {
            let subject = "\(entity).\(schema.fields[index].name)"
            let column = try expression.evaluate(rows, subject: subject)
            if index < columns.count { columns[index] = column } else { columns.append(column) }
        }
        return RecordBatch(schema: schema, columns: columns, count: rows.count)
    }

    private static func refused(
        _ subject: String, _ message: String, hint: String? = nil
    ) -> LakeError {
        LakeError(
            .configuration, operation: "clean", subject: subject, message: message, hint: hint)
    }
}
