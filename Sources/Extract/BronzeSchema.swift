import Collations
public import Columnar
import Names
import Source

/// Names and types of a bronze table's columns (docs/specification/lake.md#bronze).
struct BronzeSchema {
    static let operation = BronzeColumn.operation
    static let runID = BronzeColumn.runID
    static let extractedAt = BronzeColumn.extractedAt
    static let invalid = BronzeColumn.invalid
    static let partition = "ingest_date"

    static let systemFields = [
        Field(operation, .string), Field(runID, .string), Field(extractedAt, .timestamp),
        Field(invalid, .string),
    ]

    /// The source's columns as bronze holds them, in the plan's order.
    let fields: [Field]
    /// Every column of the table, the system's and the partition's included.
    let schema: Schema
    /// Whether `schema` differs from what the table has now.
    let isChanged: Bool
    /// What changed, for the log.
    let changes: [String]
    /// Source's names of columns that bronze has and the source does not show any more.
    let vanished: [String]
    /// Bronze's names of columns that the table has and this run does not read: gone, or excluded.
    let absent: [String]
    /// Columns whose type became wider: bronze has to be rewritten before rows of the new type
    /// can be added.
    let widenings: [String]

    /// The schema of a new table, or of `existing` made to follow the plan. Throws `drift` when a
    /// column changed its type: an added column is taken in, a dropped one stays and gets nulls.
    init(_ plan: TablePlan, masking: Masking, existing: Schema?) throws(ExtractError) {
        var taken = Set(BronzeSchema.reservedNames.map(ColumnName.folded))
        var known: [ByteName: Field] = [:]
        for field in existing?.fields ?? [] where !BronzeSchema.isSystem(field.name) {
            known[ByteName(field.metadata[BronzeColumn.sourceName] ?? field.name)] = field
            taken.insert(ColumnName.folded(field.name))
        }
        var planned: [Field] = []
        var changes: [String] = []
        var widened: [String] = []
        for column in plan.columns {
            let type = masking.type(of: column.name, column.type)
            var field: Field
            if let old = known.removeValue(forKey: ByteName(column.name)) {
                field = old
                if old.type.widens(to: type) {
                    widened.append("column \(column.name) widened from \(old.type) to \(type)")
                    field.type = type
                } else if old.type != type {
                    throw BronzeSchema.drift(plan, column, from: old, to: type)
                }
            } else {
                field = Field(ColumnName.allowed(column.name, besides: &taken), type)
                if existing != nil { changes.append("column \(column.name) added") }
            }
            if !field.name.isSame(as: column.name) {
                field.metadata[BronzeColumn.sourceName] = column.name
            }
            field.metadata[BronzeColumn.sourceType] = column.declaredType
            // What a mask leaves compares by itself.
            let isCompared = type == .string && masking.masks[ByteName(column.name)] == nil
            field.metadata[CollationLibrary.metadata] = isCompared ? column.collation : nil
            planned.append(field)
        }
        fields = planned
        // Those that the source has and the configuration excludes are no news.
        vanished = known.keys.sorted().map(\.text).filter { plan.table[column: $0] == nil }
        let dropped = (existing?.fields ?? []).filter { old in
            known.values.contains { $0.name.isSame(as: old.name) }
        }
        absent = dropped.map(\.name)
        let partition = [Field(BronzeSchema.partition, .date)]
        widenings = widened
        let followed = Schema(
            BronzeSchema.merge(planned, dropped, order: existing) + BronzeSchema.systemFields
                + partition)
        schema = followed
        isChanged = existing != followed
        self.changes = changes
    }

    /// Whether a bronze column is the system's own.
    static func isSystem(_ name: String) -> Bool {
        reservedNames.contains(name.lowercased())
    }

    fileprivate static let reservedNames = systemFields.map(\.name) + [partition]

    /// Planned columns in the source's order, with columns that are gone left where they stood.
    private static func merge(_ planned: [Field], _ dropped: [Field], order: Schema?) -> [Field] {
        guard !dropped.isEmpty, let order else { return planned }
        var merged = planned
        for field in dropped {
            let before = order.fields.prefix { !$0.name.isSame(as: field.name) }.last?.name ?? ""
            let position = merged.firstIndex { $0.name.isSame(as: before) }.map { $0 + 1 } ?? 0
            merged.insert(field, at: position)
        }
        return merged
    }

    private static func drift(
        _ plan: TablePlan, _ column: SourceColumn, from old: Field, to type: ColumnType
    ) -> ExtractError {
        let was = old.metadata[BronzeColumn.sourceType] ?? "\(old.type)"
        return ExtractError(
            .drift, operation: "extract", subject: plan.name,
            message: "column \(column.name) was \(was) and is now \(column.declaredType): bronze "
                + "holds \(old.type), the source now gives \(type); nothing was read",
            hint: "Undo the change, or move the bronze table away and extract it again with "
                + "--full; other tables are not affected.")
    }
}

extension TablePlan {
    /// The planned columns as a new bronze table will hold them, in the plan's order.
    public var bronzeFields: [Field] {
        var taken = Set(BronzeSchema.reservedNames.map(ColumnName.folded))
        return columns.map { Field(ColumnName.allowed($0.name, besides: &taken), $0.type) }
    }
}
