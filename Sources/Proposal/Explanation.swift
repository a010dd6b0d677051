import Columnar
import Names
import Profile

/// The evidence of what is proposed for one table, for a terminal of 80 columns.
public struct Explanation {
    private let proposal: Proposal
    private let table: ProposedTable

    public init(_ table: ProposedTable, in proposal: Proposal) {
        self.table = table
        self.proposal = proposal
    }

    /// Sections of lines: what it is, how it is read, references, columns.
    public var text: String {
        var lines = [head]
        lines += key
        if let date { lines.append(date) }
        lines += reading
        if !table.secrets.isEmpty {
            lines.append("secrets, masked: " + table.secrets.joined(separator: ", "))
        }
        if !table.persons.isEmpty {
            lines.append(
                "tells of persons, kept out of gold: "
                    + table.persons.joined(separator: ", "))
        }
        let references =
            table.references
            + proposal.rejected.filter { $0.table.isSame(as: table.table.name) }
        if !references.isEmpty {
            lines.append("\nreferences")
            lines += references.map { "  " + $0.verdict }
        }
        lines.append("\ncolumns" + sampled)
        lines += table.table.columns.map { "  " + column($0) }
        return lines.joined(separator: "\n") + "\n"
    }

    private var head: String {
        let kind: String =
            switch table.role {
            case .fact: "a fact"
            case .dimension: "a dimension"
            case .bridge: "a bridge, left out of silver"
            case .excluded: "not copied"
            case .leftOut: "left out of silver"
            }
        return "\(table.table.name): \(kind)" + (table.why.isEmpty ? "" : " (\(table.why))")
    }

    private var key: [String] {
        if table.isAllKey { return ["key: all columns; the source declares none"] }
        if table.key.isEmpty { return ["key: none"] }
        let isGuess = table.table.key.isEmpty
        return [
            "key: " + table.key.joined(separator: ", ")
                + (isGuess ? " (not declared; another value in every row)" : "")
        ]
    }

    private var date: String? {
        guard table.role == .fact else { return nil }
        guard let date = table.date else {
            return "date: none that every row has"
                + (table.header.map { "; its header \($0.target) has one" } ?? "")
        }
        let rows = DateColumns.rowsADay(table.table, date)
        let pace = rows.map { ", about \(ProfileWords.rows(Int64($0.rounded(.up)))) a day" } ?? ""
        return "date: \(date.column)\(pace), partition by \(table.grain)"
    }

    private var reading: [String] {
        var lines: [String] = []
        if let mode = table.reading.mode {
            lines.append("mode: \(mode.rawValue) (\(table.reading.reason ?? ""))")
        } else {
            let by = table.table.watermark.map { " by \($0)" } ?? ""
            lines.append("mode: \(table.table.mode.rawValue)\(by), as the extract plans it")
        }
        if let sequence = table.reading.sequence { lines.append("sequence: \(sequence)") }
        return lines
    }

    private var sampled: String {
        let reason = table.table.unread
        guard let profile = table.table.profile else {
            return " (no row was looked at" + (reason.map { ": \($0)" } ?? "") + ")"
        }
        let rows = ProfileWords.count(profile.rows)
        return profile.isWhole
            ? " (all \(rows) rows)" : " (\(rows) rows; \(reason ?? "both ends of the key"))"
    }

    private func column(_ column: SeenColumn) -> String {
        var parts = [column.typeName + (column.isNullable ? "" : ", not null")]
        if let profile = column.profile, profile.rows > 0 {
            if profile.nulls > 0 { parts.append("NULL in \(ProfileWords.count(profile.nulls))") }
            if profile.zeroDates > 0 {
                parts.append("zero dates in \(ProfileWords.count(profile.zeroDates))")
            }
            if profile.zeros > 0 { parts.append("0 in \(ProfileWords.count(profile.zeros))") }
            if profile.negatives > 0 {
                parts.append("below 0 in \(ProfileWords.count(profile.negatives))")
            }
            if profile.empties > 0 { parts.append("'' in \(ProfileWords.count(profile.empties))") }
            if profile.hasAllValues, profile.distinct > 0 {
                parts.append("\(ProfileWords.count(profile.distinct)) distinct")
            }
            if profile.days > 0 { parts.append("\(ProfileWords.count(profile.days)) days") }
            if let unit = profile.unixUnit { parts.append("looks like Unix \(unit.rawValue)") }
            if profile.future > 0 {
                parts.append("in the future in \(ProfileWords.count(profile.future))")
            }
            if profile.paddedTexts > 0, let example = profile.paddedExample {
                parts.append(
                    "padded in \(ProfileWords.count(profile.paddedTexts)), as "
                        + ProfileWords.example(example)
                )
            }
        }
        return "\(column.name): " + parts.joined(separator: "; ")
    }
}
