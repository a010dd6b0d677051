import Columnar
import Names
public import Profile

/// The column that dates the rows of a fact.
public struct DateChoice: Sendable {
    public var column: String
    /// The unit of its numbers, if they are Unix times.
    public var unixUnit: UnixUnit?
    /// Whether the name is an event's own, not only that of the row's creation.
    var isEvent: Bool
}

/// Which column of a table says when the event of a row happened.
struct DateColumns {
    private let table: SeenTable
    private let stem: Words

    /// - Parameter stem: the words of the table's name, without a prefix.
    init(_ table: SeenTable, stem: Words) {
        self.table = table
        self.stem = stem
    }

    private static let events: Set<String> = [
        "order", "ordered", "sold", "sale", "paid", "payment", "pay", "book", "booked", "booking",
        "post", "posted", "posting", "invoice", "invoiced", "transaction", "txn", "trade", "traded",
        "rental", "rented", "purchase", "purchased", "visit", "visited", "event", "appointment",
        "spent", "played", "play", "enrol", "enroll", "enrolled", "enrolment", "enrollment",
        "issue", "issued", "admission", "admitted", "exam", "happened", "occurred", "taken",
        "measured", "recorded", "voucher", "charged", "billed", "billing", "scheduled", "departure",
        "checkin", "reservation", "reported", "match", "game", "bought", "delivered", "prescribed",
        "loan", "borrowed", "flight", "treatment", "work", "worked", "entry", "click", "clicked",
    ]
    private static let bare: Set<String> = [
        "date", "datetime", "time", "timestamp", "stamp", "ts", "day", "dt", "when", "at",
    ]
    private static let made: Set<String> = [
        "create", "created", "creation", "crt", "add", "added", "insert", "inserted", "register",
        "registered", "registration", "sent", "submit", "submitted", "received", "logged", "opened",
        "placed", "made", "published", "publish", "start", "started", "begin", "began", "from",
        "uploaded", "requested", "gmt",
    ]
    /// Times of something else than the row's event.
    private static let never: Set<String> = [
        "birth", "birthday", "birthdate", "dob", "expire", "expires", "expired", "expiry",
        "expiration", "checked", "checkedout", "last", "lastlogin", "lastvisit", "lastactivity",
        "modif", "modify", "modified", "modification", "update", "updated", "edit", "edited",
        "change", "changed", "read", "promotion", "promo", "deadline", "due", "until", "valid",
        "end", "ended", "finish", "finished", "close", "closed", "delete", "deleted", "removed",
        "available", "retired", "to", "next", "remind", "reminder", "required", "cancelled",
        "canceled", "download", "access", "accessed", "login", "logout", "return", "returned",
        "shipped", "hire", "hired", "down", "stop", "confirm", "confirmed", "approved", "completed",
        "complete", "final", "planned", "sync", "synced", "indexed", "special",
        "estimated", "expected", "release", "released", "graduation", "death", "anniversary",
        "reset", "verified", "upd", "activity", "seen", "viewed", "pickup", "resolved",
    ]

    /// The best column that every row has; nil if there is none.
    var best: DateChoice? { ranked.first { isComplete($0.column) }.map(choice) }

    /// The best column that all but a few rows have.
    var nearlyComplete: (choice: DateChoice, missing: Int, rows: Int)? {
        for found in ranked {
            guard let profile = found.column.profile, profile.days > 1 else { continue }
            let zeros = found.column.isMoment ? 0 : profile.zeros
            let missing = profile.nulls + profile.invalid + zeros
            if missing > 0, missing * 10 <= profile.rows {
                return (choice(found), missing, profile.rows)
            }
        }
        return nil
    }

    /// Candidates for the date of a row, the best first.
    private var ranked: [(rank: Int, place: Int, column: SeenColumn)] {
        table.columns.enumerated().compactMap { place, column in
            rank(column).map { (rank: $0, place: place, column: column) }
        }.sorted { ($0.rank, $0.place) < ($1.rank, $1.place) }
    }

    private func choice(_ found: (rank: Int, place: Int, column: SeenColumn)) -> DateChoice {
        DateChoice(
            column: found.column.name,
            unixUnit: found.column.isMoment ? nil : found.column.profile?.unixUnit,
            isEvent: found.rank < 4)
    }

    /// Whether a column would be the date if every row had a value.
    var hasCandidate: Bool { table.columns.contains { rank($0) != nil } }

    /// Smaller is better; nil for a column that is never the date.
    private func rank(_ column: SeenColumn) -> Int? {
        let words = DateColumns.words(column.name)
        let isTime = column.isMoment || isUnixTime(column, words)
        guard isTime, !words.holds(anyOf: DateColumns.never) else { return nil }
        let joined = words.joined
        for word in ["modif", "update", "expire", "birth", "login", "lastvisit", "lastpost"]
        where joined.contains(word) {
            return nil
        }
        if table.watermark.map({ column.name.isSame(as: $0) }) == true, column.isTouchedOnUpdate {
            return nil
        }
        // Most of what happened did so in the past.
        if let profile = column.profile, profile.future * 2 > profile.rows { return 8 }
        // What may be NULL comes after what may not, of the same kind.
        let penalty = column.isNullable ? 1 : 0
        let own = stem.singular.contains { word in word.count > 2 && words.singular.contains(word) }
        if own && !words.holds(anyOf: DateColumns.made) { return penalty }
        if words.holds(anyOf: DateColumns.events) { return penalty }
        if words.spelt.allSatisfy(DateColumns.bare.contains) { return 2 + penalty }
        let isMade =
            words.holds(anyOf: DateColumns.made)
            || ["creat", "insert", "regist", "added"].contains { joined.contains($0) }
        return (isMade ? 4 : 6) + penalty
    }

    /// The words of a name, `timecreated` being two of them.
    private static func words(_ name: String) -> Words {
        let words = Words(name)
        guard words.spelt.count == 1, let word = words.spelt.first, word.count > 6 else {
            return words
        }
        for start in ["time", "date"] where word.hasPrefix(start) {
            return Words(start + "_" + word.dropFirst(start.count))
        }
        return words
    }

    private func isUnixTime(_ column: SeenColumn, _ words: Words) -> Bool {
        guard column.isWhole, column.profile?.unixUnit != nil, !table.isKey(column.name) else {
            return false
        }
        return words.holds(anyOf: DateColumns.bare) || words.holds(anyOf: DateColumns.made)
            || words.holds(anyOf: DateColumns.events)
            || ["time", "date", "created", "added"].contains { words.joined.hasSuffix($0) }
    }

    /// Whether every sampled row has a date, and not all are of one day.
    private func isComplete(_ column: SeenColumn) -> Bool {
        guard let profile = column.profile, profile.rows > 0 else { return !column.isNullable }
        if column.lacksValues || !column.isMoment && profile.zeros > 0 { return false }
        return profile.days > 1 || profile.rows < 50
    }
}

extension DateColumns {
    /// The rows of a day, at least; nil if unknown.
    static func rowsADay(_ table: SeenTable, _ choice: DateChoice) -> Double? {
        guard let profile = table[choice.column]?.profile, let least = profile.least,
            let greatest = profile.greatest, profile.days > 0
        else { return nil }
        let day: Int128 =
            switch (table[choice.column]?.type, choice.unixUnit) {
            case (.date, _): 1
            case (_, let unit?): 86_400_000_000 / Int128(unit.microseconds)
            default: 86_400_000_000
            }
        let span = Double((greatest - least) / day + 1)
        let rows = Double(max(table.rows, Int64(profile.rows)))
        // A single odd date makes the span long; the rows of a few days in a row are told by days.
        return max(rows / max(1, min(span, 1e7)), Double(profile.rows) / Double(profile.days))
    }
}
