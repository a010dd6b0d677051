import CommandLine
import JSON
import Lake
import Rules
import Transform

/// The end of a transformation as a table for people and a document for programs
/// (docs/specification/commands.md#output).
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
        object["degraded"] = .bool(result.degraded != nil)
        object["quarantined"] = JSONValue(result.account.quarantined)
        object["because_of_quarantine"] = JSONValue(result.waits.rows)
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

    /// What failed, in the order of the tables.
    var failures: [ReportFrame.Failed] {
        results.compactMap { r in r.error.map { (r.table, Failure($0)) } }
    }

    /// Rows set aside for nothing but that others are, with these: the first cause in each line.
    /// Empty without any.
    func waits(width: Int?) -> String {
        let lines = results.filter { $0.error == nil }.flatMap { result in
            result.waits.all.map { _, wait in
                wait.cause { Quantity.count(Int($0)) } + ": "
                    + wait.effect(of: result.table) { Quantity.count(Int($0)) }
            }
        }
        if lines.isEmpty { return "" }
        return "Quarantined only because other rows are; they come in by themselves when those "
            + "are corrected:\n"
            + lines.map { TextTable.wrapped("  \($0)", to: width) }.joined()
    }

    /// Tables that a run left mostly in quarantine, counted; empty without any.
    func degraded(width: Int?) -> String {
        let found = results.compactMap(\.degraded)
        if found.isEmpty { return "" }
        let count = found.count == 1 ? "1 table is" : "\(found.count) tables are"
        return "\(count) degraded:\n"
            + found.map { TextTable.wrapped("  \($0)", to: width) }.joined()
    }

    /// A table with a line a table, those without findings folded where they are many, then the
    /// totals. What failed is told by `failures`, what is degraded by `degraded`.
    func text(width: Int?) -> String {
        guard !results.isEmpty else { return "There is nothing to transform.\n" }
        let fold = ReportFold(
            results,
            hasFinding: { $0.error != nil || !$0.notes.isEmpty || $0.account.quarantined > 0 },
            hasFailed: { $0.error != nil })
        var table = TextTable([
            .init("table"), .init("mode"), .init("rows", .right), .init("bytes", .right),
            .init("files", .right), .init("seconds", .right),
            .init("quarantined", .right), .init("receipt", movesBelow: true),
            .init("guarantee", movesBelow: true),
        ])
        for result in fold.shown {
            table.append([
                result.table, result.mode.rawValue, Quantity.count(result.rows),
                Quantity.bytes(Int(result.bytes)), String(result.files),
                Quantity.decimal(result.seconds, digits: 2),
                Quantity.count(result.account.quarantined),
                result.error == nil ? result.receipt : "FAILED", result.guarantee,
            ])
        }
        return fold.text(table, width: width, folded(fold.folded)) + "\n" + summary
    }

    private func folded(_ results: [TransformResult]) -> [String] {
        if results.isEmpty { return [] }
        let rows = results.reduce(0) { $0 + $1.rows }
        let bytes = results.reduce(0) { $0 + $1.bytes }
        let files = results.reduce(0) { $0 + $1.files }
        return [
            "\(results.count) tables: every row accounted for, none quarantined, "
                + "\(Quantity.count(rows)) rows, \(Quantity.bytes(Int(bytes))), "
                + "\(Quantity.count(files)) files",
            "  each of them: sluice runs show \(runID)",
        ]
    }

    private var summary: String {
        let good = results.count { $0.error == nil }
        return "\(label ?? "run \(runID)"): \(good) of \(results.count) tables published or "
            + "unchanged, \(Quantity.seconds(seconds))\n"
    }
}
