import Columnar
import CommandLine
import Transform

/// The steward's report as a table for terminals, CSV, Markdown and HTML. Keys and names come from
/// the source's rows, so each format is kept from reading them as its own signs.
struct QuarantineReportText {
    private struct Column {
        var title: String
        var isNumber = false
        var text: (QuarantineReportLine) -> String
    }

    private let lines: [QuarantineReportLine]
    private let columns: [Column]
    private let grouping: QuarantineGrouping
    private let now: Int64

    /// What a narrow terminal does without, the first first.
    private static let dispensable = [
        "discarded", "superseded", "severity", "owner", "replayed", "waived", "evaluated",
        "oldest open", "sample keys", "change",
    ]

    init(_ lines: [QuarantineReportLine], by grouping: QuarantineGrouping, at now: Int64) {
        self.lines = lines
        self.grouping = grouping
        self.now = now
        var columns: [Column]
        switch grouping {
        case .rule:
            columns = [
                Column(title: "table", text: \.table), Column(title: "rule", text: \.rule),
                Column(title: "severity") { $0.severity?.rawValue ?? "" },
            ]
        case .table: columns = [Column(title: "table", text: \.table)]
        case .owner, .day:
            columns = [
                Column(title: grouping.rawValue, text: \.rule),
                Column(title: "tables", text: \.table),
            ]
        }
        columns += QuarantineReportText.numbers
        if grouping == .rule || grouping == .table {
            columns.append(Column(title: "owner") { $0.owner ?? "" })
        }
        self.columns = columns
    }

    private static var numbers: [Column] {
        [
            Column(title: "evaluated", isNumber: true) { "\($0.evaluated)" },
            Column(title: "failed", isNumber: true) { "\($0.failed)" },
            Column(title: "percent", isNumber: true) { Quantity.decimal($0.percent, digits: 2) },
            Column(title: "change", isNumber: true) { line in
                line.change.map { ($0 > 0 ? "+" : "") + Quantity.decimal($0, digits: 2) } ?? ""
            },
            Column(title: "trend", text: \.sparkline),
            Column(title: "open", isNumber: true) { "\($0.open)" },
            Column(title: "oldest open") { $0.oldestOpen.map(time) ?? "" },
            Column(title: "replayed", isNumber: true) { "\($0.replayed)" },
            Column(title: "waived", isNumber: true) { "\($0.waived)" },
            Column(title: "discarded", isNumber: true) { "\($0.discarded)" },
            Column(title: "superseded", isNumber: true) { "\($0.superseded)" },
        ]
    }

    static func time(_ microseconds: Int64) -> String {
        Timestamp.text(microseconds: microseconds, fractionDigits: 0)
    }

    // MARK: Terminal

    /// The table, with the first digits of each sample's id, which `show` takes. On a terminal that
    /// is too narrow the columns that say least are left out, and named below.
    func table(width: Int?) -> String {
        let flexible: Set = ["sample keys", "owner", "tables"]
        var table = TextTable(
            (columns.map { ($0.title, $0.isNumber) } + [("sample keys", false)]).map {
                .init($0, $1 ? .right : .left, isFlexible: flexible.contains($0))
            })
        for line in lines {
            let samples = zip(line.sampleKeys, line.sampleIDs).map { "\($0) (\($1.prefix(8)))" }
            let cells = columns.map { column -> String in
                let text = column.text(line)
                if column.title == "oldest open" { return String(text.prefix(10)) }
                return column.isNumber ? Int64(text).map { Quantity.count($0) } ?? text : text
            }
            table.append(cells + [samples.joined(separator: ", ")])
        }
        table.removeEmptyColumns(of: ["owner"])
        let dropped = table.remove(QuarantineReportText.dispensable, toFit: width)
        var text = table.text(width: width)
        if !dropped.isEmpty {
            text += "Left out for the width: \(dropped.joined(separator: ", "));"
            text += " --format csv has all.\n"
        }
        return text
    }

    // MARK: Documents

    private var titles: [String] { columns.map(\.title) + ["sample keys"] }

    private func cells(_ line: QuarantineReportLine) -> [String] {
        columns.map { $0.text(line) } + [line.sampleKeys.joined(separator: ", ")]
    }

    /// RFC 4180; no cell begins as a spreadsheet's formula does.
    var csv: String {
        ([titles] + lines.map(cells)).map { cells in
            QuarantineCSV.line(
                cells.map { cell in
                    if cell.isEmpty { return nil }
                    return Double(cell) == nil ? QuarantineCSV.guarded(cell) : cell
                })
        }.joined()
    }

    var markdown: String {
        func row(_ cells: [String]) -> String {
            "| " + cells.map(QuarantineReportText.markdown).joined(separator: " | ") + " |\n"
        }
        let rule = columns.map { $0.isNumber ? "---:" : "---" } + ["---"]
        return row(titles) + "| " + rule.joined(separator: " | ") + " |\n"
            + lines.map { row(cells($0)) }.joined()
    }

    private static func markdown(_ cell: String) -> String {
        var text = ""
        for scalar in TextTable.printable(cell).unicodeScalars {
            if "\\|*`[]<>&".unicodeScalars.contains(scalar) { text += "\\" }
            text.unicodeScalars.append(scalar)
        }
        return text
    }

    /// One page that needs nothing but itself.
    var html: String {
        func row(_ cells: [String], _ tag: String) -> String {
            let isNumber = columns.map(\.isNumber) + [false]
            let inner = zip(cells, isNumber).map { cell, isNumber in
                "<\(tag)\(isNumber ? " class=\"n\"" : "")>\(QuarantineReportText.escaped(cell))"
                    + "</\(tag)>"
            }
            return "<tr>\(inner.joined())</tr>\n"
        }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <title>Quarantine by \(grouping.rawValue)</title>
            <style>
            body { font: 14px sans-serif; margin: 2em }
            table { border-collapse: collapse }
            th, td { padding: 4px 10px; border-bottom: 1px solid #ccc; text-align: left }
            .n { text-align: right }
            </style>
            </head>
            <body>
            <h1>Quarantine by \(grouping.rawValue)</h1>
            <p>As of \(QuarantineReportText.time(now)).</p>
            <table>
            <thead>
            \(row(titles, "th"))</thead>
            <tbody>
            \(lines.map { row(cells($0), "td") }.joined())</tbody>
            </table>
            </body>
            </html>

            """
    }

    private static func escaped(_ text: String) -> String {
        TextTable.printable(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}
