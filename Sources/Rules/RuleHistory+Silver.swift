import Delta
import JSON
public import Lake
import Pipeline
public import Storage

// What the rules came to stands in silver's own commit first, so that it is kept exactly when the
// rows are: a run that dies before it appends the counts to the history leaves them for the next.

extension RuleHistory {
    /// The metric of a silver commit that holds its counts.
    public static let metric = "sluice.rules"

    /// The transaction of the history that keeps up to which version of an entity's silver table it
    /// holds the counts.
    public static func transactionName(_ entity: String) -> String {
        TransactionName.ruleRuns(entity)
    }

    /// The counts of one run as text.
    public static func text(_ counts: [RuleCount], runID: String, at time: Int64) -> String {
        let rules = counts.map { count -> JSONValue in
            [
                "rule": .string(count.rule), "severity": .string(count.severity.rawValue),
                "owner": JSONValue(count.owner), "status": .string(count.status.rawValue),
                "evaluated": JSONValue(count.evaluated), "failed": JSONValue(count.failed),
                "message": JSONValue(count.message),
            ]
        }
        let document: JSONValue = [
            "run": .string(runID), "at": JSONValue(time), "rules": .array(rules),
        ]
        return document.description
    }

    /// The counts in a commit's text; none where it is not one of ours.
    public static func runs(_ text: String?, entity: String) -> [RuleRun] {
        guard let text, let value = try? JSONValue(parsing: Array(text.utf8)),
            let runID = value["run"]?.string, let time = value["at"]?.int64
        else { return [] }
        return (value["rules"]?.array ?? []).compactMap { rule in
            guard let id = rule["rule"]?.string,
                let severity = rule["severity"]?.string.flatMap(RuleSpec.Severity.init),
                let status = rule["status"]?.string.flatMap(RuleCount.Status.init)
            else { return nil }
            let count = RuleCount(
                rule: id, severity: severity, owner: rule["owner"]?.string, status: status,
                evaluated: rule["evaluated"]?.int64 ?? 0, failed: rule["failed"]?.int64 ?? 0,
                message: rule["message"]?.string)
            return RuleRun(runID: runID, at: time, entity: entity, count: count)
        }
    }

    /// The counts in silver's commits up to `versions` (by entity) that the history does not hold.
    /// Where nothing tells what it holds, only the newest commit of each is looked at.
    public func missing(_ versions: [String: Int64], storage: any LakeStorage) throws(LakeError)
        -> [RuleRun]
    {
        try inLake { () throws(DeltaError) in
            let known = try table.snapshot()?.transactions ?? [:]
            var runs: [RuleRun] = []
            for (entity, version) in versions.sorted(by: { $0.key < $1.key }) {
                let silver = DeltaTable(storage: storage, path: TablePath.silver(entity))
                let held = known[RuleHistory.transactionName(entity)] ?? version - 1
                // A table made anew begins with version 0 again.
                for commit in try silver.commits(after: held > version ? -1 : held, to: version) {
                    runs += RuleHistory.runs(
                        commit.info?.operationMetrics[RuleHistory.metric], entity: entity)
                }
            }
            return runs
        }
    }
}

extension DeltaTable {
    /// The commits after `version` that the log still has.
    fileprivate func commits(
        after version: Int64, to last: Int64
    ) throws(DeltaError) -> [CommitChanges] {
        do throws(DeltaError) {
            return try changes(from: version, to: last)
        } catch {
            guard error.code == .noSuchVersion else { throw error }
            return try history().filter { $0.version > version && $0.version <= last }.reversed()
        }
    }
}
