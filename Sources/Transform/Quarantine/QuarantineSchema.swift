public import Columnar
import Names

/// What a row's quarantine came to.
public enum QuarantineStatus: String, Hashable, Sendable, CaseIterable {
    /// Waits for a decision.
    case open
    /// Passed the rules later, perhaps corrected, and went to silver.
    case replayed
    /// Known and left aside for a while.
    case waived
    case discarded
    /// A later version of its key arrived, of a fact a good or a bad one: it must never be put over
    /// it.
    case superseded
    /// A fatal rule stopped the table because of it; silver has not taken it in.
    case blocked
}

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

    static let system: [Field] = [
        Field(id, .string), Field(rules, .string), Field(reasons, .string), Field(status, .string),
        Field(firstSeen, .timestamp), Field(lastSeen, .timestamp), Field(runID, .string),
        Field(decidedBy, .string), Field(decidedAt, .timestamp), Field(note, .string),
        Field(position, .string), Field(sequence, .long), Field(extractedAt, .timestamp),
        Field(extractRun, .string), Field(operation, .string), Field(raw, .string),
        Field(fix, .string), Field(until, .timestamp), Field(pardoned, .string),
        Field(content, .long), Field(replay, .long), Field(decisions, .string),
    ]
}

/// The schema of an entity's quarantine and the names its columns have there.
public struct QuarantineSchema: Hashable, Sendable {
    public let schema: Schema
    /// The entity's columns in order, with the name each has in the table.
    public let names: [(entity: String, stored: String)]

    /// The table's schema for cleaned rows of `rows`, over what the table has already. An entity's
    /// column that is called as one of the table's own gets `_2` behind its name.
    public init(rows: Schema, over known: Schema? = nil) {
        let stored = StoredNames(
            rows, own: QuarantineColumn.system.map(\.name), known: known)
        let fields = stored.stored(rows).fields.map { field in
            Field(field.name, field.type, metadata: field.metadata)
        }
        schema = Schema(fields + QuarantineColumn.system)
        names = rows.fields.map { ($0.name, stored.stored($0.name)) }
    }

    /// The names of a table that is there already.
    public init(stored: Schema) {
        schema = stored
        let own = Set(QuarantineColumn.system.map(\.name))
        names = stored.fields.filter { !own.contains($0.name) }
            .map { ($0.metadata[StoredNames.metadata] ?? $0.name, $0.name) }
    }

    /// The entity's columns that have another name in the table.
    var changes: [(entity: String, stored: String)] {
        names.filter { !$0.entity.isSame(as: $0.stored) }
    }

    /// The stored name of an entity's column.
    public func stored(_ entity: String) -> String? {
        names.first { $0.entity == entity }?.stored
    }

    public static func == (left: QuarantineSchema, right: QuarantineSchema) -> Bool {
        left.schema == right.schema && left.names.elementsEqual(right.names, by: ==)
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(schema) }

    /// What a table of schema `known` must become to take rows of this one as well: columns it
    /// lacks are added, narrower ones widened, those the entity lost stay.
    ///
    /// - Parameter retypes: whether a column may become any other type, as in a rebuild.
    func merged(
        into known: Schema, subject: String, retypes: Bool = false
    ) throws(TransformError) -> Schema {
        let fields = try known.merged(with: schema, foldsNames: true) {
            (known, new) throws(TransformError) in
            if new.type.widens(to: known.type) { return known.type }
            if retypes { return new.type }
            throw TransformError(
                .drift, operation: "open quarantine", subject: subject,
                message: "the column \"\(new.name)\" was a \(known.type) and is now a \(new.type)",
                hint: "Set the type back, or run `sluice transform --rebuild`.")
        }.fields
        let own = Set(QuarantineColumn.system.map(\.name))
        let entity = fields.filter { !own.contains($0.name) }
        return Schema(entity + fields.filter { own.contains($0.name) })
    }
}
