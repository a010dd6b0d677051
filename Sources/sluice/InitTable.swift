import Columnar
import Config
import Extract
import Names
import Source
import Transform

/// A planned table in the words of a configuration's draft: columns by the names bronze gives them.
struct InitTable {
    private let plan: TablePlan
    private let fields: [Field]
    /// Source's name → bronze's.
    private let names: [ByteName: String]

    init(_ plan: TablePlan) {
        self.plan = plan
        fields = plan.bronzeFields
        names = Dictionary(
            zip(plan.columns.map { ByteName($0.name) }, fields.map(\.name)),
            uniquingKeysWith: { first, _ in first }
        )
    }

    var entry: ConfigurationDraft.Table {
        let table = plan.table
        var entry = ConfigurationDraft.Table(name: table.name)
        entry.silverNames = Dictionary(
            DimensionSpec.renamings(Schema(fields)).map { ($0.entity, $0.stored) },
            uniquingKeysWith: { first, _ in first })
        entry.mode = Configuration.Table.Mode(rawValue: plan.mode.rawValue) ?? .auto
        entry.watermark = plan.watermark.map { names[ByteName($0.name)] ?? $0.name }
        entry.key = plan.key.map { names[ByteName($0)] ?? $0 }
        entry.sourceNames = Dictionary(
            names.filter { !$0.key.text.isSame(as: $0.value) }.map { ($0.value, $0.key.text) },
            uniquingKeysWith: { first, _ in first })
        entry.reason = plan.reason
        entry.rowsEstimate = table.rowsEstimate
        entry.columns = zip(plan.columns, fields).map { column, field in
            .init(field.name, kind(column), isNullable: column.isNullable)
        }
        entry.dates = zip(plan.columns, fields).filter { column, field in
            !column.name.isSame(as: plan.watermark?.name ?? "")
                && (field.type == .date || field.type == .timestamp)
        }.sorted { $0.1.type == .date && $1.1.type != .date }.map(\.1.name)
        entry.uniqueKeys = table.indexes.filter { $0.isUnique && $0.columns != plan.key }
            .compactMap { named($0.columns) }
        entry.foreignKeys = table.foreignKeys.filter { $0.referencedSchema == table.schema }
            .compactMap { key in
                named(key.columns).map {
                    .init(
                        columns: $0, referencedTable: key.referencedTable,
                        referencedColumns: key.referencedColumns)
                }
            }
        entry.enumerations = table.columns.filter { $0.typeName == "enum" }
            .compactMap { column in
                names[ByteName(column.name)].map { (column: $0, labels: column.labels) }
            }
        entry.checks = table.checks.map(check)
        return entry
    }

    /// The bronze names of columns that are all read.
    private func named(_ columns: [String]) -> [String]? {
        let found = columns.compactMap { names[ByteName($0)] }
        return found.count == columns.count ? found : nil
    }

    private func kind(_ column: SourceColumn) -> ConfigurationDraft.Column.Kind {
        let isLong = ["text", "mediumtext", "longtext", "json"].contains(column.typeName)
        switch column.type {
        case .string: return isLong ? .large : .text
        case .binary: return .large
        case .byte, .short, .integer, .long, .decimal: return .number
        case .date, .timestamp: return .moment
        default: return .other
        }
    }

    /// A constraint whose clause is understood as it is or without the marks that the server's
    /// catalog puts in.
    private func check(_ check: Source.SourceCheck) -> ConfigurationDraft.Check {
        var declaration = SourceDeclaration()
        declaration.checks = [.init(name: check.name, clause: check.clause)]
        let entity = EntitySpec(name: plan.name, bronzePath: "", source: plan.name, key: plan.key)
        let found = RuleSuggestions.rules(
            for: entity, schema: Schema(fields), declaration: declaration, dimensions: [],
            profile: nil)
        if case .check(let expression, _) = found.first?.rule.kind {
            return .init(name: check.name, clause: expression.text, isUnderstood: true)
        }
        return .init(name: check.name, clause: check.clause, isUnderstood: false)
    }
}
