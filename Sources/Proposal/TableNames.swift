import Names

/// What the tables of a schema are called by, without the prefixes that most or many of them share
/// (`oc_`, `ums_`).
struct TableNames {
    private let stems: [ByteName: Words]
    private let prefixes: [ByteName: String]

    init(_ names: [String]) {
        let words = names.map { ($0, Words($0)) }
        let prefixes = TableNames.prefixes(words.map(\.1))
        var stems: [ByteName: Words] = [:]
        var found: [ByteName: String] = [:]
        for (name, all) in words {
            var stem = all
            while let first = stem.spelt.first, stem.spelt.count > 1, prefixes.contains(first) {
                found[ByteName(name), default: ""] += first + "_"
                stem = stem.dropFirst()
            }
            stems[ByteName(name)] = stem
        }
        self.stems = stems
        self.prefixes = found
    }

    /// The words of a table's name without prefixes.
    subscript(table: String) -> Words { stems[ByteName(table)] ?? Words(table) }

    /// Whether two tables have the same prefix.
    func areKin(_ one: String, _ other: String) -> Bool {
        prefixes[ByteName(one)] == prefixes[ByteName(other)]
    }

    /// First words that are no part of the name proper: shared by most tables, or short and shared
    /// by several; never the name of a table (`user` in `user_role`).
    private static func prefixes(_ names: [Words]) -> Set<String> {
        var counts: [String: Int] = [:]
        for name in names where name.spelt.count > 1 { counts[name.spelt[0], default: 0] += 1 }
        let bases = Set(names.map(\.joined))
        return Set(
            counts.filter { word, count in
                if bases.contains(Words.singular(word)) { return false }
                let isGeneral = count >= 3 && count * 10 >= names.count * 6
                let isGroup = count >= 3 && word.count <= 4
                return isGeneral || isGroup || ["tbl", "tb", "t"].contains(word)
            }.keys)
    }
}
