import Columnar
import CommandLine
import JSON
import Lake
import Quarantine
import Rules
import Transform

/// One quarantined row for people and for programs.
enum QuarantineRowText {
    static func document(_ row: QuarantinedRow) -> JSONValue {
        func object(_ members: [(column: String, text: String?)]) -> JSONValue {
            var object = JSONObject()
            for (column, text) in members { object[column] = JSONValue(text) }
            return .object(object)
        }
        let reasons = row.reasons.map { reason -> JSONValue in
            [
                "rule": .string(reason.rule), "column": .string(reason.column),
                "observed": JSONValue(reason.observed), "message": .string(reason.message),
            ]
        }
        var document = JSONObject()
        document["quarantine_id"] = .string(row.id)
        document["table"] = .string(row.entity)
        document["status"] = .string(row.status.rawValue)
        document["reasons"] = .array(reasons)
        document["values"] = object(row.values)
        document["raw"] = object(row.raw)
        document["fix"] = object(row.fix)
        document["position"] = .string(row.position)
        document["first_seen"] = .string(time(row.firstSeen))
        document["last_seen"] = .string(time(row.lastSeen))
        document["run_id"] = .string(row.runID)
        document["decided_by"] = JSONValue(row.decidedBy)
        document["decided_at"] = JSONValue(row.decidedAt.map(time))
        document["note"] = JSONValue(row.note)
        document["until"] = JSONValue(row.until.map(time))
        document["let_pass"] = JSONValue(row.pardoned)
        let decisions = row.history.map { entry -> JSONValue in
            [
                "what": .string(entry.what), "by": .string(entry.by), "at": .string(time(entry.at)),
                "note": JSONValue(entry.note), "until": JSONValue(entry.until.map(time)),
            ]
        }
        document["decisions"] = .array(decisions)
        return .object(document)
    }

    static func text(_ row: QuarantinedRow) -> String {
        var text = "\(row.id)  \(row.entity)  \(row.status.rawValue)\n"
        text += "first seen \(time(row.firstSeen)), last seen \(time(row.lastSeen)), "
        text += "run \(row.runID), bronze \(row.position)\n"
        if let who = row.decidedBy {
            text += "decided by \(who) at \(row.decidedAt.map(time) ?? "?")"
            if let until = row.until { text += " until \(time(until))" }
            text += "\n"
        }
        if let note = row.note { text += "note: \(note)\n" }
        if let rules = row.pardoned {
            text += "accepted by a waiver, although it breaks \(rules)\n"
        }
        if row.history.count > 1 {
            text += "decisions:\n"
            for entry in row.history {
                let until = entry.until.map { " until \(time($0))" } ?? ""
                text += "  \(time(entry.at))  \(entry.what)\(until) by \(entry.by)"
                text += entry.note.map { ": \($0)\n" } ?? "\n"
            }
        }
        var reasons = TextTable([
            .init("rule"), .init("column"), .init("observed"), .init("message"),
        ])
        for reason in row.reasons {
            reasons.append([
                reason.rule, reason.column, reason.observed ?? "NULL", reason.message,
            ])
        }
        text += "\n" + reasons.text() + "\n"
        var values = TextTable([.init("column"), .init("value"), .init("in bronze"), .init("fix")])
        for (column, value) in row.values {
            let raw = row.raw.first { $0.column == column }.map { $0.text ?? "NULL" }
            let fix = row.fix.first { $0.column == column }.map { $0.text ?? "NULL" }
            values.append([column, value ?? "NULL", raw ?? "", fix ?? ""])
        }
        return text + values.text()
    }

    private static func time(_ microseconds: Int64) -> String {
        Timestamp.text(microseconds: microseconds, fractionDigits: 0)
    }
}
