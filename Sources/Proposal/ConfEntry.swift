import Config

/// A named section of the file that is written: in one line where that is short or asked for, else
/// a key a line.
struct ConfEntry {
    /// A key and its value as YAML.
    struct Pair {
        var key: String
        var value: String
        var note: String?
        /// Proposed as a comment, not in force.
        var isComment = false
        /// The lines of a value that is a mapping, for the long form.
        var lines: [String] = []
    }

    struct Rule {
        /// The mapping in flow style.
        var text: String
        var note: String?
        /// Proposed, and not in force.
        var isComment = false
    }

    var name: String
    /// A note for the reader, in one line.
    var note: String?
    var pairs: [Pair] = []
    var rules: [Rule] = []

    mutating func add(_ key: String, _ value: String, note: String? = nil) {
        pairs.append(Pair(key: key, value: value, note: note))
    }

    /// - Parameter isCompact: one line, whatever is in it.
    func text(isCompact: Bool) -> String {
        let isShort = rules.isEmpty && pairs.allSatisfy { $0.note == nil && $0.lines.isEmpty }
        let line = "    \(YAMLText.scalar(name)): " + flow
        if isCompact || isShort && line.utf8.count <= 96 { return noted(line, note) + "\n" }
        var text = noted("    \(YAMLText.scalar(name)):", note) + "\n"
        for pair in pairs {
            if pair.lines.isEmpty {
                let mark = pair.isComment ? "# " : ""
                text += noted("      \(mark)\(pair.key): \(pair.value)", pair.note) + "\n"
            } else {
                text += noted("      \(pair.key):", pair.note) + "\n"
                text += pair.lines.map { "        \($0)\n" }.joined()
            }
        }
        if rules.isEmpty { return text }
        text += rules.contains { !$0.isComment } ? "      rules:\n" : "      # rules:\n"
        for rule in rules {
            text += noted("        \(rule.isComment ? "# " : "")- \(rule.text)", rule.note) + "\n"
        }
        return text
    }

    /// Name and value in flow style, without notes.
    var inline: String { "\(YAMLText.scalar(name)): \(flow)" }

    private var flow: String {
        var parts = pairs.filter { !$0.isComment }.map { "\($0.key): \($0.value)" }
        let held = rules.filter { !$0.isComment }.map(\.text)
        if !held.isEmpty { parts.append("rules: [" + held.joined(separator: ", ") + "]") }
        return "{" + parts.joined(separator: ", ") + "}"
    }

    private func noted(_ line: String, _ note: String?) -> String {
        guard let note, !note.isEmpty else { return line }
        return line + "   # " + YAMLText.comment(note)
    }

    /// An expression as a value: bare where YAML reads it as it stands.
    static func plain(_ expression: String) -> String {
        let isLetter = expression.utf8.first.map { (97...122).contains($0 | 32) } ?? false
        let isPrintable = expression.utf8.allSatisfy { (32..<127).contains($0) }
        return isLetter && isPrintable && !expression.hasSuffix(" ")
            && !expression.contains(": ") && !expression.contains(" #")
            && !expression.hasSuffix(":") && expression.contains("(")
            ? expression : YAMLText.quoted(expression)
    }

    /// Pairs of names in flow style.
    static func mapping(_ pairs: [(String, String)]) -> String {
        "{"
            + pairs.map { "\(YAMLText.scalar($0)): \(YAMLText.scalar($1))" }
            .joined(separator: ", ") + "}"
    }
}
