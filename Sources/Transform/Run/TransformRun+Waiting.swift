import Columnar
import Delta

// Rows that were set aside for want of a member are judged again when it comes: only these, found
// by the key that they refer to, as a steward's replay would do it. So late dimensions need nobody.
extension TransformRun {
    /// The rules of an entity that set rows aside which have no member.
    private struct MemberRule {
        var id: String
        var dimension: String
        /// By key column of the dimension the entity's column.
        var columns: [String: String]
    }

    private func memberRules(_ entity: EntitySpec) -> [MemberRule] {
        entity.rules.compactMap { rule in
            guard case .references(let dimension, let on) = rule.kind, rule.severity != .warn else {
                return nil
            }
            let columns = Dictionary(on.map { ($0.value, $0.key) }, uniquingKeysWith: { $1 })
            return MemberRule(id: rule.id, dimension: dimension, columns: columns)
        }
    }

    /// The open rows, by id with the rules they break, that wait for a member which is there now.
    /// Cost: a few columns of the quarantine, and where rows wait the keys of their dimensions; the
    /// ids of rows are read only where a member came.
    private func arrived(
        _ entity: EntitySpec, _ quarantine: Snapshot
    ) throws(TransformError) -> [String: [String]] {
        let rules = memberRules(entity)
        if rules.isEmpty { return [:] }
        let mayWait = quarantine.files.contains { file in
            FileStatistics(file.stats)?
                .mayHold(column: QuarantineColumn.status, text: QuarantineStatus.open.rawValue)
                ?? true
        }
        if !mayWait { return [:] }
        var members: [String: HashedMembers] = [:]
        var hasArrived = false
        try eachArrived(entity, quarantine, rules, [], &members) { _, _, _ in hasArrived = true }
        if !hasArrived { return [:] }
        var found: [String: [String]] = [:]
        try eachArrived(entity, quarantine, rules, [QuarantineColumn.id], &members) {
            if let id = $0.text(QuarantineColumn.id, $1) { found[id] = $2 }
        }
        return found
    }

    /// Hands out the open rows that wait for a member which is there, with the rules they break.
    private func eachArrived(
        _ entity: EntitySpec, _ quarantine: Snapshot, _ rules: [MemberRule], _ more: [String],
        _ members: inout [String: HashedMembers], _ take: (RecordBatch, Int, [String]) -> Void
    ) throws(TransformError) {
        let schema = QuarantineSchema(stored: quarantine.schema)
        let names = Set(rules.flatMap(\.columns.values)).compactMap { schema.stored($0) }
        let own = [QuarantineColumn.status, QuarantineColumn.rules]
        let scan = QuarantineScan(quarantine, columns: own + names + more)
        try scan.forEach { (batch, _, _) throws(TransformError) in
            guard let status = batch[QuarantineColumn.status].map(TextCodes.init),
                let broken = batch[QuarantineColumn.rules].map(TextCodes.init)
            else { return }
            let isOpen = status.texts.map { $0 == QuarantineStatus.open.rawValue }
            let ids = broken.texts.map { $0.split(separator: ",").map(String.init) }
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
                for (number, row) in waiting.enumerated() {
                    guard let hash = hashes[number], set.contains(hash) else { continue }
                    take(batch, row, broken.codes[row].map { ids[$0] } ?? [])
                }
            }
        }
    }

    /// Judges the rows of an entity again whose members have come, and publishes those that pass.
    func judgeWaiting(
        _ entity: EntitySpec, _ result: inout TransformResult
    ) throws(TransformError) {
        let table = QuarantineTable(entity.name, storage: world.storage)
        guard !memberRules(entity).isEmpty, let quarantine = try table.snapshot() else { return }
        let ids = Set(try arrived(entity, quarantine).keys)
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
    ) throws(TransformError) -> [String: [String: Int]] {
        var counts: [String: [String: Int]] = [:]
        for entity in entities where !memberRules(entity).isEmpty {
            let table = QuarantineTable(entity.name, storage: world.storage)
            guard let quarantine = try table.snapshot() else { continue }
            let found = try arrived(entity, quarantine)
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

/// A text column of few distinct values: each once, and which of them a row has, nil for NULL.
private struct TextCodes {
    var texts: [String] = []
    var codes: [Int?] = []

    init(_ column: Column) {
        codes.reserveCapacity(column.count)
        if case .dictionary(let numbers, let dictionary) = column.storage {
            texts = (0..<dictionary.values.count).map { dictionary.values.text($0) }
            for row in 0..<column.count {
                codes.append(column.isNull(row) ? nil : Int(numbers[row]))
            }
            return
        }
        var known: [[UInt8]: Int] = [:]
        for row in 0..<column.count {
            if column.isNull(row) {
                codes.append(nil)
                continue
            }
            let bytes = column.textBytes(row)
            if known[bytes] == nil {
                known[bytes] = texts.count
                texts.append(String(decoding: bytes, as: UTF8.self))
            }
            codes.append(known[bytes])
        }
    }
}
