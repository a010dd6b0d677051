import Columnar
import Names

/// Which columns refer to which tables: the foreign keys, and what names tell where none is
/// declared. A guess is a question to the rows; whoever can asks them (`Reference.evidence`).
public struct ReferenceFinder {
    private let tables: [SeenTable]
    private let names: TableNames
    /// Tables that a guess may lead to: with a key of one column. By their joined stems.
    private var byStem: [String: [SeenTable]] = [:]
    /// By the joined words of their keys.
    private var byKey: [String: [SeenTable]] = [:]

    /// Words for "key" that say nothing of the table.
    static let generic: Set<String> = [
        "id", "code", "key", "no", "nr", "num", "number", "uuid", "guid", "uid", "sid", "pk", "oid",
        "rowid", "ident", "ref", "fk",
    ]

    /// Columns that are never a reference, whatever is called like them.
    private static let never: Set<String> = [
        "ip", "type", "status", "state", "valueid", "sessionid", "triggergroup", "useragent",
        "level", "position", "sort", "sortorder", "order", "orderby", "id", "name", "title",
        "value", "data", "date", "time", "description", "comment", "note", "text", "content",
        "key", "code", "number", "hash", "lft", "rgt", "parentid", "entityid", "objectid",
    ]

    public init(_ tables: [SeenTable]) {
        self.tables = tables
        names = TableNames(tables.map(\.name))
        for table in tables where table.key.count == 1 {
            byStem[names[table.name].joined, default: []].append(table)
            byKey[Words(table.key[0]).joined, default: []].append(table)
        }
    }

    /// The references of every table: foreign keys first, then guesses, each column once.
    public var references: [Reference] { tables.flatMap { declared($0) + guesses($0) } }

    private func declared(_ table: SeenTable) -> [Reference] {
        table.foreignKeys.filter { $0.columns.count == $0.referencedColumns.count }.map {
            Reference(
                table: table.name, columns: $0.columns, target: $0.table,
                targetColumns: $0.referencedColumns, strength: .declared)
        }
    }

    private func guesses(_ table: SeenTable) -> [Reference] {
        let taken = table.foreignKeys.flatMap(\.columns)
        return table.columns.compactMap { column in
            if taken.holds(column.name) { return nil }
            return guess(column, of: table)
        }
    }

    /// The one table that the column's name can mean; nil if two fit equally well.
    private func guess(_ column: SeenColumn, of table: SeenTable) -> Reference? {
        guard column.isNumber && column.isWhole || column.isText || column.type == .date else {
            return nil
        }
        let words = Words(column.name)
        if Privacy.kind(column) != nil { return nil }
        if column.type != .date, ReferenceFinder.never.contains(words.joined) { return nil }
        var found: [(Reference.Strength, SeenTable)] = []
        for (strength, target) in candidates(words) + ownKind(words, of: table)
        where !target.name.isSame(as: table.name) && fits(column, of: table, target, strength) {
            if !found.contains(where: { $0.1.name.isSame(as: target.name) }) {
                found.append((strength, target))
            }
        }
        guard let best = found.map(\.0).min() else { return nil }
        var rivals = found.filter { $0.0 == best }
        // Of tables that share a key, the one that numbers its rows is what the others add to.
        let origins = rivals.filter { $0.1[$0.1.key[0]]?.isAutoIncrement == true }
        if origins.count == 1 { rivals = origins }
        if rivals.count > 1 {
            rivals = rivals.filter { names.areKin($0.1.name, table.name) }
        }
        guard rivals.count == 1, let (found, target) = rivals.first else { return nil }
        // A part that names its whole is as sure of it as one that is called like the key.
        let isPart = names[table.name].begins(with: names[target.name])
        let strength = found == .named && isPart ? .same : found
        return Reference(
            table: table.name, columns: [column.name], target: target.name,
            targetColumns: target.key, strength: strength)
    }

    private func candidates(_ words: Words) -> [(Reference.Strength, SeenTable)] {
        var found: [(Reference.Strength, SeenTable)] = []
        let whole = words.joined
        if !ReferenceFinder.generic.contains(whole) {
            for target in byKey[whole] ?? [] {
                found.append((isQualified(target) ? .same : .likely, target))
            }
        }
        found += ends(words).flatMap { stem, suffix in named(stem, suffix) }
        // A role before the name: `billing_address_id`, `home_market`.
        for count in stride(from: 1, to: words.spelt.count, by: 1) {
            let rest = words.dropFirst(count)
            if ReferenceFinder.generic.contains(rest.joined) { break }
            found += (byKey[rest.joined] ?? []).filter(isQualified).map { (.hinted, $0) }
            found += ends(rest).flatMap { stem, suffix in
                named(stem, suffix).filter { $0.0 == .named }.map { (.hinted, $0.1) }
            }
        }
        // The bare name of a table, in the singular: a plural is more often a count.
        if whole.count >= 3, words.spelt == words.singular, !Measures.isMeasure(words) {
            found += (byStem[whole] ?? []).map { (.hinted, $0) }
        }
        if isPersonRole(words) { found += users.map { (.hinted, $0) } }
        return found
    }

    /// `status_id` of issues may mean issue_statuses, `item_id` of grade_marks grade_items.
    private func ownKind(_ words: Words, of table: SeenTable) -> [(Reference.Strength, SeenTable)] {
        let own = names[table.name]
        let starts = Set((0..<own.singular.count).map { own.dropLast($0).joined })
        return ends(words).flatMap { stem, _ in
            starts.flatMap { byStem[$0 + stem] ?? [] }.map { (.likely, $0) }
        }
    }

    /// The table of users, if there is exactly one.
    private var users: [SeenTable] {
        let found = byStem["user"] ?? []
        return found.count == 1 ? found : []
    }

    /// Whether a column tells who did or has something.
    private func isPersonRole(_ words: Words) -> Bool {
        let roles: Set<String> = [
            "author", "poster", "owner", "creator", "reporter", "assignee", "uid", "editor",
            "submitter", "sender", "receiver", "recipient", "approver", "moderator", "student",
            "teacher", "by", "to",
        ]
        let doing: Set<String> = [
            "created", "modified", "updated", "changed", "assigned", "posted", "added", "edited",
            "approved", "deleted", "voided", "checked", "submitted", "closed",
        ]
        var spelt = words.spelt
        if spelt.count > 1, spelt.last == "id" { spelt.removeLast() }
        guard let last = spelt.last, roles.contains(last) else { return false }
        if last == "by" || last == "to" {
            return spelt.count > 1 && doing.contains(spelt[spelt.count - 2])
        }
        return true
    }

    /// A name as the name of a table and a word for "key", written apart or together.
    private func ends(_ words: Words) -> [(stem: String, suffix: String)] {
        if let last = words.singular.last, ReferenceFinder.generic.contains(last) {
            return [(words.dropLast().joined, last)]
        }
        let whole = words.joined
        return ["id", "code", "no", "key"].compactMap { suffix in
            guard whole.hasSuffix(suffix), whole.count > suffix.count + 2 else { return nil }
            return (Words.singular(String(whole.dropLast(suffix.count))), suffix)
        }
    }

    /// Tables called `stem` whose key is called `suffix`, or otherwise (a likely one). A number
    /// beside a table that has an id is another thing's.
    private func named(_ stem: String, _ suffix: String) -> [(Reference.Strength, SeenTable)] {
        let isNumber = ["number", "no", "nr", "num"].contains(suffix)
        return (byStem[stem] ?? []).compactMap { target in
            let key = Words(target.key[0]).joined
            let isSame = key == suffix || key == stem + suffix
            if isNumber, !isSame { return nil }
            return (isSame ? .named : .likely, target)
        }
    }

    /// Whether a table's key carries the table's name: `markets_code` of `markets`.
    private func isQualified(_ table: SeenTable) -> Bool {
        let key = Words(table.key[0])
        let stem = names[table.name]
        if key.joined.hasPrefix(stem.joined) { return true }
        // `id_cart` of carts.
        if let first = key.singular.first, ReferenceFinder.generic.contains(first),
            key.dropFirst().joined == stem.joined
        {
            return true
        }
        // `emp_no` of employees, `cust_id` of customers.
        guard let first = key.spelt.first, first.count >= 3, key.spelt.count > 1,
            stem.singular.count == 1
        else { return false }
        return stem.joined.hasPrefix(first)
    }

    private func fits(
        _ column: SeenColumn, of table: SeenTable, _ target: SeenTable,
        _ strength: Reference.Strength
    ) -> Bool {
        guard let key = target[target.key[0]] else { return false }
        let areAlike =
            column.isNumber && key.isNumber || column.isText && key.isText
            || column.type == .date && key.type == .date
        if !areAlike { return false }
        // The same key on both sides is one thing in two tables, unless this table is named for
        // something else and the key for the other one.
        if table.key.count == 1, table.isKey(column.name) {
            return strength <= .named && isQualified(target) && !isQualified(table)
        }
        return true
    }
}
