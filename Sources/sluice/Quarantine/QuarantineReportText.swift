import Columnar
import CommandLine
import Lake
import Pipeline
import Quarantine
import Rules
import Transform

/// What a report is about, beside its lines.
struct QuarantineReportSubject {
    let grouping: QuarantineGrouping
    /// The lake's folder.
    let lake: String
    /// Runs and rows before it are left out, microseconds UTC; nil for none.
    let since: Int64?
    let now: Int64
    let zone: LocalZone
}

/// The steward's report as a table for terminals, CSV and Markdown (`QuarantineReportPage` is its
/// HTML). Keys and names come from the source's rows, so each format is kept from reading them as
/// its own signs.
struct QuarantineReportText {
    private struct Column {
        var title: String
        var isNumber = false
        var text: (QuarantineReportLine) -> String
    }

    let lines: [QuarantineReportLine]
    /// Rows by what became of them, each once.
    let rows: [QuarantineStatus: Int]
    let subject: QuarantineReportSubject
    private let columns: [Column]

    /// What a narrow terminal does without, the first first.
    private static let dispensable = [
        "discarded", "superseded", "severity", "owner", "replayed", "waived", "evaluated",
        "sample keys", "oldest open", "change",
    ]

    init(_ content: QuarantineReportContent, _ subject: QuarantineReportSubject) {
        lines = content.lines
        rows = content.rows
        self.subject = subject
        let grouping = subject.grouping
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
        columns += QuarantineReportText.numbers(grouping)
        if grouping == .rule || grouping == .table {
            columns.append(Column(title: "owner") { $0.owner ?? "" })
        }
        self.columns = columns
    }

    private static func numbers(_ grouping: QuarantineGrouping) -> [Column] {
        let isRule = grouping == .rule
        let unit = grouping == .day ? "day" : "run"
        return [
            Column(title: isRule ? "evaluated" : "rows", isNumber: true) { "\($0.evaluated)" },
            Column(title: isRule ? "failed" : "quarantined", isNumber: true) { "\($0.failed)" },
            Column(title: "percent", isNumber: true) { Quantity.decimal($0.percent, digits: 2) },
            Column(title: "change", isNumber: true) { line in
                line.change.map { ($0 > 0 ? "+" : "") + Quantity.decimal($0, digits: 2) } ?? ""
            },
            Column(title: "trend") { $0.history.count == 1 ? "one \(unit)" : $0.sparkline },
            Column(title: "open", isNumber: true) { "\($0.open)" },
            Column(title: "oldest open") { $0.oldestOpen.map(time) ?? "" },
            Column(title: "replayed", isNumber: true) { "\($0.replayed)" },
            Column(title: "waived", isNumber: true) { "\($0.waived)" },
            Column(title: "discarded", isNumber: true) { "\($0.discarded)" },
            Column(title: "superseded", isNumber: true) { "\($0.superseded)" },
            Column(title: "blocked", isNumber: true) { "\($0.blocked)" },
        ]
    }

    static func time(_ microseconds: Int64) -> String {
        Timestamp.text(microseconds: microseconds, fractionDigits: 0)
    }

    // MARK: Summary

    /// The lines worth a look; of days all, since they are read in their order.
    var findings: [QuarantineReportLine] {
        subject.grouping == .day ? lines : lines.filter(\.isFinding)
    }

    var clean: [QuarantineReportLine] {
        subject.grouping == .day ? [] : lines.filter { !$0.isFinding }
    }

    /// `7 rules found nothing: 3 of client, 4 of orders`; nil when each found something.
    var cleanSentence: String? {
        let clean = clean
        if clean.isEmpty { return nil }
        if subject.grouping != .rule {
            let isTable = subject.grouping == .table
            let names = clean.map { isTable ? $0.table : $0.rule }.joined(separator: ", ")
            return "Without findings: \(names)"
        }
        var tables: [(name: String, count: Int)] = []
        for line in clean {
            if tables.last?.name == line.table {
                tables[tables.count - 1].count += 1
            } else {
                tables.append((line.table, 1))
            }
        }
        let counts = tables.map { "\($0.count) of \($0.name)" }.joined(separator: ", ")
        return "\(clean.count == 1 ? "1 rule" : "\(clean.count) rules") found nothing: \(counts)"
    }

    /// The newest run of all lines.
    var newestRun: (id: String, at: Int64)? {
        let newest = lines.max { ($0.runAt ?? .min) < ($1.runAt ?? .min) }
        guard let id = newest?.runID, let at = newest?.runAt else { return nil }
        return (id, at)
    }

    /// What of the open rows is mended with the rows of other tables: those that others wait for
    /// first.
    var memberSentences: [String] {
        var waiting = findings.filter { $0.wait != nil }
        var sorted: [QuarantineReportLine] = []
        while !waiting.isEmpty {
            let tables = Set(waiting.map(\.table))
            let first = waiting.filter { !tables.contains($0.wait?.dimension ?? "") }
            sorted += first.isEmpty ? waiting : first
            waiting.removeAll { tables.contains($0.wait?.dimension ?? "") == first.isEmpty }
        }
        return sorted.compactMap(waitSentence)
            + findings.filter { $0.wouldPass > 0 }.map { line in
                "\(line.wouldPass) of the open rows of \(line.table), rule \(line.rule), would "
                    + "pass now: their members have come. The next run takes them in."
            }
    }

    private func waitSentence(_ line: QuarantineReportLine) -> String? {
        guard let wait = line.wait else { return nil }
        let (isOneRow, isOneMember) = (wait.rows == 1, wait.memberCount == 1)
        let members = isOneMember ? "1 row" : "\(Quantity.count(wait.memberCount)) rows"
        return "\(Quantity.count(Int(wait.rows))) of \(Quantity.count(line.open)) open rows of "
            + "\(line.table), rule \(line.rule), \(isOneRow ? "waits" : "wait") for \(members) of "
            + "\(wait.dimension) that \(isOneMember ? "is itself" : "are themselves") in "
            + "quarantine (\(wait.ruleNames)); \(isOneRow ? "it comes" : "they come") in when "
            + "\(isOneMember ? "that is" : "those are") mended."
    }

    // MARK: Terminal

    /// The table, with the first digits of each sample's id, which `show` takes. On a terminal that
    /// is too narrow there is one sample, then the columns that say least are left out, and named
    /// below.
    func table(width: Int?) -> String {
        var table = table(samples: 3)
        var dropped = table.remove(QuarantineReportText.dispensable, toFit: width)
        if !dropped.isEmpty {
            table = self.table(samples: 1)
            dropped = table.remove(QuarantineReportText.dispensable, toFit: width)
        }
        var text = findings.isEmpty ? "" : table.text(width: width) + "\n"
        var sentences: [String] = []
        if let cleanSentence { sentences.append(cleanSentence + ".") }
        sentences += memberSentences
        if let run = newestRun {
            sentences.append("Newest run: \(run.id) of \(subject.zone.minute(run.at)).")
        }
        if !dropped.isEmpty {
            sentences.append(
                "Left out, too wide: \(dropped.joined(separator: ", ")); --format csv has all.")
        }
        for sentence in sentences {
            text += TextTable.wrapped(sentence, to: width)
        }
        return text
    }

    private func table(samples count: Int) -> TextTable {
        let flexible: Set = ["owner", "tables"]
        var table = TextTable(
            (columns.map { ($0.title, $0.isNumber) } + [("sample keys", false)]).map {
                .init($0, $1 ? .right : .left, isFlexible: flexible.contains($0))
            })
        for line in findings {
            let samples = zip(line.sampleKeys, line.sampleIDs).prefix(count).map { key, id in
                "\(DisplayWidth.cut(TextTable.printable(key), to: 24)) (\(id.prefix(8)))"
            }
            let cells = columns.map { column -> String in
                let text = column.text(line)
                if column.title == "oldest open" {
                    return line.oldestOpen.map(subject.zone.day) ?? ""
                }
                guard column.isNumber else { return text }
                if text == "0", QuarantineReportText.decided.contains(column.title) { return "" }
                return Int64(text).map { Quantity.count($0) } ?? text
            }
            table.append(cells + [samples.joined(separator: ", ")])
        }
        table.removeEmptyColumns(of: ["owner", "change"] + QuarantineReportText.decided)
        return table
    }

    /// What became of rows; most often of none.
    private static let decided = ["replayed", "waived", "discarded", "superseded", "blocked"]

    // MARK: Documents

    private var titles: [String] { columns.map(\.title) + ["sample keys"] }

    private func cells(_ line: QuarantineReportLine) -> [String] {
        columns.map { $0.text(line) } + [line.sampleKeys.joined(separator: ", ")]
    }

    /// RFC 4180; no cell begins as a spreadsheet's formula does. Every line, the clean ones last.
    var csv: String {
        ([titles] + lines.map(cells)).map { cells in
            QuarantineCSV.line(
                cells.map { cell in
                    if cell.isEmpty { return nil }
                    return Double(cell) == nil ? QuarantineCSV.guarded(cell) : cell
                })
        }.joined()
    }

    /// The findings as a table, the rest as a sentence.
    var markdown: String {
        func row(_ cells: [String]) -> String {
            "| " + cells.map(QuarantineReportText.markdown).joined(separator: " | ") + " |\n"
        }
        var text = ""
        if !findings.isEmpty {
            let rule = columns.map { $0.isNumber ? "---:" : "---" } + ["---"]
            text += row(titles) + "| " + rule.joined(separator: " | ") + " |\n"
            text += findings.map { row(cells($0)) }.joined() + "\n"
        }
        if let cleanSentence {
            text += QuarantineReportText.markdown(cleanSentence) + ".\n\n"
        }
        for sentence in memberSentences {
            text += QuarantineReportText.markdown(sentence) + "\n\n"
        }
        text += "As of \(subject.zone.minute(subject.now))"
        if let run = newestRun {
            text += ", newest run \(run.id) of \(subject.zone.minute(run.at))"
        }
        return text + ".\n"
    }

    /// `_` within a word means nothing in Markdown, and names are searched for.
    private static func markdown(_ cell: String) -> String {
        let scalars = Array(TextTable.printable(cell).unicodeScalars)
        var text = ""
        for (index, scalar) in scalars.enumerated() {
            let isWithin =
                index > 0 && index + 1 < scalars.count
                && scalars[index - 1].properties.isAlphabetic
                && scalars[index + 1].properties.isAlphabetic
            if "\\|*`[]<>&".unicodeScalars.contains(scalar) || scalar == "_" && !isWithin {
                text += "\\"
            }
            text.unicodeScalars.append(scalar)
        }
        return text
    }
}
