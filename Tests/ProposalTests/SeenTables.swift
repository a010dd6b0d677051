import Columnar
import Names
import Profile

@testable import Proposal

/// Tables for tests, told in few words.
enum Seen {
    /// `name type`, `name type?` where NULL is allowed; the columns before `|` are the key.
    static func table(_ name: String, _ columns: String, rows: Int64 = 100) -> SeenTable {
        var table = SeenTable(name: name)
        table.rows = rows
        let halves = columns.split(separator: "|", omittingEmptySubsequences: false)
        for (half, part) in halves.enumerated() {
            for text in part.split(separator: ",") {
                let words = text.split(separator: " ").map(String.init)
                let isNullable = words[1].hasSuffix("?")
                let type = isNullable ? String(words[1].dropLast()) : words[1]
                let column = SeenColumn(
                    words[0], columnType(type), typeName: type, isNullable: isNullable)
                table.columns.append(column)
                if half == 0, halves.count > 1 { table.key.append(words[0]) }
            }
        }
        return table
    }

    private static func columnType(_ name: String) -> ColumnType {
        switch name {
        case "int": .integer
        case "bigint": .long
        case "decimal": .decimal(precision: 10, scale: 2)
        case "double": .double
        case "date": .date
        case "datetime", "timestamp": .timestamp
        case "blob", "binary": .binary
        default: .string
        }
    }

    /// The table with rows looked at: all of them, with `days` days in its dates, nothing missing,
    /// and what `change` says of single columns.
    static func sampled(
        _ table: SeenTable, days: Int = 60,
        _ change: (inout ColumnProfile, String) -> Void = { _, _ in }
    ) -> SeenTable {
        var table = table
        var profile = TableProfile(now: 1_800_000_000_000_000)
        profile.rows = Int(table.rows)
        profile.isWhole = true
        for index in table.columns.indices {
            var column = ColumnProfile(type: table.columns[index].type)
            column.rows = profile.rows
            if table.columns[index].isMoment, profile.rows > 0 {
                column.days = days
                let day: Int128 = table.columns[index].type == .date ? 1 : 86_400_000_000
                column.least = 19_000 * day
                column.greatest = (19_000 + Int128(days) - 1) * day
            }
            change(&column, table.columns[index].name)
            table.columns[index].profile = column
            profile.columns[ByteName(table.columns[index].name)] = column
        }
        table.profile = profile
        return table
    }

    /// What is proposed when every guessed reference is found in the rows.
    static func proposal(
        _ tables: [SeenTable], _ evidence: (Reference) -> ReferenceEvidence? = { _ in nil }
    ) -> Proposal {
        let references = ReferenceFinder(tables).references.map { reference in
            var reference = reference
            if !reference.isDeclared {
                reference.evidence = evidence(reference) ?? ReferenceEvidence(asked: 90, found: 90)
            }
            return reference
        }
        return Proposal(schema: "s", tables: tables, references: references)
    }

    /// `table.column -> target` of every guess or declaration, before any row is asked.
    static func references(_ tables: [SeenTable]) -> [String] {
        ReferenceFinder(tables).references.map {
            "\($0.table).\($0.columns.joined(separator: "+")) -> \($0.target)"
        }
    }
}
