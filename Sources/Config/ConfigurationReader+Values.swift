import Pipeline

/// Values with their places, as the `transform` section needs them.
extension ConfigurationReader {
    mutating func require(_ keys: [String], of section: Section) {
        for key in keys where section[key] == nil {
            sections.problem("\(section.name(key)) is missing", at: section.position)
        }
    }

    /// The text of `key` and where it begins.
    mutating func located(_ key: String, of section: Section) -> ConfigText? {
        guard let text = sections.text(key, of: section), let entry = section[key] else {
            return nil
        }
        return ConfigText(text, at: entry.value.textPosition)
    }

    /// The expression at `key`, with its place.
    mutating func expression(_ key: String, of section: Section) -> ExpressionSpec? {
        located(key, of: section).map(expression)
    }

    /// `text` as an expression of this file.
    func expression(_ text: ConfigText) -> ExpressionSpec {
        ExpressionSpec(
            text: text.text, file: sections.file, line: text.position.line,
            column: text.position.column)
    }

    /// One column or a list of them, each once and at least one.
    mutating func columns(_ key: String, of section: Section) -> [ConfigText]? {
        guard let entry = section[key] else { return nil }
        let nodes = entry.value.elements ?? [entry.value]
        var found: [ConfigText] = []
        for node in nodes {
            guard let text = node.text, !text.isEmpty else {
                sections.problem(
                    "\(section.name(key)) must hold names of columns, not \(node.summary)",
                    at: node.position)
                continue
            }
            if found.contains(where: { $0.text == text }) {
                sections.problem(
                    "\(section.name(key)) holds '\(text)' twice", at: node.position)
                continue
            }
            found.append(ConfigText(text, at: node.textPosition))
        }
        if nodes.isEmpty {
            sections.problem(
                "\(section.name(key)) must name at least one column", at: entry.value.position)
        }
        return found.isEmpty ? nil : found
    }

    /// `{column here: column there}`, or a list of columns that have one name on both sides.
    mutating func matches(_ key: String, of section: Section) -> [WrittenPair] {
        guard let entry = section[key] else { return [] }
        if entry.value.entries == nil {
            return (columns(key, of: section) ?? []).map { .init(column: $0, other: $0) }
        }
        guard let pairs = sections.section(key, of: section, keys: nil) else { return [] }
        var found: [WrittenPair] = []
        for pair in pairs.entries {
            guard let other = located(pair.key, of: pairs) else { continue }
            let column = ConfigText(pair.key, at: pair.keyPosition)
            found.append(.init(column: column, other: other))
        }
        if pairs.entries.isEmpty {
            sections.problem("\(pairs.path) must name at least one column", at: pairs.position)
        }
        return found
    }

    /// A text, a number or the like, which may be empty: a literal.
    mutating func literal(_ key: String, of section: Section) -> String? {
        guard let entry = section[key] else { return nil }
        if let text = entry.value.text { return text }
        sections.wrongType(entry, of: section, wanted: "a number, a date or a text")
        return nil
    }
}

extension ConfigNode {
    /// Where the text begins: behind the quote if there is one.
    var textPosition: ConfigPosition {
        guard case .scalar(_, false) = content else { return position }
        return ConfigPosition(line: position.line, column: position.column + 1)
    }
}
