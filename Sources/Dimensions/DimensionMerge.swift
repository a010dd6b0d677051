public import Columnar
public import Delta
public import Events
public import Lake
public import Parquet
public import Pipeline
public import Storage

/// Merges events into a dimension: a Delta table that keeps every version of every member with
/// the time it was valid (docs/specification/dimensions.md).
///
/// The result depends on the set of events alone, not on their order or on how they were split
/// into runs. Files without a touched member are not read beyond their key columns; files whose
/// rows change are written anew, new versions go into new files, and a batch that changes nothing
/// writes nothing.
public struct DimensionMerge: Sendable {
    public private(set) var spec: DimensionSpec
    /// The cleaned columns that the source has now; the table may have others that it dropped.
    public let schema: Schema
    public let storage: any LakeStorage
    public let lakePath: String
    public var options: DimensionOptions
    public var writerOptions = WriterOptions()

    public init(
        _ spec: DimensionSpec, schema: Schema, storage: any LakeStorage, lakePath: String = "",
        options: DimensionOptions = DimensionOptions()
    ) {
        self.spec = spec
        self.schema = schema
        self.storage = storage
        self.lakePath = lakePath
        self.options = options
    }

    public var name: String { spec.entity.name }

    /// Takes over what orders the events: it tells the time of versions, and where no column is
    /// configured for it, the one taken by default is no attribute whose change makes a version.
    public mutating func follow(_ events: BronzeEvents) {
        options.kind = events.kind
        spec.entity.sequence = spec.entity.sequence ?? events.sequence.column
    }

    /// The dimension's table.
    public var table: DeltaTable {
        let folder = (lakePath.isEmpty ? "" : lakePath + "/") + TablePath.silver(name)
        return DeltaTable(storage: storage, path: folder)
    }

    /// The table of events that the versions alone do not tell.
    public var journalTable: DeltaTable {
        DeltaTable(storage: storage, path: MemberJournal.path(lakePath, name))
    }

    /// Works `events` into the dimension as `transaction.snapshot` shows it, and puts the files
    /// that change into `transaction`; committing is the caller's, with its own `txn`. The journal
    /// is committed here, before.
    ///
    /// - Parameter state: that the events are the whole source.
    /// - Throws: `.drift` for a changed tracked set or type, `.refused` when a snapshot would close
    ///   too many members, `.receipt` when the outcome would not be a history, `.lake`. Then the
    ///   transaction is as it was.
    public func run(
        _ events: [EventBatch], complete state: CompleteSnapshot? = nil,
        into transaction: inout Transaction
    ) throws(LakeError) -> DimensionReport {
        let snapshot = transaction.snapshot
        var layout = try DimensionLayout(
            spec, given: schema, untold: UntoldColumns(events, options), snapshot: snapshot,
            replacing: options.replaced,
            acceptsTracking: options.acceptsTracking || options.isRebuild)
        let batches = events.map { $0.stored(by: layout.names) }
        var complete = state
        complete?.others = state?.others.map { layout.names.stored($0) } ?? []
        complete?.failing = state?.failing.map { layout.names.stored($0) } ?? []
        let hasher = MemberHasher(layout.cleaned, by: layout.collations)
        var intake = MemberIntake(
            layout, hasher, options, takesDeletes: spec.closesDeleted,
            capacity: batches.reduce(0) { $0 + $1.rows.count })
        intake.take(batches)
        let journal =
            options.kind == .extraction
            ? nil
            : try lake { () throws(DeltaError) in
                let journal = try MemberJournal(
                    journalTable, layout, hasher, isNew: snapshot == nil || options.isRebuild)
                try journal.check(against: snapshot, name)
                return journal
            }
        layout.generation = journal?.generation ?? 0
        let history = snapshot.map {
            MemberHistory(snapshot: $0, layout: layout, hasher: hasher)
        }
        var outcome = MemberOutcome(name: name, layout: layout, intake: intake)
        if let complete { try outcome.takePresence(complete, history, spec) }
        let (versions, known) = try lake { () throws(DeltaError) in
            (
                // Members that a snapshot lacks have no event that tells their key.
                try history?.versions(
                    of: &outcome.intake, within: complete == nil ? outcome.intake.range : nil)
                    ?? [],
                try journal?.events(
                    of: &outcome.intake, within: complete == nil ? outcome.intake.range : nil) ?? []
            )
        }
        outcome.decide(versions, known, batches, complete)
        try outcome.check()
        outcome.giveKeys(spec)
        var report = outcome.report
        report.events = batches.reduce(0) { $0 + $1.rows.count }
        report.journaled = outcome.unrecorded.count
        let rewrite = DimensionRewrite(
            table: table, layout: layout, options: options, writerOptions: writerOptions,
            store: outcome.intake.store)
        let newKeys = try distinctKeys(outcome.plan)
        let files = try lake { () throws(DeltaError) in
            try rewrite.write(outcome.plan, snapshot) { () throws(DeltaError) in
                try history?.taken(newKeys)
            }
        }
        if let clash = files.clash { throw clashing(clash) }
        try lake { () throws(DeltaError) in
            try journal?.append(
                outcome.unrecorded, of: outcome.intake.store, options: writerOptions)
            try rewrite.apply(files, outcome.plan, snapshot, to: &transaction, &report)
        }
        let counted = journal.map { $0.eventCount + Int64(outcome.unrecorded.count) } ?? 0
        let kept = MemberJournal.transactionName(name)
        // A table made anew may take the place of one that counts on others.
        if journal?.isNew == true || counted != snapshot?.transactions[kept] ?? 0 {
            transaction.setTransaction(appID: kept, version: counted)
        }
        return report
    }

    /// Whether the table is laid out as is configured, so that without events nothing has to be
    /// done. Throws as `run` does for what does not go together.
    public func isLaidOut(_ snapshot: Snapshot) throws(LakeError) -> Bool {
        let layout = try DimensionLayout(
            spec, given: schema, snapshot: snapshot, acceptsTracking: options.acceptsTracking)
        return !options.acceptsTracking || layout.configuration == snapshot.configuration
    }

    /// Runs what may fail in the lake.
    public func lake<Result>(
        _ body: () throws(DeltaError) -> Result
    ) throws(LakeError) -> Result {
        do { return try body() } catch {
            var failure = LakeError(lake: error)
            failure.message = "dimension \(name): \(failure.message)"
            throw failure
        }
    }

    /// The surrogate keys that a plan makes; no two versions may share one.
    private func distinctKeys(_ plan: DimensionPlan) throws(LakeError) -> Set<Int64> {
        var seen: Set<Int64> = []
        for key in plan.newSurrogateKeys where !seen.insert(key).inserted { throw clashing(key) }
        return seen
    }

    private func clashing(_ key: Int64) -> LakeError {
        LakeError(
            .receipt, operation: "merge", subject: "dimension \(name)",
            message: "two versions have the surrogate key \(key)",
            hint: "Nothing was published. Look for versions of one member that begin at the "
                + "same time, then build the dimension anew with --rebuild.")
    }
}
