import Digest
import JSON
public import Pipeline

extension RuleSpec {
    /// A hash of what the rule asks: the same however its lists are ordered and whatever it is
    /// called, another one as soon as it asks something else. 64 hexadecimal digits.
    public var fingerprint: String {
        let members: [(String, JSONValue)] =
            [("kind", .string(kindName))] + arguments(sorted: true)
        let value = JSONValue.object(JSONObject(members))
        return Hexadecimal.text(SHA256.digest(of: value.bytes))
    }

    /// As the configuration names the kind.
    var kindName: String {
        switch kind {
        case .check: "check"
        case .notNull: "not_null"
        case .unique: "unique"
        case .values: "values"
        case .range: "range"
        case .matches: "matches"
        case .length: "length"
        case .references: "references"
        case .freshness: "freshness"
        case .rowCount: "row_count"
        }
    }

    /// The kind's own part of the rule; texts are JSON strings, which YAML reads alike.
    private func arguments(sorted isSorted: Bool) -> [(String, JSONValue)] {
        func list(_ texts: [String]) -> JSONValue {
            .array((isSorted ? texts.sorted() : texts).map(JSONValue.string))
        }
        var members: [(String, JSONValue)]
        switch kind {
        case .check(let expression, let failsOnNull):
            members = [("check", .string(expression.text))]
            if failsOnNull { members.append(("nulls", "fail")) }
        case .notNull(let columns): members = [("not_null", list(columns))]
        case .unique(let columns): members = [("unique", list(columns))]
        case .values(let column, let texts, let failsOnNull):
            members = [("values", ["column": .string(column), "in": list(texts)])]
            if failsOnNull { members.append(("nulls", "fail")) }
        case .range(let column, let minimum, let maximum):
            var range: [(String, JSONValue)] = [("column", .string(column))]
            if let minimum { range.append(("min", .string(minimum))) }
            if let maximum { range.append(("max", .string(maximum))) }
            members = [("range", .object(JSONObject(range)))]
        case .matches(let column, let pattern):
            members = [("matches", ["column": .string(column), "pattern": .string(pattern)])]
        case .length(let column, let minimum, let maximum):
            let bounds = RuleSpec.bounds(minimum, maximum)
            let length = [("column", JSONValue.string(column))] + bounds
            members = [("length", .object(JSONObject(length)))]
        case .references(let dimension, let on):
            let pairs = on.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) }
            members = [("references", .string(dimension)), ("on", .object(JSONObject(pairs)))]
        case .freshness(let column, let age):
            let seconds = JSONValue.string("\(age / 1_000_000)s")
            members = [("freshness", ["column": .string(column), "max_age": seconds])]
        case .rowCount(let minimum, let maximum):
            let bounds = RuleSpec.bounds(minimum, maximum)
            members = [("row_count", .object(JSONObject(bounds)))]
        }
        if let condition { members.append(("where", .string(condition.text))) }
        return members
    }

    private static func bounds(_ minimum: Int?, _ maximum: Int?) -> [(String, JSONValue)] {
        var bounds: [(String, JSONValue)] = []
        if let minimum { bounds.append(("min", JSONValue(minimum))) }
        if let maximum { bounds.append(("max", JSONValue(maximum))) }
        return bounds
    }

    /// The rule as one line of agent.conf, in YAML's flow style.
    public var yaml: String {
        var members: [(String, JSONValue)] = [("id", .string(id))]
        members += arguments(sorted: false)
        if severity != .error { members.append(("severity", .string(severity.rawValue))) }
        let value = JSONValue.object(JSONObject(members))
        return "- " + RuleSpec.flow(value)
    }

    /// A pair of a mapping with a text as its value, always in quotes.
    static func pair(_ name: String, _ text: String) -> String {
        var quoted: [UInt8] = []
        JSONValue.appendQuoted(text, to: &quoted)
        return word(name) + ": " + String(decoding: quoted, as: UTF8.self)
    }

    /// JSON with blanks after commas and colons and without quotes around plain words.
    private static func flow(_ value: JSONValue) -> String {
        switch value {
        case .object(let object):
            let members = object.members.map { "\(key($0.key)): \(flow($0.value))" }
            return "{" + members.joined(separator: ", ") + "}"
        case .array(let values): return "[" + values.map(flow).joined(separator: ", ") + "]"
        case .string(let text): return word(text)
        default: return value.description
        }
    }

    /// A word is only mistaken where a value stands.
    private static func key(_ text: String) -> String {
        meaningful.contains(text) ? text : word(text)
    }

    private static let meaningful = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]

    private static func word(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            (97...122).contains(byte | 32) || byte == 95 || (48...57).contains(byte)
        }
        if isPlain, let first = text.utf8.first, !(48...57).contains(first),
            !meaningful.contains(text.lowercased())
        {
            return text
        }
        var quoted: [UInt8] = []
        JSONValue.appendQuoted(text, to: &quoted)
        return String(decoding: quoted, as: UTF8.self)
    }
}
