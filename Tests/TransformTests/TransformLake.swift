import Columnar
import Delta
@testable import Dimensions
@testable import EntityTestSupport
import LakeTestSupport
import Parquet
@testable import Pipeline
@testable import Quarantine
@testable import Rules
import Storage
@testable import Transform

/// A lake with a dimension's and a fact's bronze table, and a pipeline over both.
struct TransformLake {
    let fact: BronzeLake
    let dimension: BronzeLake

    init() throws { self.init(try BronzeLake()) }

    private init(_ fact: BronzeLake) {
        self.fact = fact
        dimension = BronzeLake(fact, path: "bronze/s/d", source: "s.d")
    }

    /// Another lake with the same files.
    func copy() throws -> TransformLake {
        TransformLake(BronzeLake(in: try fact.folder.copy()))
    }

    var storage: PosixStorage { fact.folder.storage }

    /// The dimension `d` of ids and names; the fact `f` whose `small` must be a member and whose
    /// name must be one of a list.
    var pipeline: Pipeline {
        var pipeline = Pipeline()
        var dimension = DimensionSpec(
            entity: EntitySpec(name: "d", bronzePath: "bronze/s/d", source: "s.d", key: ["id"]))
        dimension.tracked = ["name"]
        var fact = FactSpec(
            entity: EntitySpec(name: "f", bronzePath: "bronze/s/t", source: "s.t", key: ["id"]),
            date: "updated_at")
        fact.entity.rules = [
            RuleSpec(id: "known", kind: .references(dimension: "d", on: ["small": "id"])),
            RuleSpec(
                id: "named", kind: .values(column: "name", ["a", "b", "c"], failsOnNull: true)),
        ]
        pipeline.dimensions = [dimension]
        pipeline.facts = [fact]
        return pipeline
    }

    /// The same with the One Big Table `o` of the fact and the dimension's names.
    var wholePipeline: Pipeline {
        var pipeline = self.pipeline
        var table = OneBigTableSpec(name: "o", fact: "f")
        var join = JoinSpec(dimension: "d")
        join.on = [.init(fact: "small", key: "id")]
        join.columns = ["name"]
        table.joins = [join]
        pipeline.oneBigTables = [table]
        return pipeline
    }

    func transformation(
        _ id: String, _ pipeline: Pipeline?, _ storage: (any LakeStorage)?,
        _ options: TransformOptions
    ) -> TransformRun {
        var world = TransformWorld(
            storage: storage ?? self.storage, runID: id, startedAt: 1_000_000_000,
            now: { 1_000_000_000 }, isStopping: { false }, observer: SilentTransform())
        world.writer.codec = .snappy
        return TransformRun(pipeline ?? self.pipeline, options: options, world: world)
    }

    /// A steward's replay of rows of the fact (or of `entity`), and the One Big Tables after it.
    @discardableResult
    func replay(
        _ selection: QuarantineSelection, of entity: String = "f",
        fixes: QuarantineFixes = QuarantineFixes(), isDryRun: Bool = false,
        pipeline: Pipeline? = nil, on storage: (any LakeStorage)? = nil, reachesGold: Bool = true
    ) throws -> ReplayResult {
        let run = transformation("replay", pipeline, storage, TransformOptions())
        let decision = QuarantineDecision(who: "ann", at: 1_000_000_001, note: "fixed")
        let result = try run.replay(
            entity, selection, fixes: fixes, isDryRun: isDryRun, decision)
        if !isDryRun, reachesGold { _ = try run.refresh(after: entity) }
        return result
    }

    /// A steward's discards and waivers undone.
    func reopen(
        _ selection: QuarantineSelection, of entity: String = "f", _ decision: QuarantineDecision,
        pipeline: Pipeline? = nil
    ) throws -> ReopenResult {
        try transformation("reopen", pipeline, nil, TransformOptions())
            .reopen(entity, selection, decision)
    }

    /// Why a member has the versions it has.
    func explain(
        _ dimension: String, _ key: [String: String], pipeline: Pipeline? = nil
    ) throws -> MemberExplanation? {
        try transformation("explain", pipeline, nil, TransformOptions()).explain(
            dimension, key: key)
    }

    /// How many rows that wait for members would pass now.
    func wouldPass(_ entities: [EntitySpec]) throws -> [String: [String: Int]] {
        try transformation("report", nil, nil, TransformOptions()).wouldPass(entities)
    }

    /// What waits for members that are in quarantine themselves.
    func waits(_ pipeline: Pipeline) throws -> [String: MemberWaits] {
        try transformation("report", pipeline, nil, TransformOptions())
            .waits(pipeline.dimensions.map(\.entity) + pipeline.facts.map(\.entity))
    }

    /// Rules and cleaning that bronze's rows speak for.
    func suggestions(_ pipeline: Pipeline) throws -> [EntitySuggestions] {
        try transformation("suggest", pipeline, nil, TransformOptions()).suggestions([:])
    }

    /// What follows a steward's decision about rows of `dimension`.
    func tellAbsences(of dimension: String, pipeline: Pipeline) throws {
        try transformation("decide", pipeline, nil, TransformOptions())
            .tellAbsences(of: dimension)
    }

    /// The receipts.
    func reconcile(pipeline: Pipeline? = nil) throws -> [Reconciliation] {
        try transformation("reconcile", pipeline, nil, TransformOptions()).reconcile()
    }

    /// The id of the one row in the fact's quarantine (or that of `entity`) that begins with these
    /// values of its id, rules and status.
    func quarantined(_ id: Int64, _ status: String, of entity: String = "f") throws -> String {
        let rows = try rows("quarantine/\(entity)", ["id", "status", "quarantine_id"])
            .filter { $0.hasPrefix("\(id)|\(status)|") }
        return rows.count == 1 ? String(rows[0].split(separator: "|")[2]) : "\(rows)"
    }

    /// One run over `storage` (the lake's own when nil).
    func run(
        _ id: String = "r", pipeline: Pipeline? = nil, on storage: (any LakeStorage)? = nil,
        _ change: (inout TransformOptions) -> Void = { _ in }
    ) throws -> [TransformResult] {
        var options = TransformOptions()
        change(&options)
        return try transformation(id, pipeline, storage, options).run()
    }

    /// The rows of a table, each as its values joined by a bar, sorted; empty when there is none.
    func rows(_ path: String, _ columns: [String]) throws -> [String] {
        try lines(path, columns) { $0.text($1) }
    }

    /// The same with times as microseconds.
    func numbers(_ path: String, _ columns: [String]) throws -> [String] {
        try lines(path, columns) { $0.int64($1).map(String.init) ?? $0.text($1) }
    }

    private func lines(
        _ path: String, _ columns: [String], _ text: (Column, Int) -> String
    ) throws -> [String] {
        let table = DeltaTable(storage: storage, path: path)
        guard let snapshot = try table.snapshot() else { return [] }
        let scan = try DeltaScan(snapshot, columns: columns)
        var lines: [String] = []
        while let batch = try scan.next() {
            for row in 0..<batch.count {
                let values = batch.columns.map { $0.isNull(row) ? "NULL" : text($0, row) }
                lines.append(values.joined(separator: "|"))
            }
        }
        return lines.sorted()
    }

    /// Takes a table's folder away.
    func remove(_ path: String) throws {
        for file in fact.folder.files() where file.hasPrefix(path + "/") {
            try storage.delete(file)
        }
    }

    func version(_ path: String) throws -> Int64? {
        try DeltaTable(storage: storage, path: path).snapshot()?.version
    }

    /// Everything that counts of silver and quarantine.
    func state() throws -> [String] {
        try rows("silver/d", ["id", "name", "valid_from", "valid_to", "is_current"])
            + rows("silver/f", ["id", "updated_at", "name"])
            + rows("quarantine/f", ["quarantine_id", "rules", "status"])
    }

    /// Everything that counts of all tables, with the receipts. What is superseded and what is
    /// repeated are one figure: an event that a run which died had noted already is repeated.
    func wholeState() throws -> [String] {
        let receipts = try reconcile(pipeline: wholePipeline).map { receipt in
            "\(receipt.table) \(receipt.bronze ?? -1) = \(receipt.silver) + "
                + "\(receipt.quarantined) + "
                + "\(receipt.superseded + receipt.duplicates + receipt.deleted) "
                + "gold \(receipt.gold ?? -1) \(receipt.differences)"
        }
        return try state() + rows("quarantine/d", ["quarantine_id", "rules", "status"])
            + rows("gold/o", ["id", "updated_at", "name", "d_name"])
            + rows("quarantine/_rule_runs", ["entity", "rule", "evaluated", "failed"]) + receipts
    }
}

/// Nobody listens.
struct SilentTransform: TransformObserver {
    func tableStarted(_ name: String, rowsEstimate: Int64?) {}
    func rowsRead(_ name: String, rows: Int) {}
    func note(_ name: String, _ text: String) {}
    func tableFinished(_ result: TransformResult) {}
}
