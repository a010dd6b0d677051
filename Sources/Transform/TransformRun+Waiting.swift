import Columnar
import Delta
import Keys
public import Lake
public import Pipeline
import Quarantine
import Rules

// Rows that were set aside for want of a member are judged again when it comes: only these, found
// by the key that they refer to, as a steward's replay would do it. So late dimensions need nobody.
/// A rule that sets rows aside which have no member.
struct MemberRule {
    var id: String
    var dimension: String
    /// By key column of the dimension the entity's column.
    var columns: [String: String]
    /// What a row is told that fails it.
    var message: String
}

/// The open rows of a batch of a quarantine that a rule set aside for want of a member.
struct WaitingRows {
    var rule: MemberRule
    /// Rows of the batch, ascending.
    var rows: [Int]
    /// The keys they refer to, in the order of `rows`.
    var keys: ValueHashes
    var members: HashedMembers
}

extension TransformRun {
    func memberRules(_ entity: EntitySpec) -> [MemberRule] {
        entity.rules.compactMap { rule in
            guard case .references(let dimension, let on) = rule.kind, rule.severity != .warn else {
                return nil
            }
            let columns = Dictionary(on.map { ($0.value, $0.key) }, uniquingKeysWith: { $1 })
            return MemberRule(
                id: rule.id, dimension: dimension, columns: columns,
                message: RuleCompiler.message(rule))
        }
    }

    /// The open rows, by id with the rules they break, that wait for a member which is there now.
    /// Cost: a few columns of the quarantine, and where rows wait the keys of their dimensions; the
    /// ids of rows are read only where a member came.
    private func arrived(
        _ entity: EntitySpec, _ quarantine: Snapshot, _ members: inout [String: HashedMembers]
    ) throws(LakeError) -> [String: [String]] {
        var hasArrived = false
        try eachWaiting(entity, quarantine, [], &members) { (batch, _, _, waiting, _) in
            hasArrived =
                hasArrived || waiting.contains { $0.rows.indices.contains(where: $0.hasArrived) }
        }
        if !hasArrived { return [:] }
        var found: [String: [String]] = [:]
        try eachWaiting(entity, quarantine, [QuarantineColumn.id], &members) {
            (batch, _, _, waiting, rules) in
            for waiting in waiting {
                for (number, row) in waiting.rows.enumerated() where waiting.hasArrived(number) {
                    if let id = batch.text(QuarantineColumn.id, row) { found[id] = rules(row) }
                }
            }
        }
        return found
    }

    /// Hands out the open rows that wait for members, with the rules that a row breaks, by batches;
    /// with each the number of its file and of its first row there.
    ///
    /// - Parameters:
    ///   - more: the columns that `take` asks for beside.
    ///   - members: what was read of dimensions, and is read now.
    func eachWaiting(
        _ entity: EntitySpec, _ quarantine: Snapshot, _ more: [String],
        _ members: inout [String: HashedMembers],
        _ take: (RecordBatch, Int, Int64, [WaitingRows], (Int) -> [String])
            throws(LakeError) -> Void
    ) throws(LakeError) {
        let rules = memberRules(entity)
        let mayWait = quarantine.files.contains { file in
            file.statistics?
                .mayHold(column: QuarantineColumn.status, text: QuarantineStatus.open.rawValue)
                ?? true
        }
        if rules.isEmpty || !mayWait { return }
        let schema = QuarantineSchema(stored: quarantine.schema)
        let names = Set(rules.flatMap(\.columns.values)).compactMap { schema.stored($0) }
        let own = [QuarantineColumn.status, QuarantineColumn.rules]
        let scan = QuarantineScan(quarantine, columns: own + names + more)
        try scan.forEach { (batch, file, first) throws(LakeError) in
            guard let status = batch[QuarantineColumn.status].map(TextCodes.init),
                let broken = batch[QuarantineColumn.rules].map(TextCodes.init)
            else { return }
            let isOpen = status.texts.map { $0 == QuarantineStatus.open.rawValue }
            let ids = broken.texts.map { $0.split(separator: ",").map(String.init) }
            var found: [WaitingRows] = []
            for rule in rules {
                let isBroken = ids.map { $0.contains(rule.id) }
                let waiting = (0..<batch.count).filter { row in
                    status.codes[row].map { isOpen[$0] } ?? false
                        && broken.codes[row].map { isBroken[$0] } ?? false
                }
                if waiting.isEmpty { continue }
                if members[rule.dimension] == nil {
                    members[rule.dimension] = try self.members(of: rule.dimension, for: entity)
                }
                guard let set = members[rule.dimension] else { continue }
                let columns = set.key.compactMap { field in
                    rule.columns[field.name].flatMap { schema.stored($0) }
                        .flatMap { batch[$0]?.gather(waiting) }
                }
                if columns.count < set.key.count { continue }
                let hashes = ValueHashes(columns, count: waiting.count, by: set.collations)
                found.append(
                    WaitingRows(rule: rule, rows: waiting, keys: hashes, members: set))
            }
            if found.isEmpty { return }
            try take(batch, file, first, found) { row in broken.codes[row].map { ids[$0] } ?? [] }
        }
    }

    /// Judges the rows of an entity again whose members have come, and publishes those that pass.
    func judgeWaiting(
        _ entity: EntitySpec, _ members: inout [String: HashedMembers],
        _ result: inout TransformResult
    ) throws(LakeError) {
        let table = QuarantineTable(entity.name, storage: world.storage)
        guard !memberRules(entity).isEmpty, let quarantine = try table.snapshot() else { return }
        let ids = Set(try arrived(entity, quarantine, &members).keys)
        if ids.isEmpty { return }
        let decision = QuarantineDecision(
            who: "sluice", at: world.startedAt,
            note: "its member came; judged again and good in run \(world.runID)")
        let replayed = try replay(
            entity.name, .ids(ids), fixes: QuarantineFixes(), isDryRun: false, decision,
            isAutomatic: true)
        guard let silver = replayed.silver, let version = silver.version else { return }
        result.version = version
        result.silverVersion = version
        result.rows += silver.rows
        result.files += silver.files
        result.bytes += silver.bytes
        let rows = replayed.passed == 1 ? "1 row" : "\(replayed.passed) rows"
        result.receipt += "; \(rows) that waited for members: \(silver.receipt)"
    }

    /// By entity and rule how many open rows would pass now, since the members they wait for have
    /// come; nothing is written. What cannot be judged, for want of a dimension, counts as none.
    public func wouldPass(
        _ entities: [EntitySpec]
    ) throws(LakeError) -> [String: [String: Int]] {
        var counts: [String: [String: Int]] = [:]
        for entity in entities where !memberRules(entity).isEmpty {
            let table = QuarantineTable(entity.name, storage: world.storage)
            guard let quarantine = try table.snapshot() else { continue }
            var members: [String: HashedMembers] = [:]
            let found = try arrived(entity, quarantine, &members)
            if found.isEmpty { continue }
            let replayed = try replay(
                entity.name, .ids(Set(found.keys)), fixes: QuarantineFixes(), isDryRun: true,
                QuarantineDecision(who: "", at: world.startedAt))
            let stays = Set(replayed.failures.map(\.id)).union(replayed.superseded)
            for (id, rules) in found where !stays.contains(id) {
                for rule in rules { counts[entity.name, default: [:]][rule, default: 0] += 1 }
            }
        }
        return counts
    }
}

extension WaitingRows {
    /// Whether the member of a row is there now.
    func hasArrived(_ number: Int) -> Bool { keys[number].map(members.contains) ?? false }

    /// Why the member of a row is not there, where its quarantine tells.
    func absence(_ number: Int) -> MemberAbsence? {
        guard let key = keys[number], !members.contains(key) else { return nil }
        return members.absent?[key]
    }
}
