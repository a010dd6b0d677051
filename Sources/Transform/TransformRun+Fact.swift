import Columnar
import Delta
import Dimensions
import Events
public import Facts
import Keys
public import Lake
public import Pipeline
import Rules
import Work

extension TransformRun {
    /// At most so many rows that are judged again are compared with silver one by one.
    private static let comparedRows: Int64 = 2_000_000

    /// Brings a fact up to date.
    public func fact(_ spec: FactSpec, _ result: inout TransformResult) throws(LakeError) {
        try untilCurrent(&result) { (rechecks, result: inout TransformResult) throws(LakeError) in
            try attempt(spec, rechecks: rechecks, &result)
        }
    }

    private func attempt(
        _ configured: FactSpec, rechecks: Bool, _ result: inout TransformResult
    ) throws(LakeError) -> CommitConflict? {
        var spec = configured
        let name = spec.entity.name
        var before = try opened(spec.entity, &result)
        try checkOutside(name, before)
        var events = try news(spec.entity, over: before)
        spec.entity = events.entity
        let isRecheck = try checkRecipe(
            &spec.entity, before, events, rechecks: rechecks, &result)
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
        try events.checkWholeRows()
        if !isAnew { try checkQuarantine(spec.entity, before) }
        before = try keepable(before, events, &result)
        try checkComparison(events, before, &result)
        let flow = try flow(
            spec.entity, isFact: true, date: spec.date, events, over: isAnew ? nil : before)
        let table = try FactTable(
            spec, cleaned: flow.schema, sequenceColumn: events.sequence.column,
            over: before, storage: world.storage, isReplaced: options.isRebuild)
        try noteRenamings(spec.entity, flow.schema, table.names, over: before, &result)
        let merge = try FactMerge(table, options: factOptions(events, isRecheck: isRecheck))
        let rows = events.rowCount ?? 0
        if rows <= options.announcedRows || merge.options.mode == .recheck {
            merge.reserve(Int(rows))
        } else {
            try announce(flow, merge, rowCount: Int(rows))
        }
        try flow.each { (batch, rows) throws(LakeError) in
            try merge.add(batch, rows: rows)
        }
        try flow.judge(&result)
        if events.isFullState {
            try checkState(flow, merge, over: isRecheck ? before : nil)
        }
        // Silver is searched while the quarantine is still being read.
        let knowsLater = !merge.isFirstBuild && !events.isFullState && !isAnew
        let later = knowsLater ? try merge.laterVersions(of: flow.rejected) : []
        try flow.refuse(TransformRun.refusals(try merge.takeLate(), .nullSequence))
        // A row in quarantine has its key announced, so what overtakes it is among these.
        try flow.supersede(merge.heldEvents)
        try flow.supersede(later)
        try flow.checkShare(&result)
        // Before anything of silver is published, so it may well be while that is written.
        let counted = isAnew ? nil : consumed(name, before)
        let quarantine = try flow.beginQuarantineCommit(counted: counted ?? -1)
        defer { quarantine.wait() }
        var change = try merge.prepare(
            transactions: events.consumption, userMetadata: world.runID)
        let quarantined = try quarantine.value()
        change.take(try flow.intake(), quarantined)
        account(change.report, flow, quarantined, &result)
        guard result.account.isBalanced else { throw TransformRun.unbalanced(result) }
        try checkBalance(
            events, silver: change.report.rowsAfter, change.totals, quarantined)
        return try commit(change, events, quarantined, &result)
    }

    private func announce(
        _ flow: EntityFlow, _ merge: FactMerge, rowCount: Int
    ) throws(LakeError) {
        if flow.spec.isWholeRow {
            return try flow.eachRow(of: flow.spec.key) { (batch) throws(LakeError) in
                try merge.expect(batch, rowCount: rowCount)
            }
        }
        try flow.eachKey { (keys, count) throws(LakeError) in
            try merge.expect(keys, count: count, rowCount: rowCount)
        }
    }

    /// What has to be looked at before a full state becomes silver.
    ///
    /// - Parameter silver: the table whose rows are judged again too; nil when they are not.
    private func checkState(
        _ flow: EntityFlow, _ merge: FactMerge, over silver: Snapshot?
    ) throws(LakeError) {
        if flow.spec.isWholeRow {
            return try merge.checkRows(
                rejected: flow.rejectedCount, anew: try flow.rejectedAnew())
        }
        var gone: [RecordBatch] = []
        if let silver { gone = try failing(flow, silver, isDimension: false) }
        for keys in staying(flow.rejected, gone, flow.spec) { merge.keep(keys) }
        // Of a key that a state holds in good and bad copies nobody knows which is right.
        let copies = try merge.takeCopies(of: try flow.undecided())
        try flow.refuse(TransformRun.refusals(copies, .duplicateKey))
        try merge.checkDeletes(butFor: gone)
    }

    /// Why rows that passed the rules are set aside.
    private static func refusals(
        _ positions: [BronzePosition], _ rule: RefusedEvent.Rule
    ) -> [BronzePosition: RuleViolation] {
        let violation = RuleViolation(
            rule: rule.rawValue, column: "", observed: nil, message: rule.message)
        return Dictionary(positions.map { ($0, violation) }, uniquingKeysWith: { $1 })
    }

    private func factOptions(_ events: BronzeEvents, isRecheck: Bool) -> FactOptions {
        var factOptions = FactOptions()
        factOptions.mode =
            options.isRebuild ? .replace : events.isFullState ? .fullState : .merge
        if isRecheck {
            // Comparing holds all rows; of very many the table is written anew.
            let isFew = events.rowCount ?? .max <= TransformRun.comparedRows
            factOptions.mode = isFew ? .recheck : .replace
        }
        factOptions.isFullState = events.isFullState
        factOptions.acceptsDeletes = options.acceptsDeletes
        factOptions.consumed = events.consumed ?? -1
        factOptions.withdrawn = events.withdrawn
        factOptions.writer = world.writer
        return factOptions
    }

    private func commit(
        _ change: FactChange, _ events: BronzeEvents, _ quarantined: QuarantineCounts,
        _ result: inout TransformResult
    ) throws(LakeError) -> CommitConflict? {
        try world.checkStopping(result.table)
        guard let outcome = try change.commit(metrics: metrics(result)) else {
            unchanged(&result, events)
            return nil
        }
        switch outcome {
        case .conflicted(let conflict): return conflict
        case .committed(let committed):
            finish(events, committed, quarantined, &result)
            if events.isFullState, change.report.missing > 0 {
                result.notes.append(
                    "\(change.report.missing) "
                        + (events.entity.isWholeRow
                            ? "rows gone from the source, or changed there"
                            : "keys gone from the source"))
            }
            result.files = change.report.filesAdded
            result.bytes = change.report.bytesAdded
            result.receipt = result.account.text
            return nil
        }
    }

    private func account(
        _ report: FactReport, _ flow: EntityFlow, _ quarantined: QuarantineCounts,
        _ result: inout TransformResult
    ) {
        result.account.events = flow.readCount
        TransformRun.count(report, &result.account)
        result.account.take(rejected: flow.rejectedCount, quarantined)
    }

    /// Where the events of a fact's merge are.
    public static func count(_ report: FactReport, _ account: inout TransformResult.Account) {
        account.silver = Int(report.rowsAfter - report.rowsBefore)
        account.superseded = report.superseded
        account.duplicates = report.duplicates
        account.deleted = report.deleted
    }
}
