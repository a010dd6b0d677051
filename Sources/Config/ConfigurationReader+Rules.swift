extension ConfigurationReader {
    private static let ruleKinds = [
        "check", "not_null", "unique", "values", "range", "matches", "references", "freshness",
        "row_count",
    ]

    private static let ruleKeys =
        ["id"] + ruleKinds + ["on", "nulls", "severity", "where", "fatal_if", "warn_if", "owner"]

    /// The rules of an entity.
    mutating func rules(_ parent: Section) -> [Configuration.Rule] {
        guard let list = parent["rules"], !list.value.isNull else { return [] }
        guard let elements = list.value.elements else {
            sections.wrongType(list, of: parent, wanted: "a list of rules")
            return []
        }
        var rules: [Configuration.Rule] = []
        var lines: [String: Int] = [:]
        for (index, element) in elements.enumerated() {
            let path = "\(parent.name("rules"))[\(index)]"
            let keys = ConfigurationReader.ruleKeys
            guard let section = sections.section(element, path: path, keys: keys) else { continue }
            guard let rule = rule(section) else { continue }
            let id = rule.id
            if let line = lines[id.text] {
                sections.problem(
                    "the rule '\(id.text)' stands twice", at: id.position,
                    hint: "The first is on line \(line).")
            }
            if ["null_key", "null_date", "null_sequence", "sequence_conflict", "duplicate_key"]
                .contains(id.text)
            {
                sections.problem(
                    "'\(id.text)' is a rule that every table has already", at: id.position,
                    hint: "Give yours another id.")
            }
            if id.text.contains(",") {
                sections.problem("a rule's id cannot hold a comma", at: id.position)
            }
            lines[id.text] = id.position.line
            rules.append(rule)
        }
        return rules
    }

    private mutating func rule(_ section: Section) -> Configuration.Rule? {
        require(["id"], of: section)
        let id = located("id", of: section)
        let kinds = ConfigurationReader.ruleKinds.filter { section[$0] != nil }
        guard kinds.count == 1, let name = kinds.first else {
            sections.problem(
                "\(section.path) must have exactly one of "
                    + ConfigurationReader.ruleKinds.joined(separator: ", "), at: section.position)
            return nil
        }
        let kind = kind(name, section)
        let nulls: Configuration.Rule.Nulls? = sections.word("nulls", of: section)
        let severity: Configuration.Rule.Severity? = sections.word("severity", of: section)
        let condition = located("where", of: section)
        let fatalIf = threshold("fatal_if", of: section)
        let warnIf = threshold("warn_if", of: section)
        let owner = sections.text("owner", of: section)
        checkUse(name, section)
        guard let id, let kind else { return nil }
        return Configuration.Rule(
            id: id, kind: kind, nulls: nulls ?? .pass, severity: severity ?? .error,
            condition: condition, fatalIf: fatalIf, warnIf: warnIf, owner: owner)
    }

    /// Keys that say nothing about a rule of this kind are a misunderstanding.
    private mutating func checkUse(_ kind: String, _ section: Section) {
        if let on = section["on"], kind != "references" {
            sections.problem("'on' goes with references, not with \(kind)", at: on.keyPosition)
        }
        if let nulls = section["nulls"], kind != "check", kind != "values" {
            sections.problem(
                "'nulls' goes with check and values, not with \(kind)", at: nulls.keyPosition,
                hint: "`not_null` is a rule of its own.")
        }
        if ["freshness", "row_count"].contains(kind) {
            for key in ["where", "fatal_if", "warn_if"] {
                guard let entry = section[key] else { continue }
                sections.problem(
                    "'\(key)' is about rows, \(kind) about the whole batch",
                    at: entry.keyPosition)
            }
            if section["severity"]?.value.text == "error", let entry = section["severity"] {
                sections.problem(
                    "\(kind) has no row to set aside: its severity is warn or fatal",
                    at: entry.value.position)
            }
        }
    }

    private mutating func kind(
        _ name: String, _ section: Section
    ) -> Configuration.Rule.Kind? {
        switch name {
        case "check": return located("check", of: section).map { .check($0) }
        case "not_null": return columns("not_null", of: section).map { .notNull($0) }
        case "unique": return columns("unique", of: section).map { .unique($0) }
        case "values": return values(section)
        case "range": return range(section)
        case "matches":
            guard let (column, inner) = column("matches", of: section, keys: ["pattern"]),
                let pattern = located("pattern", of: inner)
            else { return nil }
            return .matches(column: column, pattern: pattern)
        case "references":
            require(["on"], of: section)
            let pairs = matches("on", of: section)
            return located("references", of: section).map { .references(dimension: $0, pairs) }
        case "freshness":
            guard let (column, inner) = column("freshness", of: section, keys: ["max_age"]),
                let age = sections.duration("max_age", of: inner)
            else { return nil }
            return .freshness(column: column, age)
        default: return rowCount(section)
        }
    }

    /// The section of a rule's kind with its `column`; every one of `keys` must be there too.
    private mutating func column(
        _ kind: String, of section: Section, keys: [String], optional: [String] = []
    ) -> (ConfigText, Section)? {
        let all = ["column"] + keys + optional
        guard let inner = sections.section(kind, of: section, keys: all) else { return nil }
        require(["column"] + keys, of: inner)
        return located("column", of: inner).map { ($0, inner) }
    }

    private mutating func values(_ section: Section) -> Configuration.Rule.Kind? {
        guard let (column, inner) = column("values", of: section, keys: ["in"]),
            let list = inner["in"]
        else { return nil }
        var texts: [String] = []
        for element in list.value.elements ?? [list.value] {
            if let text = element.text {
                texts.append(text)
            } else {
                sections.problem(
                    "\(inner.name("in")) must hold texts and numbers, not \(element.summary)",
                    at: element.position, hint: element.isNull ? "'nulls' says what NULL is." : nil)
            }
        }
        if texts.isEmpty {
            sections.problem("\(inner.name("in")) must hold a value", at: list.value.position)
        }
        return .values(column: column, texts)
    }

    private mutating func range(_ section: Section) -> Configuration.Rule.Kind? {
        guard
            let (column, inner) = column(
                "range", of: section, keys: [], optional: ["min", "max"])
        else { return nil }
        let minimum = literal("min", of: inner)
        let maximum = literal("max", of: inner)
        if inner["min"] == nil, inner["max"] == nil {
            sections.problem("\(inner.path) needs min, max or both", at: inner.position)
        }
        return .range(column: column, minimum: minimum, maximum: maximum)
    }

    private mutating func rowCount(_ section: Section) -> Configuration.Rule.Kind? {
        guard let inner = sections.section("row_count", of: section, keys: ["min", "max"]) else {
            return nil
        }
        let minimum = sections.integer("min", of: inner, in: 0...Int.max)
        let maximum = sections.integer("max", of: inner, in: 0...Int.max)
        if inner["min"] == nil, inner["max"] == nil {
            sections.problem("\(inner.path) needs min, max or both", at: inner.position)
        }
        if let minimum, let maximum, minimum > maximum {
            sections.problem("\(inner.path): min is above max", at: inner.position)
        }
        return .rowCount(minimum: minimum, maximum: maximum)
    }

    /// `> 2%` or `> 100`.
    private mutating func threshold(
        _ key: String, of section: Section
    ) -> Configuration.Rule.Threshold? {
        guard let entry = section[key] else { return nil }
        if let text = entry.value.text, text.hasPrefix(">"), !text.hasPrefix(">=") {
            let rest = String(text.dropFirst().drop { $0 == " " })
            if rest.hasSuffix("%") {
                if let percent = Units.percent(rest) { return .percent(percent) }
            } else if let count = Int(rest), count >= 0, !rest.hasPrefix("+") {
                return .count(count)
            }
        }
        sections.wrongType(entry, of: section, wanted: "\"> 2%\" or \"> 100\"")
        return nil
    }
}
