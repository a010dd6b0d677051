import Columnar
public import Delta
public import Events
public import Lake
public import Pipeline
import Quarantine
import Rules
import Spelling
import Storage
import Work

/// Makes silver and gold of bronze: dimensions first, then facts, then One Big Tables; each table
/// published in one commit of its own, with the bronze version it has consumed.
///
/// Every step may be done again after a crash at any point: what was published is found by its
/// `txn` and not done twice, what was not published is orphaned files.
public struct TransformRun: Sendable {
    public let pipeline: Pipeline
    public let options: TransformOptions
    public let world: TransformWorld

    /// How often a table is begun anew after another run was first.
    public static let attempts = 3

    public init(_ pipeline: Pipeline, options: TransformOptions, world: TransformWorld) {
        self.pipeline = pipeline
        self.options = options
        self.world = world
    }

    /// Transforms what is asked for. Throws when nothing can be begun; what fails of a single
    /// table is in its result, and tables that need it are not begun.
    public func run() throws(LakeError) -> [TransformResult] {
        try checkNames()
        var results: [TransformResult] = []
        for spec in pipeline.dimensions where options.includes(spec.entity.name) {
            results.append(
                result(spec.entity.name, .dimension, after: results, needs: needs(spec.entity)) {
                    (result) throws(LakeError) in
                    try dimension(spec, &result)
                    try finish(spec.entity, &result)
                })
        }
        for spec in pipeline.facts where options.includes(spec.entity.name) {
            results.append(
                result(spec.entity.name, .fact, after: results, needs: needs(spec.entity)) {
                    (result) throws(LakeError) in
                    try fact(spec, &result)
                    try finish(spec.entity, &result)
                })
        }
        let kept = results
        let keeping = Background { keepCounts(kept) }
        for spec in pipeline.oneBigTables where options.includes(spec.name) {
            let needs = Set(spec.joins.map(\.dimension) + [spec.fact])
            results.append(
                result(spec.name, .oneBigTable, after: results, needs: needs) {
                    (result) throws(LakeError) in try oneBigTable(spec, &result)
                })
        }
        if let failure = keeping.value() {
            // The tables stand; only the trend has a gap.
            world.observer.note("rules", "the counts of the rules are not kept: \(failure.message)")
        }
        return results
    }

    /// Keeps what every rule came to, for the steward's report; of tables that a rule stopped too.
    /// Returns why they are not kept.
    private func keepCounts(_ results: [TransformResult]) -> LakeError? {
        var runs: [RuleRun] = []
        var versions: [String: Int64] = [:]
        for result in results {
            if let version = result.silverVersion { versions[result.table] = version }
            // What was published tells its counts itself; what the lake stopped is judged again.
            let isStopped =
                result.error?.code == .refused || result.rules.contains { $0.status == .fatal }
            if result.version != nil || result.error != nil && !isStopped { continue }
            for count in result.rules + result.rowCounts {
                runs.append(
                    RuleRun(
                        runID: world.runID, at: world.startedAt, entity: result.table,
                        count: count))
            }
        }
        do throws(LakeError) {
            let history = RuleHistory(storage: world.storage)
            runs += try history.missing(versions, storage: world.storage)
            try history.append(runs, published: versions)
            return nil
        } catch {
            return error
        }
    }

    /// Dimensions whose members the rules of an entity ask for.
    private func needs(_ entity: EntitySpec) -> Set<String> {
        var names: Set<String> = []
        for rule in entity.rules {
            if case .references(let dimension, _) = rule.kind { names.insert(dimension) }
        }
        return names
    }

    /// A slip in `--only` would silently do nothing.
    func checkNames() throws(LakeError) {
        let entities = pipeline.dimensions.map(\.entity.name) + pipeline.facts.map(\.entity.name)
        let known = entities + pipeline.oneBigTables.map(\.name)
        for name in options.only.sorted() where !known.contains(name) {
            throw LakeError(
                .configuration, operation: "plan", subject: name,
                message: "there is no dimension, fact or One Big Table of this name",
                hint: Spelling.nearest(to: name, in: known).map { "Did you mean '\($0)'?" }
                    ?? "Configured: \(known.joined(separator: ", ")).")
        }
    }

    /// One table's result, its failure included.
    private func result(
        _ name: String, _ mode: TransformResult.Mode, after results: [TransformResult],
        needs: Set<String>, _ body: (inout TransformResult) throws(LakeError) -> Void
    ) -> TransformResult {
        var result = TransformResult(table: name, mode: mode)
        let began = world.now()
        do throws(LakeError) {
            try world.checkStopping(name)
            let failed = results.first { needs.contains($0.table) && $0.error != nil }
            if let failed {
                throw LakeError(
                    failed.error?.code ?? .guarded, operation: "transform", subject: name,
                    message: "not transformed: it depends on \(failed.table), which failed",
                    hint: "See the error of \(failed.table).")
            }
            try body(&result)
        } catch {
            result.error = error
            if result.receipt.isEmpty { result.receipt = "nothing published" }
        }
        result.seconds = Double(world.now() - began) / 1_000_000
        world.observer.tableFinished(result)
        return result
    }

    /// Attempts a dimension or fact until it holds all of bronze that is its to take; only the
    /// first attempt judges again what it was asked to.
    func untilCurrent(
        _ result: inout TransformResult,
        _ attempt: (_ rechecks: Bool, inout TransformResult) throws(LakeError) -> CommitConflict?
    ) throws(LakeError) {
        var rechecks = options.isRecheck
        repeat {
            try retrying(&result) { (result: inout TransformResult) throws(LakeError) in
                try attempt(rechecks, &result)
            }
            rechecks = false
        } while result.isBehind
    }

    /// Attempts again while another run was first, which may have done the work already.
    func retrying(
        _ result: inout TransformResult,
        _ attempt: (inout TransformResult) throws(LakeError) -> CommitConflict?
    ) throws(LakeError) {
        var reason = ""
        for _ in 0..<TransformRun.attempts {
            result = TransformResult(table: result.table, mode: result.mode)
            do throws(LakeError) {
                guard let conflict = try attempt(&result) else { return }
                reason = conflict.message
            } catch {
                // The tables beside silver are committed before it; nothing of silver stands yet.
                guard error.code == .conflict else { throw error }
                reason = error.message
            }
        }
        throw LakeError(
            .conflict, operation: "commit", subject: result.table,
            message: "another run committed first: \(reason)",
            hint: "Nothing of it was published; run again.")
    }

    /// A snapshot of a silver table, nil when there is none.
    func silver(_ name: String) throws(LakeError) -> Snapshot? {
        let table = DeltaTable(storage: world.storage, path: TablePath.silver(name))
        return try inLake { () throws(DeltaError) in try table.snapshot() }
    }

    /// What bronze has that came after `version`; nil for all of it.
    func news(
        _ entity: EntitySpec, since version: Int64?, mark: Int64? = nil
    ) throws(LakeError) -> BronzeEvents {
        try BronzeEvents(
            entity, storage: world.storage, consumed: version, mark: mark,
            collations: world.collations)
    }

    /// What bronze has that is not in silver; all of it for a rebuild.
    func news(_ entity: EntitySpec, over silver: Snapshot?) throws(LakeError) -> BronzeEvents {
        try news(
            entity, since: consumed(entity.name, silver), mark: mark(entity.name, silver))
    }

    /// The bronze version that is in silver; nil for all of bronze.
    public func consumed(_ name: String, _ silver: Snapshot?) -> Int64? {
        options.isRebuild
            ? nil : silver?.transactions[BronzeEvents.transactionName(entity: name)]
    }

    /// Which commit that version was; nil where silver does not say.
    func mark(_ name: String, _ silver: Snapshot?) -> Int64? {
        silver?.transactions[BronzeEvents.markName(entity: name)]
    }

    /// A table for which bronze has nothing new: no file of it is written.
    func unchanged(
        _ entity: EntitySpec, _ silver: Snapshot, _ events: BronzeEvents,
        _ result: inout TransformResult
    ) throws(LakeError) {
        let table = QuarantineTable(entity.name, storage: world.storage)
        if let quarantine = try table.settled() {
            _ = try table.endingBlocked(quarantine, runID: world.runID)
        }
        unchanged(&result, events)
        result.silverVersion = silver.version
        try judgeUnchanged(entity, events, silver, &result.rules)
    }

    /// What a silver commit says beside its rows.
    func metrics(_ result: TransformResult) -> [String: String] {
        [
            RuleHistory.metric: RuleHistory.text(
                result.rules + result.rowCounts, runID: world.runID, at: world.startedAt)
        ]
    }

    /// What is said of a table that stays as it is.
    public func unchanged(_ result: inout TransformResult, _ events: BronzeEvents) {
        result.low = events.consumed
        result.high = events.version
        result.guarantee = "bronze up to version \(events.version)"
        result.receipt = "unchanged"
    }
}
