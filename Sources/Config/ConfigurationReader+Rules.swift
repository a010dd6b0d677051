import Pipeline

/// What a rule makes of NULL (`nulls`).
private enum Nulls: String, CaseIterable {
    case pass, fail
}

extension ConfigurationReader {
    private static let ruleKinds = [
        "check", "not_null", "unique", "values", "range", "matches", "length", "references",
        "freshness",
        "row_count",
    ]

    private static let ruleKeys =
        ["id"] + ruleKinds + ["on", "nulls", "severity", "where", "fatal_if", "warn_if", "owner"]

    /// The rules of an entity.
    mutating func rules(_ parent: Section) -> [RuleSpec] {
        guard let list = parent["rules"], !list.value.isNull else { return [] }
        guard let elements = list.value.elements else {
            sections.wrongType(list, of: parent, wanted: "a list of rules")
            return []
        }
        var rules: [RuleSpec] = []
        var lines: [String: Int] = [:]
        for (index, element) in elements.enumerated() {
            let path = "\(parent.name("rules"))[\(index)]"
            let keys = ConfigurationReader.ruleKeys
            guard let section = sections.section(element, path: path, keys: keys) else { continue }
            guard let (id, rule) = rule(section) else { continue }
            if let line = lines[id.text] {
                sections.problem(
                    "there are two rules '\(id.text)'", at: id.position,
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

    /// The rule, and its id with its place.
    private mutating func rule(_ section: Section) -> (ConfigText, RuleSpec)? {
        require(["id"], of: section)
        let id = located("id", of: section)
        let kinds = ConfigurationReader.ruleKinds.filter { section[$0] != nil }
        guard kinds.count == 1, let name = kinds.first else {
            sections.problem(
                "\(section.path) must have exactly one of "
                    + ConfigurationReader.ruleKinds.joined(separator: ", "), at: section.position)
            return nil
        }
        let nulls = sections.word("nulls", of: section, as: Nulls.self)
        let kind = kind(name, section, id, failsOnNull: nulls == .fail)
        let severity: RuleSpec.Severity? = sections.word("severity", of: section)
        let condition = expression("where", of: section)
        let fatalIf = threshold("fatal_if", of: section)
        let warnIf = threshold("warn_if", of: section)
        let owner = sections.text("owner", of: section)
        checkUse(name, section)
        guard let id, let kind else { return nil }
        var rule = RuleSpec(id: id.text, kind: kind)
        rule.severity = severity ?? rule.severity
        rule.condition = condition
        rule.fatalIf = fatalIf
        rule.warnIf = warnIf
        rule.owner = owner
        return (id, rule)
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
                    "\(kind) has no row to quarantine: its severity is warn or fatal",
                    at: entry.value.position)
            }
        }
    }

    /// What the rule `id` asks: its `name`d kind.
    private mutating func kind(
        _ name: String, _ section: Section, _ id: ConfigText?, failsOnNull: Bool
    ) -> RuleSpec.Kind? {
        switch name {
        case "check":
            return expression("check", of: section).map { .check($0, failsOnNull: failsOnNull) }
        case "not_null":
            return columns("not_null", of: section).map { .notNull($0.map(\.text)) }
        case "unique": return columns("unique", of: section).map { .unique($0.map(\.text)) }
        case "values": return values(section, failsOnNull: failsOnNull)
        case "range": return range(section)
        case "matches":
            guard let (column, inner) = column("matches", of: section, keys: ["pattern"]),
                let pattern = located("pattern", of: inner)
            else { return nil }
            return .matches(column: column, pattern: pattern.text)
        case "length":
            guard
                let (column, inner) = column(
                    "length", of: section, keys: [], optional: ["min", "max"])
            else { return nil }
            let (minimum, maximum) = counts(inner)
            return .length(column: column, minimum: minimum, maximum: maximum)
        case "references":
            require(["on"], of: section)
            let pairs = matches("on", of: section)
            guard let dimension = located("references", of: section) else { return nil }
            written.references.append(
                WrittenReference(rule: id?.text ?? "", dimension: dimension, pairs: pairs))
            return .references(
                dimension: dimension.text,
                on: Dictionary(
                    pairs.map { ($0.column.text, $0.other.text) }, uniquingKeysWith: { $1 }))
        case "freshness":
            guard let (column, inner) = column("freshness", of: section, keys: ["max_age"]),
                let age = sections.duration("max_age", of: inner)
            else { return nil }
            return .freshness(column: column, maximumAge: Units.microseconds(age))
        default: return rowCount(section)
        }
    }

    /// The section of a rule's kind with its `column`; every one of `keys` must be there too.
    private mutating func column(
        _ kind: String, of section: Section, keys: [String], optional: [String] = []
    ) -> (String, Section)? {
        let all = ["column"] + keys + optional
        guard let inner = sections.section(kind, of: section, keys: all) else { return nil }
        require(["column"] + keys, of: inner)
        return sections.text("column", of: inner).map { ($0, inner) }
    }

    private mutating func values(_ section: Section, failsOnNull: Bool) -> RuleSpec.Kind? {
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
        return .values(column: column, texts, failsOnNull: failsOnNull)
    }

    private mutating func range(_ section: Section) -> RuleSpec.Kind? {
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

    private mutating func rowCount(_ section: Section) -> RuleSpec.Kind? {
        guard let inner = sections.section("row_count", of: section, keys: ["min", "max"]) else {
            return nil
        }
        let (minimum, maximum) = counts(inner)
        return .rowCount(minimum: minimum, maximum: maximum)
    }

    /// `min` and `max`, of which one at least must be there, as numbers of something.
    private mutating func counts(_ inner: Section) -> (minimum: Int?, maximum: Int?) {
        let minimum = sections.integer("min", of: inner, in: 0...Int.max)
        let maximum = sections.integer("max", of: inner, in: 0...Int.max)
        if inner["min"] == nil, inner["max"] == nil {
            sections.problem("\(inner.path) needs min, max or both", at: inner.position)
        }
        if let minimum, let maximum, minimum > maximum {
            sections.problem("\(inner.path): min is above max", at: inner.position)
        }
        return (minimum, maximum)
    }

    /// `> 2%` or `> 100`.
    private mutating func threshold(
        _ key: String, of section: Section
    ) -> RuleSpec.Threshold? {
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
