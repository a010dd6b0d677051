import Columnar
public import Delta
public import Lake
public import Pipeline
public import Rules

/// How much of an entity is set aside, and which rules say so.
public struct QuarantineShare: Hashable, Sendable {
    /// Rows set aside, and of how many.
    public var rows: Int64 = 0
    public var total: Int64 = 0
    /// By rule how many of these rows violate it; rules that only warn may be among them.
    public var rules: [String: Int64] = [:]
    /// Rows among them that wait for members which are in quarantine themselves.
    public var waits = MemberWaits()
    /// Rules that set no row aside.
    private var warnings: Set<String> = []

    /// From so many rows on, and from more than so many percent on, a share is told.
    public static let toldRows: Int64 = 100
    static let toldPercent = 5.0
    /// Rules that a sentence names.
    private static let namedCount = 3

    public init(warnings: Set<String>) { self.warnings = warnings }

    public var percent: Double { total == 0 ? 0 : Double(rows) * 100 / Double(total) }

    /// Whether people must hear of it.
    public var isTold: Bool {
        rows >= QuarantineShare.toldRows && percent > QuarantineShare.toldPercent
    }

    /// Takes in a row set aside.
    public mutating func add(_ violations: [RuleViolation]) {
        rows += 1
        for violation in violations { rules[violation.rule, default: 0] += 1 }
        if violations.allSatisfy({ $0.absence == nil }) { return }
        waits.add(
            errors: violations.map(\.rule).filter { !warnings.contains($0) },
            Dictionary(
                violations.compactMap { violation in
                    violation.absence.map { (violation.rule, $0) }
                }, uniquingKeysWith: { first, _ in first }))
    }

    /// The rules that set rows aside, the one with most rows first: `rule null_sequence`; and what
    /// of them follows from rows of other tables.
    public func causes(_ entity: EntitySpec) -> String {
        let follows = waits.text(of: entity.name).map { ": " + $0 } ?? ""
        return rulesText + follows
    }

    private var rulesText: String {
        let found = rules.filter { !warnings.contains($0.key) }
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        if found.count == 1 { return "rule \(found[0].key)" }
        let named = found.prefix(QuarantineShare.namedCount).map { "\($0.key) (\($0.value))" }
        let more = found.count - named.count
        return "rules " + named.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }

    /// Throws when the rows set aside are more of those read than the entity allows.
    public func check(_ entity: EntitySpec) throws(LakeError) {
        guard let limit = entity.maxQuarantinedPercent, percent > limit else { return }
        throw LakeError(
            .refused, operation: "apply rules", subject: entity.name,
            message: "\(rows) of \(total) rows would be quarantined, more than max_quarantined "
                + "(\(QuarantineShare.text(limit)) %) allows; \(causes(entity))",
            hint: "Nothing of it was published. `sluice quarantine report --table \(entity.name)` "
                + "tells how often each rule failed: correct the source or the rule, or raise "
                + "max_quarantined of \(entity.name) if these rows belong in quarantine.")
    }

    private static func text(_ limit: Double) -> String {
        limit == limit.rounded() ? "\(Int(limit))" : "\(limit)"
    }
}

extension QuarantineShare {
    /// The open rows of a quarantine, of all rows that the entity would have with them. Read only
    /// where they may be many: then it costs two columns.
    ///
    /// - Parameters:
    ///   - silver: the rows of the entity's silver table.
    ///   - warnings: rules that set no row aside.
    public init?(
        _ quarantine: Snapshot, silver: Int64, warnings: Set<String>, now: Int64
    ) throws(LakeError) {
        self.init(warnings: warnings)
        guard let rowCount = quarantine.rowCount, rowCount >= QuarantineShare.toldRows,
            Double(rowCount) * 100 > QuarantineShare.toldPercent * Double(silver)
        else { return nil }
        let scan = QuarantineScan(
            quarantine,
            columns: [QuarantineColumn.status, QuarantineColumn.until, QuarantineColumn.rules])
        var texts: [String: Int64] = [:]
        try scan.forEach { (batch, _, _) throws(LakeError) in
            for row in 0..<batch.count
            where QuarantineScan.status(batch, row, now: now) == .open {
                texts[batch.text(QuarantineColumn.rules, row) ?? "", default: 0] += 1
            }
        }
        for (text, count) in texts {
            rows += count
            for rule in text.split(separator: ",") { rules[String(rule), default: 0] += count }
        }
        total = silver + rows
    }
}
