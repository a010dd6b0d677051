import Names

/// Names of silver tables, which become folders: the tables' own, spelt plainly.
struct EntityNames {
    private var names: [ByteName: String] = [:]

    init(_ tables: [String]) {
        var taken: Set<String> = []
        for table in tables {
            let plain = String(
                table.map { character in
                    character.isLetter || character.isNumber || character == "-" ? character : "_"
                }.drop { $0 == "_" })
            let base = plain.isEmpty ? "table" : plain
            let name = freeName(base) { taken.contains(ColumnName.folded($0)) }
            taken.insert(ColumnName.folded(name))
            names[ByteName(table)] = name
        }
    }

    subscript(table: String) -> String { names[ByteName(table)] ?? table }
}
