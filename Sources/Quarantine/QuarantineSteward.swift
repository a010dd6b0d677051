public import Columnar
import Delta
import Events
import JSON
import Keys
public import Lake
public import Pipeline
public import Rules
public import Storage

/// Who decides about quarantined rows, and when: kept with every decision.
public struct QuarantineDecision: Hashable, Sendable {
    /// The login.
    public var who: String
    /// Microseconds UTC.
    public var at: Int64
    public var note: String?

    public init(who: String, at: Int64, note: String? = nil) {
        self.who = who
        self.at = at
        self.note = note
    }
}

/// A quarantined row as people see it.
public struct QuarantinedRow: Hashable, Sendable {
    public var entity: String
    public var id: String
    public var status: QuarantineStatus
    /// The entity's columns with the text of their values, nil for NULL.
    public var values: [(column: String, text: String?)]
    public var reasons: [RuleViolation]
    /// The text bronze had in columns that `clean` changed.
    public var raw: [(column: String, text: String?)]
    /// The text a steward put in.
    public var fix: [(column: String, text: String?)]
    public var firstSeen: Int64
    public var lastSeen: Int64
    public var runID: String
    /// Its place in bronze.
    public var position: String
    public var decidedBy: String?
    public var decidedAt: Int64?
    public var note: String?
    public var until: Int64?
    /// Rules that a waiver kept from being held against it, comma-separated.
    public var pardoned: String?
    /// Every decision, the newest last.
    public var history: [QuarantineHistoryEntry]

    public static func == (left: QuarantinedRow, right: QuarantinedRow) -> Bool {
        left.id == right.id && left.entity == right.entity && left.status == right.status
            && left.values.elementsEqual(right.values, by: ==) && left.note == right.note
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(id) }

    public init(_ batch: RecordBatch, _ row: Int, _ schema: QuarantineSchema, entity: String) {
        self.entity = entity
        func text(_ name: String) -> String? { batch.text(name, row) }
        func time(_ name: String) -> Int64? { batch[name]?.int64(row) }
        id = text(QuarantineColumn.id) ?? ""
        status = QuarantineStatus(rawValue: text(QuarantineColumn.status) ?? "") ?? .open
        values = schema.names.map { ($0.entity, text($0.stored)) }
        reasons = QuarantinedRow.reasons(text(QuarantineColumn.reasons))
        raw = QuarantinedRow.members(text(QuarantineColumn.raw))
        fix = QuarantinedRow.members(text(QuarantineColumn.fix))
        firstSeen = time(QuarantineColumn.firstSeen) ?? 0
        lastSeen = time(QuarantineColumn.lastSeen) ?? 0
        runID = text(QuarantineColumn.runID) ?? ""
        position = text(QuarantineColumn.position) ?? ""
        decidedBy = text(QuarantineColumn.decidedBy)
        decidedAt = time(QuarantineColumn.decidedAt)
        note = text(QuarantineColumn.note)
        until = time(QuarantineColumn.until)
        pardoned = text(QuarantineColumn.pardoned)
        history = QuarantineHistory.entries(batch, row)
    }

    public static func reasons(_ text: String?) -> [RuleViolation] {
        let value = text.flatMap { try? JSONValue(parsing: Array($0.utf8)) }
        return (value?.array ?? []).map { reason in
            RuleViolation(
                rule: reason["rule"]?.string ?? "", column: reason["column"]?.string ?? "",
                observed: reason["observed"]?.string, message: reason["message"]?.string ?? "")
        }
    }

    public static func members(_ text: String?) -> [(column: String, text: String?)] {
        let value = text.flatMap { try? JSONValue(parsing: Array($0.utf8)) }
        return (value?.object?.members ?? []).map { ($0.key, $0.value.string) }
    }
}

/// The steward's decisions about the rows of one entity. Results are values; nothing is printed.
public struct QuarantineSteward: Sendable {
    public let entity: EntitySpec
    public let quarantine: QuarantineTable

    public init(_ entity: EntitySpec, storage: any LakeStorage) {
        self.entity = entity
        quarantine = QuarantineTable(entity.name, storage: storage)
    }

    /// The rows whose id begins with `prefix`: one, when it is long enough. Stops after `limit`.
    public func rows(idPrefix prefix: String, limit: Int = 20) throws(LakeError)
        -> [QuarantinedRow]
    {
        guard let snapshot = try quarantine.snapshot() else { return [] }
        let scan = QuarantineScan(snapshot)
        var found: [QuarantinedRow] = []
        try scan.forEach { (batch, _, _) throws(LakeError) in
            guard found.count < limit, let ids = batch[QuarantineColumn.id] else { return }
            for row in 0..<batch.count where ids.text(row).hasPrefix(prefix) {
                if found.count < limit {
                    found.append(QuarantinedRow(batch, row, scan.schema, entity: entity.name))
                }
            }
        }
        return found
    }

    /// Leaves open or blocked rows aside until `until` (microseconds UTC, nil: for good). They
    /// count as open again when that time has come. Returns how many rows.
    public func waive(
        _ selection: QuarantineSelection, until: Int64?, _ decision: QuarantineDecision
    ) throws(LakeError) -> Int {
        var edit = QuarantineEdit()
        edit.set(.waived)
        edit.set(QuarantineColumn.until, number: until)
        return try decide(selection, edit, decision, from: [.open, .blocked], operation: "WAIVE")
    }

    /// Gives rows up: open, waived or blocked ones. Returns how many.
    public func discard(
        _ selection: QuarantineSelection, _ decision: QuarantineDecision
    ) throws(LakeError) -> Int {
        var edit = QuarantineEdit()
        edit.set(.discarded)
        return try decide(
            selection, edit, decision, from: [.open, .waived, .blocked], operation: "DISCARD")
    }

    /// The ids of the rows whose key's columns have these texts, compared by the entity's
    /// collations where it has them.
    public func ids(key: [String: String]) throws(LakeError) -> Set<String> {
        guard let snapshot = try quarantine.snapshot() else { return [] }
        let scan = QuarantineScan(snapshot)
        var found: Set<String> = []
        try scan.forEach { (batch, _, _) throws(LakeError) in
            var rows = Array(0..<batch.count)
            for (name, text) in key {
                guard let column = scan.schema.stored(name).flatMap({ batch[$0] }) else { return }
                let collation = [entity.collations[name]]
                let hashes = ValueHashes([column], count: batch.count, by: collation)
                let wanted = ValueHashes(
                    [Column(.string, storage: .bytes(ByteVector([text])))], count: 1,
                    by: collation)[0]
                rows = rows.filter { row in
                    guard hashes[row] != nil else { return false }
                    return column.type == .string
                        ? hashes[row] == wanted : column.text(row) == text
                }
            }
            found.formUnion(rows.compactMap { batch.text(QuarantineColumn.id, $0) })
        }
        return found
    }

    public func decide(
        _ selection: QuarantineSelection, _ edit: QuarantineEdit, _ decision: QuarantineDecision,
        from statuses: Set<QuarantineStatus>, operation: String
    ) throws(LakeError) -> Int {
        guard let note = decision.note, !note.isEmpty else {
            throw LakeError(
                .configuration, operation: operation.lowercased(), subject: entity.name,
                message: "a decision needs a reason")
        }
        guard let snapshot = try quarantine.decidable() else { return 0 }
        var edit = edit
        edit.set(QuarantineColumn.decidedBy, decision.who)
        edit.set(QuarantineColumn.decidedAt, number: decision.at)
        edit.set(QuarantineColumn.note, note)
        let entry = QuarantineHistoryEntry(
            what: operation.lowercased(), by: decision.who, at: decision.at, note: note,
            until: edit.numbers[QuarantineColumn.until] ?? nil)
        var changes: [Int: QuarantineChanges] = [:]
        var edits: [QuarantineEdit] = []
        let scan = QuarantineScan(
            snapshot,
            columns: [QuarantineColumn.id, QuarantineColumn.rules, QuarantineColumn.position]
                + QuarantineHistory.columns)
        let consumed = try quarantine.consumed()
        try scan.forEach { (batch, file, first) throws(LakeError) in
            for row in 0..<batch.count
            where QuarantineScan.isSelected(batch, row, selection)
                && statuses.contains(QuarantineScan.status(batch, row, now: decision.at))
                && !QuarantineSteward.isKept(batch, row, consumed)
            {
                var own = edit
                own.set(
                    QuarantineColumn.decisions,
                    QuarantineHistory.text(batch, row, adding: entry))
                changes[file, default: QuarantineChanges()].edited[first + Int64(row)] =
                    edits.count
                edits.append(own)
            }
        }
        _ = try quarantine.commit(
            snapshot, changes: changes, edits: edits, operation: operation, note: decision.who)
        return edits.count
    }

    /// Whether a row is blocked and silver has it all the same, since a rebuild was stopped: then
    /// there is nothing to decide about but the rule.
    private static func isKept(_ batch: RecordBatch, _ row: Int, _ consumed: Int64?) -> Bool {
        guard batch.text(QuarantineColumn.status, row) == QuarantineStatus.blocked.rawValue,
            let position = BronzePosition(batch.text(QuarantineColumn.position, row) ?? "")
        else { return false }
        return position.version <= consumed ?? -1
    }
}
