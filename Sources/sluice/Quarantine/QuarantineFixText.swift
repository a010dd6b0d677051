import CommandLine
import JSON
import Lake
import Quarantine
import Transform

/// What an edited export came to, beside the rows that were judged.
struct QuarantineFixText {
    private let fixes: QuarantineFixes
    private let file: String

    init(_ fixes: QuarantineFixes, file: String) {
        self.fixes = fixes
        self.file = file
    }

    private var rowCount: Int { fixes.rows.count + fixes.decidedCount }

    private var decided: [(status: String, count: Int)] {
        QuarantineStatus.allCases.compactMap { status in
            fixes.decided[status].map { (status.rawValue, $0) }
        }
    }

    private var corrected: [(column: String, count: Int)] {
        fixes.corrected.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    var document: JSONValue {
        var columns = JSONObject()
        for (column, count) in corrected { columns[column] = JSONValue(count) }
        var statuses = JSONObject()
        for (status, count) in decided { statuses[status] = JSONValue(count) }
        return [
            "file": .string(file), "rows": JSONValue(rowCount),
            "decided_before": JSONValue(fixes.decidedCount), "decided": .object(statuses),
            "corrected": .object(columns), "notes": .array(fixes.notes.map(JSONValue.string)),
        ]
    }

    var text: String {
        var text = fixes.notes.map { "\(file): \($0)\n" }.joined()
        if fixes.decidedCount > 0 {
            let statuses = decided.map { "\($0.count) \($0.status)" }.joined(separator: ", ")
            text += "\(file): \(fixes.decidedCount) of \(rowCount) rows were decided before and "
            text += "stay so: \(statuses)\n"
        }
        if !corrected.isEmpty {
            let columns = corrected.map { column, count in
                "\(TextTable.printable(column)) in \(count == 1 ? "1 row" : "\(count) rows")"
            }
            text += "\(file): corrected: \(columns.joined(separator: ", "))\n"
        }
        return text
    }
}
