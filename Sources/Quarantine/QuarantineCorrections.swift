import Columnar
public import Delta
public import Events
import Keys
public import Lake
public import Pipeline
import Synchronization

/// Rows of the source that a steward corrected, or let pass although rules speak against them, and
/// replayed: wherever one of them is read again, in a rebuild or as part of the next full state,
/// it is read as it was decided. So no decision is lost, and none has to be taken twice.
public struct QuarantineCorrections: Sendable {
    private let reader: ReplayReader
    private var rows: [ReplayRow] = []
    /// What the rows came with, before they were corrected.
    private var contents: [Int64?] = []
    private var byPosition: [BronzePosition: Int] = [:]
    /// By what the rows came with: the last of them, or of equal whole rows all.
    private var numbers: [Int64: [Int]] = [:]
    /// Which decisions a pass has met, where each is about one of several equal rows.
    private var spent: Spent?
    /// The versions and files of `byPosition`, which most batches are not of.
    private var files: Set<BronzePosition> = []

    private final class Spent: Sendable {
        let numbers = Mutex<Set<Int>>([])
    }

    /// Reads the replayed rows of a quarantine that carry a decision.
    ///
    /// - Parameters:
    ///   - sequenceColumn: the column that orders events, nil for the time of extraction.
    ///   - byContent: rows are known by their values too, since a full state brings every row at a
    ///     new place.
    public init(
        _ snapshot: Snapshot, _ entity: EntitySpec, _ clean: Clean, sequenceColumn: String?,
        byContent: Bool
    ) throws(LakeError) {
        reader = ReplayReader(
            entity: entity, clean: clean, fixes: QuarantineFixes(), sequenceColumn: sequenceColumn)
        // Most often there is none, which two columns tell.
        let names = [QuarantineColumn.fix, QuarantineColumn.pardoned]
        var hasDecisions = false
        let decisions = QuarantineScan(
            snapshot, columns: names.filter { snapshot.schema[$0] != nil })
        try decisions.forEach { (batch, _, _) throws(LakeError) in
            hasDecisions = hasDecisions || batch.columns.contains { $0.nullCount < batch.count }
        }
        if !hasDecisions { return }
        if entity.equalRows == .keep { spent = Spent() }
        let scan = QuarantineScan(snapshot)
        try scan.forEach { (batch, _, _) throws(LakeError) in
            for row in 0..<batch.count
            where batch.text(QuarantineColumn.status, row) == QuarantineStatus.replayed.rawValue {
                let fix = batch.text(QuarantineColumn.fix, row)
                let pardoned = batch.text(QuarantineColumn.pardoned, row)
                if fix == nil, pardoned == nil { continue }
                var decided = try reader.row(batch, row, scan.schema, isWaived: false)
                decided.waived = Set((pardoned ?? "").split(separator: ",").map(String.init))
                let content = batch[QuarantineColumn.content]?.int64(row)
                take(decided, content, byContent: byContent)
            }
        }
    }

    private mutating func take(_ row: ReplayRow, _ content: Int64?, byContent: Bool) {
        byPosition[row.position] = rows.count
        var file = row.position
        file.row = 0
        files.insert(file)
        if byContent, let content {
            if spent == nil { numbers[content] = [] }
            numbers[content, default: []].append(rows.count)
        }
        rows.append(row)
        contents.append(content)
    }

    public var isEmpty: Bool { rows.isEmpty }

    /// Whether `apply` must be called in the order of arrival.
    public var goesInOrder: Bool { spent != nil }

    /// The same for another pass over the rows.
    public func forOnePass() -> QuarantineCorrections {
        guard spent != nil else { return self }
        var corrections = self
        corrections.spent = Spent()
        return corrections
    }

    /// Some rows of a batch.
    public struct Part: Sendable {
        public var events: EventBatch
        /// Row by row the rules that are not held against it; empty where rows are as they came.
        public var pardons: [Set<String>] = []
        /// Row by row `QuarantineContent` of what bronze has; nil where rows are as they came.
        public var contents: [Int64]?
    }

    /// The rows of a batch of bronze as they are to be read: those without a decision, then those
    /// with one.
    public func apply(_ raw: EventBatch) throws(LakeError) -> [Part] {
        let hits = hits(raw)
        if hits.isEmpty { return [Part(events: raw)] }
        let others = (0..<raw.rows.count).filter { hits[$0] == nil }
        let found = hits.sorted { $0.key < $1.key }
        var decided: [ReplayRow] = []
        for (index, number) in found {
            let row = rows[number]
            decided.append(
                ReplayRow(
                    id: row.id, position: raw.position(index),
                    sequence: row.hasNewSequence ? row.sequence : raw.sequence.int64(index),
                    hasNewSequence: row.hasNewSequence, extractedAt: raw.extractedAt[index],
                    extractRun: raw.runID, isDelete: row.isDelete, waived: row.waived, key: row.key,
                    texts: row.texts, fix: row.fix))
        }
        var events = try reader.events(decided, sequenceType: raw.sequence.type)
        events.rowNumbers = decided.map(\.position.row)
        events.absent = raw.absent
        let part = Part(
            events: events, pardons: decided.map(\.waived),
            contents: found.map { contents[$0.value] ?? 0 })
        return others.isEmpty ? [part] : [Part(events: raw.gather(others)), part]
    }

    /// The rows of a batch that are decided: row → which of `rows`.
    private func hits(_ raw: EventBatch) -> [Int: Int] {
        if rows.isEmpty { return [:] }
        var hits: [Int: Int] = [:]
        var file = raw.first
        file.row = 0
        if files.contains(file) {
            for row in 0..<raw.rows.count {
                if let number = byPosition[raw.position(row)] { hits[row] = number }
            }
            // A bronze table made anew has other rows at the same places.
            let found = hits.keys.sorted()
            let present = QuarantineContent.hashes(raw.rows.gather(found))
            for (row, content) in zip(found, present)
            where contents[hits[row] ?? 0] ?? content != content { hits[row] = nil }
        }
        if numbers.isEmpty { return hits }
        for (row, content) in QuarantineContent.hashes(raw.rows).enumerated() {
            guard let decided = numbers[content] else { continue }
            if let spent {
                if hits[row] == nil { hits[row] = unspent(decided, spent, raw) }
            } else {
                hits[row] = decided.last
            }
        }
        return hits
    }

    /// The first of the decisions about equal rows that no other row of the pass has. One about a
    /// row of this very state is met at its place.
    private func unspent(_ decided: [Int], _ spent: Spent, _ raw: EventBatch) -> Int? {
        spent.numbers.withLock { spent in
            decided.first {
                rows[$0].position.version != raw.first.version && spent.insert($0).inserted
            }
        }
    }
}
