import CommandLine
import Lake
import Pipeline
import Quarantine
import Rules
import Transform

/// The steward's report as one HTML page that needs nothing but itself: no script, no link, no
/// font. It fits 1280 pixels and, printed, A4 across.
struct QuarantineReportPage {
    private let report: QuarantineReportText
    private var subject: QuarantineReportSubject { report.subject }
    private var isByRule: Bool { subject.grouping == .rule }

    init(_ report: QuarantineReportText) { self.report = report }

    var text: String {
        let by = isByRule ? "" : " by \(subject.grouping.rawValue)"
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Quarantine\(by), \(subject.zone.day(subject.now))</title>
            <style>
            \(QuarantineReportStyle.text)
            </style>
            </head>
            <body>
            <header>
            <h1>Quarantine report\(by)</h1>
            <p class="facts">\(facts.joined(separator: " &middot; "))</p>
            </header>
            \(cards)
            \(findings)
            \(clean)
            \(legend)
            </body>
            </html>

            """
    }

    /// What a bar of the trend stands for.
    private var unit: String { subject.grouping == .day ? "day" : "run" }

    // MARK: Head

    private var facts: [String] {
        var facts = ["Lake <b>\(escaped(subject.lake))</b>"]
        if let run = report.newestRun {
            facts.append(
                "newest run <b>\(escaped(run.id))</b> of \(subject.zone.minute(run.at))")
        }
        if let since = subject.since {
            facts.append("runs and rows since \(subject.zone.minute(since))")
        }
        facts.append("written \(subject.zone.minute(subject.now))")
        return facts
    }

    private var cards: String {
        let lines = report.lines
        var cards: [(number: String, words: String)] = []
        let oldest = lines.compactMap(\.oldestOpen).min().map(subject.zone.day)
        cards.append(
            (
                Quantity.count(report.rows[.open] ?? 0),
                oldest.map { "rows open, the oldest since \($0)" } ?? "rows open"
            ))
        let found = "\(lines.count(where: \.isFinding)) of \(lines.count)"
        let kind =
            isByRule ? "rules found something" : "\(subject.grouping.rawValue)s have findings"
        cards.append((found, kind))
        for status in QuarantineStatus.allCases where status != .open {
            guard let count = report.rows[status] else { continue }
            cards.append((Quantity.count(count), status.rawValue))
        }
        let inner = cards.map { number, words in
            "<div class=\"card\"><b>\(number)</b> <span>\(words)</span></div>"
        }
        return "<section class=\"cards\">\(inner.joined())</section>"
    }

    // MARK: Findings

    private var findings: String {
        let findings = report.findings
        if findings.isEmpty {
            return "<p class=\"good\">No rule found anything, and no row waits for a decision.</p>"
        }
        let grouping = subject.grouping
        let first: [String]
        switch grouping {
        case .rule: first = ["table", "rule"]
        case .table: first = ["table"]
        case .owner: first = ["owner", "tables"]
        case .day: first = ["day (UTC)", "tables"]
        }
        let numbers = [
            isByRule ? "failed" : "quarantined", isByRule ? "of rows asked" : "of rows", "percent",
            "change",
        ]
        let head =
            first.map { cell($0, tag: "th") } + numbers.map { cell($0, "n", tag: "th") }
            + [
                cell("trend", tag: "th"), cell("open", "n", tag: "th"), cell("decided", tag: "th"),
                cell("examples", tag: "th"),
            ]
        return """
            <table>
            <thead>
            <tr>\(head.joined())</tr>
            </thead>
            <tbody>
            \(findings.map(row).joined(separator: "\n"))
            </tbody>
            </table>
            """
    }

    private func row(_ line: QuarantineReportLine) -> String {
        var cells = firstCells(line)
        cells.append(cell(Quantity.count(line.failed), "n"))
        cells.append(cell(Quantity.count(line.evaluated), "n"))
        cells.append(cell(Quantity.decimal(line.percent, digits: 2) + "&nbsp;%", "n"))
        cells.append(change(line))
        cells.append(cell(QuarantineReportTrend(line.history, unit: unit).html))
        let oldest = line.oldestOpen.map { "<small>since \(subject.zone.day($0))</small>" } ?? ""
        let passes = line.wouldPass
        let ready = passes > 0 ? "<small>\(Quantity.count(passes)) would pass now</small>" : ""
        let waits = line.wait.map { wait in
            "<small>\(Quantity.count(Int(wait.rows))) wait for \(escaped(wait.dimension))</small>"
        }
        cells.append(
            cell("<b>\(Quantity.count(line.open))</b>\(oldest)\(waits ?? "")\(ready)", "n"))
        let decided: [(Int, String)] = [
            (line.replayed, "replayed"), (line.waived, "waived"), (line.discarded, "discarded"),
            (line.superseded, "superseded"), (line.blocked, "blocked"),
        ]
        let words = decided.filter { $0.0 > 0 }.map { "\(Quantity.count($0.0))&nbsp;\($0.1)" }
        cells.append(cell(words.joined(separator: "<br>"), "decided"))
        let samples = zip(line.sampleKeys, line.sampleIDs).map { key, id -> String in
            let id = "<small>\(escaped(String(id.prefix(8))))</small>"
            return "<div><code>\(escaped(key))</code> \(id)</div>"
        }
        cells.append(cell(samples.joined(), "keys"))
        return "<tr>\(cells.joined())</tr>"
    }

    private func firstCells(_ line: QuarantineReportLine) -> [String] {
        let owner = line.owner.map { "<small>owner \(escaped($0))</small>" } ?? ""
        switch subject.grouping {
        case .rule:
            let severity = line.severity?.rawValue ?? "error"
            let tag = severity == "error" ? "" : " <i class=\"\(severity)\">\(severity)</i>"
            let meaning = line.meaning.map { "<small>\(escaped($0))</small>" } ?? ""
            return [
                cell(escaped(line.table), "name"),
                cell("<b>\(escaped(line.rule))</b>\(tag)\(meaning)\(owner)", "rule"),
            ]
        case .table: return [cell("<b>\(escaped(line.table))</b>\(owner)", "name")]
        case .owner, .day:
            return [cell("<b>\(escaped(line.rule))</b>", "name"), cell(escaped(line.table))]
        }
    }

    /// The change in percentage points: more is worse.
    private func change(_ line: QuarantineReportLine) -> String {
        guard let change = line.change else { return cell("", "n") }
        let text = Quantity.decimal(abs(change), digits: 2)
        if text == "0.00" { return cell("&plusmn;0.00", "n") }
        return change > 0 ? cell("+\(text)", "n worse") : cell("&minus;\(text)", "n better")
    }

    private func cell(_ html: String, _ kind: String = "", tag: String = "td") -> String {
        kind.isEmpty ? "<\(tag)>\(html)</\(tag)>" : "<\(tag) class=\"\(kind)\">\(html)</\(tag)>"
    }

    // MARK: Foot

    private var clean: String {
        guard let sentence = report.cleanSentence else { return "" }
        return "<p class=\"clean\">\(escaped(sentence)).</p>"
    }

    private var legend: String {
        let shares =
            isByRule
            ? "Rows that fail the rule in the newest run that had rows for it, and of how many."
            : "Rows that the newest run quarantined, and how many it read. A row that breaks "
                + "several "
                + "rules counts once."
        var terms: [(String, String)] = [
            (isByRule ? "failed, of rows asked, percent" : "quarantined, of rows, percent", shares),
            ("change", "Percentage points more (+) or fewer (&minus;) than in the \(unit) before."),
            (
                "trend",
                "The percentage of up to 14 \(unit)s, the newest on the right; the highest "
                    + "bar is the highest of these."
            ),
            (
                "open",
                "Rows in quarantine that wait for a decision, and since when the oldest waits. "
                    + "They are in neither silver nor gold."
            ),
            (
                "decided",
                "Replayed: good after all, gone to silver. Waived: left as they are, for a time. "
                    + "Discarded: given up. Superseded: a later version of the row arrived. "
                    + "Blocked: a fatal rule stopped the table because of it (a sample)."
            ),
            (
                "examples",
                "The key of a row and the beginning of its id: "
                    + "<code>sluice quarantine show ID</code> tells every reason."
            ),
        ]
        if isByRule {
            terms.insert(
                (
                    "rule",
                    "What a row did wrong. <i class=\"warn\">warn</i> counts rows and keeps them, "
                        + "<i class=\"fatal\">fatal</i> stops the table, any other quarantines "
                        + "rows."
                ), at: 0)
        }
        let list = terms.map { "<dt>\($0)</dt><dd>\($1)</dd>" }.joined(separator: "\n")
        return """
            <footer>
            <h2>How to read this</h2>
            <dl>
            \(list)
            </dl>
            <p>To correct rows: <code>sluice quarantine export --rule RULE --out fix.csv</code>, \
            edit the file, then <code>sluice quarantine replay --from fix.csv --dry-run</code>. \
            Correcting a row at its source is better still: the next run takes it.</p>
            </footer>
            """
    }

    private func escaped(_ text: String) -> String {
        TextTable.printable(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}
