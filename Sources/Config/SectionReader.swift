import Names
import Spelling

/// A mapping being read: its entries and the path of keys that leads to it.
struct Section {
    /// `extract.tables.transactions`; empty for the file itself.
    let path: String
    let position: ConfigPosition
    let entries: [ConfigNode.Entry]

    /// The entry of `key`, a null one included.
    subscript(key: String) -> ConfigNode.Entry? { entries.first { $0.key.isSame(as: key) } }

    /// The full name of a key here.
    func name(_ key: String) -> String { path.isEmpty ? key : path + "." + key }
}

/// Turns nodes into typed values and collects every problem on the way, so that one reading
/// reports all of them. A value that cannot be used reads as nil.
struct SectionReader {
    let file: String
    private(set) var problems: [ConfigProblem] = []
    private(set) var warnings: [ConfigProblem] = []

    init(file: String) { self.file = file }

    mutating func problem(_ message: String, at position: ConfigPosition, hint: String? = nil) {
        problems.append(
            ConfigProblem(file: file, position: position, message: message, hint: hint))
    }

    mutating func warning(_ message: String, at position: ConfigPosition, hint: String? = nil) {
        warnings.append(
            ConfigProblem(file: file, position: position, message: message, hint: hint))
    }

    /// The section at `node`, its keys held to `keys` (nil: any). Nothing counts as empty.
    mutating func section(_ node: ConfigNode, path: String, keys: [String]?) -> Section? {
        if node.isNull { return Section(path: path, position: node.position, entries: []) }
        guard let entries = node.entries else {
            let name = path.isEmpty ? "the file" : path
            problem(
                "\(name) must be a section of keys, not \(node.summary)", at: node.position)
            return nil
        }
        if let keys {
            for entry in entries where !keys.contains(entry.key) {
                unknownKey(entry, in: path, keys: keys)
            }
        }
        return Section(path: path, position: node.position, entries: entries)
    }

    /// The section under `key` of another, or nil when it is not there.
    mutating func section(_ key: String, of parent: Section, keys: [String]?) -> Section? {
        parent[key].flatMap { section($0.value, path: parent.name(key), keys: keys) }
    }

    private mutating func unknownKey(_ entry: ConfigNode.Entry, in path: String, keys: [String]) {
        let place = path.isEmpty ? "" : " in \(path)"
        let hint =
            Spelling.nearest(to: entry.key, in: keys).map { "Did you mean '\($0)'?" }
            ?? "Known keys: \(keys.joined(separator: ", "))."
        problem("unknown key '\(entry.key)'\(place)", at: entry.keyPosition, hint: hint)
    }

    /// The text of `key`; numbers and the like read as they are written.
    mutating func text(_ key: String, of section: Section) -> String? {
        guard let entry = section[key] else { return nil }
        if let text = entry.value.text, !text.isEmpty { return text }
        wrongType(entry, of: section, wanted: "a text")
        return nil
    }

    /// The whole number of `key` within `range`.
    mutating func integer(
        _ key: String, of section: Section, in range: ClosedRange<Int>
    ) -> Int? {
        guard let entry = section[key] else { return nil }
        guard let text = entry.value.text,
            let number = Int(text.filter { $0 != "_" }), !text.hasPrefix("+")
        else {
            wrongType(entry, of: section, wanted: "a whole number")
            return nil
        }
        guard range.contains(number) else {
            problem(
                "\(section.name(key)) must be between \(range.lowerBound) and "
                    + "\(range.upperBound), not \(number)", at: entry.value.position)
            return nil
        }
        return number
    }

    /// `true` or `false` of `key`.
    mutating func boolean(_ key: String, of section: Section) -> Bool? {
        guard let entry = section[key] else { return nil }
        if case .scalar("true", true) = entry.value.content { return true }
        if case .scalar("false", true) = entry.value.content { return false }
        wrongType(entry, of: section, wanted: "true or false")
        return nil
    }

    /// The word of `key` among the cases of `Word`.
    mutating func word<Word: RawRepresentable & CaseIterable>(
        _ key: String, of section: Section, as type: Word.Type = Word.self
    ) -> Word? where Word.RawValue == String {
        guard let entry = section[key] else { return nil }
        let words = type.allCases.map(\.rawValue)
        // YAML's null is a word here: `mask: {email: null}`.
        let text = entry.value.isNull ? "null" : entry.value.text
        if let text, let word = type.init(rawValue: text) { return word }
        let list = words.joined(separator: ", ")
        let hint = text.flatMap { Spelling.nearest(to: $0, in: words) }
        problem(
            "\(section.name(key)) must be one of \(list), not \(entry.value.summary)",
            at: entry.value.position, hint: hint.map { "Did you mean '\($0)'?" })
        return nil
    }

    /// A list of texts at `key`; one text alone counts as a list of it.
    mutating func texts(_ key: String, of section: Section) -> [String]? {
        guard let entry = section[key] else { return nil }
        if let text = entry.value.text { return [text] }
        guard let elements = entry.value.elements else {
            wrongType(entry, of: section, wanted: "a list of texts")
            return nil
        }
        var texts: [String] = []
        for element in elements {
            guard let text = element.text, !text.isEmpty else {
                problem(
                    "\(section.name(key)) must hold texts only, not \(element.summary)",
                    at: element.position)
                continue
            }
            texts.append(text)
        }
        return texts
    }

    /// The span of time at `key`, at most `limit`.
    mutating func duration(
        _ key: String, of section: Section, atMost limit: Duration? = nil
    ) -> Duration? {
        guard let entry = section[key] else { return nil }
        guard let duration = entry.value.text.flatMap(Units.duration) else {
            wrongType(entry, of: section, wanted: "a time such as 500ms, 10s, 15m, 2h or 7d")
            return nil
        }
        if let limit, duration > limit {
            problem(
                "\(section.name(key)) must be at most \(Units.text(limit))",
                at: entry.value.position)
            return nil
        }
        return duration
    }

    /// The number of bytes at `key`, at least `limit`.
    mutating func size(_ key: String, of section: Section, atLeast limit: Int) -> Int? {
        guard let entry = section[key] else { return nil }
        guard let size = entry.value.text.flatMap(Units.size) else {
            wrongType(entry, of: section, wanted: "a size such as 128MiB or 64000000")
            return nil
        }
        if size < limit {
            problem(
                "\(section.name(key)) must be at least \(limit) bytes", at: entry.value.position)
            return nil
        }
        return size
    }

    mutating func wrongType(_ entry: ConfigNode.Entry, of section: Section, wanted: String) {
        problem(
            "\(section.name(entry.key)) must be \(wanted), not \(entry.value.summary)",
            at: entry.value.position)
    }
}
