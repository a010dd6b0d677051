import Columnar
import Delta
import Lake
import Names
import Source

// What keeps a single table from being planned is that table's failure, and stops no other.
extension CatalogReader {
    /// The failure of a table that the source lists and cannot show: a view over what is gone, or
    /// whose definer lost his rights. Nil when its columns are there.
    func unreadable(_ table: SourceTable, _ connection: any SourceConnection) -> TableResult? {
        guard table.columns.isEmpty,
            let refusal = connection.refusal(
                schema: table.schema, table: table.name, column: nil)
        else { return nil }
        return failure(of: table, ExtractError(refusal))
    }

    /// The failure of a table whose plan needs a column that is gone or may not be read; nil when
    /// it is the configuration that is wrong.
    func unplanned(
        _ table: SourceTable, _ override: TableOverride, _ folders: BronzeFolders,
        _ connection: any SourceConnection
    ) throws(ExtractError) -> TableResult? {
        let needed = Planner.named(override) + table.key
        for column in needed where table[column: column] == nil {
            let refusal = connection.refusal(
                schema: table.schema, table: table.name, column: column)
            guard let refusal else { continue }
            if refusal.code == .privilege {
                return failure(of: table, ExtractError(refusal))
            }
            guard try bronze(of: table, in: folders, holds: column) else { continue }
            return failure(
                of: table,
                ExtractError(
                    .gone, operation: "plan", subject: "\(table.schema).\(table.name)",
                    message: "the column '\(column)' is gone from the source, but the "
                        + "configuration or the key names it; bronze keeps its values",
                    hint: "Take it out of extract.tables.\(table.name), or bring it back."))
        }
        return nil
    }

    private func bronze(
        of table: SourceTable, in folders: BronzeFolders, holds column: String
    ) throws(ExtractError) -> Bool {
        let name = TableName(schema: table.schema, name: table.name)
        guard let path = folders.entry(of: name)?.path else { return false }
        return try inLake { () throws(DeltaError) in
            let table = DeltaTable(storage: storage, path: path)
            guard let text = try table.metadata()?.schemaString else { return false }
            return try SchemaJSON.schema(text, subject: path).fields.contains { field in
                (field.metadata[BronzeColumn.sourceName] ?? field.name).isSame(as: column)
            }
        }
    }

    private func failure(of table: SourceTable, _ error: ExtractError) -> TableResult {
        var result = TableResult(table: table.name, mode: .snapshot)
        result.receipt = .notVerified("the table could not be planned")
        result.error = error
        return result
    }
}
