import Columnar
import CommandLine
import Config
import Extract
import JSON
import Names
import MySQL
import Source
import Storage

/// `sluice discover`: the tables of a schema and how each would be read.
struct DiscoverCommand {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws(Failure) -> ExitCode {
        let configuration = try session.configuration()
        let schema = try session.schema(configuration)
        let run = try session.extractRun(
            configuration, schema: schema, storage: PosixStorage(root: configuration.lake),
            observer: SilentObserver())
        let connection = try session.connect(configuration)
        defer { connection.close() }
        let plans = try failing(Failure.init) { () throws(ExtractError) in
            try run.discover(connection)
        }
        let leftOut = try failing(Failure.init) { () throws(SourceError) in
            try connection.leftOut(schema: schema, includeViews: configuration.extract.views)
        }
        let note = leftOut.text.map { "\($0)\n" } ?? ""
        try session.show(
            document(schema, plans, leftOut), text: text(schema, plans) + note)
        return .success
    }

    private func document(_ schema: String, _ plans: [TablePlan], _ leftOut: LeftOut)
        -> JSONValue
    {
        [
            "schema": .string(schema), "tables": .array(plans.map(entry)),
            "left_out": leftOut.document,
        ]
    }

    private func entry(_ plan: TablePlan) -> JSONValue {
        let table = plan.table
        return [
            "table": .string(table.name), "mode": .string(plan.mode.rawValue),
            "watermark": JSONValue(plan.watermark?.name),
            "key": .array(plan.key.map(JSONValue.string)),
            "rows_estimate": JSONValue(table.rowsEstimate), "reason": .string(plan.reason),
            "chunking": .string(plan.chunking), "is_view": .bool(table.isView),
            "engine": JSONValue(table.engine), "bytes_estimate": JSONValue(table.dataByteCount),
            "columns": .array(table.columns.map { column($0, plan) }),
            "primary_key": .array(table.primaryKey.map(JSONValue.string)),
            "indexes": .array(table.indexes.map(index)),
            "foreign_keys": .array(table.foreignKeys.map(foreignKey)),
            "checks": .array(
                table.checks.map { ["name": .string($0.name), "clause": .string($0.clause)] }),
        ]
    }

    private func column(_ column: SourceColumn, _ plan: TablePlan) -> JSONValue {
        [
            "column": .string(column.name), "source_type": .string(column.declaredType),
            "type": .string(column.type.description), "nullable": .bool(column.isNullable),
            "generated": .bool(column.isGenerated), "invisible": .bool(column.isInvisible),
            "character_set": JSONValue(column.characterSet),
            "read": .bool(plan.columns.map(\.name).holds(column.name)),
            "mask": JSONValue(plan.masks[ByteName(column.name)]?.rawValue),
        ]
    }

    private func index(_ index: SourceIndex) -> JSONValue {
        [
            "name": .string(index.name), "unique": .bool(index.isUnique),
            "columns": .array(index.columns.map(JSONValue.string)),
        ]
    }

    private func foreignKey(_ key: SourceForeignKey) -> JSONValue {
        [
            "name": .string(key.name), "columns": .array(key.columns.map(JSONValue.string)),
            "references": .string("\(key.referencedSchema).\(key.referencedTable)"),
            "referenced_columns": .array(key.referencedColumns.map(JSONValue.string)),
        ]
    }

    private func text(_ schema: String, _ plans: [TablePlan]) -> String {
        guard !plans.isEmpty else { return "The schema \(schema) has no tables to read.\n" }
        var table = TextTable([
            .init("table"), .init("mode"), .init("watermark"), .init("key"),
            .init("rows ≈", .right), .init("read as", movesBelow: true),
            .init("reason", movesBelow: true),
        ])
        for plan in plans {
            table.append([
                plan.table.name, plan.mode.rawValue, plan.watermark?.name ?? "",
                plan.key.joined(separator: ", "), Quantity.count(plan.table.rowsEstimate),
                plan.chunking, plan.reason,
            ])
        }
        return table.text(width: session.width)
    }
}

extension LeftOut {
    /// `{"views", "sequences"}`.
    var document: JSONValue {
        ["views": JSONValue(views), "sequences": JSONValue(sequences)]
    }
}
