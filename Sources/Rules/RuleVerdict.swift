public import Columnar
public import Keys
import Pipeline

/// What the rules say of the rows of one batch.
public struct RuleVerdict: Sendable {
    /// The number of rows judged.
    public let count: Int
    /// A rule's failing rows, nil when none fails; in the order of `RuleSet.specs`.
    public var failing: [RuleMask?]
    /// How many rows each rule was asked of.
    public var evaluated: [Int]
    /// Rows that fail a rule which sets them aside.
    public private(set) var aside: RuleMask
    /// The newest time seen by a `freshness` rule.
    public var newest: [Int: Int64] = [:]
    /// The `unique` rules, until the tally has settled them.
    public var pending: [PendingUnique] = []
    /// The hashes of the rows' keys, when there are `unique` rules.
    public var keys: ValueHashes?

    /// The values that a `unique` rule compares.
    public struct PendingUnique: Sendable {
        let rule: Int
        let scope: RuleMask
        let values: ValueHashes
    }

    public init(count: Int, rules: Int) {
        self.count = count
        failing = Array(repeating: nil, count: rules)
        evaluated = Array(repeating: 0, count: rules)
        aside = RuleMask(count: count)
    }

    /// The rows to be set aside, nil when every row is good.
    public var rejected: Bitmap? { aside.isEmpty ? nil : aside.bitmap }

    /// The rows to be set aside, ascending.
    public var rejectedRows: [Int] { aside.rows }

    /// The rows that go on, ascending.
    public var acceptedRows: [Int] {
        var rest = RuleMask.all(count)
        rest.subtract(aside)
        return rest.rows
    }

    /// The failing rows of the rule at `index`, nil when there are none.
    public func failing(_ index: Int) -> Bitmap? { failing[index]?.bitmap }

    public mutating func fail(_ rule: Int, _ rows: RuleMask, rejects: Bool) {
        if var known = failing[rule] {
            known.formUnion(rows)
            failing[rule] = known
        } else {
            failing[rule] = rows
        }
        if rejects { aside.formUnion(rows) }
    }

    /// Lets rows pass that fail nothing but rules which a steward does not hold against them.
    /// `pardons` are these rules' ids, row by row; empty when there are none.
    public mutating func pardon(_ pardons: [Set<String>], _ set: RuleSet) {
        guard !pardons.isEmpty else { return }
        for row in aside.rows where row < pardons.count {
            let isHeld = set.rules.indices.contains { index in
                let rule = set.rules[index]
                return rule.rejects && failing[index]?[row] == true
                    && !pardons[row].contains(rule.spec.id)
            }
            if !isHeld { aside.remove(row) }
        }
    }
}
