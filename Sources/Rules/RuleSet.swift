public import Columnar
public import Events
import Keys
public import Lake
public import Pipeline
import Spelling

/// A rule typed for the rows it will see.
public struct CompiledRule: Sendable {
    let spec: RuleSpec
    let condition: RowExpression?
    let test: RuleTest
    /// The columns looked at, for reasons.
    let columns: [Int]
    /// What a failing row did wrong.
    let message: String
    /// Whether deletes are judged too: they carry a key and a sequence and nothing else.
    var judgesDeletes = false

    /// Whether a failing row is quarantined.
    var rejects: Bool { spec.severity != .warn && !test.isAboutBatch }
}

/// The rules of an entity, ready to be asked of batches: `null_key`, `null_sequence` and for facts
/// `null_date`, which every entity has, then those configured.
///
/// `evaluate` is pure and may run on several threads; `RuleTally` then takes the verdicts in the
/// order of arrival.
public struct RuleSet: Sendable {
    /// Ids that belong to rules every entity has.
    public static let reserved = [
        "null_key", "null_sequence", "null_date", "sequence_conflict", "duplicate_key",
    ]

    public let entity: String
    /// The key's columns among those of `schema`; none where that is the whole row.
    public let key: [Int]
    /// As the entity's.
    public let equalRows: EqualRows?
    public let schema: Schema
    public var probes: RuleProbes
    public let rules: [CompiledRule]
    let hasUnique: Bool
    private let keyCollations: [Collation?]
    private let collations: [String: Collation]

    /// The rules in the order in which verdicts count them.
    public var specs: [RuleSpec] { rules.map(\.spec) }

    /// Types the rules of `entity` over `schema`, the cleaned rows.
    ///
    /// - Parameter date: a fact's date column.
    /// - Throws: `.configuration` for a rule that cannot run.
    public init(
        _ entity: EntitySpec, date: String? = nil, schema: Schema, probes: RuleProbes
    ) throws(LakeError) {
        let compiler = RuleCompiler(entity: entity, schema: schema, probes: probes)
        self.entity = entity.name
        self.schema = schema
        self.probes = probes
        key = entity.isWholeRow ? [] : try compiler.indices(entity.key, of: "null_key")
        equalRows = entity.equalRows
        var rules = try compiler.implicit(date: date)
        var ids = Set(rules.map(\.spec.id)).union(RuleSet.reserved)
        for spec in entity.rules {
            guard ids.insert(spec.id).inserted else {
                throw compiler.errored(spec.id, "there are two rules of this id")
            }
            rules.append(try compiler.compile(spec))
        }
        self.rules = rules
        keyCollations = entity.keyCollations
        collations = entity.collations
        hasUnique = rules.contains { if case .unique = $0.test { true } else { false } }
    }

    /// Judges the rows of a batch. Rules of kind `unique` are only prepared: `RuleTally` settles
    /// them. Throws `.configuration` when a rule cannot run on these rows.
    public func evaluate(_ events: EventBatch) throws(LakeError) -> RuleVerdict {
        guard events.rows.schema.fields.map(\.type) == schema.fields.map(\.type) else {
            throw LakeError(
                .drift, operation: "apply rules", subject: entity,
                message: "rows have other columns than the rules were typed for")
        }
        let count = events.rows.count
        var live = RuleMask.all(count)
        if let deletes = events.deletes { live.subtract(RuleMask(deletes)) }
        var verdict = RuleVerdict(count: count, rules: rules.count)
        if hasUnique {
            verdict.keys = keys(events)
        }
        for (index, rule) in rules.enumerated() {
            let subject = "\(entity).\(rule.spec.id)"
            var scope = rule.judgesDeletes ? RuleMask.all(count) : live
            if let condition = rule.condition {
                scope.formIntersection(
                    try RuleTest.holds(condition, events.rows, subject: subject))
            }
            verdict.evaluated[index] = scope.setCount
            switch rule.test {
            case .unique(let columns, let names):
                let values = ValueHashes(
                    columns.map { events.rows.columns[$0] }, count: count,
                    by: names.map { collations[$0] })
                verdict.pending.append(.init(rule: index, scope: scope, values: values))
            case .freshness(let column, _):
                verdict.newest[index] = RuleSet.newest(events.rows.columns[column], scope)
            case .rowCount: break
            default:
                guard var failures = try rule.test.failures(events, subject: subject) else { break }
                failures.formIntersection(scope)
                if !failures.isEmpty { verdict.fail(index, failures, rejects: rule.rejects) }
            }
        }
        return verdict
    }

    /// Who holds a row's values: its key. Of whole rows the row, or where equal ones are kept its
    /// place.
    private func keys(_ events: EventBatch) -> ValueHashes {
        switch equalRows {
        case .drop:
            var hasher = KeyHasher()
            return ValueHashes(hasher.hashes(events.rows.columns, count: events.rows.count))
        case .keep:
            return ValueHashes((0..<events.rows.count).map { events.position($0).hash })
        case nil:
            return ValueHashes(
                key.map { events.rows.columns[$0] }, count: events.rows.count, by: keyCollations)
        }
    }

    /// The newest of the rows in `scope`, in microseconds.
    private static func newest(_ column: Column, _ scope: RuleMask) -> Int64? {
        var newest: Int64?
        for row in scope.rows where !column.isNull(row) {
            let value: Int64
            switch column.storage {
            case .int64(let values): value = values[row]
            case .int32(let values): value = Int64(values[row]) * Timestamp.microsecondsPerDay
            default: return nil
            }
            newest = max(newest ?? value, value)
        }
        return newest
    }
}
