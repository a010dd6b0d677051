import Names
import Source

extension Catalog {
    /// Every index that orders or identifies rows, with its table, columns in order. Full-text
    /// and spatial ones do neither.
    func indexes(_ schema: String) throws(SourceError) -> [(String, SourceIndex)] {
        let rows = try select(
            "table_name, index_name, non_unique, column_name", "statistics", schema,
            "table_name, index_name <> 'PRIMARY', index_name, seq_in_index",
            condition: " AND index_type IN ('BTREE', 'HASH', 'RTREE')")
        var indexes: [(String, SourceIndex)] = []
        // An index over an expression has a part without a column: what stands before that part
        // still orders rows, but no longer identifies one.
        var isCut = false
        for row in rows {
            let table = row.text(0)
            let name = row.text(1)
            let isSame =
                indexes.last.map { $0.0.isSame(as: table) && $0.1.name.isSame(as: name) } ?? false
            if !isSame {
                isCut = false
                let isUnique = row.integer(2) == 0
                indexes.append((table, SourceIndex(name: name, isUnique: isUnique, columns: [])))
            }
            if let column = row[3], !isCut {
                indexes[indexes.count - 1].1.columns.append(column)
            } else {
                isCut = true
                indexes[indexes.count - 1].1.isUnique = false
            }
        }
        return indexes.filter { !$0.1.columns.isEmpty }
    }

    func foreignKeys(_ schema: String) throws(SourceError) -> [(String, SourceForeignKey)] {
        let rows = try select(
            "table_name, constraint_name, column_name, referenced_table_schema,"
                + " referenced_table_name, referenced_column_name",
            "key_column_usage", schema, "table_name, constraint_name, ordinal_position",
            condition: " AND referenced_table_name IS NOT NULL")
        var keys: [(String, SourceForeignKey)] = []
        for row in rows {
            let isSame =
                keys.last.map {
                    $0.0.isSame(as: row.text(0)) && $0.1.name.isSame(as: row.text(1))
                } ?? false
            if !isSame {
                let key = SourceForeignKey(
                    name: row.text(1), columns: [], referencedSchema: row.text(3),
                    referencedTable: row.text(4), referencedColumns: [])
                keys.append((row.text(0), key))
            }
            keys[keys.count - 1].1.columns.append(row.text(2))
            keys[keys.count - 1].1.referencedColumns.append(row.text(5))
        }
        return keys
    }

    /// CHECK constraints; none on servers older than them (MySQL before 8.0.16).
    func checks(_ schema: String) throws(SourceError) -> [(String, SourceCheck)] {
        let literal = SQLText.literal(schema)
        let sql: String
        if handle.isMariaDB {
            sql =
                "SELECT table_name, constraint_name, check_clause"
                + " FROM information_schema.check_constraints WHERE constraint_schema = \(literal)"
                + " AND BINARY constraint_schema = \(literal)"
        } else {
            sql =
                "SELECT t.table_name, c.constraint_name, c.check_clause"
                + " FROM information_schema.check_constraints c"
                + " JOIN information_schema.table_constraints t"
                + " ON t.constraint_schema = c.constraint_schema"
                + " AND t.constraint_name = c.constraint_name AND t.constraint_type = 'CHECK'"
                + " WHERE c.constraint_schema = \(literal)"
                + " AND BINARY c.constraint_schema = \(literal)"
        }
        do {
            return try handle.query(sql + " ORDER BY 1, 2").map(TextRow.init).map { row in
                (row.text(0), SourceCheck(name: row.text(1), clause: row.text(2)))
            }
        } catch {
            if [1109, 1146].contains(error.number) { return [] }
            throw error.sourceError("read catalog", schema)
        }
    }

    /// MariaDB's JSON is LONGTEXT with a check `json_valid(column)` of the column's name (P16).
    static func markJSON(_ table: inout SourceTable, _ check: SourceCheck) {
        guard
            let index = table.columns.firstIndex(where: {
                $0.name.isSame(as: check.name) && $0.typeName == "longtext"
            })
        else { return }
        let valid = "json_valid(" + SQLText.identifier(check.name) + ")"
        guard check.clause.lowercased() == valid.lowercased() else { return }
        table.columns[index].typeName = "json"
        table.columns[index].declaredType = "json"
    }
}
