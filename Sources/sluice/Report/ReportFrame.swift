import CommandLine
import JSON

/// What the reports of runs have in common (docs/specification/commands.md#output).
struct ReportFrame {
    let runID: String
    let exitCode: ExitCode
    let seconds: Double

    /// The document of a run, whose tables are `entries`.
    func document(_ entries: [JSONValue]) -> JSONValue {
        [
            "run_id": .string(runID), "exit_code": JSONValue(exitCode.rawValue),
            "tables": .array(entries),
            "seconds": .number(Quantity.decimal(seconds, digits: 3)),
        ]
    }

    /// What `runs` tells of a run that did not end well: its first failure, and how many more.
    static func firstLine(_ failed: [(table: String, message: String)]) -> String? {
        guard let first = failed.first else { return nil }
        let line = first.message.split(separator: "\n").first.map(String.init) ?? ""
        let more = failed.count > 1 ? " (and \(failed.count - 1) more)" : ""
        return "\(first.table): \(line)\(more)"
    }

    /// So many tables without findings have lines of their own; more are folded into one.
    static let unfoldedCount = 10
    /// So many tables are named that failed for the same reason.
    private static let namedCount = 5

    /// A table that failed.
    typealias Failed = (table: String, failure: Failure)

    /// What failed, counted: two lines each, what happened and what to do; tables that failed for
    /// the same reason together. Empty without any.
    static func failures(_ failed: [Failed], width: Int?) -> String {
        if failed.isEmpty { return "" }
        var groups: [(reason: String, tables: [String], hint: String?)] = []
        for (table, failure) in failed {
            let subject = failure.subject == table ? "" : ", \(failure.subject)"
            let reason = "\(failure.operation)\(subject): \(failure.message)"
            let place = groups.firstIndex { $0.reason == reason && $0.hint == failure.hint }
            if let place {
                groups[place].tables.append(table)
            } else {
                groups.append((reason, [table], failure.hint))
            }
        }
        var text = failed.count == 1 ? "1 table failed:\n" : "\(failed.count) tables failed:\n"
        for group in groups {
            let more = group.tables.count - namedCount
            let names = group.tables.prefix(namedCount).joined(separator: ", ")
            let all = names + (more > 0 ? " and \(more) more" : "")
            text += TextTable.wrapped("  \(all): \(group.reason)", to: width)
            if let hint = group.hint {
                text += TextTable.wrapped("    hint: \(hint)", to: width)
            }
        }
        return text
    }
}
