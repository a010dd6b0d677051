extension ConfigurationDraft {
    /// A commented agent.conf that says what the draft says; our own reader accepts it.
    public var text: String {
        head + extractSection + transformSection
    }

    private var head: String {
        let place =
            switch address {
            case .host(let host, let port):
                "  host: \(YAMLText.scalar(host))\n  port: \(port)\n"
            case .socket(let path): "  socket: \(YAMLText.scalar(path))\n"
            }
        return """
            # agent.conf: written by 'sluice init' from what the schema \(YAMLText.comment(schema))
            # declares. Every key there is, with its meaning: agent.conf.example.
            # Relative paths count from this file's folder. Next: sluice check, sluice discover.

            source:
            \(place)  user: \(YAMLText.scalar(user))
              # Fetched when needed, never stored. Or {file: PATH}, {credential: SYSTEMD-NAME}.
              password: {env: \(YAMLText.scalar(passwordVariable))}
              tls: \(tls.rawValue)
              time_zone: "\(timeZone)"        # the offset in which DATETIME values are kept

            lake: \(YAMLText.scalar(lake))
            state: \(YAMLText.scalar(state))

            """
    }

    private var extractSection: String {
        var text = """

            extract:
              schema: \(YAMLText.scalar(schema))
              include: ["*"]             # also tables that are created later
              exclude: []
              connections: 2
              codec: zstd
              verify: count
              # The plan of today, table by table. A table that is removed here is planned anew at
              # every run.
              tables:

            """
        if tables.isEmpty { text.replaceLast("tables:\n", with: "tables: {}\n") }
        for table in tables { text += entry(table) }
        return text
    }

    private func entry(_ table: Table) -> String {
        var text = "    \(YAMLText.scalar(table.name)):\n"
        if table.rowsEstimate > 0 { text += "      # about \(table.rowsEstimate) rows\n" }
        if !table.reason.isEmpty { text += "      # \(YAMLText.comment(table.reason))\n" }
        text += "      mode: \(table.mode.rawValue)\n"
        if let watermark = table.watermark {
            text += "      watermark: \(YAMLText.scalar(watermark))\n"
        }
        if !table.key.isEmpty { text += "      key: \(YAMLText.list(table.key))\n" }
        return text
    }

    // MARK: Transform

    /// A table with a date that refers to others, or that none refers to, is proposed as a fact.
    private func isFact(_ table: Table) -> Bool {
        let isReferenced = tables.contains { other in
            other.foreignKeys.contains { $0.referencedTable == table.name }
        }
        return !table.dates.isEmpty && (!table.foreignKeys.isEmpty || !isReferenced)
    }

    private var transformSection: String {
        let keyed = tables.filter { !$0.key.isEmpty }
        let facts = keyed.filter(isFact)
        let dimensions = keyed.filter { !isFact($0) }
        var text = """

            # Proposed from keys, foreign keys, enumerations and checks; yours to correct.
            transform:

            """
        for table in tables where table.key.isEmpty {
            text += "  # \(YAMLText.comment(table.name)) has no key and is left out\n"
        }
        text += dimensions.isEmpty ? "  dimensions: {}\n" : "  dimensions:\n"
        let names = entityNames(keyed)
        for table in dimensions { text += entity(table, names, isFact: false) }
        text += facts.isEmpty ? "  facts: {}\n" : "  facts:\n"
        for table in facts { text += entity(table, names, isFact: true) }
        return text + "  one_big_tables: {}\n  marts: {}\n"
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
        _ table: Table, _ names: [String: String], isFact: Bool
    ) -> String {
        var text = "    \(YAMLText.scalar(names[table.name] ?? table.name)):\n"
        text += "      from: \(YAMLText.scalar(schema + "." + table.name))\n"
        text += "      key: \(YAMLText.list(table.key))\n"
        if let sequence = table.watermark {
            text += "      sequence: \(YAMLText.scalar(sequence))\n"
        }
        if isFact, let date = table.dates.first {
            let others = table.dates.dropFirst().map(YAMLText.comment)
            let note = others.isEmpty ? "" : "   # or \(others.joined(separator: ", "))"
            text += "      date: \(YAMLText.scalar(date))\(note)\n      partition: day\n"
        }
        let (lines, isEmpty) = rules(table, names)
        return text + (isEmpty ? "      rules: []\n" : "      rules:\n") + lines
    }

    /// The rules of a table, one a line; those that need a look are comments.
    private func rules(_ table: Table, _ entities: [String: String]) -> (
        lines: String, isEmpty: Bool
    ) {
        var names = RuleNames()
        var lines = ""
        var isEmpty = true
        func add(_ name: String, _ body: String, isComment: Bool = false) {
            let id = YAMLText.scalar(names.unique(name))
            lines += "        \(isComment ? "# " : "")- {id: \(id), \(body)}\n"
            if !isComment { isEmpty = false }
        }
        for columns in table.uniqueKeys {
            add("unique_" + columns.joined(separator: "_"), "unique: \(YAMLText.list(columns))")
        }
        for reference in table.foreignKeys
        where reference.columns.count == reference.referencedColumns.count {
            let target = tables.first { $0.name == reference.referencedTable }
            let pairs = zip(reference.columns, reference.referencedColumns).map {
                "\(YAMLText.scalar($0)): \(YAMLText.scalar($1))"
            }
            let on = "on: {\(pairs.joined(separator: ", "))}"
            let name = entities[reference.referencedTable] ?? reference.referencedTable
            let isMember = target.map { target in
                Set(target.key) == Set(reference.referencedColumns) && !isFact(target)
            }
            add(
                "known_" + reference.referencedTable,
                "references: \(YAMLText.scalar(name)), \(on)", isComment: isMember != true)
        }
        for (column, labels) in table.enumerations {
            add(
                column + "_known",
                "values: {column: \(YAMLText.scalar(column)), in: \(YAMLText.list(labels))}")
        }
        for check in table.checks {
            let clause = YAMLText.quoted(check.clause)
            add(check.name, "check: \(clause)", isComment: !RuleNames.isPlain(check.clause))
        }
        return (lines, isEmpty)
    }
}

extension String {
    /// Replaces the end of the text, which must be `suffix`.
    fileprivate mutating func replaceLast(_ suffix: String, with other: String) {
        precondition(hasSuffix(suffix))
        removeLast(suffix.count)
        append(other)
    }
}

/// Gives each rule of a table a name of its own.
private struct RuleNames {
    private var taken: Set<String> = [
        "null_key", "null_date", "null_sequence", "sequence_conflict", "duplicate_key",
    ]

    mutating func unique(_ name: String) -> String {
        let clean = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        var candidate = clean.lowercased()
        var number = 2
        while !taken.insert(candidate).inserted {
            candidate = "\(clean.lowercased())_\(number)"
            number += 1
        }
        return candidate
    }

    /// Whether a CHECK clause uses nothing but columns, numbers, texts and operators, so that it
    /// means the same elsewhere: no functions and no character set introducers.
    static func isPlain(_ clause: String) -> Bool {
        let operators = ["in", "and", "or", "not", "between", "is", "like"]
        var word = ""
        for character in clause {
            if character == "_" || character.isLetter || character.isNumber {
                word.append(character)
            } else {
                if word.hasPrefix("_") { return false }
                if character == "(", !word.isEmpty, !operators.contains(word.lowercased()) {
                    return false
                }
                if character != " " || !operators.contains(word.lowercased()) { word = "" }
            }
        }
        return true
    }
}
