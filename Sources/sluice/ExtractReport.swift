import CommandLine
import Extract
import JSON

/// The end of a run as a table for people and a document for programs (DESIGN.md section 6).
struct ExtractReport {
    let runID: String
    let results: [TableResult]
    let exitCode: ExitCode
    let seconds: Double
    /// What the line of totals begins with; nil for the run and its id.
    var label: String?

    var document: JSONValue {
        ReportFrame(runID: runID, exitCode: exitCode, seconds: seconds).document(entries)
    }

    var entries: [JSONValue] { results.map(entry) }

    private func entry(_ result: TableResult) -> JSONValue {
        var object = JSONObject()
        object["table"] = .string(result.table)
        object["mode"] = .string(result.mode.rawValue)
        object["rows"] = JSONValue(result.rows)
        object["files"] = JSONValue(result.files)
        object["bytes"] = JSONValue(result.bytes)
        object["seconds"] = .number(Quantity.decimal(result.seconds, digits: 3))
        object["low"] = JSONValue(result.low)
        object["high"] = JSONValue(result.high)
        object["guarantee"] = .string(result.guarantee.text)
        object["receipt"] = .string(result.receipt.text)
        object["withheld"] = JSONValue(result.guarantee.withheld)
        object["not_proven"] = .array(result.guarantee.notProven.map(JSONValue.string))
        object["rows_read"] = JSONValue(result.rowsRead)
        object["version"] = result.version.map { JSONValue($0) } ?? .null
        object["notes"] = .array(result.notes.map(JSONValue.string))
        object["error"] = result.error.map { Failure($0).document["error"] ?? .null } ?? .null
        return .object(object)
    }

    /// The first failure in a line, nil without any.
    var firstError: String? {
        ReportFrame.firstLine(results.compactMap { r in r.error.map { (r.table, $0.message) } })
    }

    /// A table with a line a table, then what the operator should know.
    func text(width: Int?) -> String {
        guard !results.isEmpty else { return "There is nothing to extract.\n" }
        var table = TextTable([
            .init("table"), .init("mode"), .init("rows", .right), .init("bytes", .right),
            .init("files", .right), .init("seconds", .right), .init("watermark", movesBelow: true),
            .init("receipt", movesBelow: true), .init("guarantee", movesBelow: true),
        ])
        for result in results {
            table.append([
                result.table, result.mode.rawValue, Quantity.count(result.rows),
                Quantity.bytes(result.bytes), String(result.files),
                Quantity.decimal(result.seconds, digits: 2), WatermarkText.short(result.high),
                result.isCommitted ? result.receipt.text : "FAILED", result.guarantee.text,
            ])
        }
        return table.text(width: width) + "\n" + summary
    }

    private var summary: String {
        let failed = results.filter { $0.error != nil }
        let rows = results.reduce(0) { $0 + $1.rows }
        let bytes = results.reduce(0) { $0 + $1.bytes }
        var text =
            "\(label ?? "run \(runID)"): \(Quantity.count(rows)) rows, \(Quantity.bytes(bytes)), "
        text += "\(results.count(where: \.isCommitted)) of \(results.count) tables "
        text += "committed or unchanged"
        text += ", \(Quantity.seconds(seconds))\n"
        return text
            + ReportFrame.failures(
                failed.compactMap { r in r.error.map { (r.table, Failure($0)) } })
    }
}
