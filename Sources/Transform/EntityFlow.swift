import Columnar
import Delta

/// An entity's new events on their way from bronze: cleaned, judged by the rules, the bad ones set
/// aside. What passes goes to whoever merges it. One owner, calls in order: `each`, `judge`,
/// `refuse`…, `supersede`, `commitQuarantine`.
final class EntityFlow {
    let spec: EntitySpec
    let events: BronzeEvents
    /// The columns of the rows that pass.
    let schema: Schema
    private let world: TransformWorld
    private let clean: Clean
    private let rules: RuleSet
    private var tally: RuleTally
    private let quarantine: QuarantineLoad

    /// Events read, and those set aside.
    private(set) var readCount = 0
    private(set) var rejectedCount = 0
    /// The places of the rows set aside: a second reading may cut its batches elsewhere.
    private var rejected: Set<BronzePosition> = []
    /// The keys of the rows set aside of a full state: they are there all the same.
    private(set) var rejectedKeys: [RecordBatch] = []
    /// The latest time of extraction seen, microseconds UTC.
    private(set) var observedAt: Int64?

    /// - Parameter date: a fact's date column.
    init(
        _ spec: EntitySpec, date: String?, events: BronzeEvents, probes: RuleProbes,
        world: TransformWorld
    ) throws(TransformError) {
        self.spec = spec
        self.events = events
        self.world = world
        clean = try Clean(spec, bronze: events.schema, now: world.startedAt)
        schema = clean.schema
        rules = try RuleSet(spec, date: date, schema: clean.schema, probes: probes)
        tally = RuleTally(rules)
        quarantine = try QuarantineLoad(
            QuarantineTable(spec.name, storage: world.storage), spec, rows: clean.schema,
            runID: world.runID, now: world.startedAt)
    }

    /// Whether `clean` computes a column of the key, so that bronze's own does not tell it.
    private var cleansKey: Bool {
        spec.key.contains { name in clean.computed.contains { schema.fields[$0].name == name } }
    }

    /// Reads every event; `take` gets those that pass, in the order of arrival.
    func each(
        _ take: (EventBatch) throws(TransformError) -> Void
    ) throws(TransformError) {
        let reader = try events.reader()
        while let raw = try reader.next() {
            try world.checkStopping(spec.name)
            let batch = try clean.apply(raw)
            var verdict = try rules.evaluate(batch)
            tally.take(&verdict)
            readCount += batch.rows.count
            observedAt = max(observedAt ?? .min, batch.extractedAt.max() ?? .min)
            world.observer.rowsRead(spec.name, rows: batch.rows.count)
            guard verdict.rejected != nil else {
                try take(batch)
                continue
            }
            try quarantine.add(batch, raw: raw, rules, verdict)
            let rows = verdict.rejectedRows
            rejectedCount += rows.count
            for row in rows { rejected.insert(batch.position(row)) }
            if events.isFullState { rejectedKeys.append(keys(batch).gather(rows)) }
            try take(batch.gather(verdict.acceptedRows))
        }
    }

    /// The keys of all events, before any is judged: a superset of those that pass.
    func eachKey(_ take: ([Column]) throws(TransformError) -> Void) throws(TransformError) {
        let reader = try events.reader(columns: cleansKey ? nil : spec.key)
        while let raw = try reader.next() {
            try world.checkStopping(spec.name)
            let batch = cleansKey ? try clean.apply(raw) : raw
            try take(keys(batch).columns)
        }
    }

    private func keys(_ batch: EventBatch) -> RecordBatch {
        let fields = spec.key.compactMap { batch.rows.schema[$0] }
        return RecordBatch(
            schema: Schema(fields), columns: spec.key.compactMap { batch.rows[$0] },
            count: batch.rows.count)
    }

    /// Tells what the rules came to; throws when one of them stops the run.
    func judge(_ counts: inout [RuleCount]) throws(TransformError) {
        let (found, stop) = tally.finish()
        counts = found
        if let stop { throw stop }
    }

    /// Sets rows of a batch that passed aside after all: the merge refuses them.
    func refuse(
        _ batch: EventBatch, rows: [Int], violations: [RuleViolation]
    ) throws(TransformError) {
        try quarantine.add(
            batch, rows: rows, violations: violations.map { [$0] })
        rejectedCount += rows.count
    }

    /// Marks the open rows in quarantine that the events which passed overtake. `batches` are
    /// these events with the rows refused of each; nil reads keys and sequences once more.
    func supersede(_ batches: [(events: EventBatch, refused: Set<Int>)]?) throws(TransformError) {
        guard quarantine.hasOpenRows else { return }
        if let batches {
            for (events, refused) in batches {
                let rows = (0..<events.rows.count).filter { !refused.contains($0) }
                quarantine.supersede(by: events, rows: rows)
            }
            return
        }
        let reader = try events.reader(columns: cleansKey ? nil : spec.key)
        while let raw = try reader.next() {
            try world.checkStopping(spec.name)
            let batch = cleansKey ? try clean.apply(raw) : raw
            var rows = Array(0..<batch.rows.count)
            if !rejected.isEmpty { rows.removeAll { rejected.contains(batch.position($0)) } }
            quarantine.supersede(by: batch, rows: rows)
        }
    }

    /// Publishes the rows set aside, before anything of silver.
    func commitQuarantine() throws(TransformError) -> QuarantineLoad.Result {
        try world.checkStopping(spec.name)
        return try quarantine.commit()
    }
}
