import Names
public import Source
import Spelling

/// Chooses how each table is read from what the source declares and the operator overrides.
public struct Planner: Sendable {
    /// Without an index on the watermark, tables up to this many rows are still scanned for it.
    public var smallTableRows: Int64 = 200_000

    public init() {}

    /// Names that by convention hold the time of the last change, best first.
    static let conventionalNames = [
        "updated_at", "modified_at", "last_modified", "last_modified_at", "last_updated",
        "last_updated_at", "last_update", "update_time", "modified_time", "updated_on",
        "modified_on", "updated", "modified", "updatedat", "modifiedat", "lastmodified",
        "lastupdated", "date_modified", "date_updated", "changed_at", "mtime",
    ]

    /// The plan of one table. Throws `configuration` when the override names columns that are not
    /// there or a mode that the table cannot have.
    public func plan(_ table: SourceTable, _ override: TableOverride = TableOverride())
        throws(ExtractError) -> TablePlan
    {
        try checkNames(table, override)
        var plan = TablePlan(
            table: table, columns: columns(of: table, override), mode: .snapshot, watermark: nil,
            key: override.key ?? table.key, reason: "")
        plan.watermarkZone = override.watermarkZone
        plan.masks = override.masks
        plan.condition = override.condition
        plan.typeOptions = override.typeOptions ?? TypeOptions()
        plan.lookbackMicroseconds = override.lookbackMicroseconds ?? 0
        switch override.mode {
        case nil: automatic(&plan, override)
        case .snapshot: plan.reason = "configured; every row is read each time"
        case .incremental: try incremental(&plan, override)
        case .append: try append(&plan, override)
        }
        try checkMasksAndColumns(plan)
        return plan
    }

    private func columns(of table: SourceTable, _ override: TableOverride) -> [SourceColumn] {
        table.columns.filter { column in
            (override.includedColumns?.holds(column.name) ?? true)
                && !override.excludedColumns.holds(column.name)
        }
    }

    private func checkNames(_ table: SourceTable, _ override: TableOverride) throws(ExtractError) {
        for name in Planner.named(override) where table[column: name] == nil {
            let near = Spelling.nearest(to: name, in: table.columns.map(\.name))
            throw configuration(
                table, "there is no column '\(name)'",
                hint: near.map { "Did you mean '\($0)'?" } ?? "`sluice discover` tells the columns."
            )
        }
    }

    /// The columns that an override names.
    static func named(_ override: TableOverride) -> [String] {
        (override.key ?? []) + (override.includedColumns ?? []) + override.excludedColumns
            + override.masks.keys.sorted().map(\.text) + [override.watermark].compactMap { $0 }
    }

    private func checkMasksAndColumns(_ plan: TablePlan) throws(ExtractError) {
        let needed = plan.key + [plan.watermark?.name].compactMap { $0 }
        for name in needed where !plan.columns.map(\.name).holds(name) {
            throw configuration(
                plan.table, "column '\(name)' is excluded but is the key or the watermark",
                hint: "Include it again, or choose another key or watermark.")
        }
        if let name = plan.watermark?.name, plan.masks[ByteName(name)] != nil {
            throw configuration(
                plan.table, "the watermark '\(name)' cannot be masked", hint: "Remove its mask.")
        }
        if plan.columns.isEmpty {
            throw configuration(
                plan.table, "no column is left to read", hint: "Include at least one.")
        }
    }

    private func automatic(_ plan: inout TablePlan, _ override: TableOverride) {
        let table = plan.table
        guard !plan.key.isEmpty else {
            plan.reason =
                "no primary or unique key: the whole table each time, in one stream; "
                + "an unchanged table writes nothing"
            return
        }
        if let column = override.watermark.flatMap({ table[column: $0] }) {
            plan.mode = .incremental
            plan.watermark = column
            plan.reason = "configured watermark; " + missed(column)
            return
        }
        let candidates = watermarkCandidates(table)
        if let column = candidates.first(where: { usable($0, table) }) {
            plan.mode = .incremental
            plan.watermark = column
            let index = isIndexed(column, table) ? "indexed" : "table is small"
            plan.reason = "\(column.name) \(origin(column)), \(index); " + missed(column)
            return
        }
        if let column = candidates.first {
            plan.reason =
                "\(column.name) would be the watermark but has no index on a large table: "
                + "the whole table each time; add an index on it to read only changes"
            return
        }
        if let id = plan.key.compactMap({ table[column: $0] }).first(where: \.isAutoIncrement) {
            plan.reason =
                "no column tells when a row changed; `mode: append` would read only new "
                + "\(id.name) and miss updates and deletes"
            return
        }
        plan.reason = "no column tells when a row changed: the whole table each time"
    }

    private func incremental(_ plan: inout TablePlan, _ override: TableOverride)
        throws(ExtractError)
    {
        let table = plan.table
        let named = override.watermark.flatMap { table[column: $0] }
        guard let column = named ?? watermarkCandidates(table).first else {
            throw configuration(
                table, "mode incremental needs a watermark, and no column is suitable",
                hint: "Name one with `watermark:`, or use mode snapshot.")
        }
        guard column.isPointInTime else {
            throw configuration(
                table, "the watermark '\(column.name)' is a \(column.declaredType)",
                hint: "Use a TIMESTAMP or DATETIME column, or mode append for an ascending id.")
        }
        plan.mode = .incremental
        plan.watermark = column
        plan.reason = "configured; " + missed(column)
    }

    private func append(_ plan: inout TablePlan, _ override: TableOverride) throws(ExtractError) {
        let table = plan.table
        let named = override.watermark ?? plan.key.first { table[column: $0]?.isInteger == true }
        guard let column = named.flatMap({ table[column: $0] }), column.isInteger else {
            throw configuration(
                table, "mode append needs an integer key that only grows",
                hint: "Name it with `watermark:`, or use mode snapshot.")
        }
        plan.mode = .append
        plan.watermark = column
        if plan.key.isEmpty { plan.key = [column.name] }
        plan.reason = "configured; only new \(column.name): updates and deletes are missed"
    }

    /// Columns that could drive increments, the best first.
    func watermarkCandidates(_ table: SourceTable) -> [SourceColumn] {
        let times = table.columns.filter(\.isPointInTime)
        let touched = times.filter(\.isTouchedOnUpdate)
        let conventional = Planner.conventionalNames.compactMap { name in
            times.first { $0.name.lowercased() == name && !$0.isTouchedOnUpdate }
        }
        return touched + conventional
    }

    private func usable(_ column: SourceColumn, _ table: SourceTable) -> Bool {
        isIndexed(column, table) || (!table.isView && table.rowsEstimate <= smallTableRows)
    }

    private func isIndexed(_ column: SourceColumn, _ table: SourceTable) -> Bool {
        table.indexes.contains { $0.columns.first?.isSame(as: column.name) ?? false }
    }

    private func origin(_ column: SourceColumn) -> String {
        column.isTouchedOnUpdate
            ? "is set ON UPDATE CURRENT_TIMESTAMP" : "is named like a time of change"
    }

    private func missed(_ column: SourceColumn) -> String {
        column.isTouchedOnUpdate
            ? "deletes are not tracked"
            : "updates that leave \(column.name) as it was are missed, deletes are not tracked"
    }

    private func configuration(_ table: SourceTable, _ message: String, hint: String)
        -> ExtractError
    {
        ExtractError(
            .configuration, operation: "plan", subject: "\(table.schema).\(table.name)",
            message: message, hint: hint)
    }
}
