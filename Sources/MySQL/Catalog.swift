import Columnar
import Names
import Source

/// Reads what `information_schema` says about a schema, in six queries whatever the number of
/// tables, without a limit.
struct Catalog {
    let handle: Handle
    let options: TypeOptions

    /// The schemas this user can see, in the server's order, the server's own included.
    static func schemas(_ handle: Handle) throws(SourceError) -> [String] {
        try handle.rows(
            "SELECT schema_name FROM information_schema.schemata ORDER BY schema_name",
            "list schemas", handle.options.endpoint
        ).map { $0.text(0) }
    }

    /// The tables of `schema` in order of their names.
    func tables(_ schema: String, includeViews: Bool) throws(SourceError) -> [SourceTable] {
        let schema = try resolve(schema)
        var tables = try baseTables(schema, includeViews: includeViews)
        if tables.isEmpty { return [] }
        let position = Dictionary(
            uniqueKeysWithValues: tables.enumerated().map { (ByteName($1.name), $0) })
        for (table, column) in try columns(schema) {
            if let index = position[ByteName(table)] { tables[index].columns.append(column) }
        }
        for (table, index) in try indexes(schema) {
            guard let position = position[ByteName(table)] else { continue }
            tables[position].indexes.append(index)
            if index.name == "PRIMARY" { tables[position].primaryKey = index.columns }
        }
        for (table, key) in try foreignKeys(schema) {
            if let index = position[ByteName(table)] { tables[index].foreignKeys.append(key) }
        }
        for (table, check) in try checks(schema) {
            guard let index = position[ByteName(table)] else { continue }
            tables[index].checks.append(check)
            Catalog.markJSON(&tables[index], check)
        }
        return tables
    }

    /// The server's own spelling of a schema's name.
    private func resolve(_ name: String) throws(SourceError) -> String {
        let schemas = try Catalog.schemas(handle)
        if schemas.holds(name) { return name }
        let ignoresCase =
            try handle.rows("SELECT @@lower_case_table_names", "read catalog", name)
            .first?.integer(0) != 0
        let folded = name.lowercased()
        if ignoresCase, let same = schemas.first(where: { $0.lowercased() == folded }) {
            return same
        }
        let own = ["information_schema", "mysql", "performance_schema", "sys"]
        let candidates = schemas.filter { !own.contains($0) }
        throw SourceError(
            .missing, operation: "read catalog", subject: name,
            message: "there is no schema \(name) that user \(handle.options.user) can see",
            hint: candidates.isEmpty
                ? "No schema at all is visible: grant the user SELECT on it."
                : "Visible are: " + candidates.prefix(20).joined(separator: ", ") + ".")
    }

    private func baseTables(_ schema: String, includeViews: Bool) throws(SourceError)
        -> [SourceTable]
    {
        let rows = try select(
            "table_name, table_type, engine, table_rows, data_length, create_time,"
                + " auto_increment", "tables",
            schema, "table_name")
        var tables: [SourceTable] = []
        for row in rows {
            let isView: Bool
            switch row.text(1) {
            case "BASE TABLE", "SYSTEM VERSIONED": isView = false
            case "VIEW", "SYSTEM VIEW": isView = true
            default: continue
            }
            if isView, !includeViews { continue }
            var table = SourceTable(schema: schema, name: row.text(0))
            table.isView = isView
            table.engine = isView ? nil : row[2]
            table.rowsEstimate = row.integer(3)
            table.dataByteCount = row.integer(4)
            table.createdAt = row[5]
            table.nextNumber = row[6] == nil ? nil : row.integer(6)
            tables.append(table)
        }
        return tables
    }

    /// What `tables` leaves out.
    func leftOut(_ schema: String, includeViews: Bool) throws(SourceError) -> LeftOut {
        let rows = try select(
            "table_type, COUNT(*)", "tables", try resolve(schema), "table_type",
            condition: " GROUP BY table_type")
        var leftOut = LeftOut()
        for row in rows {
            switch row.text(0) {
            case "VIEW" where !includeViews: leftOut.views += Int(row.integer(1))
            case "SEQUENCE": leftOut.sequences += Int(row.integer(1))
            default: break
            }
        }
        return leftOut
    }

    private func columns(_ schema: String) throws(SourceError) -> [(String, SourceColumn)] {
        try select(
            "table_name, column_name, column_type, data_type, character_set_name, collation_name,"
                + " is_nullable, extra, generation_expression, datetime_precision,"
                + " numeric_precision, numeric_scale, column_comment",
            "columns", schema, "table_name, ordinal_position"
        ).map { row in
            let facts = DeclaredType.Facts(
                name: row.text(3).lowercased(), full: row.text(2),
                precision: Int(row.integer(10)), scale: Int(row.integer(11)),
                characterSet: row[4])
            var column = SourceColumn(
                name: row.text(1), declaredType: facts.full, typeName: facts.name,
                type: DeclaredType.columnType(facts, options))
            let extra = row.text(7).lowercased()
            column.characterSet = row[4]
            column.collation = row[5]
            column.isNullable = row.isTrue(6)
            column.isGenerated = extra.contains("generated") && !row.text(8).isEmpty
            column.isInvisible = extra.contains("invisible")
            column.isAutoIncrement = extra.contains("auto_increment")
            column.isTouchedOnUpdate = extra.contains("on update current_timestamp")
            column.fractionDigits = Int(row.integer(9))
            column.labels = DeclaredType.labels(of: facts.full)
            column.comment = row.text(12)
            return (row.text(0), column)
        }
    }

    /// Rows of one `information_schema` view for the schema. Names compare without case there,
    /// so rows of a schema that differs only in case are dropped here.
    func select(
        _ list: String, _ view: String, _ schema: String, _ order: String,
        schemaColumn: String = "table_schema", condition: String = ""
    ) throws(SourceError) -> [TextRow] {
        try handle.rows(
            "SELECT \(list) FROM information_schema.\(view) WHERE \(schemaColumn) = "
                + SQLText.literal(schema)
                + " AND BINARY \(schemaColumn) = \(SQLText.literal(schema))\(condition)"
                + " ORDER BY \(order)",
            "read catalog", schema)
    }
}
