public import Columnar
import Delta
import JSON

/// Quarantined rows judged anew by the rules of now, with the steward's corrections.
///
/// `batches` go through the ordinary loads: they carry the rows' own places in bronze and their
/// sequence, so that a stale row never overtakes a newer one. Only when silver has them does
/// `finish` mark the rows: a crash between the two is repaired by replaying again, which changes
/// nothing in silver.
public struct QuarantineReplay: Sendable {
    /// A row that passes now.
    public struct Passed: Hashable, Sendable {
        public var id: String
        public var position: BronzePosition
        /// JSON of the corrected columns, nil when nothing was.
        public var fix: String?
    }

    /// A row that still fails.
    public struct Failed: Hashable, Sendable {
        public var id: String
        public var violations: [RuleViolation]
    }

    /// What `finish` did.
    public struct Result: Hashable, Sendable {
        public var replayed = 0
        public var superseded = 0
        public var stillOpen = 0
    }

    /// The rows that pass, cleaned, in the order of their places in bronze.
    public internal(set) var batches: [EventBatch] = []
    public internal(set) var passed: [Passed] = []
    public internal(set) var failed: [Failed] = []

    /// The rows looked at.
    public var count: Int { passed.count + failed.count }
}

/// A quarantined row on its way through the rules.
struct ReplayRow {
    let id: String
    let position: BronzePosition
    let sequence: Int64?
    let extractedAt: Int64
    let extractRun: String
    let isDelete: Bool
    /// Rules not held against it, having been waived.
    let waived: Set<String>
    /// The text of bronze's columns, corrected.
    let texts: [String?]
    let fix: String?
}

extension QuarantineSteward {
    /// Cleans and judges the open rows of `selection` again; writes nothing, so a dry run is this
    /// and no more.
    ///
    /// - Parameters:
    ///   - selection: waived rows are only taken when they are named by id; the rules they violate
    ///     are then not held against them. Discarded and superseded ones never.
    ///   - fixes: corrected texts, read as bronze's types; a column that `clean` computes is
    ///     corrected before it is cleaned.
    ///   - sequenceType: `long` or `timestamp`, as the entity's batches have it.
    ///   - includesReplayed: takes rows that were replayed before as well, with their corrections:
    ///     for a silver table that is built anew.
    /// - Throws: `.configuration` when a text is no value of its column.
    public func replay(
        _ selection: QuarantineSelection, fixes: QuarantineFixes = QuarantineFixes(),
        clean: Clean, rules: RuleSet, sequenceType: ColumnType, now: Int64,
        includesReplayed: Bool = false
    ) throws(TransformError) -> QuarantineReplay {
        var replay = QuarantineReplay()
        guard let snapshot = try quarantine.snapshot() else { return replay }
        let reader = ReplayReader(entity: entity, clean: clean, fixes: fixes)
        let scan = QuarantineScan(snapshot)
        var rows: [ReplayRow] = []
        try scan.forEach { (batch, _, _) throws(TransformError) in
            for row in 0..<batch.count
            where QuarantineScan.isSelected(batch, row, selection) {
                let status = QuarantineScan.status(batch, row, now: now)
                var isTaken = status == .open || includesReplayed && status == .replayed
                if case .ids = selection, status == .waived { isTaken = true }
                guard isTaken else { continue }
                rows.append(
                    try reader.row(batch, row, scan.schema, isWaived: status == .waived))
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
        let rejected = Set(verdict.rejectedRows)
        var accepted: [Int] = []
        for (index, row) in rows.enumerated() {
            if rejected.contains(index) {
                let violations = rules.violations(index, in: events, verdict)
                let held = violations.filter {
                    !row.waived.contains($0.rule) && !warnings.contains($0.rule)
                }
                guard held.isEmpty else {
                    replay.failed.append(.init(id: row.id, violations: violations))
                    continue
                }
            }
            accepted.append(index)
            replay.passed.append(.init(id: row.id, position: row.position, fix: row.fix))
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

    /// Marks the rows after silver took them: `replayed`, or `superseded` where silver had a later
    /// one, and gives those that failed their new reasons. In one commit.
    ///
    /// - Parameter stale: the places of rows that silver found overtaken.
    public func finish(
        _ replay: QuarantineReplay, stale: Set<BronzePosition> = [], runID: String,
        _ decision: QuarantineDecision
    ) throws(TransformError) -> QuarantineReplay.Result {
        var result = QuarantineReplay.Result()
        guard let snapshot = try quarantine.snapshot(), replay.count > 0 else { return result }
        var edits: [QuarantineEdit] = []
        var wanted: [String: Int] = [:]
        for row in replay.passed {
            var edit = QuarantineEdit()
            let isStale = stale.contains(row.position)
            edit.set(isStale ? .superseded : .replayed)
            edit.set(QuarantineColumn.decidedBy, decision.who)
            edit.set(QuarantineColumn.decidedAt, time: decision.at)
            edit.set(
                QuarantineColumn.note,
                isStale ? "silver holds a later version" : decision.note ?? "replayed")
            if let fix = row.fix { edit.set(QuarantineColumn.fix, fix) }
            wanted[row.id] = edits.count
            edits.append(edit)
            if isStale { result.superseded += 1 } else { result.replayed += 1 }
        }
        for row in replay.failed {
            var edit = QuarantineEdit()
            edit.set(.open)
            edit.set(
                QuarantineColumn.rules, row.violations.map(\.rule).joined(separator: ","))
            let reasons = QuarantineRows.reasons(row.violations)
            edit.set(QuarantineColumn.reasons, String(decoding: reasons, as: UTF8.self))
            edit.set(QuarantineColumn.lastSeen, time: decision.at)
            edit.set(QuarantineColumn.runID, runID)
            wanted[row.id] = edits.count
            edits.append(edit)
            result.stillOpen += 1
        }
        var changes: [Int: QuarantineChanges] = [:]
        let scan = QuarantineScan(snapshot, columns: [QuarantineColumn.id])
        try scan.forEach { (batch, file, first) throws(TransformError) in
            for row in 0..<batch.count {
                guard let edit = wanted[batch.text(QuarantineColumn.id, row) ?? ""] else {
                    continue
                }
                changes[file, default: QuarantineChanges()].edited[first + Int64(row)] = edit
            }
        }
        _ = try quarantine.commit(
            snapshot, changes: changes, edits: edits, operation: "REPLAY", note: runID)
        return result
    }
}
