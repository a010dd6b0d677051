import Pipeline
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
    private let transform: Pipeline
    /// All names written, those of entities with another problem included.
    private let dimensions: [String]
    private let facts: [String]

    init(_ transform: Pipeline, dimensions: [String], facts: [String]) {
        self.transform = transform
        self.dimensions = dimensions
        self.facts = facts
    }

    mutating func check(_ written: WrittenReferences) {
        for reference in written.references {
            guard dimensions.contains(reference.dimension.text) else {
                unknown("dimension", reference.dimension, among: dimensions)
                continue
            }
            check(reference.dimension, reference.pairs, whole: "the rule '\(reference.rule)'")
        }
        for table in written.tables {
            if !facts.contains(table.fact.text) { unknown("fact", table.fact, among: facts) }
            for join in table.joins { check(join, of: table) }
            checkDate(table)
        }
    }

    private mutating func check(
        _ join: WrittenJoin, of table: WrittenTable
    ) {
        let name = join.member
        if name.text == table.fact.text {
            return note(
                "the One Big Table \(table.name.text) joins its own fact", at: name.position,
                hint: "Its columns are there already; join a dimension or another fact.")
        }
        guard facts.contains(name.text) || dimensions.contains(name.text) else {
            return unknown("dimension or fact", name, among: dimensions + facts)
        }
        check(name, join.pairs, whole: "the join")
        if transform.facts.contains(where: {
            $0.entity.name == name.text && $0.entity.equalRows != nil
        }) {
            note(
                "the fact \(name.text) has no key to be joined by ('key: all')",
                at: name.position, hint: "Name its key's columns, or leave the join out.")
        }
        if facts.contains(name.text), join.isAsOf {
            note(
                "the join of the fact \(name.text) asks for a version as of a date",
                at: name.position,
                hint: "A fact has one row a key and no history; leave 'version' out.")
        }
    }

    /// What needs a date, or periods of one, in a table that has none.
    private mutating func checkDate(_ table: WrittenTable) {
        let found = transform.facts.first { $0.entity.name == table.fact.text }
        guard let fact = found else { return }
        let hint =
            "Give the fact a 'date', or the table one, which may be a joined column: "
            + "<member>_<column>."
        if fact.date == nil, table.spec.date == nil {
            if let position = table.partition {
                note(
                    "the One Big Table \(table.name.text) has a 'partition' and no date",
                    at: position, hint: hint)
            }
            for join in table.joins where join.isAsOf {
                note(
                    "the join with \(join.member.text) asks for a version as of a date, and "
                        + "there is none", at: join.member.position, hint: hint)
            }
        }
        if case .window = table.spec.restate,
            fact.date == nil || table.spec.date.map({ $0 != fact.date }) ?? false
        {
            note(
                "restate: window(…) needs a table that is partitioned by the fact's own date",
                at: table.name.position,
                hint: "Such a table is built as a whole; write touched, all or never.")
        }
    }

    /// The columns there must be the whole key: less would find several rows.
    private mutating func check(
        _ member: ConfigText, _ pairs: [WrittenPair], whole: String
    ) {
        let dimension = transform.dimensions.first { $0.entity.name == member.text }
        let fact = transform.facts.first { $0.entity.name == member.text }
        let kind = dimension == nil ? "fact" : "dimension"
        guard let key = (dimension?.entity ?? fact?.entity)?.key, !key.isEmpty,
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
