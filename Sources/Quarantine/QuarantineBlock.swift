import Columnar
public import Delta
import Events
import Keys
public import Lake
public import Pipeline
public import Rules

/// Samples of the rows for which a fatal rule stopped a table, in quarantine as `blocked`, so that
/// they can be looked at, exported and corrected.
///
/// Silver has not taken them in, so no receipt counts them, and the next run reads them again: by
/// then they are blocked again, set aside as others (`open`), or nothing is wrong with them any
/// more (`superseded`).
public struct QuarantineBlock {
    public let table: QuarantineTable
    public let entity: EntitySpec
    public let runID: String
    public let now: Int64
    /// Whether the run read a full state, whose rows are known by their values.
    public let isFullState: Bool
    /// The version of bronze that silver has; nil when the run reads all of it.
    public let consumed: Int64?

    public init(
        table: QuarantineTable, entity: EntitySpec, runID: String, now: Int64, isFullState: Bool,
        consumed: Int64?
    ) {
        self.table = table
        self.entity = entity
        self.runID = runID
        self.now = now
        self.isFullState = isFullState
        self.consumed = consumed
    }

    /// A row to be kept.
    private struct Sample {
        var aside: Int
        var row: Int
        var position: BronzePosition
        var violations: [RuleViolation]
        var isKnown = false
    }

    private struct Values: Hashable {
        public var key: ValueHash?
        public var content: Int64
    }

    /// Which samples the table has already.
    private struct Places {
        var byID: [String: Int] = [:]
        /// Of whole rows several may be equal.
        var byValues: [Values: [Int]] = [:]
    }

    /// Publishes the samples in one commit. Rows blocked before that are not among them are over.
    public func commit(_ asides: [RejectedRows]) throws(LakeError) {
        guard let snapshot = try table.snapshot() else { return }
        let schema = QuarantineSchema(stored: snapshot.schema)
        var samples: [Sample] = []
        var places = Places()
        for (number, aside) in asides.enumerated() {
            let key = entity.key.compactMap { aside.events.rows[$0] }
            let hashes = ValueHashes(
                key, count: aside.events.rows.count, by: entity.keyCollations)
            let contents = self.contents(aside)
            for (row, violations) in zip(aside.rows, aside.violations) {
                let position = aside.events.position(row)
                let id = QuarantineID.text(
                    entity: entity.name, key: key, row: row, position: position)
                places.byID[id] = samples.count
                if isFullState {
                    let values = Values(key: hashes[row], content: contents[row])
                    if !entity.isWholeRow { places.byValues[values] = [] }
                    places.byValues[values, default: []].append(samples.count)
                }
                samples.append(
                    Sample(
                        aside: number, row: row, position: position, violations: violations))
            }
        }
        var edits: [QuarantineEdit] = []
        let changes = try mark(snapshot, schema, &places, &samples, &edits)
        let fresh = try write(samples, asides, snapshot, schema)
        _ = try table.commit(
            snapshot, changes: changes, edits: edits, fresh: fresh, operation: "WRITE",
            note: runID)
    }

    private func contents(_ aside: RejectedRows) -> [Int64] {
        aside.contents ?? QuarantineContent.hashes((aside.raw ?? aside.events).rows)
    }

    /// What becomes of the rows that the table has.
    private func mark(
        _ snapshot: Snapshot, _ schema: QuarantineSchema, _ places: inout Places,
        _ samples: inout [Sample], _ edits: inout [QuarantineEdit]
    ) throws(LakeError) -> [Int: QuarantineChanges] {
        var changes: [Int: QuarantineChanges] = [:]
        let key = entity.key.compactMap { schema.stored($0) }
        let own = [
            QuarantineColumn.id, QuarantineColumn.status, QuarantineColumn.position,
            QuarantineColumn.content,
        ]
        let scan = QuarantineScan(snapshot, columns: own + key)
        try scan.forEach { (batch, file, first) throws(LakeError) in
            let keys = ValueHashes(
                key.compactMap { batch[$0] }, count: batch.count, by: entity.keyCollations)
            for row in 0..<batch.count {
                let status = QuarantineStatus(
                    rawValue: batch.text(QuarantineColumn.status, row) ?? "")
                var found = places.byID[batch.text(QuarantineColumn.id, row) ?? ""]
                if found == nil, status == .blocked,
                    let content = batch[QuarantineColumn.content]?.int64(row)
                {
                    let values = Values(key: keys[row], content: content)
                    found = places.byValues[values]?.last
                    if entity.isWholeRow { _ = places.byValues[values]?.popLast() }
                }
                if let number = found { samples[number].isKnown = true }
                guard let edit = edit(status, batch, row, found.map { samples[$0] }) else {
                    continue
                }
                changes[file, default: QuarantineChanges()].edited[first + Int64(row)] =
                    edits.count
                edits.append(edit)
            }
        }
        return changes
    }

    /// What becomes of a row that the table has: blocked as `sample`, or no more.
    private func edit(
        _ status: QuarantineStatus?, _ batch: RecordBatch, _ row: Int, _ sample: Sample?
    ) -> QuarantineEdit? {
        let position = BronzePosition(batch.text(QuarantineColumn.position, row) ?? "")
        let isUnread = position.map { !isFullState && $0.version > consumed ?? .max } ?? false
        guard let sample else {
            return status == .blocked ? QuarantineBlock.ended(runID, isUnread: isUnread) : nil
        }
        switch status {
        case .blocked, .superseded: break
        case .replayed:
            // Corrected, to be read so by this run, which does not let it pass.
            if !isUnread { return nil }
        default: return nil
        }
        var edit = QuarantineEdit()
        edit.set(.blocked)
        edit.set(sample.violations)
        edit.set(QuarantineColumn.lastSeen, number: now)
        edit.set(QuarantineColumn.runID, runID)
        edit.set(QuarantineColumn.position, sample.position.text)
        return edit
    }

    /// The end of a blocked row that is not set aside: silver has it, it is not in the source, or
    /// the source went on from it. Without a place in bronze no receipt counts it; one that the
    /// next run reads again (`isUnread`) is known by its place.
    public static func ended(_ runID: String, isUnread: Bool = false) -> QuarantineEdit {
        var edit = QuarantineEdit()
        edit.set(.superseded)
        if !isUnread { edit.set(QuarantineColumn.position, nil) }
        edit.set(
            QuarantineColumn.note, "no more among the rows that stop the table in run \(runID)")
        return edit
    }

    private func write(
        _ samples: [Sample], _ asides: [RejectedRows], _ snapshot: Snapshot,
        _ schema: QuarantineSchema
    ) throws(LakeError) -> [AddFile] {
        let writer = QuarantineWriter(table, schema: snapshot.schema)
        do throws(DeltaError) {
            for (number, aside) in asides.enumerated() {
                let fresh = samples.filter { $0.aside == number && !$0.isKnown }
                if fresh.isEmpty { continue }
                let contents = self.contents(aside)
                let key = entity.key.compactMap { aside.events.rows[$0] }
                var builder = QuarantineRows(runID: runID, now: now, status: .blocked)
                for sample in fresh {
                    let id = QuarantineID.text(
                        entity: entity.name, key: key, row: sample.row, position: sample.position)
                    builder.append(
                        id: id, sample.violations, aside.events, raw: aside.raw, row: sample.row,
                        firstSeen: now, content: contents[sample.row])
                }
                try writer.write(
                    builder.batch(aside.events.rows.gather(fresh.map(\.row)), schema))
            }
            return try writer.published()
        } catch {
            throw LakeError(quarantine: error)
        }
    }
}

extension QuarantineTable {
    /// The table after ending blocked rows whose entity goes on as it was: a rebuild that a rule
    /// stopped is not repeated. Cost: nothing where the log tells that there are none.
    public func endingBlocked(_ snapshot: Snapshot, runID: String) throws(LakeError) -> Snapshot {
        let blocked = QuarantineStatus.blocked.rawValue
        let mayHold = snapshot.files.contains { file in
            file.statistics?.mayHold(column: QuarantineColumn.status, text: blocked)
                ?? true
        }
        if !mayHold { return snapshot }
        var changes: [Int: QuarantineChanges] = [:]
        let scan = QuarantineScan(snapshot, columns: [QuarantineColumn.status])
        try scan.forEach { (batch, file, first) throws(LakeError) in
            for row in 0..<batch.count
            where batch.text(QuarantineColumn.status, row) == blocked {
                changes[file, default: QuarantineChanges()].edited[first + Int64(row)] = 0
            }
        }
        let edit = QuarantineBlock.ended(runID)
        let version = try commit(
            snapshot, changes: changes, edits: [edit], operation: "WRITE", note: runID)
        return version == nil ? snapshot : try self.snapshot() ?? snapshot
    }
}
