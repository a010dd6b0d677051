import Columnar
import Config
import Names
import Profile

/// The One Big Tables proposed: a fact's rows with what its dimensions, and a line's header, say.
struct WideTables {
    /// More columns of one table make a list that nobody reads.
    static let columnCountMax = 8
    /// At most so many members of members are joined.
    static let secondStepMax = 4

    /// At most so many are proposed, for the largest facts.
    static let tableCountMax = 60

    private let proposal: Proposal
    /// One for each fact that has rows and something to join.
    private(set) var entries: [ConfEntry] = []
    /// Facts with rows that get no One Big Table.
    private(set) var without: [ProposedTable] = []

    init(_ proposal: Proposal) {
        self.proposal = proposal
        var taken = Set(
            (proposal.facts + proposal.dimensions).map { ColumnName.folded($0.name) })
        let chosen = chosen
        for fact in proposal.facts where !fact.table.isEmpty {
            let joins = chosen.contains(ByteName(fact.name)) ? joins(fact) : []
            if joins.isEmpty {
                without.append(fact)
                continue
            }
            let name = freeName(fact.name + "_wide") { taken.contains(ColumnName.folded($0)) }
            taken.insert(ColumnName.folded(name))
            entries.append(entry(name, fact, joins))
        }
    }

    /// The names of the largest facts. A fact of a few rows beside large ones is left out.
    private var chosen: Set<ByteName> {
        let most = proposal.facts.map(\.table.rows).max() ?? 0
        let facts = proposal.facts.filter { fact in
            !fact.table.isEmpty && (fact.table.rows >= 20 || most < 200)
        }
        return Set(
            facts.sorted { ($1.table.rows, $0.name) < ($0.table.rows, $1.name) }
                .prefix(WideTables.tableCountMax).map { ByteName($0.name) })
    }

    /// A member of a One Big Table.
    private struct Join {
        var member: ProposedTable
        var on: String
        var columns: [String]
        /// Another reference to the same table: it can be joined once only.
        var isAlternative = false
        /// The column of the member that dates the fact's rows.
        var date: String?

        var name: String { member.name }
    }

    private func entry(_ name: String, _ fact: ProposedTable, _ joins: [Join]) -> ConfEntry {
        var entry = ConfEntry(name: name)
        entry.add("fact", YAMLText.scalar(fact.name))
        if !fact.hidden.isEmpty {
            entry.add("columns", "{exclude: \(YAMLText.list(fact.hidden))}")
        }
        if fact.date != nil {
            if fact.grain != "day" { entry.add("partition", fact.grain) }
        } else if let dated = joins.first(where: { $0.date != nil }), let date = dated.date {
            entry.add("date", YAMLText.scalar("\(dated.name)_\(date)"))
            entry.add("partition", headerGrain(fact))
        } else if let near = fact.nearDate, near.choice.unixUnit == nil {
            entry.add("date", YAMLText.scalar(near.choice.column))
            if fact.grain != "day" { entry.add("partition", fact.grain) }
        }
        let held = joins.filter { !$0.isAlternative }
        let flow = held.map(text).joined(separator: ", ")
        let lines = joins.map { ($0.isAlternative ? "# or " : "") + text($0) }
        entry.pairs.append(ConfEntry.Pair(key: "join", value: "{\(flow)}", lines: lines))
        return entry
    }

    private func text(_ join: Join) -> String {
        "\(YAMLText.scalar(join.name)): {\"on\": \(join.on), "
            + "columns: \(YAMLText.list(join.columns))}"
    }

    private func headerGrain(_ fact: ProposedTable) -> String {
        fact.header.flatMap { proposal[$0.target]?.grain } ?? "month"
    }

    private func joins(_ fact: ProposedTable) -> [Join] {
        var joins: [Join] = []
        if let join = header(of: fact) { joins.append(join) }
        for reference in preferred(proposal.members(of: fact)) {
            guard let target = proposal[reference.target] else { continue }
            let columns = columns(of: target, for: fact)
            if columns.isEmpty { continue }
            joins.append(
                Join(
                    member: target, on: on(reference), columns: columns,
                    isAlternative: joins.contains { $0.name.isSame(as: target.name) }))
        }
        return secondSteps(joins, fact)
    }

    private func header(of fact: ProposedTable) -> Join? {
        guard let header = fact.header, let target = proposal[header.target],
            target.role == .fact, target.key.count == 1,
            target.key[0].isSame(as: header.targetColumns[0])
        else { return nil }
        let columns = columns(of: target, for: fact)
        if columns.isEmpty { return nil }
        let date = target.date.map(\.column).flatMap { columns.holds($0) ? $0 : nil }
        return Join(member: target, on: on(header), columns: columns, date: date)
    }

    /// Of several references to one table the best first: called as its key, else always filled,
    /// else most often.
    private func preferred(_ references: [Reference]) -> [Reference] {
        func rank(_ reference: Reference) -> (Int, Int) {
            let isSame = reference.columns[0].isSame(as: reference.targetColumns[0])
            let column = proposal[reference.table]?.table[reference.columns[0]]
            let missing = column?.profile.map { $0.nulls + $0.zeros + $0.empties } ?? 0
            return (isSame ? 0 : column?.isNullable == false ? 1 : 2, missing)
        }
        var done: Set<ByteName> = []
        return references.flatMap { reference -> [Reference] in
            guard done.insert(ByteName(reference.target)).inserted else { return [] }
            return references.filter { $0.target.isSame(as: reference.target) }
                .sorted { rank($0) < rank($1) }
        }
    }

    /// With what the members joined refer to themselves: the customer of a line's order, the genre
    /// of its track. The column that refers is shown then, too.
    private func secondSteps(_ first: [Join], _ fact: ProposedTable) -> [Join] {
        var joins = first
        var steps = 0
        for place in first.indices where !first[place].isAlternative {
            let member = first[place].member
            for reference in preferred(proposal.members(of: member)) {
                guard steps < WideTables.secondStepMax, reference.columns.count == 1,
                    let target = proposal[reference.target],
                    let column = member.table[reference.columns[0]],
                    !joins.contains(where: { $0.name.isSame(as: target.name) })
                else { continue }
                let shown = silver(column, member)
                let columns = columns(of: target, for: fact)
                let isFree = !fact.table.columns.contains {
                    ColumnName.folded($0.name) == ColumnName.folded("\(member.name)_\(shown)")
                }
                if columns.isEmpty || !isFree { continue }
                if !joins[place].columns.holds(shown) { joins[place].columns.append(shown) }
                steps += 1
                let on = ConfEntry.mapping([("\(member.name)_\(shown)", reference.targetColumns[0])]
                )
                joins.append(Join(member: target, on: on, columns: columns))
            }
        }
        return joins
    }

    private func on(_ reference: Reference) -> String {
        ConfEntry.mapping(Array(zip(reference.columns, reference.targetColumns)))
    }

    /// What of a member is worth repeating beside every row of a fact: its date first, then names
    /// and kinds, then the rest; no secrets, no persons, nothing long.
    private func columns(of member: ProposedTable, for fact: ProposedTable) -> [String] {
        let hidden = member.hidden
        let shown = Set(fact.table.columns.map { ColumnName.folded($0.name) })
        let usable = member.table.columns.filter { column in
            let isEmpty = column.profile.map { $0.rows > 0 && $0.present == 0 } ?? false
            let name = "\(member.name)_\(silver(column, member))"
            return !column.isLarge && !isEmpty && !isNoise(column, member)
                && !member.key.holds(column.name)
                && !hidden.holds(column.name) && !column.isTouchedOnUpdate
                && !shown.contains(ColumnName.folded(name))
                && member.table.watermark.map { !$0.isSame(as: column.name) } ?? true
        }
        let ranked = usable.enumerated().sorted { one, other in
            (worth(one.element, member), one.offset) < (worth(other.element, member), other.offset)
        }
        let chosen = Set(ranked.prefix(WideTables.columnCountMax).map(\.offset))
        return usable.enumerated().filter { chosen.contains($0.offset) }
            .map { silver($0.element, member) }
    }

    /// Whether a column is useless beside a fact: pictures, positions in a tree, styling.
    private func isNoise(_ column: SeenColumn, _ member: ProposedTable) -> Bool {
        if let date = member.date, date.column.isSame(as: column.name) { return false }
        let noise: Set<String> = [
            "lft", "rgt", "uuid", "guid", "icon", "avatar", "image", "img", "pic", "picture",
            "photo", "url", "uri", "css", "color", "theme", "bitfield", "sort", "thumb",
            "thumbnail", "banner", "logo", "openid", "unionid", "alias", "slug", "template",
            "meta", "metatag", "metatags", "preselect", "layout", "voided", "retired", "creator",
        ]
        let words = Words(column.name)
        let audit: Set<String> = [
            "created", "creation", "updated", "update", "modified", "changed",
            "edited",
        ]
        return words.holds(anyOf: noise)
            || words.holds(anyOf: audit) && (column.isMoment || words.spelt.last == "by")
    }

    private func silver(_ column: SeenColumn, _ member: ProposedTable) -> String {
        member.role == .dimension ? column.silverName : column.name
    }

    private func worth(_ column: SeenColumn, _ member: ProposedTable) -> Int {
        if member.date.map({ $0.column.isSame(as: column.name) }) == true { return 0 }
        let refers = member.references.contains { $0.columns.holds(column.name) }
        if refers, member.role == .fact { return 1 }
        let words = Words(column.name)
        if words.holds(anyOf: ["name", "title", "label"]) { return 1 }
        if let first = words.spelt.first, ["is", "has"].contains(first) { return 2 }
        if words.holds(anyOf: [
            "type", "category", "status", "state", "code", "country", "segment",
            "city", "price", "model", "brand", "group", "kind", "class", "level", "gender",
        ]) {
            return 2
        }
        if refers { return 3 }
        return column.isText ? 4 : column.isNumber ? 5 : 6
    }
}
