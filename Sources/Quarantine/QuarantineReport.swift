import Columnar
import Delta
import Keys
public import Lake
public import Pipeline
public import Rules
public import Storage

/// How a quarantine report is cut.
public enum QuarantineGrouping: String, Hashable, Sendable, CaseIterable {
    case rule
    case table
    case owner
    case day
}

/// One line of the report.
public struct QuarantineReportLine: Hashable, Sendable {
    /// The dimension's or fact's name; several, comma-separated, when the line is about an owner or
    /// a day.
    public var table: String
    /// The rule; the owner or day when the report is cut so; empty for a table.
    public var rule: String
    public var owner: String?
    /// What a row that fails the rule did wrong; nil of a line about several rules.
    public var meaning: String?
    public var severity: RuleSpec.Severity?
    public var status: RuleCount.Status?
    /// The newest run, which `evaluated` and `failed` are of, and when it was, microseconds UTC;
    /// nil without one.
    public var runID: String?
    public var runAt: Int64?
    /// Rows that the rule was asked of; of a line about several rules the rows read.
    public var evaluated: Int64 = 0
    /// Rows that failed it; of a line about several rules those that any of them set aside.
    public var failed: Int64 = 0
    /// Failed per hundred evaluated, of up to 14 runs (of a day: of the days up to it), the newest
    /// last.
    public var history: [Double] = []
    /// Rows by status; a waiver that has ended counts as open.
    public var open = 0
    public var replayed = 0
    public var waived = 0
    public var discarded = 0
    public var superseded = 0
    /// Open rows that would pass now, the members they wait for having come.
    public var wouldPass = 0
    /// Open rows that break the rule, and no other, because their member is in quarantine itself;
    /// nil without any.
    public var wait: MemberWait?
    /// Rows for which a fatal rule stopped the table: a sample of them.
    public var blocked = 0
    /// When the oldest open row was first seen, microseconds UTC.
    public var oldestOpen: Int64?
    /// Up to three keys of open rows; of whole rows what is wrong with them.
    public var sampleKeys: [String] = []
    /// Their quarantine ids, in the same order.
    public var sampleIDs: [String] = []

    public init(table: String, rule: String) {
        self.table = table
        self.rule = rule
    }

    /// Whether somebody should look at it: rows failed in the newest run, or wait.
    public var isFinding: Bool { failed > 0 || open > 0 || waived > 0 || blocked > 0 }

    public var percent: Double { evaluated == 0 ? 0 : Double(failed) * 100 / Double(evaluated) }

    /// The change of `percent` against the run before, in percentage points; nil without one.
    public var change: Double? {
        guard history.count > 1 else { return nil }
        return percent - history[history.count - 2]
    }

    /// The history as a row of eight heights, scaled to its greatest.
    public var sparkline: String {
        let heights = Array("▁▂▃▄▅▆▇█")
        let top = history.max() ?? 0
        return String(
            history.map { value in
                guard top > 0 else { return heights[0] }
                return heights[min(7, Int((value / top * 7).rounded(.up)))]
            })
    }
}

/// A report's lines, and what they come to together.
public struct QuarantineReportContent: Hashable, Sendable {
    public var lines: [QuarantineReportLine] = []
    /// Rows by what became of them; a row that breaks several rules counts once.
    public var rows: [QuarantineStatus: Int] = [:]

    /// Notes how many open rows would pass now, by table and rule (`TransformRun.wouldPass`).
    public mutating func take(wouldPass counts: [String: [String: Int]]) {
        for index in lines.indices {
            lines[index].wouldPass = counts[lines[index].table]?[lines[index].rule] ?? 0
        }
    }
}

extension QuarantineReportContent {
    /// Notes what waits for members that are in quarantine themselves, by table
    /// (`TransformRun.waits`).
    public mutating func take(waits: [String: MemberWaits]) {
        for index in lines.indices {
            lines[index].wait = waits[lines[index].table]?[lines[index].rule]
        }
    }
}

/// The report for the steward: what rules found in the newest run, how that moved, and what waits
/// for a decision.
public struct QuarantineReport: Sendable {
    public let storage: any LakeStorage

    static let historyLength = 14

    public init(storage: any LakeStorage) { self.storage = storage }

    /// The lines for `entities`: findings first, those with most open rows before others; days by
    /// time.
    ///
    /// - Parameters:
    ///   - since: runs and rows last seen before it (microseconds UTC) are left out.
    ///   - now: decides which waivers have ended.
    /// Cost: six columns of each quarantine, and its keys.
    public func content(
        _ entities: [EntitySpec], since: Int64 = .min, by grouping: QuarantineGrouping = .rule,
        now: Int64
    ) throws(LakeError) -> QuarantineReportContent {
        var cut = QuarantineReportCut(grouping: grouping, entities: entities)
        let names = Set(entities.map(\.name))
        cut.add(
            try RuleHistory(storage: storage).runs(since: since).filter {
                names.contains($0.entity)
            })
        for entity in entities {
            let quarantine = QuarantineTable(entity.name, storage: storage)
            guard let snapshot = try quarantine.snapshot() else { continue }
            let schema = QuarantineSchema(stored: snapshot.schema)
            let key = entity.key.compactMap { schema.stored($0) }
            let reasons = entity.isWholeRow ? [QuarantineColumn.reasons] : []
            let scan = QuarantineScan(
                snapshot,
                columns: [
                    QuarantineColumn.id, QuarantineColumn.rules, QuarantineColumn.status,
                    QuarantineColumn.firstSeen, QuarantineColumn.lastSeen, QuarantineColumn.until,
                ] + key + reasons)
            try scan.forEach { (batch, _, _) throws(LakeError) in
                for row in 0..<batch.count {
                    let lastSeen = batch[QuarantineColumn.lastSeen]?.int64(row) ?? 0
                    guard lastSeen >= since else { continue }
                    cut.add(batch, row, entity: entity, key: key, now: now)
                }
            }
        }
        return QuarantineReportContent(lines: cut.lines(), rows: cut.rows)
    }
}
