import Columnar
import Names
import Profile

/// What is proposed for one table.
public struct ProposedTable: Sendable {
    /// A column's `clean` expression, and what it corrects.
    struct Clean: Sendable {
        var column: String
        var expression: String
        var note: String
    }

    public let table: SeenTable
    public let role: TableRole
    /// The dimension's or fact's name.
    public let name: String
    /// Why it has this kind, in a few words; may be empty.
    public let why: String
    /// By bronze's names; empty when all columns are the key, or nothing is.
    public let key: [String]
    /// Whether all columns are the key.
    public let isAllKey: Bool
    /// The fact's date column; nil if no column has a value in every row.
    public let date: DateChoice?
    /// A column that would be the date, if a few rows did not lack it.
    let nearDate: (choice: DateChoice, missing: Int, rows: Int)?
    /// `day`, `month` or `year`.
    public let grain: String
    /// The references that hold.
    public let references: [Reference]
    /// The reference from a line to its header.
    public let header: Reference?
    /// Secrets, whose values never reach the lake.
    public let secrets: [String]
    /// Columns that identify persons.
    public let persons: [String]
    let measures: [SeenColumn]
    let reading: Reading
    let clean: [Clean]

    init(_ table: SeenTable, _ roles: Roles, name: String, smallTableRows: Int64) {
        self.table = table
        self.name = name
        role = roles[table.name]
        let place = ByteName(table.name)
        let features = roles.features[place]
        why = roles.reasons[place] ?? ""
        let guessed = role == .dimension ? KeyGuess.column(of: table).map { [$0] } : nil
        key = guessed ?? table.key
        isAllKey = role == .fact && table.key.isEmpty
        header = roles.headers[place]
        var date = role == .fact ? features?.date : nil
        if header != nil, let own = date, !own.isEvent, table[own.column]?.profile?.days ?? 2 < 2 {
            // All loaded on one day: the header's date tells more.
            date = nil
        }
        self.date = date
        nearDate = role == .fact ? features?.nearDate : nil
        references = features?.references ?? []
        measures = features?.measures ?? []
        grain = ProposedTable.grain(table, date ?? nearDate?.choice)
        reading = Reading(table, smallTableRows: smallTableRows)
        let needed = key + [table.watermark].compactMap(\.self) + references.flatMap(\.columns)
        let hidden = table.columns.filter { !needed.holds($0.name) }
        secrets = hidden.filter { Privacy.kind($0) == .secret }.map(\.name)
        persons = table.columns.filter { Privacy.kind($0) == .person }.map(\.name)
        clean = ProposedTable.clean(table, key, date, secrets)
    }

    /// Files of a day should hold some thousand rows, else a month's or a year's.
    private static func grain(_ table: SeenTable, _ date: DateChoice?) -> String {
        guard let date, let rows = DateColumns.rowsADay(table, date) else { return "month" }
        return rows >= 10_000 ? "day" : rows >= 100 ? "month" : "year"
    }

    /// Measures of which a few values are zero or less, as far as was looked.
    var notPositive: [SeenColumn] {
        if role != .fact { return [] }
        return measures.filter { column in
            guard let profile = column.profile, profile.rows > 0 else { return false }
            let count = profile.zeros + profile.negatives
            return count > 0 && count * 10 <= profile.rows
                && Words(column.name).holds(anyOf: [
                    "amount", "price", "total", "qty", "quantity", "cost", "sum", "paid",
                ])
        }
    }

    /// Columns that stay out of wide tables: secrets, persons, and what is too large to repeat.
    var hidden: [String] {
        table.columns.filter { column in
            secrets.holds(column.name) || persons.holds(column.name) || column.type == .binary
        }.map(\.name)
    }

    private static func clean(
        _ table: SeenTable, _ key: [String], _ date: DateChoice?, _ secrets: [String]
    ) -> [Clean] {
        let labelled = table.enumerations.map(\.column)
        return table.columns.compactMap { column in
            if secrets.holds(column.name) || column.name.contains("`") { return nil }
            let name = Spelt.column(column.name)
            if let date, let unit = date.unixUnit, date.column.isSame(as: column.name) {
                let function = unit == .seconds ? "timestamp_seconds" : "timestamp_millis"
                return Clean(
                    column: column.name, expression: "\(function)(\(name))",
                    note: "Unix \(unit.rawValue)")
            }
            guard let profile = column.profile, column.isText, profile.paddedTexts > 0,
                !key.holds(column.name), !labelled.holds(column.name)
            else { return nil }
            let expression =
                profile.controlTexts > 0 ? "trim(both ' \\t\\r\\n' from \(name))" : "trim(\(name))"
            let example =
                profile.paddedExample.map { ProfileWords.example($0) + " and the like, " } ?? ""
            return Clean(
                column: column.name, expression: expression,
                note: "\(example)in \(ProfileWords.count(profile.paddedTexts)) of "
                    + "\(ProfileWords.count(profile.rows)) rows")
        }
    }
}
