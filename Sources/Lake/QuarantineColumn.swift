public import Columnar
import Names

/// The columns of a quarantine table: the entity's, those of the contract
/// (docs/specification/lake.md#quarantine), and behind them what a replay needs.
public enum QuarantineColumn {
    public static let id = "quarantine_id"
    public static let rules = "rules"
    public static let reasons = "reasons"
    public static let status = "status"
    public static let firstSeen = "first_seen"
    public static let lastSeen = "last_seen"
    public static let runID = "run_id"
    public static let decidedBy = "decided_by"
    public static let decidedAt = "decided_at"
    public static let note = "note"
    /// `version.file.row` in bronze.
    public static let position = "_sluice_position"
    public static let sequence = "_sluice_sequence"
    public static let extractedAt = BronzeColumn.extractedAt
    /// `_sluice_run_id` of the row's file in bronze.
    public static let extractRun = BronzeColumn.runID
    /// `u` or `d`.
    public static let operation = BronzeColumn.operation
    /// JSON: the text bronze had in columns that `clean` changed.
    public static let raw = "_sluice_raw"
    /// JSON: the text a steward put into columns.
    public static let fix = "_sluice_fix"
    /// When a waiver ends.
    public static let until = "_sluice_until"
    /// Rules that a waiver kept from being held against the row when it was replayed,
    /// comma-separated.
    public static let pardoned = "_sluice_pardoned"
    /// JSON: every decision about the row (`QuarantineHistory`).
    public static let decisions = "_sluice_decisions"
    /// A number for all values bronze has (`QuarantineContent`).
    public static let content = "_sluice_content"
    /// The number of the replay that publishes the row, or with a minus of the one whose rows
    /// overtake it (`QuarantineTable.settle`).
    public static let replay = "_sluice_replay"

    public static let system: [Field] = [
        Field(id, .string), Field(rules, .string), Field(reasons, .string), Field(status, .string),
        Field(firstSeen, .timestamp), Field(lastSeen, .timestamp), Field(runID, .string),
        Field(decidedBy, .string), Field(decidedAt, .timestamp), Field(note, .string),
        Field(position, .string), Field(sequence, .long), Field(extractedAt, .timestamp),
        Field(extractRun, .string), Field(operation, .string), Field(raw, .string),
        Field(fix, .string), Field(until, .timestamp), Field(pardoned, .string),
        Field(content, .long), Field(replay, .long), Field(decisions, .string),
    ]
}
