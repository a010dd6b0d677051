import Columnar
import Keys
public import Lake
public import Pipeline

/// What a rule came to in one run.
public struct RuleCount: Hashable, Sendable {
    /// Passing with failed rows is not the same as passing without.
    public enum Status: String, Hashable, Sendable, CaseIterable {
        /// Nothing failed.
        case passed
        /// Rows failed, within what `warn_if` allows.
        case tolerated
        case failed
        /// The run was stopped by it.
        case fatal
        /// No row was in its scope.
        case skipped
    }

    public var rule: String
    public var severity: RuleSpec.Severity
    public var owner: String?
    public var status: Status
    /// Rows in the rule's scope; 1 for a rule about the batch.
    public var evaluated: Int64
    public var failed: Int64
    /// What is wrong, for a rule about the batch or a fatal one.
    public var message: String?

    public init(
        rule: String, severity: RuleSpec.Severity, owner: String?, status: Status,
        evaluated: Int64, failed: Int64, message: String? = nil
    ) {
        self.rule = rule
        self.severity = severity
        self.owner = owner
        self.status = status
        self.evaluated = evaluated
        self.failed = failed
        self.message = message
    }

    /// Failed rows per hundred evaluated; 0 when none was.
    public var percent: Double {
        evaluated == 0 ? 0 : Double(failed) * 100 / Double(evaluated)
    }
}

/// The counts of an entity's rules over one run, and what must be seen in order: who holds a
/// unique value.
///
/// A value belongs to the first good row that brings it, in the order of arrival; a row of another
/// key that brings it later fails. The same key may bring it again, and lets go of what it held
/// when it brings something else.
public struct RuleTally: Sendable {
    private let set: RuleSet
    private var evaluated: [Int64]
    private var failed: [Int64]
    private var newest: [Int: Int64] = [:]
    private var rows: Int64 = 0
    /// For each unique rule, who holds a value and what a key holds: nil when it let go of what it
    /// had, being deleted, NULL or out of the rule's scope.
    private var holders: [Int: [ValueHash: ValueHash]] = [:]
    private var holdings: [Int: [ValueHash: ValueHash?]] = [:]

    public init(_ set: RuleSet) {
        self.set = set
        evaluated = Array(repeating: 0, count: set.rules.count)
        failed = Array(repeating: 0, count: set.rules.count)
    }

    /// Takes in the next batch's verdict, completing it.
    public mutating func take(_ verdict: inout RuleVerdict) {
        settle(&verdict)
        for index in set.rules.indices {
            evaluated[index] += Int64(verdict.evaluated[index])
            failed[index] += Int64(verdict.failing[index]?.setCount ?? 0)
        }
        for (index, time) in verdict.newest { newest[index] = max(newest[index] ?? time, time) }
        rows += Int64(verdict.count)
    }

    private mutating func settle(_ verdict: inout RuleVerdict) {
        guard !verdict.pending.isEmpty, let keys = verdict.keys else { return }
        let pending = verdict.pending
        verdict.pending = []
        var failures = pending.map { _ in RuleMask(count: verdict.count) }
        let aside = verdict.aside
        for row in 0..<verdict.count {
            var isGood = !aside[row]
            guard let key = keys[row] else { continue }
            for (index, unique) in pending.enumerated() where unique.scope[row] {
                guard let value = unique.values[row],
                    !mayHold(value, key, rule: unique.rule)
                else { continue }
                failures[index].insert(row)
                if set.rules[unique.rule].rejects { isGood = false }
            }
            guard isGood else { continue }
            for (index, unique) in pending.enumerated() where !failures[index][row] {
                hold(unique.scope[row] ? unique.values[row] : nil, key, rule: unique.rule)
            }
        }
        for (index, unique) in pending.enumerated() where !failures[index].isEmpty {
            verdict.fail(
                unique.rule, failures[index], rejects: set.rules[unique.rule].rejects)
        }
    }

    private func mayHold(_ value: ValueHash, _ key: ValueHash, rule: Int) -> Bool {
        if let holder = holders[rule]?[value] { return holder == key }
        guard case .unique(_, let names) = set.rules[rule].test,
            let holder = set.probes.held?.holder(of: value, in: names), holder != key
        else { return true }
        // Silver's holder may have let go of the value in this run.
        if let now = holdings[rule]?[holder] { return now != value }
        return false
    }

    private mutating func hold(_ value: ValueHash?, _ key: ValueHash, rule: Int) {
        if let before = holdings[rule]?[key] ?? nil, before != value,
            holders[rule]?[before] == key
        {
            holders[rule]?[before] = nil
        }
        if let value {
            holders[rule, default: [:]][value] = key
        } else if set.probes.held == nil, holdings[rule]?[key] == nil {
            return  // There was nothing to let go of.
        }
        holdings[rule, default: [:]].updateValue(value, forKey: key)
    }

    /// The counts, in the order of `RuleSet.specs`, and the error that stops the run if a fatal
    /// rule or a threshold asks for it.
    ///
    /// - Parameter held: by a rule's place how many of the failed rows may stop the run; all of
    ///   them where it says nothing.
    public func finish(
        held: [Int: Int64] = [:]
    ) -> (counts: [RuleCount], stop: LakeError?) {
        var counts: [RuleCount] = []
        var stop: LakeError?
        for (index, rule) in set.rules.enumerated() {
            var count = RuleCount(
                rule: rule.spec.id, severity: rule.spec.severity, owner: rule.spec.owner,
                status: .passed, evaluated: evaluated[index], failed: failed[index])
            judge(rule, index, held[index], &count)
            if count.status == .fatal, stop == nil {
                stop = LakeError(
                    .guarded, operation: "apply rules", subject: "\(set.entity).\(count.rule)",
                    message: count.message ?? "the rule is fatal",
                    hint: "Nothing of it was published. Rows that fail stand in quarantine as "
                        + "blocked: `sluice quarantine report --table \(set.entity)`, and "
                        + "`export` of the same. Correct the source or the rule; the next run "
                        + "judges them anew.")
            }
            counts.append(count)
        }
        return (counts, stop)
    }

    private func judge(
        _ rule: CompiledRule, _ index: Int, _ held: Int64?, _ count: inout RuleCount
    ) {
        if rule.test.isAboutBatch {
            count.evaluated = 1
            count.message = batchFailure(rule.test, index)
            count.failed = count.message == nil ? 0 : 1
        }
        if count.evaluated == 0 { count.status = .skipped }
        guard count.failed > 0 else { return }
        let isTolerated = rule.spec.warnIf.map { !RuleTally.exceeds($0, count) } ?? false
        count.status = isTolerated ? .tolerated : .failed
        var weighed = count
        weighed.failed = held ?? count.failed
        let passesThreshold = rule.spec.fatalIf.map { RuleTally.exceeds($0, weighed) }
        if passesThreshold ?? (rule.spec.severity == .fatal && weighed.failed > 0) {
            count.status = .fatal
            let share = "\(weighed.failed) of \(count.evaluated) rows fail"
            count.message =
                count.message ?? "\(share) the rule \(rule.spec.id) (\(rule.message))"
        }
    }

    private static func exceeds(_ threshold: RuleSpec.Threshold, _ count: RuleCount) -> Bool {
        switch threshold {
        case .count(let limit): count.failed > Int64(limit)
        case .percent(let limit): Double(count.failed) * 100 > limit * Double(count.evaluated)
        }
    }

    private func batchFailure(_ test: RuleTest, _ index: Int) -> String? {
        switch test {
        case .freshness(let column, let age):
            let name = set.schema.fields[column].name
            let known = [newest[index], set.probes.newest[name]].compactMap(\.self).max()
            guard let known else { return nil }
            guard known < set.probes.now - age else { return nil }
            return "the newest \(name) is \(Timestamp.text(microseconds: known, fractionDigits: 0))"
        case .rowCount(let minimum, let maximum):
            let evaluated = evaluated[index]
            if let minimum, evaluated < Int64(minimum) {
                return "\(evaluated) rows, at least \(minimum) are expected"
            }
            if let maximum, evaluated > Int64(maximum) {
                return "\(evaluated) rows, at most \(maximum) are expected"
            }
            return nil
        default: return nil
        }
    }
}
