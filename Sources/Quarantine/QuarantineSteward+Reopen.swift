public import Columnar
import Delta
import Events
public import Keys
public import Lake
import Pipeline

/// What reopening rows came to. What is not reopened stays as it was decided.
public struct ReopenResult: Hashable, Sendable {
    public var reopened = 0
    /// Ids of rows of a fact of whose key a later version came, good or bad, or of which silver has
    /// one that nothing tells to be earlier.
    public var overtaken: [String] = []
    /// Ids of rows that are in silver: they were named by id, or a waiver let them pass.
    public var published: [String] = []

    public init(reopened: Int = 0, overtaken: [String] = [], published: [String] = []) {
        self.reopened = reopened
        self.overtaken = overtaken
        self.published = published
    }
}

extension QuarantineSteward {
    /// Undoes a discard or a waiver: the rows are open again.
    ///
    /// Of a fact's key at most one row is open, so one behind which a later version came stays as
    /// it is, be that version in silver, discarded or waiting too. Rows that were replayed are in
    /// silver and stay there.
    ///
    /// - Parameter latest: of a fact, the sequences that silver holds, or has seen deleted, of
    ///   keys (see `FactMerge.heldVersions`); nil of a dimension, each of whose rows is a version
    ///   of its own.
    /// Cost: reads the ids, keys and statuses of the quarantine twice.
    public func reopen(
        _ selection: QuarantineSelection, _ decision: QuarantineDecision,
        latest: (([RecordBatch]) throws(LakeError) -> [ValueHash: Int64])? = nil
    ) throws(LakeError) -> ReopenResult {
        var result = ReopenResult()
        guard let snapshot = try quarantine.settled() else { return result }
        let schema = QuarantineSchema(stored: snapshot.schema)
        let key = entity.key.compactMap { schema.stored($0) }
        let scan = QuarantineScan(snapshot, columns: ReopenRow.columns(of: snapshot) + key)
        var rows: [ReopenRow] = []
        var keys: [RecordBatch] = []
        try scan.forEach { (batch, _, _) throws(LakeError) in
            let columns = key.compactMap { batch[$0] }
            let hashes = ValueHashes(columns, count: batch.count, by: entity.keyCollations)
            var asked: [Int] = []
            for row in 0..<batch.count {
                let isMeant = QuarantineScan.isSelected(batch, row, selection)
                let found = ReopenRow(batch, row, hashes[row], now: decision.at, isMeant: isMeant)
                if found.isMeant, found.key != nil { asked.append(row) }
                if isMeant, found.isPublished(selection) { result.published.append(found.id) }
                rows.append(found)
            }
            let fields = zip(entity.key, columns).map { Field($0, $1.type) }
            if !asked.isEmpty {
                keys.append(
                    RecordBatch(
                        schema: Schema(fields), columns: columns.map { $0.gather(asked) },
                        count: asked.count))
            }
        }
        let held = keys.isEmpty ? [:] : try latest?(keys) ?? [:]
        let meant = rows.filter(\.isMeant)
        if latest != nil {
            let wanted = Set(meant.compactMap(\.key))
            let others = Dictionary(
                grouping: rows.filter { $0.key.map(wanted.contains) == true }, by: \.key)
            result.overtaken = meant.filter { row in
                guard let key = row.key else { return false }
                if let held = held[key], row.yields(to: held) { return true }
                return others[key]?.contains { $0.overtakes(row) } == true
            }.map(\.id)
        }
        let ids = Set(meant.map(\.id)).subtracting(result.overtaken)
        var edit = QuarantineEdit()
        edit.set(.open)
        edit.set(QuarantineColumn.until, number: nil)
        result.reopened = try decide(
            .ids(ids), edit, decision, from: ReopenRow.undone, operation: "REOPEN")
        return result
    }
}

/// A row of quarantine as reopening sees it.
private struct ReopenRow {
    let id: String
    let status: QuarantineStatus
    let key: ValueHash?
    let sequence: Int64?
    let position: BronzePosition
    /// Whether it is to be open again.
    let isMeant: Bool
    private let isPardoned: Bool

    /// What is undone.
    static let undone: Set<QuarantineStatus> = [.discarded, .waived]

    /// A table that was made before waivers let rows pass has no column that tells.
    static func columns(of snapshot: Snapshot) -> [String] {
        [
            QuarantineColumn.id, QuarantineColumn.status, QuarantineColumn.rules,
            QuarantineColumn.until, QuarantineColumn.sequence, QuarantineColumn.position,
            QuarantineColumn.pardoned,
        ].filter { snapshot.schema[$0] != nil }
    }

    init(_ batch: RecordBatch, _ row: Int, _ key: ValueHash?, now: Int64, isMeant: Bool) {
        id = batch.text(QuarantineColumn.id, row) ?? ""
        status = QuarantineScan.status(batch, row, now: now)
        self.key = key
        sequence = batch[QuarantineColumn.sequence]?.int64(row)
        position = BronzePosition(batch.text(QuarantineColumn.position, row) ?? "") ?? .unknown
        self.isMeant = isMeant && ReopenRow.undone.contains(status)
        isPardoned = batch.text(QuarantineColumn.pardoned, row) != nil
    }

    /// Whether somebody who asks for the row has to be told that silver has it.
    func isPublished(_ selection: QuarantineSelection) -> Bool {
        guard status == .replayed else { return false }
        if case .ids = selection { return true }
        return isPardoned
    }

    /// Whether silver's version of its key, or the delete, may be later. One that waits was ended
    /// when a later one came, so it is asked of discarded rows alone: a replay of a row that waits
    /// goes over what silver has at the same sequence.
    func yields(to held: Int64) -> Bool {
        guard status == .discarded else { return false }
        guard let sequence else { return held == .min || held == .max }
        return held >= sequence
    }

    /// Whether it is a later version of the other's key. One without a sequence is ordered by when
    /// it came. What is superseded counts for nothing: another row stands for it.
    func overtakes(_ other: ReopenRow) -> Bool {
        guard status != .superseded, id != other.id else { return false }
        let isBehind = position > other.position
        guard let sequence, let earlier = other.sequence else { return isBehind }
        return isBehind ? sequence >= earlier : sequence > earlier
    }
}
