import Columnar
import Delta
import Dimensions
import Events
import Facts
import Keys
public import Lake
import Pipeline
public import Quarantine
import Rules

/// What replaying rows of a quarantine came to.
public struct ReplayResult: Sendable {
    public var entity: String
    /// Rows judged again.
    public var judged = 0
    /// Rows that pass now and go to silver.
    public var passed = 0
    public var stillOpen = 0
    /// Rows that pass now and go to silver with the next run, which takes them in.
    public var unread = 0
    /// Ids of rows that pass, and of which silver holds a later version: they are superseded.
    public var superseded: [String] = []
    /// Other rows that waited in quarantine and that the replayed ones overtake.
    public var overtaken = 0
    /// Ids and reasons of rows that still fail.
    public var failures: [QuarantineReplay.Failed] = []
    /// What became of the entity's silver table, nil when nothing was published.
    public var silver: TransformResult?
}

extension TransformRun {
    /// Judges quarantined rows of one entity by the rules of now and publishes those that pass.
    ///
    /// They carry their sequence and their place in bronze, so a stale row never takes the place of
    /// a newer good one. With `isDryRun` nothing is written.
    public func replay(
        _ name: String, _ selection: QuarantineSelection, fixes: QuarantineFixes,
        isDryRun: Bool, _ decision: QuarantineDecision, isAutomatic: Bool = false
    ) throws(LakeError) -> ReplayResult {
        var dimension = pipeline.dimensions.first { $0.entity.name == name }
        var fact = pipeline.facts.first { $0.entity.name == name }
        let before = try silver(name)
        // Without silver there may be rows for which its first run was stopped.
        let quarantine = try QuarantineTable(name, storage: world.storage).snapshot()
        guard let configured = dimension?.entity ?? fact?.entity,
            before != nil || quarantine?.rowCount ?? 0 > 0
        else {
            throw LakeError(
                .configuration, operation: "replay", subject: name,
                message: "there is no silver table of this name yet",
                hint: "Run sluice transform first.")
        }
        if let before { try checkOutside(name, before) }
        let consumed = before?.transactions[BronzeEvents.transactionName(entity: name)]
        let events = try BronzeEvents(
            configured, storage: world.storage, consumed: consumed, mark: mark(name, before),
            collations: world.collations)
        let entity = events.entity
        if let before { try entity.checkCollations(of: before, world.collations) }
        dimension?.entity = entity
        fact?.entity = entity
        let clean = try Clean(entity, bronze: events.schema, now: world.startedAt)
        let rules = try RuleSet(
            entity, date: fact?.date, schema: clean.schema, probes: try probes(entity, before))
        let steward = QuarantineSteward(entity, storage: world.storage)
        if !isDryRun { _ = try steward.quarantine.settled() }
        let last = before?.transactions[QuarantineTable.replayName(name)] ?? 0
        let work = ReplayWork(
            entity: entity, schema: clean.schema, events: events, before: before,
            number: max(world.startedAt, last + 1), isDryRun: isDryRun)
        var replay = try judged(entity, rules, over: before) { (rules) throws(LakeError) in
            try steward.replay(
                selection, fixes: fixes, clean: clean, rules: rules,
                sequenceType: events.kind == .number ? .long : .timestamp,
                sequenceColumn: events.sequence.column, consumed: consumed ?? -1,
                now: world.startedAt)
        }
        // Nobody asked: a row that fails as it did is left as it is.
        if isAutomatic { replay.failed.removeAll { $0.isUnchanged } }
        var result = ReplayResult(entity: name)
        result.judged = replay.count
        let note = { (replay: QuarantineReplay, stale: [BronzePosition]) throws(LakeError) in
            let stale = Set(stale)
            result.passed = replay.passed.count - stale.count
            result.stillOpen = replay.failed.count
            result.unread = replay.unread.count
            result.failures = replay.failed
            result.superseded = replay.passed.filter { stale.contains($0.position) }.map(\.id)
            if isDryRun { return }
            let noted = try steward.note(
                replay, number: work.number, stale: stale, runID: world.runID,
                keepsVersions: dimension != nil && events.kind != .extraction, decision)
            result.overtaken = noted.overtaken
            if noted.overtaken > 0 { result.stillOpen = noted.stillOpen }
        }
        if replay.passed.isEmpty {
            try note(replay, [])
        } else if let dimension {
            result.silver = try publish(dimension, replay, work, note)
        } else if let fact {
            result.silver = try publish(fact, replay, work, note)
        }
        if result.silver != nil { _ = try steward.quarantine.settled() }
        return result
    }

    /// What `judge` finds by the rules and what silver holds. Where they ask for unique values it
    /// judges twice, first only to tell of which values silver is asked.
    private func judged(
        _ entity: EntitySpec, _ rules: RuleSet, over silver: Snapshot?,
        _ judge: (RuleSet) throws(LakeError) -> QuarantineReplay
    ) throws(LakeError) -> QuarantineReplay {
        guard let silver, !uniqueColumns(entity, silver).isEmpty else { return try judge(rules) }
        var rules = rules
        let questions = ValueQuestions(by: entity.collations)
        rules.probes.held = questions
        _ = try judge(rules)
        rules.probes.held = try held(questions.values, entity, silver)
        return try judge(rules)
    }

    /// Brings the One Big Tables that show `entity` up to date, where all they show is made.
    public func refresh(after entity: String) throws(LakeError) -> [TransformResult] {
        var results: [TransformResult] = []
        for spec in pipeline.oneBigTables
        where spec.fact == entity || spec.joins.contains(where: { $0.dimension == entity }) {
            var isMade = true
            for name in [spec.fact] + spec.joins.map(\.dimension) where isMade {
                isMade = try silver(name) != nil
            }
            if !isMade { continue }
            var result = TransformResult(table: spec.name, mode: .oneBigTable)
            try oneBigTable(spec, &result)
            results.append(result)
        }
        return results
    }

    /// What both kinds of silver tables need of a replay.
    private struct ReplayWork {
        let entity: EntitySpec
        let schema: Schema
        let events: BronzeEvents
        /// Nil before the first run that was not stopped: then no row can be published.
        let before: Snapshot?
        /// Names the replay in quarantine and silver.
        let number: Int64
        let isDryRun: Bool
    }

    private func publish(
        _ spec: DimensionSpec, _ replay: QuarantineReplay, _ work: ReplayWork,
        _ note: (QuarantineReplay, [BronzePosition]) throws(LakeError) -> Void
    ) throws(LakeError) -> TransformResult? {
        if work.isDryRun {
            try note(replay, [])
            return nil
        }
        var merge = DimensionMerge(spec, schema: work.schema, storage: world.storage)
        merge.writerOptions = world.writer
        merge.follow(work.events)
        var transaction = Transaction(merge.table, reading: work.before)
        transaction.userMetadata = world.runID
        transaction.reads = .wholeTable
        merge.options.isReplay = true
        let dropped = work.before.map { DimensionLayout.dropped(of: $0) } ?? []
        let batches = replay.batches.map { batch in
            var batch = batch
            batch.absent = dropped.filter { batch.rows[$0]?.nullCount == batch.rows.count }
            return batch
        }
        let report = try merge.run(batches, into: &transaction)
        // What the merge refuses stays open, with its reason.
        let rest = replay.refusing(report.refused, key: spec.entity.key)
        try note(rest, [])
        if rest.passed.isEmpty { return nil }
        var silver = TransformResult(table: spec.entity.name, mode: .dimension)
        silver.account.events = report.events - report.refused.count
        TransformRun.count(report, &silver.account)
        let totals = TransformRun.totals(
            spec.entity.name, work.before?.transactions ?? [:], adding: silver.account)
        for (appID, version) in totals.transactions(fact: spec.entity.name) {
            transaction.setTransaction(appID: appID, version: version)
        }
        transaction.setTransaction(
            appID: QuarantineTable.replayName(spec.entity.name), version: work.number)
        let outcome = try inLake { () throws(DeltaError) in
            try transaction.commit(operation: "MERGE")
        }
        silver.files = report.filesAdded
        silver.bytes = transaction.addedBytes
        try take(outcome, &silver)
        return silver
    }

    private func publish(
        _ spec: FactSpec, _ replay: QuarantineReplay, _ work: ReplayWork,
        _ note: (QuarantineReplay, [BronzePosition]) throws(LakeError) -> Void
    ) throws(LakeError) -> TransformResult? {
        let table = try FactTable(
            spec, cleaned: work.schema, sequenceColumn: work.events.sequence.column,
            over: work.before, storage: world.storage)
        var options = FactOptions()
        options.consumed = work.events.consumed ?? -1
        options.writer = world.writer
        var terms = FactOptions.Replay()
        terms.yielding = Set(replay.passed.filter(\.hasNewKey).map(\.position))
        options.replay = terms
        let merge = try FactMerge(table, options: options)
        try merge.numberAfterSilver(replay.batches)
        for batch in replay.batches { try merge.add(batch) }
        let late = try merge.takeLate().map { position in
            RefusedEvent(
                rule: .nullSequence, batch: 0, row: 0, position: position,
                message: RefusedEvent.Rule.nullSequence.message)
        }
        let replay = replay.refusing(late, key: spec.entity.key)
        let stale = try merge.overtaken()
        if work.isDryRun || stale.count == replay.passed.count {
            try note(replay, stale)
            return nil
        }
        let name = QuarantineTable.replayName(spec.entity.name)
        let change = try merge.prepare(
            transactions: [name: work.number], userMetadata: world.runID)
        try note(replay, stale)
        var silver = TransformResult(table: spec.entity.name, mode: .fact)
        silver.account.events = change.report.events
        TransformRun.count(change.report, &silver.account)
        silver.files = change.report.filesAdded
        silver.bytes = change.report.bytesAdded
        guard let outcome = try change.commit() else { return nil }
        try take(outcome, &silver)
        return silver
    }

    private func take(
        _ outcome: CommitOutcome, _ silver: inout TransformResult
    ) throws(LakeError) {
        let committed = try inLake { () throws(DeltaError) in
            try outcome.committed("commit", silver.table)
        }
        silver.rows = silver.account.events
        silver.version = committed.version
        silver.receipt = silver.account.text
    }

    /// The totals of a silver table after `account`.
    static func totals(
        _ name: String, _ before: [String: Int64], adding account: TransformResult.Account
    ) -> SilverTotals {
        var totals = SilverTotals(fact: name, transactions: before)
        totals.events += Int64(account.events - account.quarantined)
        totals.superseded += Int64(account.superseded)
        totals.duplicates += Int64(account.duplicates)
        totals.deleted += Int64(account.deleted)
        return totals
    }
}

extension QuarantineReplay {
    /// The replay without the rows that a merge refuses: they failed, for its reasons.
    fileprivate func refusing(_ refused: [RefusedEvent], key: [String]) -> QuarantineReplay {
        var replay = self
        let reasons = Dictionary(
            refused.map { ($0.position, $0) }, uniquingKeysWith: { first, _ in first })
        replay.passed.removeAll { reasons[$0.position] != nil }
        for row in passed {
            guard let event = reasons[row.position] else { continue }
            let violation = RuleViolation(
                rule: event.rule.rawValue, column: key.joined(separator: ","), observed: nil,
                message: event.message)
            replay.failed.append(.init(id: row.id, violations: [violation]))
        }
        return replay
    }
}
