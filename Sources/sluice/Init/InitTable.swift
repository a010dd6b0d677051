import Columnar
import Extract
import Names
import Pipeline
import Profile
import Proposal
import Rules
import Source
import Transform

/// A planned table as a proposal sees it: columns by the names bronze gives them.
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

    /// - Parameter sample: of its rows, by bronze's names; nil when they were not looked at.
    func seen(_ sample: TableSample?) -> SeenTable {
        let profile = sample?.profile
        let table = plan.table
        var seen = SeenTable(name: table.name)
        seen.profile = profile
        seen.unread = sample?.reason
        seen.rows = table.rowsEstimate
        if let profile { seen.rows = profile.isWhole ? Int64(profile.rows) : max(seen.rows, 1) }
        seen.columns = columns(profile)
        seen.mode = SeenTable.Mode(rawValue: plan.mode.rawValue) ?? .snapshot
        seen.watermark = plan.watermark.map { names[ByteName($0.name)] ?? $0.name }
        seen.key = plan.key.map { names[ByteName($0)] ?? $0 }
        seen.uniqueKeys = table.indexes.filter { $0.isUnique && $0.columns != plan.key }
            .compactMap { named($0.columns) }
        seen.foreignKeys = table.foreignKeys.filter { $0.referencedSchema == table.schema }
            .compactMap { key in
                named(key.columns).map {
                    .init(
                        columns: $0, table: key.referencedTable,
                        referencedColumns: key.referencedColumns)
                }
            }
        seen.enumerations = table.columns.filter { $0.typeName == "enum" }
            .compactMap { column in
                names[ByteName(column.name)].map { (column: $0, labels: column.labels) }
            }
        seen.checks = table.checks.map(check)
        return seen
    }

    private func columns(_ profile: TableProfile?) -> [SeenColumn] {
        let silver = Dictionary(
            DimensionSpec.renamings(Schema(fields)).map { (ByteName($0.entity), $0.stored) },
            uniquingKeysWith: { first, _ in first })
        return zip(plan.columns, fields).map { column, field in
            var seen = SeenColumn(
                field.name, field.type, typeName: column.typeName, isNullable: column.isNullable)
            seen.sourceName = column.name
            seen.silverName = silver[ByteName(field.name)] ?? field.name
            seen.isAutoIncrement = column.isAutoIncrement
            seen.isTouchedOnUpdate = column.isTouchedOnUpdate
            seen.profile = profile?.columns[ByteName(field.name)]
            return seen
        }
    }

    /// The bronze names of columns that are all read.
    private func named(_ columns: [String]) -> [String]? {
        let found = columns.compactMap { names[ByteName($0)] }
        return found.count == columns.count ? found : nil
    }

    /// A constraint whose clause is understood as it is or without the marks that the server's
    /// catalog puts in.
    private func check(_ check: Source.SourceCheck) -> SeenTable.Check {
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
