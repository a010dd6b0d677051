import Columnar
import Delta
import Lake
import Source
import Storage

/// Extracts one table: window, reads, proof, one commit.
struct TableExtract {
    let plan: TablePlan
    let storage: any LakeStorage
    /// The table's folder under the lake.
    let path: String
    let runID: String
    /// Microseconds UTC: the time of extraction of every row of the run.
    let startedAt: Int64
    /// The server's clock when the run began, microseconds UTC.
    let sourceStart: Int64
    let options: ExtractOptions
    let world: ExtractWorld
    let moments: SourceMoments

    /// Reads and commits; a failure is in the result, with nothing of the table published.
    func run() -> TableResult {
        var result = TableResult(table: plan.table.name, mode: plan.mode)
        let began = world.now()
        world.observer.tableStarted(plan)
        do throws(ExtractError) {
            try attemptRepeatedly(&result)
        } catch {
            var error = error
            if error.isDamage { error.hint = Remedy(bronze: plan.table.named).text }
            result.error = error
            if error.code == .receipt { result.receipt = .mismatch(error.message) }
        }
        result.seconds = Double(world.now() - began) / 1_000_000
        world.observer.tableFinished(result)
        return result
    }

    /// What fails outside of a chunk's read, or in a table that needs one state of the source,
    /// begins anew with the whole table.
    private func attemptRepeatedly(_ result: inout TableResult) throws(ExtractError) {
        let first = result
        let policy = RetryPolicy(attempts: options.attempts)
        result = try policy.repeating("the table", of: plan.table.name, in: world) {
            (attempt) throws(ExtractError) in
            var fresh = first
            if world.isStopping() { throw ExtractError.interrupted(plan) }
            if attempt > 1 { try reconnect() }
            try extract(&fresh)
            return fresh
        }
    }

    private func reconnect() throws(ExtractError) {
        try inSource { () throws(SourceError) in try moments.reconnect() }
    }

    private func extract(_ result: inout TableResult) throws(ExtractError) {
        if options.isFull { result.notes += try heal() }
        var bronze = try openBronze()
        if let widening = try bronze.widen(isStopping: world.isStopping) {
            result.notes.append(widening)
            bronze = try openBronze()
        }
        result.notes += bronze.changes
        let set = try prepare(bronze)
        result.low = set.low
        result.high = set.high
        result.guarantee = set.guarantee
        if options.verification == .off { result.guarantee.add(.notCounted) }
        if plan.condition != nil { result.guarantee.add(.filtered) }
        result.notes += set.notes
        let (outcome, wasSplit) = try read(set, bronze)
        if wasSplit {
            result.guarantee.add(.connectionLost)
        }
        addNotes(outcome, to: &result)
        result.rowsRead = outcome.rowsRead
        result.receipt = outcome.receipt
        if let unchanged = set.unchangedDigest, outcome.digests.isEqual(to: unchanged) {
            outcome.discard()
            var nothing = set
            nothing.transactions = []
            nothing.commitsWithoutRows = false
            result.high = set.low
            result.version = try commit([], nothing, bronze, outcome)
            return
        }
        result.version = try commit(outcome.files, set, bronze, outcome)
        result.notes += bronze.notes
        result.rows = outcome.rowsWritten
        result.files = outcome.files.count
        result.bytes = outcome.byteCount
        result.error = withheld(set)
    }

    /// What could be read is committed, and what waits has waited for too long.
    private func withheld(_ set: ReadSet) -> ExtractError? {
        guard set.lag > options.maxLagMicroseconds, set.guarantee.withheld > 0 else { return nil }
        let hours = set.lag / 3_600_000_000
        return ExtractError(
            .withheld, operation: "extract", subject: plan.name,
            message: "\(set.guarantee.withheld) rows are withheld and the table stands still at "
                + "\(set.high ?? "its beginning"), \(hours) h behind the server's clock; "
                + (set.notes.last ?? "a transaction is open"),
            hint: "End the transaction that is named, or raise extract.max_lag; the next run then "
                + "takes the rest.")
    }

    func openBronze() throws(ExtractError) -> BronzeTable {
        let main = moments.group.main
        let bronze = try BronzeTable(
            plan, storage: storage, path: path, identity: main.identity, options: options,
            runID: runID)
        // A column that may no longer be read is no column that was dropped: filling it with
        // nulls would destroy what silver knows of it.
        for column in bronze.properties.newlyVanished {
            let refusal = main.refusal(
                schema: plan.table.schema, table: plan.table.name, column: column)
            guard let refusal, refusal.code == .privilege else { continue }
            var error = ExtractError(refusal)
            error.subject = plan.name
            error.message =
                "column \(column) may no longer be read: \(refusal.message); "
                + "nothing was read, bronze keeps its values"
            error.hint =
                "Grant SELECT on the column again, or leave it out with columns: {exclude: "
                + "[\(column)]}."
            throw error
        }
        return bronze
    }

    /// Connections the table is worth: one for a small table, a view or an unproven snapshot.
    private var connections: Int {
        let isLarge = plan.table.rowsEstimate >= Int64(Chunker.leastRowsToCut)
        return isLarge && plan.chunkColumn != nil ? options.connections : 1
    }

    func prepare(_ bronze: BronzeTable) throws(ExtractError) -> ReadSet {
        switch (plan.mode, plan.watermark) {
        case (.incremental, let watermark?):
            let read = IncrementalRead(
                plan: plan, watermark: watermark, options: options, world: world,
                runStart: sourceStart)
            var set = try read.prepare(moments, connections: connections, bronze)
            let continuity = TableContinuity(plan: plan, watermark: watermark)
            if set.low != nil, !options.acceptsSource {
                try continuity.check(bronze, moments.group.main)
            }
            set.transactions += continuity.transactions
            // What is accepted, or only rebuilt, is not looked into again.
            if continuity.isNew(bronze) { set.commitsWithoutRows = true }
            return set
        case (.append, let id?):
            let read = AppendRead(plan: plan, id: id, options: options)
            return try read.prepare(moments, connections: connections, bronze)
        default:
            return try SnapshotRead(plan: plan, options: options)
                .prepare(moments, connections: connections, bronze)
        }
    }

    func passReader(_ set: ReadSet, _ bronze: BronzeTable) -> PassReader {
        let shaper = BatchShaper(
            masking: bronze.masking, sourceNames: plan.columns.map(\.name),
            fields: bronze.shape.fields, runID: runID, extractedAt: startedAt)
        let reader = ChunkReader(
            plan: plan, files: bronze.files, shaper: shaper, options: options, world: world,
            digests: plan.mode == .snapshot
                ? ContentDigests(comparedWith: set.unchangedDigest) : ContentDigests(),
            unchangedDigest: set.unchangedDigest)
        return PassReader(
            reader: reader, moments: moments, connections: connections,
            needsOneState: set.needsOneState)
    }

    private func read(_ set: ReadSet, _ bronze: BronzeTable) throws(ExtractError)
        -> (outcome: ChunkOutcome, wasSplit: Bool)
    {
        var reader = passReader(set, bronze)
        var total: ChunkOutcome?
        var wasSplit = false
        do throws(ExtractError) {
            for pass in set.passes {
                let (outcome, split) = try reader.read(pass)
                wasSplit = wasSplit || split
                if total == nil { total = outcome } else { total?.add(outcome) }
            }
        } catch {
            total?.discard()
            throw error
        }
        return (total ?? ChunkOutcome(), wasSplit)
    }

    private func commit(
        _ files: [DataFileWriter], _ set: ReadSet, _ bronze: BronzeTable, _ outcome: ChunkOutcome
    ) throws(ExtractError) -> Int64? {
        var tags = [BronzeTag.run: runID, BronzeTag.mode: plan.mode.rawValue]
        tags[BronzeTag.low] = set.lowTag ?? ""
        tags[BronzeTag.high] = set.highTag
        tags[BronzeTag.digest] = outcome.digests.text
        do throws(ExtractError) {
            return try bronze.commit(files, set, tags: tags)
        } catch {
            // Files already published are swept as orphans by the next run.
            outcome.discard()
            throw error
        }
    }

    private func addNotes(_ outcome: ChunkOutcome, to result: inout TableResult) {
        for (column, count) in outcome.invalidCounts.sorted(by: { $0.key < $1.key }) {
            result.notes.append(
                "\(count) values of \(column) have no typed form: null, "
                    + "raw text in \(BronzeSchema.invalid)")
        }
        let zone = plan.typeOptions.timeZone.name
        for (column, count) in outcome.unclearCounts.sorted(by: { $0.key < $1.key }) {
            result.notes.append(
                "\(count) values of \(column) are times that clocks of \(zone) show twice or skip: "
                    + "taken as the first of the two, or shifted forward")
        }
    }
}
