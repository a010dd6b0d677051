import Columnar
import Names
import Profile

/// The evidence for a table being a fact, a dimension or something else.
struct TableFeatures {
    let table: SeenTable
    /// The words of its name without a prefix.
    let stem: Words
    /// The references that hold.
    let references: [Reference]
    /// How many tables it refers to, those among them that have no rows to tell.
    let outward: Int
    let measures: [SeenColumn]
    let date: DateChoice?
    /// Whether a column would be the date if every row had a value.
    let mayBeDated: Bool
    /// A column that would be the date, if a few rows did not lack it.
    let nearDate: (choice: DateChoice, missing: Int, rows: Int)?
    let exclusion: String?
    let isCalendar: Bool

    /// - Parameter references: all that were found, including those that do not hold.
    init(_ table: SeenTable, stem: Words, references: [Reference]) {
        self.table = table
        self.stem = stem
        outward = Set(references.filter(\.isPlausible).map { ByteName($0.target) }).count
        let references = references.filter(\.isConfirmed)
        self.references = references
        measures = Measures.of(table, besides: references)
        let dates = DateColumns(table, stem: stem)
        date = dates.best
        mayBeDated = dates.hasCandidate
        nearDate = date == nil ? dates.nearlyComplete : nil
        exclusion = TableWords.exclusion(
            Words(table.name), measuresFractions: measures.contains { !$0.isWhole },
            holdsState: TableFeatures.holdsState(table))
        isCalendar = TableFeatures.isCalendar(table, measures)
    }

    /// Whether the name is an event's: by its last word, or by the last but one of a
    /// part (`cart_item`).
    var isEventName: Bool {
        if stem.holds(anyOf: TableWords.technical) { return false }
        return TableWords.events.contains(stem.head)
            || TableWords.lines.contains(stem.head)
                && TableWords.trades.contains(stem.dropLast().head)
    }

    /// Whether another word than the last one names an event.
    private var hasEventWord: Bool {
        !isEventName && stem.dropLast().holds(anyOf: TableWords.events)
    }

    var isMasterName: Bool {
        if stem.holds(anyOf: TableWords.derived) { return true }
        return !isEventName
            && (TableWords.masters.contains(stem.head)
                || TableWords.masters.contains(stem.spelt.last ?? ""))
    }

    /// Whether every column of the key, and there are several, refers to a table, or nearly every
    /// column does, and nothing is measured.
    var isBridge: Bool {
        let referring = references.flatMap(\.columns)
        if isPairName, ids(referring) > 1, measures.allSatisfy(\.isWhole) { return true }
        if !measures.isEmpty || isEventName && date != nil { return false }
        if table.key.count > 1 {
            let rest = table.columns.filter { !table.isKey($0.name) && !$0.isMoment }
            // A text beside the pair says something of its own: a name in a language.
            if rest.count > 2 || rest.contains(where: { $0.isText || $0.isLarge }) { return false }
            return table.key.allSatisfy { column in
                // A part of the key called as an id, whose table nobody can tell, is one too.
                referring.holds(column)
                    || Words(column).singular.count > 1
                        && ReferenceFinder.generic.contains(Words(column).head)
            }
        }
        // A key that is a reference itself makes rows that add to those of another table.
        if table.key.contains(where: referring.holds) { return false }
        let own = table.columns.filter { column in
            !referring.holds(column.name) && !table.isKey(column.name) && !column.isMoment
        }
        return own.count <= 2 && !own.contains { $0.isText || $0.isLarge }
            && references.count > 1
    }

    /// Whether the name says that rows are pairs: `member_roles` does not, `role_assignments` does.
    private var isPairName: Bool {
        let words: Set<String> = [
            "map", "relation", "relationship", "xref", "assignment", "watcher", "membership",
        ]
        return stem.singular.count > 1 && words.contains(stem.head)
            || stem.singular.count > 1 && stem.head == "member"
            || stem.head == "watcher"
    }

    /// How many columns besides a key of one name rows of tables, by a reference or by their name.
    private func ids(_ referring: [String]) -> Int {
        table.columns.filter { column in
            let words = Words(column.name)
            return !(table.key.count == 1 && table.isKey(column.name))
                && (referring.holds(column.name)
                    || column.isWhole && words.joined.hasSuffix("id") && words.joined.count > 2)
        }.count
    }

    /// Whether rows have what a program keeps for itself between two requests.
    private static func holdsState(_ table: SeenTable) -> Bool {
        let state: Set<String> = [
            "payload", "data", "token", "expire", "expires", "expiry", "expiration", "ip", "agent",
            "activity", "access", "useragent", "lifetime", "modified", "sessdata", "value",
        ]
        return table.columns.contains { column in
            let words = Words(column.name)
            return column.isLarge || words.holds(anyOf: state)
        } || table.columns.count < 4
    }

    /// One row a day, and nothing measured: what days are called and belong to.
    private static func isCalendar(_ table: SeenTable, _ measures: [SeenColumn]) -> Bool {
        guard table.key.count == 1, let key = table[table.key[0]], measures.isEmpty else {
            return false
        }
        let days: SeenColumn? =
            key.type == .date
            ? key
            : key.isWhole
                ? table.columns.first { column in
                    column.type == .date && Words(column.name).holds(anyOf: ["date", "day"])
                        && column.profile.map { $0.rows > 300 && $0.days >= $0.rows } == true
                } : nil
        guard let days, let profile = days.profile, profile.rows > 27,
            let least = profile.least, let greatest = profile.greatest
        else { return key.type == .date && Words(table.name).holds(anyOf: ["date", "calendar"]) }
        // A large table is sampled from both ends.
        return profile.days >= profile.rows
            && (table.profile?.isWhole == false
                || greatest - least + 1 <= Int128(profile.rows) * 5 / 4)
    }

    /// The score for rows that are events, against rows that are things; a fact from 3 on.
    ///
    /// - Parameters:
    ///   - inward: how many tables, its own parts left out, refer to it.
    ///   - parents: the rows of the largest table it refers to.
    func score(inward: Int, parents: Int64) -> Int {
        var score = 0
        if isEventName { score += 3 }
        if hasEventWord { score += 1 }
        if isMasterName {
            // Of what happened to a member, dated and referring, the member is no more than a part.
            score -= hasEventWord && date?.isEvent == true && outward > 0 ? 1 : 3
        }
        if let date {
            if date.isEvent { score += 2 }
            if table.key.count > 1, table.isKey(date.column) { score += 2 }
        }
        score += min(2, outward)
        score += min(2, measures.count)
        if measures.count > 4 { score += 1 }
        if isEventByRows(parents) { score += 2 }
        if table.rows >= 100, parents > 0, table.rows > 3 * parents { score += 1 }
        return score - min(3, inward)
    }

    /// Whether the one table it refers to is the one it is named after, which is no event: prices
    /// of products, images of goods.
    private var isPropertyOfOne: Bool {
        guard !isEventName, date?.isEvent != true, outward == 1,
            let whole = references.first?.target
        else { return false }
        let words = Words(whole)
        return stem.singular.count > 1 && words.head == stem.singular[0]
            && !TableWords.events.contains(words.head)
    }

    /// Whether the rows alone look like events, whatever the names say: each has a time, an amount
    /// and somebody it refers to, and there are more of them than of those.
    private func isEventByRows(_ parents: Int64) -> Bool {
        guard !isMasterName, let date, let days = table[date.column]?.profile?.days else {
            return false
        }
        return days > 2 && outward > 0 && parents > 0 && table.rows > parents
            && measures.contains { !$0.isWhole }
    }

    /// Whether the score makes a fact. What is no event by its name or its date needs more; without
    /// any reference the date has to be one; where some rows have no date, it has to be an event by
    /// name that measures something.
    func isFact(inward: Int, parents: Int64) -> Bool {
        let isEvent = isEventName || date?.isEvent == true
        guard score(inward: inward, parents: parents) >= (isEvent ? 3 : 4) else { return false }
        if measures.isEmpty, stem.holds(anyOf: TableWords.technical) { return false }
        // A handful that measures nothing and was made at some time is a list of something.
        let isMade = measures.isEmpty && date?.isEvent != true
        if isMade, table.rows < 20 || table.rows < 50 && table.rows <= parents { return false }
        if isPropertyOfOne { return false }
        if outward == 0, measures.isEmpty || date?.isEvent != true { return false }
        if date != nil { return true }
        return mayBeDated && isEventName && !measures.isEmpty && outward > 0
    }
}
