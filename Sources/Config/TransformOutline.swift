/// Checks the keys of the `transform` section, level by level (DESIGN.md section 5).
///
/// Shallow: names of keys and the words among fixed choices. What expressions and columns mean is
/// for the target that executes them.
struct TransformOutline {
    var sections: SectionReader

    private static let ruleKinds = [
        "check", "not_null", "unique", "values", "range", "matches", "references", "freshness",
        "row_count",
    ]

    mutating func check(_ node: ConfigNode) {
        let keys = ["dimensions", "facts", "one_big_tables", "marts"]
        guard let top = sections.section(node, path: "transform", keys: keys) else { return }
        each("dimensions", of: top, keys: dimensionKeys) { outline, section in
            outline.require(["from", "key"], of: section)
            outline.choice("deletes", of: section, ["close", "ignore"])
            outline.rules(of: section)
        }
        each("facts", of: top, keys: factKeys) { outline, section in
            outline.require(["from", "key", "date"], of: section)
            outline.choice("partition", of: section, ["day", "month", "year"])
            outline.rules(of: section)
        }
        each("one_big_tables", of: top, keys: ["fact", "join", "partition"]) { outline, section in
            outline.require(["fact"], of: section)
            outline.choice("partition", of: section, ["day", "month", "year"])
            outline.each("join", of: section, keys: ["on", "columns", "version"]) {
                outline, join in
                outline.require(["on"], of: join)
                outline.choice("version", of: join, ["latest", "as_of"])
            }
        }
        each("marts", of: top, keys: nil) { _, _ in }
    }

    private var dimensionKeys: [String] {
        ["from", "key", "track", "sequence", "deletes", "clean", "rules"]
    }

    private var factKeys: [String] {
        ["from", "key", "sequence", "date", "partition", "clean", "rules"]
    }

    /// Calls `body` with each named section under `key`.
    private mutating func each(
        _ key: String, of parent: Section, keys: [String]?,
        _ body: (inout TransformOutline, Section) -> Void
    ) {
        guard let group = sections.section(key, of: parent, keys: nil) else { return }
        for entry in group.entries {
            let path = group.name(entry.key)
            guard let section = sections.section(entry.value, path: path, keys: keys) else {
                continue
            }
            body(&self, section)
        }
    }

    private mutating func require(_ keys: [String], of section: Section) {
        for key in keys where section[key] == nil {
            sections.problem("\(section.name(key)) is missing", at: section.position)
        }
    }

    private mutating func choice(_ key: String, of section: Section, _ words: [String]) {
        guard let entry = section[key] else { return }
        if let text = entry.value.text, words.contains(text) { return }
        sections.problem(
            "\(section.name(key)) must be one of \(words.joined(separator: ", ")), not "
                + entry.value.summary, at: entry.value.position)
    }

    private mutating func rules(of parent: Section) {
        guard let list = parent["rules"], !list.value.isNull else { return }
        guard let elements = list.value.elements else {
            sections.wrongType(list, of: parent, wanted: "a list of rules")
            return
        }
        let keys = ["id"] + TransformOutline.ruleKinds + ["on", "nulls", "severity", "fatal_if"]
        var lines: [String: Int] = [:]
        for (index, element) in elements.enumerated() {
            let path = "\(parent.name("rules"))[\(index)]"
            guard let rule = sections.section(element, path: path, keys: keys) else { continue }
            require(["id"], of: rule)
            choice("severity", of: rule, ["error", "warn", "fatal"])
            choice("nulls", of: rule, ["pass", "fail"])
            let kinds = TransformOutline.ruleKinds.filter { rule[$0] != nil }
            if kinds.count != 1 {
                sections.problem(
                    "\(path) must have exactly one of "
                        + TransformOutline.ruleKinds.joined(separator: ", "), at: rule.position)
            }
            if let id = rule["id"]?.value.text {
                if let line = lines[id] {
                    sections.problem(
                        "the rule '\(id)' stands twice", at: rule.position,
                        hint: "the first is on line \(line)")
                }
                lines[id] = rule.position.line
            }
        }
    }
}
