public import Columnar
public import Events
import Keys
public import Lake
public import Pipeline

/// How many rows break each of some rules that are not configured, batch by batch. Rules that need
/// more than the rows themselves (`unique`, `references`) are not tried.
public struct RuleTrial {
    private let rules: [CompiledRule]
    /// Rows by the rule's id.
    public private(set) var failed: [String: Int64] = [:]

    public init(_ specs: [RuleSpec], _ entity: EntitySpec, _ schema: Schema) {
        let compiler = RuleCompiler(entity: entity, schema: schema, probes: RuleProbes(now: 0))
        rules = specs.compactMap { try? compiler.compile($0) }
    }

    /// Takes in cleaned rows, no deletes among them.
    public mutating func take(_ events: EventBatch) throws(LakeError) {
        for rule in rules {
            let failures = try rule.test.failures(events, subject: rule.spec.id)
            failed[rule.spec.id, default: 0] += Int64(failures?.setCount ?? 0)
        }
    }
}

extension EventBatch {
    /// The rows that are no deletes.
    public var withoutDeletes: EventBatch {
        guard let deletes else { return self }
        return gather((0..<rows.count).filter { !deletes[$0] })
    }
}

extension RuleSpec {
    /// The columns that a rule looks at.
    public func columns(in schema: Schema) -> [String] {
        switch kind {
        case .notNull(let names), .unique(let names): return names
        case .values(let name, _, _), .range(let name, _, _), .matches(let name, _),
            .length(let name, _, _), .freshness(let name, _):
            return [name]
        case .references(_, let on): return Array(on.keys)
        case .rowCount: return []
        case .check(let text, _):
            let expression = try? RowExpression(text, schema: schema, now: 0, subject: id)
            return expression?.columns ?? []
        }
    }
}
