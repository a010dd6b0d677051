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
                guard dimensions.contains(dimension.text) else {
                    unknown("dimension", dimension, among: dimensions)
                    continue
                }
                check(dimension, pairs, whole: "the rule '\(rule.id.text)'")
            }
        }
        for table in transform.oneBigTables {
            if !facts.contains(table.fact.text) {
                unknown("fact", table.fact, among: facts)
            }
            for join in table.joins { check(join, of: table, facts: facts) }
            checkDate(table)
        }
    }

    private mutating func check(
        _ join: Configuration.Join, of table: Configuration.OneBigTable, facts: [String]
    ) {
        let name = join.dimension
        if name.text == table.fact.text {
            return note(
                "the One Big Table \(table.name.text) joins its own fact", at: name.position,
                hint: "Its columns are there already; join a dimension or another fact.")
        }
        guard facts.contains(name.text) || dimensions.contains(name.text) else {
            return unknown("dimension or fact", name, among: dimensions + facts)
        }
        check(name, join.on, whole: "the join")
        if transform.facts.contains(where: {
            $0.entity.name.text == name.text && $0.entity.equalRows != nil
        }) {
            note(
                "the fact \(name.text) has no key to be joined by ('key: all')",
                at: name.position, hint: "Name its key's columns, or leave the join out.")
        }
        if facts.contains(name.text), join.version == .asOf {
            note(
                "the join of the fact \(name.text) asks for a version as of a date",
                at: name.position,
                hint: "A fact has one row a key and no history; leave 'version' out.")
        }
    }

    /// What needs a date, or periods of one, in a table that has none.
    private mutating func checkDate(_ table: Configuration.OneBigTable) {
        let found = transform.facts.first { $0.entity.name.text == table.fact.text }
        guard let fact = found else { return }
        let hint =
            "Give the fact a 'date', or the table one, which may be a joined column: "
            + "<member>_<column>."
        if fact.date == nil, table.date == nil {
            if let position = table.partitionPosition {
                note(
                    "the One Big Table \(table.name.text) has a 'partition' and no date",
                    at: position, hint: hint)
            }
            for join in table.joins where join.version == .asOf {
                note(
                    "the join with \(join.dimension.text) asks for a version as of a date, and "
                        + "there is none", at: join.dimension.position, hint: hint)
            }
        }
        if case .window = table.restate,
            fact.date == nil || table.date.map({ $0.text != fact.date?.text }) ?? false
        {
            note(
                "restate: window(…) needs a table that is partitioned by the fact's own date",
                at: table.name.position,
                hint: "Such a table is built as a whole; write touched, all or never.")
        }
    }

    /// The columns there must be the whole key: less would find several rows.
    private mutating func check(
        _ member: ConfigText, _ pairs: [Configuration.Match], whole: String
    ) {
        let dimension = transform.dimensions.first { $0.entity.name.text == member.text }
        let fact = transform.facts.first { $0.entity.name.text == member.text }
        let kind = dimension == nil ? "fact" : "dimension"
        guard let key = (dimension?.entity ?? fact?.entity)?.key.map(\.text), !key.isEmpty,
            !pairs.isEmpty
        else { return }
        for pair in pairs where !key.contains(pair.other.text) {
            note(
                "'\(pair.other.text)' is no key column of the \(kind) \(member.text)",
                at: pair.other.position, hint: "Its key is \(key.joined(separator: ", ")).")
        }
        for column in key where !pairs.contains(where: { $0.other.text == column }) {
            note(
                "\(whole) does not name '\(column)', part of the key of \(member.text)",
                at: pairs[0].column.position, hint: "The key is \(key.joined(separator: ", ")).")
        }
    }

    private mutating func note(_ message: String, at position: ConfigPosition, hint: String?) {
        problems.append(Problem(message: message, position: position, hint: hint))
    }

    private mutating func unknown(_ what: String, _ name: ConfigText, among known: [String]) {
        let hint =
            Spelling.nearest(to: name.text, in: known).map { "Did you mean '\($0)'?" }
            ?? (known.isEmpty ? nil : "Known: \(known.joined(separator: ", ")).")
        note("there is no \(what) '\(name.text)'", at: name.position, hint: hint)
    }
}
