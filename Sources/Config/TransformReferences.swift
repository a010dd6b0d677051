import Spelling

/// Checks that what the `transform` section says of its own parts is there: facts, dimensions and
/// their keys.
struct TransformReferences {
    struct Problem {
        let message: String
        let position: ConfigPosition
        let hint: String?
    }

    private(set) var problems: [Problem] = []
    private let transform: Configuration.Transform
    /// All names written, those of dimensions with another problem included.
    private let dimensions: [String]

    init(_ transform: Configuration.Transform, dimensions: [String]) {
        self.transform = transform
        self.dimensions = dimensions
    }

    mutating func check(facts: [String]) {
        let entities = transform.dimensions.map(\.entity) + transform.facts.map(\.entity)
        for entity in entities {
            for rule in entity.rules {
                guard case .references(let dimension, let pairs) = rule.kind else { continue }
                check(dimension, pairs, whole: "the rule '\(rule.id.text)'")
            }
        }
        for table in transform.oneBigTables {
            if !facts.contains(table.fact.text) {
                unknown("fact", table.fact, among: facts)
            }
            for join in table.joins {
                check(join.dimension, join.on, whole: "the join")
            }
        }
    }

    /// The columns there must be the dimension's whole key: less would find several members.
    private mutating func check(
        _ dimension: ConfigText, _ pairs: [Configuration.Match], whole: String
    ) {
        guard dimensions.contains(dimension.text) else {
            return unknown("dimension", dimension, among: dimensions)
        }
        let found = transform.dimensions.first { $0.entity.name.text == dimension.text }
        guard let key = found?.entity.key.map(\.text), !key.isEmpty, !pairs.isEmpty else { return }
        for pair in pairs where !key.contains(pair.other.text) {
            problems.append(
                Problem(
                    message: "'\(pair.other.text)' is no key column of the dimension "
                        + dimension.text, position: pair.other.position,
                    hint: "Its key is \(key.joined(separator: ", "))."))
        }
        for column in key where !pairs.contains(where: { $0.other.text == column }) {
            problems.append(
                Problem(
                    message: "\(whole) does not name '\(column)', part of the key of "
                        + dimension.text,
                    position: pairs[0].column.position,
                    hint: "The key is \(key.joined(separator: ", "))."))
        }
    }

    private mutating func unknown(_ what: String, _ name: ConfigText, among known: [String]) {
        let hint =
            Spelling.nearest(to: name.text, in: known).map { "Did you mean '\($0)'?" }
            ?? (known.isEmpty ? nil : "Known: \(known.joined(separator: ", ")).")
        problems.append(
            Problem(
                message: "there is no \(what) '\(name.text)'", position: name.position, hint: hint))
    }
}
