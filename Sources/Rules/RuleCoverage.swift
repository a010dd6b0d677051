import Columnar
import Events
import Keys
import Pipeline

/// Whether rules that are there already ask what another would: told by rows that break the other,
/// which one of them has to refuse.
struct RuleCoverage {
    private let schema: Schema
    private let compiler: RuleCompiler
    private var rules: [CompiledRule] = []

    init(_ entity: EntitySpec, _ schema: Schema) {
        self.schema = schema
        compiler = RuleCompiler(entity: entity, schema: schema, probes: RuleProbes(now: 0))
        for rule in entity.rules { add(rule) }
    }

    /// Takes in a rule; one that needs more than rows of the table tells nothing here.
    mutating func add(_ rule: RuleSpec) {
        if let compiled = try? compiler.compile(rule) { rules.append(compiled) }
    }

    /// Whether a NULL in `column` is refused.
    func refusesNull(_ column: String) -> Bool {
        guard let index = schema.index(of: column) else { return false }
        return refuses([:], by: rules.filter { $0.columns == [index] })
    }

    /// Whether a number below zero is.
    func refusesNegative(_ column: String) -> Bool {
        guard let type = schema[column]?.type,
            let value = ["-1", "-0.01"].lazy.compactMap({ RuleLiteral.column(type, [$0]) }).first
        else { return false }
        return refuses([column: value], by: valued(column))
    }

    /// Whether a text that nobody has seen is.
    func refusesStrange(_ column: String) -> Bool {
        let value = Column(.string, storage: .bytes(ByteVector(["\u{1}"])))
        return refuses([column: value], by: valued(column))
    }

    /// Rules about the values of `column`: with NULL elsewhere others fail whatever the value is.
    private func valued(_ column: String) -> [CompiledRule] {
        rules.filter { rule in
            switch rule.test {
            case .check, .values, .range, .matches, .length:
                rule.columns == [schema.index(of: column)] || !refuses([:], by: [rule])
            default: false
            }
        }
    }

    /// Whether one of the rules fails on a row with these values and NULL elsewhere.
    private func refuses(_ values: [String: Column], by rules: [CompiledRule]) -> Bool {
        let columns = schema.fields.map { values[$0.name] ?? Column.nulls($0.type, count: 1) }
        let row = EventBatch(
            rows: RecordBatch(schema: schema, columns: columns, count: 1),
            sequence: Column.nulls(.long, count: 1), deletes: nil, extractedAt: [0], runID: "",
            first: .first)
        return rules.contains { rule in
            let failures = (try? rule.test.failures(row, subject: rule.spec.id)) ?? nil
            return failures?.isEmpty == false
        }
    }
}
