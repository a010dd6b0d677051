import Columnar
public import Pipeline

extension RuleSpec {
    /// What a row that fails did wrong, as one phrase with its columns.
    public var meaning: String {
        let words = RuleCompiler.message(self)
        switch kind {
        case .check, .freshness, .rowCount: return words
        case .notNull(let columns): return columns.joined(separator: " or ") + " is null"
        case .unique(let columns):
            return "another key has the same " + columns.joined(separator: ", ")
        case .values(let column, _, _), .range(let column, _, _): return "\(column) is \(words)"
        case .matches(let column, _): return "\(column) \(words)"
        case .length(let column, _, _): return "\(column) has \(words)"
        case .references(let dimension, let on):
            return on.keys.sorted().joined(separator: ", ") + " is not found in \(dimension)"
        }
    }
}

extension EntitySpec {
    /// What a row that fails the rule of this id did wrong; nil where it has no such rule.
    public func meaning(ofRule id: String) -> String? {
        if let rule = rules.first(where: { $0.id == id }) { return rule.meaning }
        switch id {
        case "null_key": return "the key (\(key.joined(separator: ", "))) is null"
        case "null_sequence": return "no time or number tells its place among the versions"
        case "null_date": return "the date is missing or does not exist"
        case "sequence_conflict": return "two versions of the key for the same time"
        case "duplicate_key": return "the key occurs more than once in one snapshot of the table"
        default: return nil
        }
    }
}
