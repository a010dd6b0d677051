import Names

/// Classifies tables: facts, dimensions, bridges, and those that are left out.
struct Roles {
    private(set) var features: [ByteName: TableFeatures] = [:]
    private(set) var roles: [ByteName: TableRole] = [:]
    /// Why, in a few words.
    private(set) var reasons: [ByteName: String] = [:]
    /// By line the reference that leads to its header.
    private(set) var headers: [ByteName: Reference] = [:]
    private let tables: [SeenTable]
    private let names: TableNames

    init(_ tables: [SeenTable], _ references: [Reference]) {
        self.tables = tables
        names = TableNames(tables.map(\.name))
        let found = Dictionary(grouping: references) { ByteName($0.table) }
        for table in tables {
            let name = ByteName(table.name)
            features[name] = TableFeatures(
                table, stem: names[table.name], references: found[name] ?? [])
        }
        for table in tables { first(table) }
        for table in tables where roles[ByteName(table.name)] == nil { fact(table) }
        for table in tables where roles[ByteName(table.name)] == .fact { demote(table) }
        // A part of a part has its header too: twice is enough for what there is.
        for _ in 0..<2 { for table in tables { line(table) } }
        for table in tables where roles[ByteName(table.name)] == nil { lineByName(table) }
        for table in tables where roles[ByteName(table.name)] == nil { rest(table) }
    }

    subscript(table: String) -> TableRole { roles[ByteName(table)] ?? .leftOut }

    private mutating func set(_ table: SeenTable, _ role: TableRole, _ reason: String) {
        roles[ByteName(table.name)] = role
        reasons[ByteName(table.name)] = reason
    }

    private mutating func first(_ table: SeenTable) {
        guard let features = features[ByteName(table.name)] else { return }
        if let exclusion = features.exclusion {
            set(table, .excluded, exclusion)
        } else if features.isCalendar {
            set(table, .dimension, "a calendar: one row a day")
        } else if features.isBridge, !isReferred(table) {
            let targets = features.references.map(\.target)
            set(
                table, .bridge,
                targets.isEmpty
                    ? "bridge: pairs of ids"
                    : "bridge between \(targets.joined(separator: " and "))")
        }
    }

    /// Whether another table refers to a table by the whole of its key.
    private func isReferred(_ table: SeenTable) -> Bool {
        tables.contains { other in
            !other.name.isSame(as: table.name)
                && features[ByteName(other.name)]?.references
                    .contains { $0.target.isSame(as: table.name) } == true
        }
    }

    /// Tables that refer to `table` and are no parts of it, no bridges and no logs.
    private func inward(_ table: SeenTable) -> [String] {
        let stem = names[table.name]
        return tables.filter { other in
            let name = ByteName(other.name)
            guard !other.name.isSame(as: table.name), roles[name] == nil,
                !other.isEmpty, let others = features[name]
            else { return false }
            return others.references.contains { $0.target.isSame(as: table.name) }
                && !others.stem.begins(with: stem) && !isKin(others.stem, stem)
                && !(others.stem.holds(anyOf: TableWords.events) && !others.measures.isEmpty)
        }.map(\.name)
    }

    /// Whether both names begin with the same word, as those of an order and its parts.
    private func isKin(_ one: Words, _ other: Words) -> Bool {
        one.singular.count > 1 && other.singular.count > 1 && one.singular[0] == other.singular[0]
    }

    private mutating func fact(_ table: SeenTable) {
        guard let features = features[ByteName(table.name)] else { return }
        let parents = features.references.compactMap { reference in
            self.features[ByteName(reference.target)]?.table.rows
        }
        let inward = inward(table)
        guard features.isFact(inward: inward.count, parents: parents.max() ?? 0) else { return }
        fact(table, reason(features))
    }

    /// A fact without rows is not proposed yet.
    private mutating func fact(_ table: SeenTable, _ reason: String) {
        let isNothing = table.profile != nil && table.isEmpty
        set(table, isNothing ? .leftOut : .fact, isNothing ? "no rows yet" : reason)
    }

    private func reason(_ features: TableFeatures) -> String {
        var parts: [String] = []
        let measures = features.measures.prefix(3).map(\.name)
        if !measures.isEmpty { parts.append("measures " + measures.joined(separator: ", ")) }
        let count = Set(features.references.map { ByteName($0.target) }).count
        if count > 0 { parts.append("refers to \(count) \(count == 1 ? "table" : "tables")") }
        if features.isEventName, parts.isEmpty { parts.append("named like an event") }
        return parts.joined(separator: "; ")
    }

    /// What larger facts refer to, and is neither called an event nor named in their names, is what
    /// they are about: products with a price and a time of creation.
    private mutating func demote(_ table: SeenTable) {
        let name = ByteName(table.name)
        guard let features = features[name], !features.isEventName else { return }
        let isSubject = tables.contains { other in
            guard roles[ByteName(other.name)] == .fact, other.rows > table.rows,
                let others = self.features[ByteName(other.name)]
            else { return false }
            return others.references.contains { $0.target.isSame(as: table.name) }
                && !others.stem.begins(with: features.stem)
        }
        if isSubject { roles[name] = nil }
    }

    /// A part of a fact that measures something: `order_details` of `orders`.
    private mutating func line(_ table: SeenTable) {
        let name = ByteName(table.name)
        guard let features = features[name], headers[name] == nil,
            roles[name] == nil || roles[name] == .fact
        else { return }
        let candidates = features.references.filter { reference in
            roles[ByteName(reference.target)] == .fact && reference.columns.count == 1
                && headers[ByteName(reference.target)].map { $0.target.isSame(as: table.name) }
                    != true
        }
        // The one it is called after, if there is one.
        let header = candidates.max { one, other in
            kinship(features.stem, one.target) < kinship(features.stem, other.target)
        }
        guard let header else { return }
        if roles[name] == .fact {
            headers[name] = header
            if kinship(features.stem, header.target) > 0 {
                reasons[name] = "lines of \(header.target); " + reason(features)
            }
            return
        }
        let isPart =
            features.stem.begins(with: names[header.target])
            || TableWords.lines.contains(features.stem.head)
            || !features.isMasterName
                && (features.outward > 1 || table.key.count > 1 && table.isKey(header.columns[0]))
        guard isPart, !features.measures.isEmpty, !isDerived(features) else { return }
        headers[name] = header
        fact(table, "lines of \(header.target); " + reason(features))
    }

    /// Lines whose header has a key of several columns, so that nothing tells the reference.
    private mutating func lineByName(_ table: SeenTable) {
        guard let features = features[ByteName(table.name)], !features.measures.isEmpty,
            TableWords.lines.contains(features.stem.head), !table.key.isEmpty
        else { return }
        let header = tables.first { other in
            roles[ByteName(other.name)] == .fact && features.stem.begins(with: names[other.name])
        }
        guard let header else { return }
        fact(table, "lines of \(header.name) by its name; " + reason(features))
    }

    private func isDerived(_ features: TableFeatures) -> Bool {
        features.stem.holds(anyOf: TableWords.derived)
    }

    /// How many words the name of a part has from that of its whole; 0 where it is not named so.
    private func kinship(_ part: Words, _ whole: String) -> Int {
        let stem = names[whole]
        return part.begins(with: stem) ? stem.singular.count : 0
    }

    private mutating func rest(_ table: SeenTable) {
        if table.key.isEmpty, KeyGuess.column(of: table) == nil {
            set(table, .leftOut, "no key, and nothing tells that its rows are events")
            return
        }
        let inward = tables.filter { other in
            features[ByteName(other.name)]?.references
                .contains { $0.target.isSame(as: table.name) } == true
                && !other.name.isSame(as: table.name)
        }.count
        set(
            table, .dimension,
            inward == 0 ? "" : "\(inward) \(inward == 1 ? "table refers" : "tables refer") to it")
    }
}
