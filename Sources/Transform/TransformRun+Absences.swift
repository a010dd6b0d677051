import Columnar
import Delta
import JSON
public import Lake
public import Pipeline
import Quarantine
public import Rules

// Of a row whose member is itself in quarantine the reason says so. Members are corrected and given
// up while the row waits, so its reason follows them.
extension TransformRun {
    /// What of the open rows of an entity waits for members that are in quarantine themselves;
    /// nothing is written.
    public func waits(_ entities: [EntitySpec]) throws(LakeError) -> [String: MemberWaits] {
        var found: [String: MemberWaits] = [:]
        for entity in entities where !memberRules(entity).isEmpty {
            let table = QuarantineTable(entity.name, storage: world.storage)
            guard let quarantine = try table.snapshot() else { continue }
            var members: [String: HashedMembers] = [:]
            found[entity.name] = try eachAbsence(entity, quarantine, [], &members) {
                _, _, _, _, _ in
            }
        }
        return found
    }

    /// Makes the reasons of open rows tell what became of their members by now. Returns what waits
    /// for members that are in quarantine themselves. Cost: a few columns of the quarantine, and a
    /// commit where a reason changes.
    @discardableResult
    func tellAbsences(
        _ entity: EntitySpec, _ members: inout [String: HashedMembers]
    ) throws(LakeError) -> MemberWaits {
        let table = QuarantineTable(entity.name, storage: world.storage)
        guard !memberRules(entity).isEmpty, let quarantine = try table.snapshot() else {
            return MemberWaits()
        }
        // Reasons are long: they are read only where some may have changed.
        var mayChange = false
        let seen = try eachAbsence(entity, quarantine, [], &members) { _, _, _, waiting, _ in
            mayChange = mayChange || waiting.contains { $0.members.absent?.isUsed == true }
        }
        if !mayChange { return seen }
        var changes: [Int: QuarantineChanges] = [:]
        var edits = ReasonEdits()
        let waits = try eachAbsence(entity, quarantine, [QuarantineColumn.reasons], &members) {
            (batch, file, first, waiting, absences) in
            guard let reasons = batch[QuarantineColumn.reasons] else { return }
            for waiting in waiting where waiting.members.absent?.isUsed == true {
                for row in waiting.rows {
                    let rule = waiting.rule
                    let message =
                        absences[row]?[rule.id]?.message(rule.message) ?? rule.message
                    if edits.tells(message, reasons, row) { continue }
                    edits.want(message, of: rule.id, in: row)
                }
            }
            for (row, edit) in edits.take(reasons) {
                changes[file, default: QuarantineChanges()].edited[first + Int64(row)] = edit
            }
        }
        _ = try table.commit(
            quarantine, changes: changes, edits: edits.made, operation: "UPDATE",
            note: world.runID)
        return waits
    }

    /// The same for what refers to `dimension`, after a steward's decision about its rows.
    public func tellAbsences(of dimension: String) throws(LakeError) {
        let entities = pipeline.entities
        for entity in entities
        where memberRules(entity).contains(where: { $0.dimension == dimension }) {
            var members: [String: HashedMembers] = [:]
            try tellAbsences(entity, &members)
        }
    }

    /// Hands out the open rows that wait for members, by batches with its file and its first row
    /// there; with why members are not there, by row and rule. Returns what waits for members that
    /// are in quarantine.
    private func eachAbsence(
        _ entity: EntitySpec, _ quarantine: Snapshot, _ more: [String],
        _ members: inout [String: HashedMembers],
        _ take: (RecordBatch, Int, Int64, [WaitingRows], [Int: [String: MemberAbsence]]) -> Void
    ) throws(LakeError) -> MemberWaits {
        var waits = MemberWaits()
        let warnings = entity.warnings
        try eachWaiting(entity, quarantine, more, &members) {
            (batch, file, first, waiting, rules) in
            var absences: [Int: [String: MemberAbsence]] = [:]
            for waiting in waiting {
                for (number, row) in waiting.rows.enumerated() {
                    guard let absence = waiting.absence(number) else { continue }
                    absences[row, default: [:]][waiting.rule.id] = absence
                }
            }
            for (row, absences) in absences {
                waits.add(errors: rules(row).filter { !warnings.contains($0) }, absences)
            }
            take(batch, file, first, waiting, absences)
        }
        return waits
    }
}

/// New texts of rows' reasons; rows that refer to the same member share one.
private struct ReasonEdits {
    private(set) var made: [QuarantineEdit] = []
    private var places: [[UInt8]: Int] = [:]
    /// By message how it stands in a row's reasons.
    private var forms: [String: [UInt8]] = [:]
    /// By row and rule what is to be told of a batch.
    private var wanted: [Int: [String: String]] = [:]

    /// Whether the reasons of a row have the message, which is most often so.
    mutating func tells(_ message: String, _ reasons: Column, _ row: Int) -> Bool {
        if forms[message] == nil {
            var form = Array("\"message\":".utf8)
            JSONValue.appendQuoted(message, to: &form)
            forms[message] = form
        }
        guard let form = forms[message], !reasons.isNull(row) else { return true }
        let text = reasons.textBytes(row)
        var start = 0
        while start + form.count <= text.count {
            if text[start] == form[0], text[start..<start + form.count].elementsEqual(form) {
                return true
            }
            start += 1
        }
        return false
    }

    mutating func want(_ message: String, of rule: String, in row: Int) {
        wanted[row, default: [:]][rule] = message
    }

    /// The edits of the wanted rows of a batch.
    mutating func take(_ reasons: Column) -> [(row: Int, edit: Int)] {
        defer { wanted = [:] }
        return wanted.map { row, messages in
            let told = QuarantinedRow.reasons(reasons.text(row)).map { reason in
                var reason = reason
                if let message = messages[reason.rule] { reason.message = message }
                return reason
            }
            let bytes = QuarantineRows.reasons(told)
            if let known = places[bytes] { return (row, known) }
            places[bytes] = made.count
            var edit = QuarantineEdit()
            edit.set(QuarantineColumn.reasons, String(decoding: bytes, as: UTF8.self))
            made.append(edit)
            return (row, made.count - 1)
        }
    }
}
