import Keys
import Pipeline

/// How many rows a run judged and set aside: in all, and by the owners of the rules that they
/// break. A row that breaks several rules counts once, which the counts of the rules cannot tell.
public struct RuleRowCounts {
    private let owners: [(owner: String, rules: [Int])]
    private var rows: Int64 = 0
    private var aside: Int64 = 0
    private var asideByOwner: [Int64]

    /// - Parameter owner: of rules that name none.
    public init(_ rules: RuleSet, owner: String?) {
        var owned: [String: [Int]] = [:]
        for (index, rule) in rules.rules.enumerated() where rule.rejects {
            owned[rule.spec.owner ?? owner ?? "", default: []].append(index)
        }
        owners = owned.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        asideByOwner = Array(repeating: 0, count: owners.count)
    }

    /// Takes in what became of a batch's rows.
    public mutating func take(_ verdict: RuleVerdict) {
        rows += Int64(verdict.count)
        if verdict.rejected == nil { return }
        aside += Int64(verdict.aside.setCount)
        for (index, (_, rules)) in owners.enumerated() {
            var broken = RuleMask(count: verdict.count)
            for rule in rules {
                if let failing = verdict.failing[rule] { broken.formUnion(failing) }
            }
            broken.formIntersection(verdict.aside)
            asideByOwner[index] += Int64(broken.setCount)
        }
    }

    /// What the history keeps under `RuleCount.everyRule`; none of a run that read no rows.
    public var counts: [RuleCount] {
        if rows == 0 { return [] }
        let owned = zip(owners, asideByOwner).map { count($0.owner, failed: $1) }
        return [count(nil, failed: aside)] + owned
    }

    private func count(_ owner: String?, failed: Int64) -> RuleCount {
        RuleCount(
            rule: RuleCount.everyRule, severity: .error, owner: owner,
            status: failed == 0 ? .passed : .failed, evaluated: rows, failed: failed)
    }
}

extension RuleCount {
    /// In place of a rule's id: rows judged and set aside by any of them, with an owner by any of
    /// that owner's (empty: of nobody's).
    public static let everyRule = "*"
}
