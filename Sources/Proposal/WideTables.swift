import Columnar
import Config
import Names
import Profile

/// The One Big Tables proposed: a fact's rows with what its dimensions, and a line's header, say.
struct WideTables {
    /// More columns of one table make a list that nobody reads.
    static let columnCountMax = 8

    private let proposal: Proposal

    init(_ proposal: Proposal) { self.proposal = proposal }

    /// One for each fact that has rows and something to join; at most `limit`, the largest.
    func entries(limit: Int) -> [ConfEntry] {
        var taken = Set(
            (proposal.facts + proposal.dimensions).map { ColumnName.folded($0.name) })
        let most = proposal.facts.map(\.table.rows).max() ?? 0
        let facts = proposal.facts.filter { fact in
            // A handful of rows beside large facts is nothing to look at.
            !fact.table.isEmpty && (fact.table.rows >= 20 || most < 200)
        }
        let largest = facts.sorted { ($1.table.rows, $0.name) < ($0.table.rows, $1.name) }
            .prefix(limit).map { ByteName($0.name) }
        return facts.filter { largest.contains(ByteName($0.name)) }.compactMap { fact in
            let joins = joins(fact)
            if joins.isEmpty { return nil }
            let name = freeName(fact.name + "_wide") { taken.contains(ColumnName.folded($0)) }
            taken.insert(ColumnName.folded(name))
            return entry(name, fact, joins)
        }
    }

    /// A member of a One Big Table.
    private struct Join {
        var name: String
        var on: String
        var columns: [String]
        /// Another reference to the same table: it can be joined once only.
        var isAlternative = false
        /// The column of the member that dates the fact's rows.
        var date: String?
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
        if let header = fact.header, let target = proposal[header.target],
            target.role == .fact, target.key.count == 1,
            target.key[0].isSame(as: header.targetColumns[0])
        {
            let columns = columns(of: target, for: fact)
            if !columns.isEmpty {
                let date = target.date.map(\.column)
                joins.append(
                    Join(
                        name: target.name, on: on(header), columns: columns,
                        date: date.flatMap { columns.holds($0) ? $0 : nil }))
            }
        }
        for reference in proposal.members(of: fact) {
            guard let target = proposal[reference.target] else { continue }
            let columns = columns(of: target, for: fact)
            if columns.isEmpty { continue }
            joins.append(
                Join(
                    name: target.name, on: on(reference), columns: columns,
                    isAlternative: joins.contains { $0.name.isSame(as: target.name) }))
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
            return !column.isLarge && !isEmpty && !isNoise(column) && !member.key.holds(column.name)
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

    /// Whether nobody asks for it beside a fact: pictures, places in a tree, looks.
    private func isNoise(_ column: SeenColumn) -> Bool {
        let noise: Set<String> = [
            "lft", "rgt", "uuid", "guid", "icon", "avatar", "image", "img", "pic", "picture",
            "photo", "url", "uri", "css", "color", "theme", "bitfield", "sort", "thumb",
            "thumbnail", "banner", "logo", "openid", "unionid", "alias", "slug", "template",
            "meta", "metatag", "metatags", "preselect", "layout", "voided", "creator",
        ]
        let words = Words(column.name)
        return words.holds(anyOf: noise) || words.spelt.suffix(2) == ["changed", "by"]
    }

    private func silver(_ column: SeenColumn, _ member: ProposedTable) -> String {
        member.role == .dimension ? column.silverName : column.name
    }

    private func worth(_ column: SeenColumn, _ member: ProposedTable) -> Int {
        if member.date.map({ $0.column.isSame(as: column.name) }) == true { return 0 }
        let words = Words(column.name)
        if words.holds(anyOf: ["name", "title", "label"]) { return 1 }
        if let first = words.spelt.first, ["is", "has"].contains(first) { return 2 }
        if words.holds(anyOf: [
            "type", "category", "status", "state", "code", "country", "segment",
            "city", "price", "model", "brand", "group", "kind", "class", "level", "gender",
        ]) {
            return 2
        }
        if member.references.contains(where: { $0.columns.holds(column.name) }) { return 3 }
        return column.isText ? 4 : column.isNumber ? 5 : 6
    }
}
