/// What the tables of a draft are to each other: which refer to which, and which of them are facts.
///
/// A fact has a date and nobody with a date refers to it; everything else with a key is a
/// dimension. References are the declared ones and, since many databases declare none, those that
/// names tell.
struct DraftRoles {
    /// A reference from a table to the whole key of another.
    struct Link {
        var columns: [String]
        var target: String
        var targetColumns: [String]
        /// A foreign key; else found by names.
        var isDeclared: Bool
    }

    let facts: [ConfigurationDraft.Table]
    /// Each after those that it refers to, where no circle forbids it.
    let dimensions: [ConfigurationDraft.Table]
    /// By the name of the table that refers.
    let links: [String: [Link]]

    init(_ tables: [ConfigurationDraft.Table]) {
        let keyed = tables.filter { !$0.key.isEmpty }
        var links: [String: [Link]] = [:]
        for table in keyed {
            let declared = table.foreignKeys.filter {
                $0.columns.count == $0.referencedColumns.count
            }
            .map {
                Link(
                    columns: $0.columns, target: $0.referencedTable,
                    targetColumns: $0.referencedColumns, isDeclared: true)
            }
            links[table.name] = declared + DraftRoles.guesses(table, among: keyed, declared)
        }
        self.links = links
        func refers(_ table: ConfigurationDraft.Table, to other: String) -> Bool {
            table.name != other && links[table.name]?.contains { $0.target == other } == true
        }
        func isFact(_ table: ConfigurationDraft.Table) -> Bool {
            let referring = keyed.filter { refers($0, to: table.name) }
            return !table.dates.isEmpty && referring.allSatisfy(\.dates.isEmpty)
                && (referring.isEmpty || links[table.name]?.isEmpty == false)
        }
        facts = keyed.filter(isFact)
        dimensions = DraftRoles.ordered(keyed.filter { !isFact($0) }, links)
    }

    private static func ordered(
        _ dimensions: [ConfigurationDraft.Table], _ links: [String: [Link]]
    ) -> [ConfigurationDraft.Table] {
        var done: [ConfigurationDraft.Table] = []
        var begun: Set<String> = []
        func take(_ table: ConfigurationDraft.Table) {
            guard begun.insert(table.name).inserted else { return }
            for link in links[table.name] ?? [] {
                if let other = dimensions.first(where: { $0.name == link.target }) { take(other) }
            }
            done.append(table)
        }
        for table in dimensions { take(table) }
        return done
    }

    /// The links of a table to dimensions that are there before it, by the whole of their key.
    func members(of table: ConfigurationDraft.Table) -> [Link] {
        let before = dimensions.prefix { $0.name != table.name }
        return (links[table.name] ?? []).filter { link in
            before.contains { $0.name == link.target && Set($0.key) == Set(link.targetColumns) }
        }
    }

    /// References that no foreign key declares: a column called as another table's key, or by the
    /// other table and its key (`customer_id` for `customers.id`). Ambiguous ones are left out.
    private static func guesses(
        _ table: ConfigurationDraft.Table, among tables: [ConfigurationDraft.Table],
        _ declared: [Link]
    ) -> [Link] {
        var found: [Link] = []
        for other in tables where other.name != table.name {
            if declared.contains(where: { $0.target == other.name }) { continue }
            guard let columns = columns(of: table, naming: other) else { continue }
            // The same key on both sides is one thing in two tables, no reference.
            if Set(columns) == Set(table.key) { continue }
            if declared.contains(where: { $0.columns == columns }) { continue }
            found.append(
                Link(
                    columns: columns, target: other.name, targetColumns: other.key,
                    isDeclared: false))
        }
        return found.filter { link in
            let rivals = found.filter { $0.columns == link.columns }
            return rivals.count == 1 || rivals.filter(isNamed).count == 1 && isNamed(link)
        }
    }

    /// Whether the first column begins with the name of the table it is to refer to.
    private static func isNamed(_ link: Link) -> Bool {
        link.columns[0].lowercased().hasPrefix(singular(link.target.lowercased()))
    }

    private static func columns(
        of table: ConfigurationDraft.Table, naming other: ConfigurationDraft.Table
    ) -> [String]? {
        var names: [String] = []
        for key in other.key {
            let isGeneric = ["id", "code", "key", "name", "no", "nr", "number", "uuid"]
                .contains(key.lowercased())
            let qualified = "\(singular(other.name))_\(key)".lowercased()
            let kind = other.columns.first { $0.name == key }?.kind
            let column = table.columns.first { column in
                let name = column.name.lowercased()
                return (name == qualified || !isGeneric && name == key.lowercased())
                    && column.kind == kind
            }
            guard let column else { return nil }
            names.append(column.name)
        }
        return names
    }

    /// `customers` → `customer`, `categories` → `category`.
    private static func singular(_ name: String) -> String {
        if name.hasSuffix("ies") { return name.dropLast(3) + "y" }
        return name.hasSuffix("s") && !name.hasSuffix("ss") ? String(name.dropLast()) : name
    }
}
