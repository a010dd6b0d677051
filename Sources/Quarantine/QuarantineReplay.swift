public import Columnar
import Delta
public import Events
import JSON
public import Keys
public import Lake
import Pipeline
public import Rules

/// Quarantined rows judged anew by the rules of now, with the steward's corrections.
///
/// `batches` go through the ordinary loads: they carry the rows' own places in bronze and their
/// sequence, so that a stale row never overtakes a newer one. `QuarantineTable+Settle` tells in
/// which commits, and why a crash between them does no harm.
public struct QuarantineReplay: Sendable {
    /// A row that passes now.
    public struct Passed: Hashable, Sendable {
        public var id: String
        public var position: BronzePosition
        /// JSON of the corrected columns, nil when nothing was.
        public var fix: String?
        /// The rules that it violates and a waiver lets pass, comma-separated; nil when none does.
        public var pardoned: String?
        /// Whether it was corrected to another key than it was quarantined under.
        public var hasNewKey = false
        /// The hash of its key, nil when part of it is NULL, and what orders it.
        public var key: ValueHash?
        public var sequence: Int64?
    }

    /// A row that still fails.
    public struct Failed: Hashable, Sendable {
        public var id: String
        public var violations: [RuleViolation]
        /// Whether silver has yet to take the row in.
        var isUnread = false
        /// Whether it fails the rules that it failed before.
        public var isUnchanged = false

        public init(
            id: String, violations: [RuleViolation], isUnread: Bool = false,
            isUnchanged: Bool = false
        ) {
            self.id = id
            self.violations = violations
            self.isUnread = isUnread
            self.isUnchanged = isUnchanged
        }
    }

    /// What `finish` did.
    public struct Result: Hashable, Sendable {
        public var replayed = 0
        /// Rows of the replay that silver overtook.
        public var superseded = 0
        /// Other rows in quarantine that the replayed ones overtake.
        public var overtaken = 0
        public var stillOpen = 0
    }

    /// The rows that pass, cleaned, in the order of their places in bronze.
    public internal(set) var batches: [EventBatch] = []
    public var passed: [Passed] = []
    public var failed: [Failed] = []
    /// Rows that pass and that silver has not taken in yet, blocked ones for example: the next run
    /// publishes them with what came with them.
    public internal(set) var unread: [Passed] = []

    /// The rows looked at.
    public var count: Int { passed.count + failed.count + unread.count }
}

/// A quarantined row on its way through the rules.
struct ReplayRow: Sendable {
    let id: String
    let position: BronzePosition
    let sequence: Int64?
    /// Whether the sequence was corrected.
    let hasNewSequence: Bool
    let extractedAt: Int64
    let extractRun: String
    let isDelete: Bool
    /// Rules not held against it, having been waived.
    var waived: Set<String>
    /// The key it was quarantined under, nil when part of it is NULL.
    let key: ValueHash?
    /// The text of bronze's columns, corrected.
    let texts: [String?]
    let fix: String?
    /// Whether silver has yet to take the row in.
    var isUnread = false
    /// The rules it was set aside for, comma-separated.
    var rules = ""
}

extension QuarantineSteward {
    /// Cleans and judges the open and blocked rows of `selection` again; writes nothing, so a dry
    /// run is this and no more.
    ///
    /// - Parameters:
    ///   - selection: waived rows are only taken when they are named by id; the rules they violate
    ///     are then not held against them. Discarded and superseded ones never.
    ///   - fixes: corrected texts, read as bronze's types; a column that `clean` computes is
    ///     corrected before it is cleaned.
    ///   - sequenceType: `long` or `timestamp`, as the entity's batches have it.
    ///   - sequenceColumn: the column that orders events, nil for the configured one.
    ///   - consumed: the version of bronze that silver has.
    /// - Throws: `.configuration` when a text is no value of its column.
    public func replay(
        _ selection: QuarantineSelection, fixes: QuarantineFixes = QuarantineFixes(),
        clean: Clean, rules: RuleSet, sequenceType: ColumnType, sequenceColumn: String? = nil,
        consumed: Int64? = nil, now: Int64
    ) throws(LakeError) -> QuarantineReplay {
        var replay = QuarantineReplay()
        guard let snapshot = try quarantine.snapshot() else { return replay }
        let outstanding = try quarantine.outstanding(snapshot)
        let reader = ReplayReader(
            entity: entity, clean: clean, fixes: fixes,
            sequenceColumn: sequenceColumn ?? entity.sequence)
        let scan = QuarantineScan(snapshot)
        var rows: [ReplayRow] = []
        try scan.forEach { (batch, _, _) throws(LakeError) in
            for row in 0..<batch.count
            where QuarantineScan.isSelected(batch, row, selection) {
                let status = QuarantineScan.status(batch, row, now: now)
                var isTaken = status == .open || status == .blocked
                if case .ids = selection, status == .waived { isTaken = true }
                guard isTaken else { continue }
                if let outstanding, QuarantineTable.edit(batch, row, outstanding) != nil {
                    continue
                }
                var taken = try reader.row(
                    batch, row, scan.schema, isWaived: status == .waived)
                taken.isUnread =
                    status == .blocked || taken.position.version > consumed ?? .max
                taken.rules = batch.text(QuarantineColumn.rules, row) ?? ""
                rows.append(taken)
            }
        }
        rows.sort { $0.position < $1.position }
        var tally = RuleTally(rules)
        var start = 0
        while start < rows.count {
            let end = min(start + 8192, rows.count)
            let chunk = Array(rows[start..<end])
            let events = try clean.apply(try reader.events(chunk, sequenceType: sequenceType))
            var verdict = try rules.evaluate(events)
            tally.take(&verdict)
            judge(chunk, events, verdict, rules, &replay)
            start = end
        }
        return replay
    }

    private func judge(
        _ rows: [ReplayRow], _ events: EventBatch, _ verdict: RuleVerdict, _ rules: RuleSet,
        _ replay: inout QuarantineReplay
    ) {
        let warnings = Set(rules.specs.filter { $0.severity == .warn }.map(\.id))
        let rejectedRows = verdict.rejectedRows
        let rejected = Dictionary(
            uniqueKeysWithValues: zip(
                rejectedRows, rules.violations(rejectedRows, in: events, verdict)))
        let keys = ValueHashes(
            rules.key.map { events.rows.columns[$0] }, count: rows.count,
            by: entity.keyCollations)
        var accepted: [Int] = []
        for (index, row) in rows.enumerated() {
            var passed = QuarantineReplay.Passed(id: row.id, position: row.position, fix: row.fix)
            if let violations = rejected[index] {
                let errors = violations.filter { !warnings.contains($0.rule) }.map(\.rule)
                guard errors.allSatisfy(row.waived.contains) else {
                    replay.failed.append(
                        .init(
                            id: row.id, violations: violations, isUnread: row.isUnread,
                            isUnchanged: violations.map(\.rule).joined(separator: ",")
                                == row.rules))
                    continue
                }
                passed.pardoned = errors.joined(separator: ",")
            }
            if row.isUnread {
                replay.unread.append(passed)
                continue
            }
            if !entity.isWholeRow {
                passed.key = keys[index]
                passed.hasNewKey = keys[index] != row.key
            }
            passed.sequence = events.sequence.int64(index)
            accepted.append(index)
            replay.passed.append(passed)
        }
        replay.batches += QuarantineSteward.batches(rows, events, accepted)
    }

    /// Batches of rows that follow each other in one file of bronze.
    private static func batches(
        _ rows: [ReplayRow], _ events: EventBatch, _ accepted: [Int]
    ) -> [EventBatch] {
        var groups: [[Int]] = []
        for index in accepted {
            if let last = groups.last?.last, rows[last].extractRun == rows[index].extractRun,
                rows[last].position.version == rows[index].position.version,
                rows[last].position.file == rows[index].position.file,
                rows[last].position.row + 1 == rows[index].position.row
            {
                groups[groups.count - 1].append(index)
            } else {
                groups.append([index])
            }
        }
        return groups.map { group in
            let isDeleted = Bitmap(group.map { rows[$0].isDelete })
            return EventBatch(
                rows: events.rows.gather(group), sequence: events.sequence.gather(group),
                deletes: isDeleted.setCount == 0 ? nil : isDeleted,
                extractedAt: group.map { rows[$0].extractedAt }, runID: rows[group[0]].extractRun,
                first: rows[group[0]].position)
        }
    }

    /// Notes what becomes of the rows before silver takes them, in one commit: those that pass are
    /// to be marked `replayed` once silver has replay `number`, and older waiting ones of their
    /// keys `superseded`; those that silver holds a later version of are so at once, and those that
    /// failed get their new reasons.
    ///
    /// - Parameters:
    ///   - stale: the places of rows that silver overtook.
    ///   - keepsVersions: whether each row is a version of its own, which a later one does not end.
    public func note(
        _ replay: QuarantineReplay, number: Int64, stale: Set<BronzePosition>, runID: String,
        keepsVersions: Bool = false, _ decision: QuarantineDecision
    ) throws(LakeError) -> QuarantineReplay.Result {
        var result = QuarantineReplay.Result()
        guard replay.count > 0, let snapshot = try quarantine.decidable() else { return result }
        var edits: [QuarantineEdit] = []
        var wanted: [String: Int] = [:]
        var newest: [ValueHash: ReplayOrder] = [:]
        for row in replay.passed {
            let isStale = stale.contains(row.position)
            wanted[row.id] = edits.count
            edits.append(
                QuarantineSteward.edit(row, isStale ? nil : number, decision))
            if isStale {
                result.superseded += 1
                continue
            }
            result.replayed += 1
            if let key = row.key, !keepsVersions {
                let order = ReplayOrder(sequence: row.sequence ?? .min, position: row.position)
                newest[key] = max(newest[key] ?? order, order)
            }
        }
        for row in replay.unread where row.fix != nil || row.pardoned != nil {
            wanted[row.id] = edits.count
            edits.append(QuarantineSteward.unreadEdit(row, decision))
        }
        var failed: Set<String> = []
        for row in replay.failed where !row.isUnread {
            failed.insert(row.id)
            wanted[row.id] = edits.count
            edits.append(QuarantineSteward.failedEdit(row, runID: runID, at: decision.at))
            result.stillOpen += 1
        }
        let decided = Set(wanted.keys).subtracting(failed)
        var overtaken = QuarantineEdit()
        overtaken.set(QuarantineColumn.replay, number: -number)
        let ending = edits.count
        edits.append(overtaken)
        var changes: [Int: QuarantineChanges] = [:]
        let schema = QuarantineSchema(stored: snapshot.schema)
        let key = entity.key.compactMap { schema.stored($0) }
        let scan = QuarantineScan(
            snapshot,
            columns: ReplayOrder.columns + key
                + QuarantineHistory.columns.filter { $0 != QuarantineColumn.status })
        try scan.forEach { (batch, file, first) throws(LakeError) in
            let keys = ValueHashes(
                key.compactMap { batch[$0] }, count: batch.count, by: entity.keyCollations)
            for row in 0..<batch.count {
                let id = batch.text(QuarantineColumn.id, row) ?? ""
                var edit = wanted[id]
                // One that was judged and still fails is overtaken as one that nobody asked for.
                if edit == nil || failed.contains(id), let key = keys[row],
                    let order = newest[key], let waiting = ReplayOrder(waiting: batch, row),
                    waiting < order
                {
                    if edit != nil { result.stillOpen -= 1 }
                    edit = ending
                    result.overtaken += 1
                }
                if let number = edit, decided.contains(id) {
                    edit = edits.count
                    edits.append(QuarantineSteward.kept(edits[number], decision, batch, row))
                }
                guard let edit else { continue }
                changes[file, default: QuarantineChanges()].edited[first + Int64(row)] = edit
            }
        }
        _ = try quarantine.commit(
            snapshot, changes: changes, edits: edits, operation: "REPLAY", note: runID)
        return result
    }

    /// What is noted of a row that still fails: the reasons of now.
    private static func failedEdit(
        _ row: QuarantineReplay.Failed, runID: String, at time: Int64
    ) -> QuarantineEdit {
        var edit = QuarantineEdit()
        edit.set(.open)
        edit.set(row.violations)
        edit.set(QuarantineColumn.lastSeen, number: time)
        edit.set(QuarantineColumn.runID, runID)
        return edit
    }

    /// The edit of a replayed row with its history. The reason of a waiver that let it pass stays.
    private static func kept(
        _ edit: QuarantineEdit, _ decision: QuarantineDecision, _ batch: RecordBatch, _ row: Int
    ) -> QuarantineEdit {
        var edit = edit
        if decision.note == nil, edit.texts[QuarantineColumn.pardoned] != nil,
            let reason = batch.text(QuarantineColumn.note, row)
        {
            edit.set(QuarantineColumn.note, "accepted by a waiver: \(reason)")
        }
        let entry = QuarantineHistoryEntry(
            what: "replay", by: decision.who, at: decision.at,
            note: edit.texts[QuarantineColumn.note] ?? nil)
        edit.set(
            QuarantineColumn.decisions, QuarantineHistory.text(batch, row, adding: entry))
        return edit
    }

    /// What is noted of a row that silver has not taken in: the next run reads it as decided.
    private static func unreadEdit(
        _ row: QuarantineReplay.Passed, _ decision: QuarantineDecision
    ) -> QuarantineEdit {
        var edit = QuarantineEdit()
        edit.set(.replayed)
        edit.set(QuarantineColumn.decidedBy, decision.who)
        edit.set(QuarantineColumn.decidedAt, number: decision.at)
        edit.set(QuarantineColumn.note, decision.note ?? "corrected before it was taken in")
        if let fix = row.fix { edit.set(QuarantineColumn.fix, fix) }
        if let pardoned = row.pardoned { edit.set(QuarantineColumn.pardoned, pardoned) }
        return edit
    }

    /// What is noted of a row that passed; `number` is nil when silver holds a later version.
    private static func edit(
        _ row: QuarantineReplay.Passed, _ number: Int64?, _ decision: QuarantineDecision
    ) -> QuarantineEdit {
        var edit = QuarantineEdit()
        edit.set(QuarantineColumn.decidedBy, decision.who)
        edit.set(QuarantineColumn.decidedAt, number: decision.at)
        guard let number else {
            edit.set(.superseded)
            edit.set(QuarantineColumn.note, "silver holds a later version")
            return edit
        }
        edit.set(QuarantineColumn.replay, number: number)
        edit.set(QuarantineColumn.note, decision.note ?? "replayed")
        if let fix = row.fix { edit.set(QuarantineColumn.fix, fix) }
        if let pardoned = row.pardoned { edit.set(QuarantineColumn.pardoned, pardoned) }
        return edit
    }
}

/// What orders the rows of a key.
private struct ReplayOrder: Comparable {
    var sequence: Int64
    var position: BronzePosition

    init(sequence: Int64, position: BronzePosition) {
        self.sequence = sequence
        self.position = position
    }

    static let columns = [
        QuarantineColumn.id, QuarantineColumn.status, QuarantineColumn.sequence,
        QuarantineColumn.position,
    ]

    /// Of a row in quarantine that waits for something; nil of any other.
    init?(waiting batch: RecordBatch, _ row: Int) {
        let status = QuarantineStatus(rawValue: batch.text(QuarantineColumn.status, row) ?? "")
        guard status == .open || status == .waived else { return nil }
        sequence = batch[QuarantineColumn.sequence]?.int64(row) ?? .min
        position = BronzePosition(batch.text(QuarantineColumn.position, row) ?? "") ?? .unknown
    }

    static func < (left: ReplayOrder, right: ReplayOrder) -> Bool {
        (left.sequence, left.position) < (right.sequence, right.position)
    }
}
