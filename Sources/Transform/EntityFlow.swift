import Columnar
import Delta
import Dimensions
import Events
import Facts
import Keys
import Lake
import Pipeline
import Quarantine
import Rules
import Work

/// An entity's new events on their way from bronze: cleaned, judged by the rules, the bad ones set
/// aside. What passes goes to whoever merges it. One owner, calls in order: `hold`, `each`,
/// `judge`, `refuse`…, `supersede`, `commitQuarantine`.
public final class EntityFlow {
    let spec: EntitySpec
    let events: BronzeEvents
    /// The columns of the rows that pass.
    let schema: Schema
    let world: TransformWorld
    let clean: Clean
    private var rules: RuleSet
    private(set) var tally: RuleTally
    private(set) var rowCounts: RuleRowCounts
    var watch: FatalWatch
    let quarantine: QuarantineLoad
    let corrections: QuarantineCorrections

    /// Events read, and those set aside.
    private(set) var readCount = 0
    private(set) var rejectedCount = 0
    /// The rows set aside, of their columns the key alone; none of them NULL.
    private(set) var rejected: [EventBatch] = []
    /// The latest time of extraction seen, microseconds UTC.
    private(set) var observedAt: Int64?

    /// - Parameters:
    ///   - isFact: whether the rows are of a fact: a dimension's versions are all kept.
    ///   - date: a fact's date column.
    init(
        _ spec: EntitySpec, isFact: Bool, date: String?, events: BronzeEvents, probes: RuleProbes,
        world: TransformWorld
    ) throws(LakeError) {
        self.spec = spec
        self.events = events
        self.world = world
        clean = try Clean(spec, bronze: events.schema, now: world.startedAt)
        schema = clean.schema
        rules = try RuleSet(spec, date: date, schema: clean.schema, probes: probes)
        tally = RuleTally(rules)
        rowCounts = RuleRowCounts(rules, owner: spec.owner)
        watch = FatalWatch(
            rules, by: spec.keyCollations, hashesContents: events.isFullState)
        quarantine = try QuarantineLoad(
            QuarantineTable(spec.name, storage: world.storage), spec, rows: clean.schema,
            runID: world.runID, now: world.startedAt,
            scope: events.isFullState
                ? .fullState : events.consumed.map { .news(after: $0) } ?? .everything,
            // What a source orders by a sequence of its own tells its versions one by one.
            keepsVersions: !isFact && events.kind != .extraction,
            keepsLatest: isFact && !spec.isWholeRow)
        corrections = try quarantine.corrections(clean, sequenceColumn: events.sequence.column)
    }

    /// Says what silver holds of the values that the events bring. Before `each`.
    func hold(_ held: HashedValues) {
        rules.probes.held = held
        tally = RuleTally(rules)
    }

    /// Whether `clean` computes one of these columns, so that bronze's own does not tell it.
    private func cleans(_ names: [String]) -> Bool {
        names.contains { name in clean.computed.contains { schema.fields[$0].name == name } }
    }

    /// A batch as its thread leaves it.
    private struct Judged: Sendable {
        var events: EventBatch
        /// The same before `clean`, where that computes something.
        var raw: EventBatch?
        var verdict: RuleVerdict
        /// What a steward decided of the rows.
        var part: QuarantineCorrections.Part
    }

    /// Threads that read and judge, beside the caller's.
    private static let threads = 2
    /// What batches that are judged and not yet taken may hold, about.
    private static let waitingBytes = 96 << 20

    /// Reads every event; `take` gets each batch in the order of arrival, with the rows of it that
    /// pass (nil: all). Batches are read, cleaned and judged on threads of their own; what a
    /// steward corrected is read corrected.
    func each(
        _ take: (EventBatch, [Int]?) throws(LakeError) -> Void
    ) throws(LakeError) {
        let corrections = corrections.forOnePass()
        let (events, clean, rules) = (events, clean, rules)
        let portions = BronzePortions(events)
        let production = OrderedProduction<BronzePortion, Judged, LakeError>(
            threads: corrections.goesInOrder ? 1 : EntityFlow.threads,
            limit: EntityFlow.waitingBytes,
            size: { $0.events.rows.heldBytes },
            next: { () throws(LakeError) in try portions.next() },
            produce: { (portion, give) throws(LakeError) in
                let reader = try BronzeReader(events, only: portion)
                while let raw = try reader.next() {
                    for part in try corrections.apply(raw) {
                        let batch = try clean.apply(part.events)
                        let judged = Judged(
                            events: batch, raw: clean.computed.isEmpty ? nil : part.events,
                            verdict: try rules.evaluate(batch), part: part)
                        if !give(judged) { return }
                    }
                }
            })
        try production.run { (judged) throws(LakeError) in
            try self.take(judged, take)
        }
    }

    private func take(
        _ judged: Judged, _ take: (EventBatch, [Int]?) throws(LakeError) -> Void
    ) throws(LakeError) {
        try world.checkStopping(spec.name)
        let batch = judged.events
        var verdict = judged.verdict
        tally.take(&verdict)
        watch.take(
            batch, raw: judged.raw, contents: judged.part.contents, pardons: judged.part.pardons,
            verdict)
        verdict.pardon(judged.part.pardons, rules)
        rowCounts.take(verdict)
        readCount += batch.rows.count
        observedAt = max(observedAt ?? .min, batch.extractedAt.max() ?? .min)
        world.observer.rowsRead(spec.name, rows: batch.rows.count)
        guard verdict.rejected != nil else { return try take(batch, nil) }
        let rows = verdict.rejectedRows
        try quarantine.add(
            batch, raw: judged.raw, rows: rows, contents: judged.part.contents,
            violations: rules.violations(rows, in: batch, verdict))
        rejectedCount += rows.count
        keepKeys(of: batch, rows)
        try take(batch, verdict.acceptedRows)
    }

    /// How many rows are set aside that were not before. After the last of them.
    func rejectedAnew() throws(LakeError) -> Int64 {
        try quarantine.open()
        return quarantine.result.added
    }

    private func keepKeys(of batch: EventBatch, _ rows: [Int]) {
        if spec.isWholeRow { return }
        var kept = batch
        kept.rows = EntityFlow.columns(spec.key, of: batch)
        kept.invalid = nil
        let columns = kept.rows.columns
        kept = kept.gather(rows.filter { row in columns.allSatisfy { !$0.isNull(row) } })
        if kept.rows.count > 0 { rejected.append(kept) }
    }

    /// The keys of all events, before any is judged, and of the rows in quarantine: a superset of
    /// those that pass. In any order.
    func eachKey(
        _ take: ([Column], Int) throws(LakeError) -> Void
    ) throws(LakeError) {
        try quarantine.eachKey(take)
        try eachRow(of: spec.key) { (keys) throws(LakeError) in
            try take(keys.columns, keys.count)
        }
    }

    /// The columns `names` of all events, cleaned, before any is judged: a pass over bronze which
    /// reads no more than these columns where neither `clean` nor a steward changes them.
    func eachRow(
        of names: [String], _ take: (RecordBatch) throws(LakeError) -> Void
    ) throws(LakeError) {
        let corrections = corrections.forOnePass()
        let (events, clean) = (events, clean)
        let columns = cleans(names) || !corrections.isEmpty ? nil : names
        let portions = BronzePortions(events)
        let production = OrderedProduction<BronzePortion, RecordBatch, LakeError>(
            threads: corrections.goesInOrder ? 1 : EntityFlow.threads,
            limit: EntityFlow.waitingBytes, size: \.heldBytes,
            next: { () throws(LakeError) in try portions.next() },
            produce: { (portion, give) throws(LakeError) in
                let reader = try BronzeReader(events, columns: columns, only: portion)
                while let raw = try reader.next() {
                    for part in try corrections.apply(raw) {
                        let batch = columns == nil ? try clean.apply(part.events) : part.events
                        if !give(EntityFlow.columns(names, of: batch)) { return }
                    }
                }
            })
        try production.run { (rows) throws(LakeError) in
            try self.world.checkStopping(self.spec.name)
            try take(rows)
        }
    }

    private static func columns(_ names: [String], of batch: EventBatch) -> RecordBatch {
        let fields = names.compactMap { batch.rows.schema[$0] }
        return RecordBatch(
            schema: Schema(fields), columns: names.compactMap { batch.rows[$0] },
            count: batch.rows.count)
    }

    /// Which of some rows of silver, by the entity's names, the rules of now reject.
    func failing(_ rows: RecordBatch) throws(LakeError) -> [Int] {
        if rows.count == 0 { return [] }
        let events = EventBatch(
            rows: try inLake { () throws(DeltaError) in try rows.cast(to: schema) },
            sequence: Column(.long, storage: .int64([Int64](repeating: 0, count: rows.count))),
            deletes: nil, extractedAt: [Int64](repeating: 0, count: rows.count), runID: "",
            first: .first)
        return try rules.evaluate(events).rejectedRows
    }

    /// Sets rows that passed aside after all: the merge refuses them. Bronze is read once more,
    /// since a replay starts from what it has.
    func refuse(_ refused: [BronzePosition: RuleViolation]) throws(LakeError) {
        if refused.isEmpty { return }
        let corrections = corrections.forOnePass()
        let reader = try events.reader()
        while let raw = try reader.next() {
            try world.checkStopping(spec.name)
            for part in try corrections.apply(raw) { try refuse(part, refused) }
        }
    }

    private func refuse(
        _ part: QuarantineCorrections.Part, _ refused: [BronzePosition: RuleViolation]
    ) throws(LakeError) {
        let violations = (0..<part.events.rows.count).map { refused[part.events.position($0)] }
        let rows = violations.indices.filter { violations[$0] != nil }
        if rows.isEmpty { return }
        try quarantine.add(
            try clean.apply(part.events), raw: part.events, rows: rows, contents: part.contents,
            violations: rows.map { [violations[$0]].compactMap(\.self) })
        rejectedCount += rows.count
    }

    /// The keys of the rows set aside about which no steward has decided.
    func undecided() throws(LakeError) -> [RecordBatch] {
        var undecided: [RecordBatch] = []
        for batch in rejected {
            let rows = try quarantine.undecided(batch.rows)
            if !rows.isEmpty { undecided.append(batch.rows.gather(rows)) }
        }
        return undecided
    }

    /// Marks the rows in quarantine of the keys of `later` that are older than the sequence which
    /// silver holds of them.
    func supersede(_ later: [FactMerge.LaterVersions]) throws(LakeError) {
        for versions in later {
            try quarantine.supersede(
                key: versions.keys.columns, sequence: versions.sequence,
                rows: versions.keys.count, position: { _ in .first })
        }
    }

    /// Marks the open rows in quarantine that the events which passed overtake. `batches` are
    /// these events, or those of them whose key occurs more than once, with the rows of each that
    /// are meant (nil: all); in the order of arrival.
    func supersede(_ batches: [(events: EventBatch, rows: [Int]?)]) throws(LakeError) {
        for (events, rows) in batches { try quarantine.supersede(by: events, rows: rows) }
    }

    /// Notes when much is set aside; throws when it is more than `max_quarantined` allows. After
    /// the last row is set aside, before anything is published.
    func checkShare(_ result: inout TransformResult) throws(LakeError) {
        let share = try quarantine.share(of: readCount)
        result.waits = share.waits
        try share.check(spec)
        result.share(share, spec)
    }

    /// What was read of bronze. Throws `.receipt` when that is not what bronze's log counts.
    func intake() throws(LakeError) -> BronzeIntake {
        guard let rows = events.rowCount else {
            return BronzeIntake(rows: Int64(readCount), isCounted: false)
        }
        guard rows == Int64(readCount) else {
            throw LakeError(
                .receipt, operation: "read bronze", subject: events.entity.bronze,
                message: "its log counts \(rows) rows, its files have \(readCount); nothing was "
                    + "published",
                hint: "`sluice lake check \(events.entity.bronze)` tells which file it is.")
        }
        return BronzeIntake(rows: rows, isCounted: true, total: try events.takenIn(events.version))
    }

    /// Publishes the rows set aside, before anything of silver.
    ///
    /// - Parameter counted: see `QuarantineLoad.counted`.
    func commitQuarantine(counted: Int64) throws(LakeError) -> QuarantineCounts {
        try world.checkStopping(spec.name)
        quarantine.counted = counted
        return try quarantine.commit()
    }

    /// The same while the caller goes on.
    func beginQuarantineCommit(counted: Int64) throws(LakeError) -> Background<
        QuarantineCounts, LakeError
    > {
        try world.checkStopping(spec.name)
        quarantine.counted = counted
        let commit = try quarantine.prepared()
        return Background { () throws(LakeError) in try commit.publish() }
    }
}
