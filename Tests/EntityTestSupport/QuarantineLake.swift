import Columnar
import Delta
@testable import Events
@testable import Lake
import LakeTestSupport
@testable import Pipeline
@testable import Quarantine
@testable import Rules
import Storage
import Testing

/// A lake with the quarantine of a small table of orders.
struct QuarantineLake {
    let folder: TemporaryFolder
    let storage: any LakeStorage
    var entity: EntitySpec
    let bronze = Schema([
        Field("id", .long), Field("status", .string), Field("qty", .integer),
        Field("price", .decimal(precision: 10, scale: 2)), Field("at", .timestamp),
    ])

    init(storage: (any LakeStorage)? = nil) throws {
        folder = try TemporaryFolder()
        self.storage = storage ?? folder.storage
        entity = RuleSamples.entity([
            RuleSpec(
                id: "qty_positive",
                kind: .range(column: "qty", minimum: "1", maximum: nil)),
            RuleSpec(
                id: "status_known",
                kind: .values(column: "status", ["NEW", "DONE"], failsOnNull: false)),
        ])
        entity.sequence = "at"
        entity.clean = [CleanSpec(column: "status", expression: .init(text: "upper(trim(status))"))]
    }

    /// An order: key, status, quantity, time.
    struct Order {
        var id: Int64?
        var status: String?
        var quantity: Int32?
        var at: Int64?

        init(_ id: Int64?, _ status: String?, _ quantity: Int32?, _ at: Int64?) {
            self.id = id
            self.status = status
            self.quantity = quantity
            self.at = at
        }
    }

    func events(_ orders: [Order], version: Int64 = 1, row: Int64 = 0) -> EventBatch {
        let prices = Column(
            .decimal(precision: 10, scale: 2),
            storage: .int64(orders.indices.map { Int64($0) * 100 + 5 }))
        return RuleSamples.events(
            [
                ("id", RuleSamples.long(orders.map(\.id))),
                ("status", RuleSamples.codes(orders.map(\.status))),
                ("qty", RuleSamples.int(orders.map(\.quantity))), ("price", prices),
                ("at", RuleSamples.long(orders.map(\.at), .timestamp)),
            ], sequence: orders.map(\.at), version: version, row: row)
    }

    /// One run over `batches`: what the good rows are and what the quarantine did.
    @discardableResult
    func run(_ batches: [EventBatch], runID: String = "run-1", now: Int64 = RuleSamples.now)
        throws -> (good: [Int64], result: QuarantineCounts, counts: [RuleCount])
    {
        let clean = try Clean(entity, bronze: bronze, now: now)
        let set = try RuleSet(entity, schema: clean.schema, probes: RuleProbes(now: now))
        let load = try QuarantineLoad(
            QuarantineTable(entity.name, storage: storage), entity, rows: clean.schema,
            runID: runID, now: now)
        var tally = RuleTally(set)
        var good: [(EventBatch, [Int])] = []
        for raw in batches {
            let events = try clean.apply(raw)
            var verdict = try set.evaluate(events)
            tally.take(&verdict)
            try load.add(events, raw: raw, set, verdict)
            good.append((events, verdict.acceptedRows))
        }
        for (events, rows) in good { try load.supersede(by: events, rows: rows) }
        let result = try load.commit()
        let ids = good.flatMap { events, rows in
            rows.compactMap { events.rows["id"]?.text($0) }.compactMap { Int64($0) }
        }
        return (ids, result, tally.finish().counts)
    }

    var steward: QuarantineSteward { QuarantineSteward(entity, storage: storage) }

    /// What an edited export says.
    func fixes(_ text: String) throws -> QuarantineFixes {
        try steward.fixes(
            from: QuarantineFixFile(Array(text.utf8), name: "f.csv"), bronze: bronze,
            now: RuleSamples.now)
    }

    func rows() throws -> [QuarantinedRow] {
        try steward.rows(idPrefix: "", limit: 10_000).sorted { $0.position < $1.position }
    }

    func replay(
        _ selection: QuarantineSelection, fixes: QuarantineFixes = QuarantineFixes(),
        now: Int64 = RuleSamples.now
    ) throws -> QuarantineReplay {
        let clean = try Clean(entity, bronze: bronze, now: now)
        let set = try RuleSet(entity, schema: clean.schema, probes: RuleProbes(now: now))
        return try steward.replay(
            selection, fixes: fixes, clean: clean, rules: set, sequenceType: .timestamp, now: now)
    }

    /// What a replay does in quarantine when silver takes its rows.
    func finish(
        _ replay: QuarantineReplay, stale: Set<BronzePosition> = [], runID: String,
        _ decision: QuarantineDecision
    ) throws -> QuarantineReplay.Result {
        let result = try steward.note(
            replay, number: decision.at, stale: stale, runID: runID, decision)
        if let snapshot = try steward.quarantine.snapshot() {
            try steward.quarantine.settle(decision.at, snapshot)
        }
        return result
    }

    /// The data files of the quarantine.
    func fileCount() throws -> Int {
        let table = DeltaTable(storage: storage, path: "quarantine/orders")
        return try table.snapshot()?.files.count ?? 0
    }
}
