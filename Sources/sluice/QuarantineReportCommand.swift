import Columnar
import CommandLine
import JSON
import Transform

/// `sluice quarantine report`: what the rules found, how that moved, and what waits.
struct QuarantineReportCommand {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws(Failure) -> ExitCode {
        let quarantine = try QuarantineSession(session)
        let since = try quarantine.time("since", isPast: true) ?? .min
        let grouping = QuarantineGrouping(rawValue: session.invocation.text("by") ?? "rule")
        let entities = try quarantine.entities()
        let lines = try failing(Failure.init) { () throws(TransformError) in
            try QuarantineReport(storage: quarantine.storage).lines(
                entities, since: since, by: grouping ?? .rule, now: quarantine.now)
        }
        let format = session.invocation.isJSON ? "json" : session.invocation.text("format")
        switch format {
        case "json": try session.output.print(document(lines))
        case "csv": try session.output.print(csv(lines))
        case "md": try session.output.print(markdown(lines))
        case "html": try session.output.print(html(lines))
        default:
            try session.output.print(
                lines.isEmpty ? "No rule has run yet.\n" : table(lines))
        }
        return .success
    }

    /// `{"rules": […]}`.
    private func document(_ lines: [QuarantineReportLine]) -> JSONValue {
        let rules = lines.map { line -> JSONValue in
            var object = JSONObject()
            object["table"] = .string(line.table)
            object["rule"] = .string(line.rule)
            object["severity"] = JSONValue(line.severity?.rawValue)
            object["status"] = JSONValue(line.status?.rawValue)
            object["evaluated"] = JSONValue(line.evaluated)
            object["failed"] = JSONValue(line.failed)
            object["percent"] = .number(Quantity.decimal(line.percent, digits: 4))
            object["change"] =
                line.change.map { .number(Quantity.decimal($0, digits: 4)) } ?? .null
            object["open"] = JSONValue(line.open)
            object["oldest_open"] = JSONValue(line.oldestOpen.map(day))
            object["replayed"] = JSONValue(line.replayed)
            object["waived"] = JSONValue(line.waived)
            object["discarded"] = JSONValue(line.discarded)
            object["superseded"] = JSONValue(line.superseded)
            object["owner"] = JSONValue(line.owner)
            object["history"] = .array(
                line.history.map { .number(Quantity.decimal($0, digits: 4)) })
            object["sample_keys"] = .array(line.sampleKeys.map(JSONValue.string))
            return .object(object)
        }
        return ["rules": .array(rules)]
    }

    private let titles = [
        "table", "rule", "severity", "evaluated", "failed", "percent", "change", "trend", "open",
        "oldest open", "replayed", "waived", "superseded", "owner", "sample keys",
    ]

    private func cells(_ line: QuarantineReportLine) -> [String] {
        [
            line.table, line.rule, line.severity?.rawValue ?? "", "\(line.evaluated)",
            "\(line.failed)", Quantity.decimal(line.percent, digits: 2),
            line.change.map { ($0 > 0 ? "+" : "") + Quantity.decimal($0, digits: 2) } ?? "",
            line.sparkline, "\(line.open)", line.oldestOpen.map(day) ?? "", "\(line.replayed)",
            "\(line.waived)", "\(line.superseded)", line.owner ?? "",
            line.sampleKeys.joined(separator: ", "),
        ]
    }

    private func day(_ microseconds: Int64) -> String {
        Timestamp.text(microseconds: microseconds, fractionDigits: 0)
    }

    private func table(_ lines: [QuarantineReportLine]) -> String {
        let numbers: Set = [
            "evaluated", "failed", "percent", "change", "open", "replayed", "waived", "superseded",
        ]
        var table = TextTable(
            titles.map { title in
                .init(
                    title, numbers.contains(title) ? .right : .left,
                    isFlexible: title == "sample keys" || title == "owner")
            })
        for line in lines { table.append(cells(line)) }
        return table.text(width: session.width)
    }

    private func csv(_ lines: [QuarantineReportLine]) -> String {
        ([titles] + lines.map(cells)).map { QuarantineCSV.line($0.map(Optional.some)) }.joined()
    }

    private func markdown(_ lines: [QuarantineReportLine]) -> String {
        func row(_ cells: [String]) -> String {
            let escaped = cells.map { $0.replacing("|", with: "\\|") }
            return "| " + escaped.joined(separator: " | ") + " |\n"
        }
        return row(titles) + row(titles.map { _ in "---" }) + lines.map { row(cells($0)) }.joined()
    }

    private func html(_ lines: [QuarantineReportLine]) -> String {
        func row(_ cells: [String], _ tag: String) -> String {
            let inner = cells.map { "<\(tag)>\(escaped($0))</\(tag)>" }.joined()
            return "<tr>\(inner)</tr>\n"
        }
        let body = lines.map { row(cells($0), "td") }.joined()
        return """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>Quarantine</title></head><body>
            <table>
            \(row(titles, "th"))\(body)</table>
            </body></html>

            """
    }

    private func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}
