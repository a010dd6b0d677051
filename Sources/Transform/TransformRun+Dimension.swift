import Columnar
public import Delta
public import Dimensions
public import Events
import Keys
public import Lake
public import Pipeline
import Rules
import Tables

extension TransformRun {
    /// Brings a dimension up to date.
    public func dimension(
        _ spec: DimensionSpec, _ result: inout TransformResult
    ) throws(LakeError) {
        try untilCurrent(&result) { (rechecks, result: inout TransformResult) throws(LakeError) in
            try attempt(spec, rechecks: rechecks, &result)
        }
    }

    private func attempt(
        _ configured: DimensionSpec, rechecks: Bool, _ result: inout TransformResult
    ) throws(LakeError) -> CommitConflict? {
        var spec = configured
        let name = spec.entity.name
        var before = try opened(spec.entity, &result)
        try checkOutside(name, before)
        var events = try news(spec.entity, over: before)
        spec.entity = events.entity
        let isRecheck = try checkRecipe(
            &spec.entity, before, events, closesDeleted: spec.closesDeleted, rechecks: rechecks,
            &result)
        if isRecheck { events = try news(configured.entity, since: nil) }
        let isAnew = options.isRebuild || isRecheck
        if options.isRebuild, events.isFullState, let table = before {
            before = try undone(table, &result)
        }
        world.observer.tableStarted(name, rowsEstimate: events.rowCount)
        if let before, events.removal == nil, try isUpToDate(spec, before, events) {
            try unchanged(spec.entity, before, events, &result)
            return nil
        }
        try events.checkWhole()
        if !isAnew { try checkQuarantine(spec.entity, before) }
        noteGone(before, events, &result)
        try checkComparison(events, before, &result)
        let flow = try flow(
            spec.entity, isFact: false, date: nil, events, over: isAnew ? nil : before)
        var batches: [EventBatch] = []
        try flow.each { (batch, rows) throws(LakeError) in
            let batch = rows.map { batch.gather($0) } ?? batch
            if batch.rows.count > 0 { batches.append(batch) }
        }
        try flow.judge(&result)
        let base = isAnew ? try kept(before, events, &result) : before
        var merge = DimensionMerge(spec, schema: flow.schema, storage: world.storage)
        merge.writerOptions = world.writer
        merge.follow(events)
        merge.options.acceptsTracking = options.acceptsTracking
        merge.options.acceptsDeletes = options.acceptsDeletes
        if isRecheck, let before { _ = try merge.isLaidOut(before) }
        merge.options.isRebuild = isAnew
        merge.options.replaced = before
        // What is cleaned otherwise now has the sequence it had.
        if isAnew, base != nil { merge.options.tieBreak = .lastArrived }
        var transaction = Transaction(merge.table, reading: base)
        var complete = complete(events, flow)
        if isRecheck, let base {
            complete?.failing = try failing(flow, base, isDimension: true)
        }
        let report = try merge.run(batches, complete: complete, into: &transaction)
        let names = DimensionLayout.storedNames(flow.schema, over: before)
        try noteRenamings(spec.entity, flow.schema, names, over: before, &result)
        try setAside(report, batches, flow)
        try flow.checkShare(&result)
        let counted = isAnew ? nil : consumed(name, before)
        let quarantined = try flow.commitQuarantine(counted: counted ?? -1)
        account(report, flow, quarantined, &result)
        guard result.account.isBalanced else { throw TransformRun.unbalanced(result) }
        let final = try published(
            transaction, over: before, base, isAnew: isAnew, flow, result.account, quarantined)
        return try commit(final, report, events, quarantined, &result)
    }

    /// What of the table a rebuild builds upon: neither bronze's last full state nor a bronze that
    /// was made anew tells what was before it, the table's versions do. Those of another key belong
    /// to other members.
    private func kept(
        _ before: Snapshot?, _ events: BronzeEvents, _ result: inout TransformResult
    ) throws(LakeError) -> Snapshot? {
        guard let before, events.isFullState || events.isAnother(than: before) else { return nil }
        let broken = try inLake { () throws(DeltaError) in
            try TableHealing.broken(before, isStopping: world.isStopping)
        }
        do throws(LakeError) {
            try events.entity.checkKey(of: before)
            try events.entity.checkCollations(of: before, world.collations)
            if let first = broken.first { throw LakeError(lake: first.error) }
            let totals = SilverTotals(fact: events.entity.name, transactions: before.transactions)
            let lost = totals.standing - (before.rowCount ?? 0)
            if lost > 0 {
                result.notes.append(
                    "\(lost) versions are gone from the table: bronze does not tell them, so they "
                        + "stay lost")
            }
            return before
        } catch {
            result.notes.append("the history begins anew: \(error.message)")
            return nil
        }
    }

    /// A rebuild takes the place of everything the table holds, in one commit; `base` is what of it
    /// the merge built upon. What is counted begins anew with these rows.
    private func published(
        _ transaction: Transaction, over before: Snapshot?, _ base: Snapshot?, isAnew: Bool,
        _ flow: EntityFlow, _ account: TransformResult.Account,
        _ quarantined: QuarantineCounts
    ) throws(LakeError) -> Transaction {
        var transaction = transaction
        let events = flow.events
        let name = events.entity.name
        let kept = isAnew ? base?.rowCount ?? 0 : 0
        let transactions = isAnew ? [:] : base?.transactions ?? [:]
        let known = SilverTotals(fact: name, transactions: transactions)
        var totals = TransformRun.totals(name, transactions, adding: account)
        // What is repeated is counted with the quarantine.
        totals.events += kept - quarantined.repeated
        totals.duplicates -= quarantined.repeated
        totals.withdrawn += events.withdrawn
        // Of a bronze that is no more, only what became of its rows is known.
        if !events.holdsFullStates { totals.withdrawn += kept }
        totals.take(try flow.intake(), over: known, kept: Int(kept), quarantined)
        try checkBalance(
            events, silver: (base?.rowCount ?? 0) + Int64(account.silver), totals, quarantined)
        if let before, base == nil {
            transaction = try inLake { () throws(DeltaError) in
                try transaction.replacing(before)
            }
        }
        transaction.userMetadata = world.runID
        let counts = totals.transactions(fact: name)
        for (appID, version) in events.consumption.merging(counts, uniquingKeysWith: { $1 }) {
            transaction.setTransaction(appID: appID, version: version)
        }
        return transaction
    }

    private func commit(
        _ transaction: Transaction, _ report: DimensionReport, _ events: BronzeEvents,
        _ quarantined: QuarantineCounts, _ result: inout TransformResult
    ) throws(LakeError) -> CommitConflict? {
        try world.checkStopping(result.table)
        let outcome = try inLake { () throws(DeltaError) in
            try transaction.commit(
                operation: "MERGE",
                metrics: [
                    "numSourceRows": "\(report.events)",
                    "numTargetRowsInserted": "\(report.rowsInserted)",
                    "numTargetRowsUpdated": "\(report.rowsUpdated)",
                    "numTargetRowsDeleted": "\(report.rowsRemoved)",
                ].merging(metrics(result)) { first, _ in first })
        }
        switch outcome {
        case .conflicted(let conflict): return conflict
        case .committed(let committed):
            finish(events, committed, quarantined, &result)
            result.files = report.filesAdded
            result.bytes = transaction.addedBytes
            result.receipt = result.account.text
            if report.missingMembers > 0 {
                result.notes.append("\(report.missingMembers) members gone from the source")
            }
            return nil
        }
    }

    /// What every published table says.
    public func finish(
        _ events: BronzeEvents, _ committed: CommittedVersion,
        _ quarantined: QuarantineCounts, _ result: inout TransformResult
    ) {
        result.rows = result.account.events
        result.low = events.consumed
        result.high = events.version
        result.isBehind = events.hasMore
        result.version = committed.version
        result.silverVersion = committed.version
        result.guarantee =
            "bronze up to version \(events.version)"
            + (events.isFullState ? ", a full state" : "")
        if let note = committed.note { result.notes.append(note) }
        if quarantined.superseded > 0 {
            result.notes.append("\(quarantined.superseded) rows in quarantine are superseded")
        }
    }

    private func complete(_ events: BronzeEvents, _ flow: EntityFlow) -> CompleteSnapshot? {
        guard events.isFullState else { return nil }
        let time = flow.observedAt ?? events.stateTime ?? world.startedAt
        return CompleteSnapshot(observedAt: time, others: flow.rejected.map(\.rows))
    }

    /// Rows that the merge refuses go to quarantine as those that break a rule.
    private func setAside(
        _ report: DimensionReport, _ batches: [EventBatch], _ flow: EntityFlow
    ) throws(LakeError) {
        let key = flow.spec.key
        var refused: [BronzePosition: RuleViolation] = [:]
        var rows = [Set<Int>](repeating: [], count: batches.count)
        for event in report.refused {
            refused[event.position] = RuleViolation(
                rule: event.rule.rawValue, column: key.joined(separator: ","),
                observed: batches[event.batch].keyText(key, row: event.row),
                message: event.message)
            rows[event.batch].insert(event.row)
        }
        try flow.refuse(refused)
        try flow.supersede(
            zip(batches, rows).map { batch, refused in
                if refused.isEmpty { return (batch, nil) }
                return (batch, (0..<batch.rows.count).filter { !refused.contains($0) })
            })
    }

    private func account(
        _ report: DimensionReport, _ flow: EntityFlow, _ quarantined: QuarantineCounts,
        _ result: inout TransformResult
    ) {
        result.account.events = flow.readCount
        TransformRun.count(report, &result.account)
        result.account.take(rejected: flow.rejectedCount, quarantined)
    }

    /// Where the events of a dimension's merge are.
    public static func count(_ report: DimensionReport, _ account: inout TransformResult.Account) {
        account.silver = report.rowsInserted - report.rowsRemoved
        // An event within a version, or one that a late event overtook, has no row of its own. Of
        // events that a run which died noted in the journal only the rows are new: these events
        // count as repeated, so that many repetitions are none.
        let rest = report.versions + report.overwrites - account.silver
        account.superseded = max(rest, 0)
        account.duplicates = report.duplicates + min(rest, 0)
        account.deleted = report.deletes
    }

    public static func unbalanced(_ result: TransformResult) -> LakeError {
        LakeError(
            .receipt, operation: "reconcile", subject: result.table,
            message: result.account.text,
            hint: "Nothing was published; this is a defect, please report it.")
    }
}

extension EventBatch {
    /// A row's key as text; nil when all of it is NULL.
    func keyText(_ key: [String], row: Int) -> String? {
        let columns = key.compactMap { rows[$0] }
        if columns.allSatisfy({ $0.isNull(row) }) { return nil }
        return columns.map { $0.isNull(row) ? "NULL" : $0.text(row) }.joined(separator: ",")
    }
}
