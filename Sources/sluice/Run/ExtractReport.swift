import CommandLine
import Extract
import JSON

/// The end of a run as a table for people and a document for programs
/// (docs/specification/commands.md#output).
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
        // Of bronze nothing is set aside.
        object["degraded"] = .bool(false)
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

    /// What failed, in the order of the tables.
    var failures: [ReportFrame.Failed] {
        results.compactMap { r in r.error.map { (r.table, Failure($0)) } }
    }

    /// A table with a line a table, those without findings folded where they are many, then the
    /// totals. What failed is told by `failures`.
    func text(width: Int?) -> String {
        guard !results.isEmpty else { return "There is nothing to extract.\n" }
        let fold = ReportFold(
            results,
            hasFinding: { $0.error != nil || !$0.notes.isEmpty || $0.guarantee.withheld > 0 },
            hasFailed: { $0.error != nil })
        var table = TextTable([
            .init("table"), .init("mode"), .init("rows", .right), .init("bytes", .right),
            .init("files", .right), .init("seconds", .right), .init("watermark", movesBelow: true),
            .init("receipt", movesBelow: true), .init("guarantee", movesBelow: true),
        ])
        for result in fold.shown {
            table.append([
                result.table, result.mode.rawValue, Quantity.count(result.rows),
                Quantity.bytes(result.bytes), String(result.files),
                Quantity.decimal(result.seconds, digits: 2), WatermarkText.short(result.high),
                result.isCommitted ? result.receipt.text : "FAILED", result.guarantee.text,
            ])
        }
        return fold.text(table, width: width, folded(fold.folded)) + "\n" + summary
    }

    /// Folded tables: by receipt a line, then what is not proven of them.
    private func folded(_ results: [TableResult]) -> [String] {
        if results.isEmpty { return [] }
        let receipts = Counted(
            results.map { result in
                if case .verified = result.receipt { "all verified" } else { result.receipt.text }
            })
        var lines = receipts.entries.map { receipt, places in
            let part = places.map { results[$0] }
            let rows = part.reduce(0) { $0 + $1.rows }
            let bytes = part.reduce(0) { $0 + $1.bytes }
            let files = part.reduce(0) { $0 + $1.files }
            return "\(part.count) tables: \(receipt), \(Quantity.count(rows)) rows, "
                + "\(Quantity.bytes(bytes)), \(Quantity.count(files)) files"
        }
        let doubts = Counted(results.map(\.guarantee.notProven))
        for (doubt, places) in doubts.entries.prefix(ExtractReport.doubtsMax) {
            lines.append("  not proven of \(places.count): \(doubt)")
        }
        let more = doubts.entries.count - ExtractReport.doubtsMax
        if more > 0 { lines.append("  and \(more) other things that are not proven") }
        return lines + ["  each of them: sluice runs show \(runID)"]
    }

    /// Doubts that a folded report lists.
    private static let doubtsMax = 3

    private var summary: String {
        let rows = results.reduce(0) { $0 + $1.rows }
        let bytes = results.reduce(0) { $0 + $1.bytes }
        var text =
            "\(label ?? "run \(runID)"): \(Quantity.count(rows)) rows, \(Quantity.bytes(bytes)), "
        text += "\(results.count(where: \.isCommitted)) of \(results.count) tables "
        text += "committed or unchanged"
        return text + ", \(Quantity.seconds(seconds))\n"
    }
}

/// What several tables have in common: each text with the places where it occurs, the most frequent
/// first.
private struct Counted {
    private(set) var entries: [(text: String, places: [Int])] = []

    init(_ texts: [String]) { self.init(texts.map { [$0] }) }

    init(_ texts: [[String]]) {
        var places: [String: [Int]] = [:]
        for (place, texts) in texts.enumerated() {
            for text in texts { places[text, default: []].append(place) }
        }
        entries = places.map { ($0.key, $0.value) }
            .sorted { ($1.places.count, $0.text) < ($0.places.count, $1.text) }
    }
}
