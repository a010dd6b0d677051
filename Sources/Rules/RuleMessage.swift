import Columnar
public import Events
import JSON
import Keys
import Names
public import Pipeline

extension RuleCompiler {
    /// What a row did wrong that fails `spec`, in words.
    public static func message(_ spec: RuleSpec) -> String {
        switch spec.kind {
        case .check(let text, let failsOnNull):
            return "not true: \(text.text)" + (failsOnNull ? " (NULL is not either)" : "")
        case .notNull: return "is null"
        case .unique: return "another key has the same value"
        case .values(_, let list, _):
            let shown = list.prefix(8).joined(separator: ", ")
            return "not one of \(shown)" + (list.count > 8 ? ", …" : "")
        case .range(_, let minimum?, let maximum?): return "not between \(minimum) and \(maximum)"
        case .range(_, let minimum?, nil): return "less than \(minimum)"
        case .range(_, nil, let maximum?): return "more than \(maximum)"
        case .range: return "out of range"
        case .matches(_, let pattern): return "does not match \(pattern)"
        case .length(_, let minimum?, let maximum?):
            return minimum == maximum
                ? "not \(minimum) characters" : "not \(minimum) to \(maximum) characters"
        case .length(_, let minimum?, nil): return "fewer than \(minimum) characters"
        case .length(_, nil, let maximum?): return "more than \(maximum) characters"
        case .length: return "out of bounds"
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
    /// What the dimension's quarantine tells of a member that is not there; nil of anything else.
    public var absence: MemberAbsence?

    public init(rule: String, column: String, observed: String?, message: String) {
        self.rule = rule
        self.column = column
        self.observed = observed
        self.message = message
    }

    /// One line: `currency_known: currency INR not one of EUR, USD`. Control characters are
    /// written as escapes.
    public var text: String {
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
    /// Every rule that each of `rows` violates, in the rules' order. For the rows set aside only:
    /// makes texts.
    public func violations(
        _ rows: [Int], in events: EventBatch, _ verdict: RuleVerdict
    ) -> [[RuleViolation]] {
        let absences = absences(rows, in: events, verdict)
        return rows.map { violations($0, in: events, verdict, absences) }
    }

    /// Why members are not there which `rows` refer to, by rule and row.
    private func absences(
        _ rows: [Int], in events: EventBatch, _ verdict: RuleVerdict
    ) -> [Int: [Int: MemberAbsence]] {
        var absences: [Int: [Int: MemberAbsence]] = [:]
        for (index, rule) in rules.enumerated() {
            guard case .references(let columns, let members) = rule.test,
                let failing = verdict.failing[index]
            else { continue }
            let missing = rows.filter { failing[$0] }
            guard !missing.isEmpty, let absent = members.absent, !absent.isEmpty else { continue }
            let keys = ValueHashes(
                columns.map { events.rows.columns[$0].gather(missing) }, count: missing.count,
                by: members.collations)
            for (number, row) in missing.enumerated() {
                guard let key = keys[number], let absence = absent[key] else { continue }
                absences[index, default: [:]][row] = absence
            }
        }
        return absences
    }

    private func violations(
        _ row: Int, in events: EventBatch, _ verdict: RuleVerdict,
        _ absences: [Int: [Int: MemberAbsence]]
    ) -> [RuleViolation] {
        var violations: [RuleViolation] = []
        for (index, rule) in rules.enumerated() {
            guard let failing = verdict.failing[index], failing[row] else { continue }
            var columns = rule.columns
            if case .notNull = rule.spec.kind {
                columns.removeAll { !events.rows.columns[$0].isNull(row) }
            }
            let names = columns.map { schema.fields[$0].name }.joined(separator: ", ")
            if columns.count == 1,
                let text = RuleSet.invalid(schema.fields[columns[0]], row, events)
            {
                violations.append(
                    RuleViolation(
                        rule: rule.spec.id, column: names, observed: text,
                        message: rule.message + ": the source's value has no typed form"))
                continue
            }
            var violation = RuleViolation(
                rule: rule.spec.id, column: names, observed: observed(columns, row, events),
                message: rule.message)
            if let absence = absences[index]?[row] {
                violation.absence = absence
                violation.message = absence.message(rule.message)
            }
            violations.append(violation)
        }
        return violations
    }

    /// What the source held where bronze has NULL because the value has no typed form.
    private static func invalid(_ field: Field, _ row: Int, _ events: EventBatch) -> String? {
        guard let invalid = events.invalid, !invalid.isNull(row),
            events.rows[field.name]?.isNull(row) == true
        else { return nil }
        let name = field.metadata[BronzeColumn.sourceName] ?? field.name
        return (try? JSONValue(parsing: invalid.textBytes(row)))?[name]?.string
    }

    private func observed(_ columns: [Int], _ row: Int, _ events: EventBatch) -> String? {
        func text(_ column: Column) -> String? { column.isNull(row) ? nil : column.text(row) }
        if columns.count == 1 { return text(events.rows.columns[columns[0]]) }
        guard !columns.isEmpty else { return nil }
        return columns.map { index in
            "\(schema.fields[index].name)=\(text(events.rows.columns[index]) ?? "NULL")"
        }.joined(separator: ", ")
    }
}
