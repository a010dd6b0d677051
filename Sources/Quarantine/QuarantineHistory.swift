import Columnar
import JSON
import Lake

/// A decision about a quarantined row, as its history keeps it.
public struct QuarantineHistoryEntry: Hashable, Sendable {
    /// `waive`, `discard`, `reopen` or `replay`.
    public var what: String
    public var by: String
    /// Microseconds UTC.
    public var at: Int64
    public var note: String?
    /// When a waiver ends.
    public var until: Int64?
}

/// The decisions about a row: a JSON array that grows, the newest last. The contract's columns have
/// the newest alone.
enum QuarantineHistory {
    /// What reads a row's history, and what goes before it in a table that has none yet.
    static let columns = [
        QuarantineColumn.decisions, QuarantineColumn.status, QuarantineColumn.decidedBy,
        QuarantineColumn.decidedAt, QuarantineColumn.note, QuarantineColumn.until,
    ]

    /// The history of a row. One that was decided before histories were kept has that decision.
    static func entries(_ batch: RecordBatch, _ row: Int) -> [QuarantineHistoryEntry] {
        if let text = batch.text(QuarantineColumn.decisions, row) {
            let array = (try? JSONValue(parsing: Array(text.utf8)))?.array ?? []
            return array.map { entry in
                QuarantineHistoryEntry(
                    what: entry["what"]?.string ?? "", by: entry["by"]?.string ?? "",
                    at: entry["at"]?.int64 ?? 0, note: entry["note"]?.string,
                    until: entry["until"]?.int64)
            }
        }
        guard let who = batch.text(QuarantineColumn.decidedBy, row),
            let at = batch[QuarantineColumn.decidedAt]?.int64(row)
        else { return [] }
        let words = ["waived": "waive", "discarded": "discard"]
        let status = batch.text(QuarantineColumn.status, row) ?? ""
        return [
            QuarantineHistoryEntry(
                what: words[status] ?? "replay", by: who, at: at,
                note: batch.text(QuarantineColumn.note, row),
                until: batch[QuarantineColumn.until]?.int64(row))
        ]
    }

    /// The text of a row's history with one more decision.
    static func text(
        _ batch: RecordBatch, _ row: Int, adding entry: QuarantineHistoryEntry
    ) -> String {
        let entries = entries(batch, row) + [entry]
        let values = entries.map { entry -> JSONValue in
            var object = JSONObject()
            object["what"] = .string(entry.what)
            object["by"] = .string(entry.by)
            object["at"] = JSONValue(entry.at)
            if let note = entry.note { object["note"] = .string(note) }
            if let until = entry.until { object["until"] = JSONValue(until) }
            return .object(object)
        }
        return JSONValue.array(values).description
    }
}
