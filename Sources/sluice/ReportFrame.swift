import CommandLine
import JSON

/// What the reports of runs have in common (DESIGN.md section 6).
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

    /// Two lines a table that failed: what happened, and what to do.
    static func failures(_ failed: [(table: String, failure: Failure)]) -> String {
        var text = ""
        for (table, failure) in failed {
            let subject = failure.subject == table ? "" : ", \(failure.subject)"
            text += "  \(table): \(failure.operation)\(subject): \(failure.message)\n"
            if let hint = failure.hint { text += "    hint: \(hint)\n" }
        }
        return text
    }
}
