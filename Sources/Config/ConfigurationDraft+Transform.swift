extension ConfigurationDraft {
    /// The `transform` section that the tables speak for: dimensions, facts with rules, and for
    /// every fact a One Big Table with the dimensions it refers to.
    var transformSection: String {
        let roles = DraftRoles(tables)
        let names = entityNames(tables)
        var text = """

            # Silver and gold: proposed from keys, references, enumerations and checks; yours to
            # correct. After the first run 'sluice rules suggest' tells what the rows speak for.
            transform:

            """
        for table in tables where table.key.isEmpty {
            text += "  # \(YAMLText.comment(table.name)) has no key and is left out\n"
        }
        text += roles.dimensions.isEmpty ? "  dimensions: {}\n" : "  dimensions:\n"
        for table in roles.dimensions { text += entity(table, roles, names, isFact: false) }
        text += roles.facts.isEmpty ? "  facts: {}\n" : "  facts:\n"
        for table in roles.facts { text += entity(table, roles, names, isFact: true) }
        return text + oneBigTables(roles, names)
    }

    /// Names of silver tables become folders: the tables' own, spelt plainly.
    private func entityNames(_ tables: [Table]) -> [String: String] {
        var taken: Set<String> = []
        var names: [String: String] = [:]
        for table in tables {
            let plain = String(
                table.name.map { character in
                    let isPlain = character.isASCII && (character.isLetter || character.isNumber)
                    return isPlain || character == "-" ? character : "_"
                }.drop { $0 == "_" })
            let base = plain.isEmpty ? "table" : plain
            var name = base
            var number = 2
            while !taken.insert(name.lowercased()).inserted {
                name = "\(base)_\(number)"
                number += 1
            }
            names[table.name] = name
        }
        return names
    }

    private func entity(
        _ table: Table, _ roles: DraftRoles, _ names: [String: String], isFact: Bool
    ) -> String {
        var text = "    \(YAMLText.scalar(names[table.name] ?? table.name)):\n"
        text += "      from: \(YAMLText.scalar(schema + "." + table.name))\n"
        text += "      key: \(YAMLText.list(table.key))\n"
        if let sequence = table.watermark { text += self.sequence(sequence, table) }
        if isFact, let date = table.dates.first {
            let others = table.dates.dropFirst().map(YAMLText.comment)
            let note = others.isEmpty ? "" : "   # or \(others.joined(separator: ", "))"
            text += "      date: \(YAMLText.scalar(date))\(note)\n"
            text += "      partition: day   # or month, year: better for few rows a day\n"
        }
        text += clean(table, roles)
        let rules = rules(table, roles, names, isFact: isFact)
        return text + (rules.isEmpty ? "      rules: []\n" : "      rules:\n" + rules)
    }

    /// Many applications leave the time of the last change NULL until the first one: until then a
    /// row is as old as its creation.
    private func sequence(_ watermark: String, _ table: Table) -> String {
        let line = "      sequence: "
        let isNullable = table.columns.first { $0.name == watermark }?.isNullable ?? false
        guard isNullable else { return line + YAMLText.scalar(watermark) + "\n" }
        let created = table.columns.first { column in
            let name = column.name.lowercased()
            let isCreation = ["creat", "insert", "added", "register"].contains { name.contains($0) }
            return column.kind == .moment && !column.isNullable && isCreation
        }
        guard let created, !(watermark + created.name).contains("`") else {
            return line + YAMLText.scalar(watermark) + "   # NULL counts as the oldest\n"
        }
        let names = [watermark, created.name].map(DraftRules.reference).joined(separator: ", ")
        return line + YAMLText.quoted("coalesce(\(names))")
            + "   # \(YAMLText.comment(watermark)) may be NULL\n"
    }

    /// The server ignores blanks at the end of texts when it compares; the lake does not.
    private func clean(_ table: Table, _ roles: DraftRoles) -> String {
        let references = Set(roles.members(of: table).flatMap(\.columns)).subtracting(table.key)
        let texts = table.columns.filter {
            $0.kind == .text && references.contains($0.name) && !$0.name.contains("`")
        }
        if texts.isEmpty { return "" }
        let lines = texts.map { column in
            let trimmed = YAMLText.quoted("trim(\(DraftRules.reference(column.name)))")
            return "        \(YAMLText.scalar(column.name)): \(trimmed)\n"
        }
        return "      clean:\n" + lines.joined()
    }

    /// The rules of a table, one a line; those that need a look are comments.
    private func rules(
        _ table: Table, _ roles: DraftRoles, _ names: [String: String], isFact: Bool
    ) -> String {
        var rules = DraftRules()
        let implied = Set(table.key + [table.watermark].compactMap(\.self))
            .union(isFact ? table.dates.prefix(1) : [])
        let present = table.columns.filter { !$0.isNullable && !implied.contains($0.name) }
        if !present.isEmpty {
            rules.add("present", "not_null: \(YAMLText.list(present.map(\.name)))")
        }
        for columns in table.uniqueKeys {
            rules.add(
                "unique_" + columns.joined(separator: "_"), "unique: \(YAMLText.list(columns))")
        }
        let members = roles.members(of: table)
        for link in roles.links[table.name] ?? [] {
            let isMember = members.contains {
                $0.target == link.target && $0.columns == link.columns
            }
            let name = YAMLText.scalar(names[link.target] ?? link.target)
            rules.add(
                "known_" + link.target, "references: \(name), \(on(link))", isComment: !isMember,
                note: link.isDeclared ? nil : "by the columns' names")
        }
        for (column, labels) in table.enumerations {
            rules.add(
                column + "_known",
                "values: {column: \(YAMLText.scalar(column)), in: \(YAMLText.list(labels))}")
        }
        for check in table.checks {
            rules.add(
                check.name, "check: \(YAMLText.quoted(check.clause))",
                isComment: !check.isUnderstood)
        }
        return rules.lines
    }

    private func on(_ link: DraftRoles.Link) -> String {
        let pairs = zip(link.columns, link.targetColumns).map {
            "\(YAMLText.scalar($0)): \(YAMLText.scalar($1))"
        }
        return "on: {\(pairs.joined(separator: ", "))}"
    }

    // MARK: Gold

    private func oneBigTables(_ roles: DraftRoles, _ names: [String: String]) -> String {
        var text = ""
        let taken = Set(names.values.map { $0.lowercased() })
        for table in roles.facts {
            let joins = joins(table, roles, names)
            if joins.isEmpty { continue }
            var name = "\(names[table.name] ?? table.name)_wide"
            while taken.contains(name.lowercased()) { name += "_" }
            text += "    \(YAMLText.scalar(name)):\n"
            text += "      fact: \(YAMLText.scalar(names[table.name] ?? table.name))\n"
            text += "      partition: day\n      join:\n" + joins
        }
        return text.isEmpty
            ? "  one_big_tables: {}\n"
            : "  # A fact's rows with the dimensions' columns, "
                + "no joins left to do\n  one_big_tables:\n" + text
    }

    /// A dimension is joined once; of several references the first declared is taken.
    private func joins(
        _ fact: Table, _ roles: DraftRoles, _ names: [String: String]
    ) -> String {
        var text = ""
        var joined: Set<String> = []
        for link in roles.members(of: fact) {
            guard let dimension = tables.first(where: { $0.name == link.target }) else { continue }
            let name = names[link.target] ?? link.target
            let columns = dimension.columns.filter { column in
                column.kind != .large && column.name != dimension.watermark
                    && !dimension.key.contains(column.name)
            }.map { dimension.silverNames[$0.name] ?? $0.name }.filter { column in
                let shown = "\(name)_\(column)".lowercased()
                return !fact.columns.contains { $0.name.lowercased() == shown }
            }
            if columns.isEmpty { continue }
            let line =
                "\(YAMLText.scalar(name)): {\(on(link)), columns: \(YAMLText.list(columns))}\n"
            let isFirst = joined.insert(link.target).inserted
            text += (isFirst ? "        " : "        # or ") + line
        }
        return text
    }
}

/// The lines of a table's rules; each gets a name of its own.
struct DraftRules {
    private(set) var lines = ""
    private var taken: Set<String> = [
        "null_key", "null_date", "null_sequence", "sequence_conflict", "duplicate_key",
    ]

    mutating func add(_ name: String, _ body: String, isComment: Bool = false, note: String? = nil)
    {
        let id = YAMLText.scalar(unique(name))
        let remark = note.map { "   # \($0)" } ?? ""
        lines += "        \(isComment ? "# " : "")- {id: \(id), \(body)}\(remark)\n"
    }

    private mutating func unique(_ name: String) -> String {
        let clean = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        var candidate = clean.lowercased()
        var number = 2
        while !taken.insert(candidate).inserted {
            candidate = "\(clean.lowercased())_\(number)"
            number += 1
        }
        return candidate
    }

    /// A column's name in an expression: bare where no word of the language can be meant.
    static func reference(_ name: String) -> String {
        let isBare = name.utf8.allSatisfy { byte in
            (97...122).contains(byte | 32) || byte == 95
        }
        return isBare && name.utf8.contains(95) && name.utf8.first != 95 ? name : "`\(name)`"
    }
}
