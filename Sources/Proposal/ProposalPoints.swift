import Profile
import Columnar
import Names

extension Proposal {
    /// How many tables of which kind, for people.
    public var summary: String {
        let kinds: [(TableRole, String, String)] = [
            (.fact, "fact", "facts"), (.dimension, "dimension", "dimensions"),
            (.bridge, "bridge", "bridges"), (.leftOut, "left out", "left out"),
            (.excluded, "not copied", "not copied"),
        ]
        let counts = kinds.compactMap { role, one, several -> String? in
            let count = with(role).count
            return count == 0 ? nil : "\(count) \(count == 1 ? one : several)"
        }
        let tables = "\(self.tables.count) \(self.tables.count == 1 ? "table" : "tables")"
        var text = counts.isEmpty ? tables : "\(tables): " + counts.joined(separator: ", ")
        let secrets = self.tables.reduce(0) { $0 + ($1.role == .excluded ? 0 : $1.secrets.count) }
        let persons = self.tables.reduce(0) { $0 + ($1.role == .excluded ? 0 : $1.persons.count) }
        if secrets > 0 {
            text += "; \(secrets) \(secrets == 1 ? "column" : "columns") of secrets masked"
        }
        if persons > 0 {
            text +=
                "; \(persons) \(persons == 1 ? "column tells" : "columns tell") of persons "
                + "and \(persons == 1 ? "stays" : "stay") out of gold"
        }
        return text
    }

    /// The decisions that a person should look at first, at most three, the weightiest first; one
    /// of a kind.
    public var points: [String] {
        var found: [(weight: Int, rows: Int64, text: String)] = []
        for fact in facts where !fact.table.isEmpty {
            found += points(of: fact).map { ($0.0, fact.table.rows, $0.1) }
            for reference in members(of: fact) where !reference.isDeclared {
                guard let evidence = reference.evidence, evidence.share < Reference.shareMin
                else { continue }
                found.append(
                    (
                        90, fact.table.rows,
                        "\(fact.name).\(reference.columns[0]): \(evidence.text(reference.target)). "
                            + "They are counted and kept (severity: warn)."
                    ))
            }
        }
        let guesses = (facts + dimensions).flatMap { members(of: $0) }
            .filter { !$0.isDeclared }.count
        if guesses > 0 {
            found.append(
                (
                    30, 0,
                    guesses == 1
                        ? "1 reference is guessed by name and data, not declared: it only warns."
                        : "\(guesses) references are guessed by name and data, not declared: "
                            + "they only warn."
                ))
        }
        if facts.isEmpty, !tables.isEmpty {
            found.append(
                (
                    70, 0,
                    "No fact and no gold: no table here looks like events or money. If one is, "
                        + "write it under transform.facts."
                ))
        }
        let excluded = with(.excluded)
        if !excluded.isEmpty {
            let names = excluded.prefix(4).map(\.table.name).joined(separator: ", ")
            let more = excluded.count > 4 ? " and \(excluded.count - 4) more" : ""
            found.append((25, 0, "Not copied at all: \(names)\(more) (extract.exclude)."))
        }
        // Of points of one weight, which are of one kind, that about the largest table stands for
        // all.
        let kinds = Dictionary(grouping: found, by: \.weight).sorted { $0.key > $1.key }
        return kinds.prefix(3).compactMap { _, points in
            let first = points.min { ($1.rows, $0.text) < ($0.rows, $1.text) }
            let more = points.count - 1
            return first.map { $0.text + (more == 0 ? "" : " (\(more) more like it.)") }
        }
    }

    private func points(of fact: ProposedTable) -> [(Int, String)] {
        var found: [(Int, String)] = []
        if fact.isAllKey {
            found.append(
                (
                    100,
                    "\(fact.name) has no key: all columns are one, so rows equal in all of them "
                        + "count once. If equal rows are two events, say 'duplicates: keep'."
                ))
        }
        if fact.date == nil {
            let header = fact.header.map { "its One Big Table takes that of \($0.target)" }
            let near = fact.nearDate.map {
                "\(ProfileWords.part($0.missing, of: $0.rows)) rows lack "
                    + $0.choice.column
            }
            found.append(
                (
                    fact.header == nil ? 80 : 20,
                    "\(fact.name) has no date in every row"
                        + (near.map { " (\($0))" } ?? "") + "; "
                        + (header ?? "silver is not partitioned") + "."
                ))
        }
        let rivals = fact.table.columns.filter { column in
            column.isMoment && !column.isTouchedOnUpdate && !column.lacksValues
                && ![fact.date?.column, fact.table.watermark].compactMap(\.self)
                    .holds(column.name)
        }
        if let date = fact.date, !rivals.isEmpty {
            found.append(
                (
                    date.isEvent ? 35 : 50,
                    "\(fact.name) is dated by \(date.column), not by "
                        + rivals.prefix(3).map(\.name).joined(separator: " or ") + "."
                ))
        }
        if let column = fact.notPositive.first {
            found.append(
                (
                    60,
                    "\(fact.name).\(column.name) is zero or less in some rows; the rule that "
                        + "would quarantine them is there as a comment."
                ))
        }
        return found
    }
}
