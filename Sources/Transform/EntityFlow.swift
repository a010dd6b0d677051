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
    private let corrections: QuarantineCorrections

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
            runID: world.runID, now: world.startedAt,
            scope: events.isFullState ? .fullState : events.consumed == nil ? .everything : .news)
        corrections = try quarantine.corrections(clean, sequenceColumn: events.sequence.column)
    }

    /// Whether `clean` computes a column of the key, so that bronze's own does not tell it.
    private var cleansKey: Bool {
        spec.key.contains { name in clean.computed.contains { schema.fields[$0].name == name } }
    }

    /// Calls `body` for every event of bronze, in the order of arrival, as it is to be read: what a
    /// steward corrected is corrected. With `keysOnly` no more than the key is read where that is
    /// enough.
    private func eachRead(
        keysOnly: Bool = false,
        _ body: (QuarantineCorrections.Part) throws(TransformError) -> Void
    ) throws(TransformError) {
        let isKey = keysOnly && !cleansKey && corrections.isEmpty
        let reader = try events.reader(columns: isKey ? spec.key : nil)
        while let raw = try reader.next() {
            try world.checkStopping(spec.name)
            for part in try corrections.apply(raw) { try body(part) }
        }
    }

    /// Calls `body` with the keys of every event.
    private func eachKeyBatch(
        _ body: (EventBatch) throws(TransformError) -> Void
    ) throws(TransformError) {
        try eachRead(keysOnly: true) { (part) throws(TransformError) in
            try body(cleansKey ? try clean.apply(part.events) : part.events)
        }
    }

    /// Reads every event; `take` gets those that pass, in the order of arrival.
    func each(
        _ take: (EventBatch) throws(TransformError) -> Void
    ) throws(TransformError) {
        try eachRead { (part) throws(TransformError) in
            let batch = try clean.apply(part.events)
            var verdict = try rules.evaluate(batch)
            tally.take(&verdict)
            verdict.pardon(part.pardons, rules)
            readCount += batch.rows.count
            observedAt = max(observedAt ?? .min, batch.extractedAt.max() ?? .min)
            world.observer.rowsRead(spec.name, rows: batch.rows.count)
            guard verdict.rejected != nil else { return try take(batch) }
            let rows = verdict.rejectedRows
            try quarantine.add(
                batch, raw: part.events, rows: rows, contents: part.contents,
                violations: rows.map { rules.violations($0, in: batch, verdict) })
            rejectedCount += rows.count
            for row in rows { rejected.insert(batch.position(row)) }
            if events.isFullState { rejectedKeys.append(keys(batch).gather(rows)) }
            try take(batch.gather(verdict.acceptedRows))
        }
    }

    /// The keys of all events, before any is judged: a superset of those that pass.
    func eachKey(_ take: ([Column]) throws(TransformError) -> Void) throws(TransformError) {
        try eachKeyBatch { (batch) throws(TransformError) in try take(keys(batch).columns) }
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

    /// Sets rows that passed aside after all: the merge refuses them. Bronze is read once more,
    /// since a replay starts from what it has.
    func refuse(_ refused: [BronzePosition: RuleViolation]) throws(TransformError) {
        if refused.isEmpty { return }
        try eachRead { (part) throws(TransformError) in
            let rows = (0..<part.events.rows.count).filter {
                refused[part.events.position($0)] != nil
            }
            if rows.isEmpty { return }
            try quarantine.add(
                try clean.apply(part.events), raw: part.events, rows: rows,
                contents: part.contents,
                violations: rows.map { [refused[part.events.position($0)]].compactMap(\.self) })
            rejectedCount += rows.count
        }
    }

    /// Marks the open rows in quarantine that the events which passed overtake. `batches` are
    /// these events with the rows refused of each; nil reads keys and sequences once more.
    func supersede(_ batches: [(events: EventBatch, refused: Set<Int>)]?) throws(TransformError) {
        guard quarantine.hasRows else { return }
        if let batches {
            for (events, refused) in batches {
                let rows = (0..<events.rows.count).filter { !refused.contains($0) }
                quarantine.supersede(by: events, rows: rows)
            }
            return
        }
        try eachKeyBatch { (batch) throws(TransformError) in
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
