import Columnar

extension RuleCompiler {
    /// What a row did wrong that fails `spec`, in words.
    static func message(_ spec: RuleSpec) -> String {
        switch spec.kind {
        case .check(let text, let failsOnNull):
            return "not true: \(text.text)" + (failsOnNull ? " (NULL is not either)" : "")
        case .notNull(let columns):
            return columns.count == 1 ? "is null" : "one of them is null"
        case .unique: return "another key has the same value"
        case .values(_, let list, _):
            let shown = list.prefix(8).joined(separator: ", ")
            return "not one of \(shown)" + (list.count > 8 ? ", …" : "")
        case .range(_, let minimum?, let maximum?): return "not between \(minimum) and \(maximum)"
        case .range(_, let minimum?, nil): return "less than \(minimum)"
        case .range(_, nil, let maximum?): return "more than \(maximum)"
        case .range: return "out of range"
        case .matches(_, let pattern): return "does not match \(pattern)"
        case .references(let dimension, _): return "no such member of \(dimension)"
        case .freshness(_, let age): return "nothing newer than \(age / 1_000_000) seconds"
        case .rowCount(let minimum, let maximum):
            let low = minimum.map { "at least \($0)" }
            let high = maximum.map { "at most \($0)" }
            return "row count must be " + [low, high].compactMap(\.self).joined(separator: ", ")
        }
    }
}

/// One rule that a row violates, as the quarantine tells it.
public struct RuleViolation: Hashable, Sendable {
    public var rule: String
    /// The columns looked at, comma-separated; empty when there are none.
    public var column: String
    /// Their values as text, nil for NULL.
    public var observed: String?
    public var message: String

    public init(rule: String, column: String, observed: String?, message: String) {
        self.rule = rule
        self.column = column
        self.observed = observed
        self.message = message
    }

    /// One line: `currency_known: currency INR not one of EUR, USD`. Control characters are
    /// written as escapes.
    var text: String {
        let parts = [rule + ":", column, observed ?? (column.isEmpty ? "" : "NULL"), message]
        let text = parts.filter { !$0.isEmpty }.joined(separator: " ")
        var line = ""
        for scalar in text.unicodeScalars {
            let isControl = scalar.properties.generalCategory == .control
            line += isControl ? scalar.escaped(asASCII: true) : String(scalar)
        }
        return line
    }
}

extension RuleSet {
    /// Every rule that row `row` violates, in the rules' order. For the rows set aside only: makes
    /// texts.
    public func violations(
        _ row: Int, in events: EventBatch, _ verdict: RuleVerdict
    ) -> [RuleViolation] {
        var violations: [RuleViolation] = []
        for (index, rule) in rules.enumerated() {
            guard let failing = verdict.failing[index], failing[row] else { continue }
            let names = rule.columns.map { schema.fields[$0].name }.joined(separator: ", ")
            violations.append(
                RuleViolation(
                    rule: rule.spec.id, column: names, observed: observed(rule, row, events),
                    message: rule.message))
        }
        return violations
    }

    private func observed(_ rule: CompiledRule, _ row: Int, _ events: EventBatch) -> String? {
        func text(_ column: Column) -> String? { column.isNull(row) ? nil : column.text(row) }
        if rule.columns.count == 1, let column = rule.columns.first {
            return text(events.rows.columns[column])
        }
        guard !rule.columns.isEmpty else { return nil }
        return rule.columns.map { index in
            "\(schema.fields[index].name)=\(text(events.rows.columns[index]) ?? "NULL")"
        }.joined(separator: ", ")
    }
}
