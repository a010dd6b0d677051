import CommandLine
import JSON
import Transform

/// The end of a transformation as a table for people and a document for programs (DESIGN.md
/// section 6).
struct TransformReport {
    let runID: String
    let results: [TransformResult]
    let exitCode: ExitCode
    let seconds: Double
    /// What the line of totals begins with; nil for the run and its id.
    var label: String?

    var document: JSONValue {
        ReportFrame(runID: runID, exitCode: exitCode, seconds: seconds).document(entries)
    }

    var entries: [JSONValue] { results.map(entry) }

    private func entry(_ result: TransformResult) -> JSONValue {
        var object = JSONObject()
        object["table"] = .string(result.table)
        object["mode"] = .string(result.mode.rawValue)
        object["rows"] = JSONValue(result.rows)
        object["files"] = JSONValue(result.files)
        object["bytes"] = JSONValue(Int(result.bytes))
        object["seconds"] = .number(Quantity.decimal(result.seconds, digits: 3))
        object["low"] = JSONValue(result.low.map(String.init))
        object["high"] = JSONValue(result.high.map(String.init))
        object["guarantee"] = .string(result.guarantee)
        // Bronze alone reads a source that may keep rows back.
        object["withheld"] = JSONValue(0)
        object["not_proven"] = .array([])
        object["receipt"] = .string(result.receipt)
        object["quarantined"] = JSONValue(result.account.quarantined)
        object["version"] = result.version.map { JSONValue($0) } ?? .null
        if result.mode == .oneBigTable {
            object["stale_partitions"] = .array(result.stalePartitions.map(JSONValue.string))
        }
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
        guard !results.isEmpty else { return "There is nothing to transform.\n" }
        var table = TextTable([
            .init("table"), .init("mode"), .init("rows", .right), .init("bytes", .right),
            .init("files", .right), .init("seconds", .right),
            .init("quarantined", .right), .init("receipt", movesBelow: true),
            .init("guarantee", movesBelow: true),
        ])
        for result in results {
            table.append([
                result.table, result.mode.rawValue, Quantity.count(result.rows),
                Quantity.bytes(Int(result.bytes)), String(result.files),
                Quantity.decimal(result.seconds, digits: 2),
                Quantity.count(result.account.quarantined),
                result.error == nil ? result.receipt : "FAILED", result.guarantee,
            ])
        }
        return table.text(width: width) + "\n" + summary
    }

    private var summary: String {
        let failed = results.filter { $0.error != nil }
        var text = "\(label ?? "run \(runID)"): \(results.count - failed.count) of "
        text += "\(results.count) tables published or unchanged, \(Quantity.seconds(seconds))\n"
        return text
            + ReportFrame.failures(
                failed.compactMap { r in r.error.map { (r.table, Failure($0)) } })
    }
}
