import Columnar
import Delta

/// What replaying rows of a quarantine came to.
public struct ReplayResult: Sendable {
    public var entity: String
    /// Rows judged again.
    public var judged = 0
    /// Rows that pass now.
    public var passed = 0
    public var stillOpen = 0
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
        isDryRun: Bool, _ decision: QuarantineDecision
    ) throws(TransformError) -> ReplayResult {
        let dimension = pipeline.dimensions.first { $0.entity.name == name }
        let fact = pipeline.facts.first { $0.entity.name == name }
        guard let entity = dimension?.entity ?? fact?.entity, let before = try silver(name) else {
            throw TransformError(
                .configuration, operation: "replay", subject: name,
                message: "there is no silver table of this name yet",
                hint: "run sluice transform first")
        }
        let consumed = before.transactions[BronzeEvents.transactionName(entity: name)]
        let events = try BronzeEvents(entity, storage: world.storage, consumed: consumed)
        let clean = try Clean(entity, bronze: events.schema, now: world.startedAt)
        let rules = try RuleSet(
            entity, date: fact?.date, schema: clean.schema, probes: try probes(entity))
        let steward = QuarantineSteward(entity, storage: world.storage)
        var replay = try steward.replay(
            selection, fixes: fixes, clean: clean, rules: rules,
            sequenceType: events.kind == .number ? .long : .timestamp, now: world.startedAt)
        var result = ReplayResult(entity: name)
        result.judged = replay.count
        if isDryRun {
            describe(replay, &result)
            return result
        }
        var silver = TransformResult(table: name, mode: fact == nil ? .dimension : .fact)
        if !replay.passed.isEmpty {
            if let dimension {
                try merge(dimension, clean.schema, events, before, &replay, &silver)
            } else if let fact {
                try merge(fact, clean.schema, events, replay, &silver)
            }
            result.silver = silver
        }
        _ = try steward.finish(replay, runID: world.runID, decision)
        describe(replay, &result)
        return result
    }

    /// Brings the One Big Tables that show `entity` up to date.
    public func refresh(after entity: String) throws(TransformError) -> [TransformResult] {
        var results: [TransformResult] = []
        for spec in pipeline.oneBigTables
        where spec.fact == entity || spec.joins.contains(where: { $0.dimension == entity }) {
            var result = TransformResult(table: spec.name, mode: .oneBigTable)
            try oneBigTable(spec, &result)
            results.append(result)
        }
        return results
    }

    private func describe(_ replay: QuarantineReplay, _ result: inout ReplayResult) {
        result.passed = replay.passed.count
        result.stillOpen = replay.failed.count
        result.failures = replay.failed
    }

    private func merge(
        _ spec: DimensionSpec, _ schema: Schema, _ events: BronzeEvents, _ before: Snapshot,
        _ replay: inout QuarantineReplay, _ silver: inout TransformResult
    ) throws(TransformError) {
        var merge = DimensionMerge(spec, schema: schema, storage: world.storage)
        merge.writerOptions = world.writer
        merge.follow(events)
        var transaction = Transaction(merge.table, reading: before)
        transaction.userMetadata = world.runID
        let report = try merge.run(replay.batches, into: &transaction)
        // What the merge refuses stays open, with its reason.
        for event in report.refused {
            guard let index = replay.passed.firstIndex(where: { $0.position == event.position })
            else { continue }
            let violation = RuleViolation(
                rule: event.rule.rawValue, column: spec.entity.key.joined(separator: ","),
                observed: nil, message: event.message)
            let id = replay.passed.remove(at: index).id
            replay.failed.append(.init(id: id, violations: [violation]))
        }
        silver.account.events = report.events - report.refused.count
        silver.account.silver = report.rowsInserted - report.rowsRemoved
        silver.account.superseded =
            report.versions + report.overwrites - silver.account.silver
        silver.account.duplicates = report.duplicates
        silver.account.deleted = report.deletes
        let totals = TransformRun.totals(
            spec.entity.name, before.transactions, adding: silver.account)
        for (appID, version) in totals {
            transaction.setTransaction(appID: appID, version: version)
        }
        let outcome = try inLake { () throws(DeltaError) in
            try transaction.commit(operation: "MERGE")
        }
        silver.files = report.filesAdded
        silver.bytes = transaction.addedBytes
        try take(outcome, &silver)
    }

    private func merge(
        _ spec: FactSpec, _ schema: Schema, _ events: BronzeEvents, _ replay: QuarantineReplay,
        _ silver: inout TransformResult
    ) throws(TransformError) {
        let table = try FactTable(
            spec, cleaned: schema, sequenceColumn: events.sequence.column, storage: world.storage)
        var factOptions = FactOptions()
        factOptions.consumed = events.consumed ?? -1
        factOptions.writer = world.writer
        let merge = try FactMerge(table, options: factOptions)
        for batch in replay.batches { try merge.add(batch) }
        let change = try merge.prepare(userMetadata: world.runID)
        silver.account.events = change.report.events
        silver.account.silver = Int(change.report.rowsAfter - change.report.rowsBefore)
        silver.account.superseded = change.report.superseded
        silver.account.duplicates = change.report.duplicates
        silver.account.deleted = change.report.deleted
        silver.files = change.report.filesAdded
        silver.bytes = change.report.bytesAdded
        guard let outcome = try change.commit() else { return }
        try take(outcome, &silver)
    }

    private func take(
        _ outcome: CommitOutcome, _ silver: inout TransformResult
    ) throws(TransformError) {
        switch outcome {
        case .committed(let committed):
            silver.rows = silver.account.events
            silver.version = committed.version
            silver.receipt = silver.account.text
        case .conflicted(let conflict):
            throw TransformError(
                .lake, operation: "commit", subject: silver.table,
                message: "another run was first: \(conflict.message)",
                hint: "nothing of it was published; replay again")
        }
    }

    /// The totals of a silver table as transactions, after `account`.
    static func totals(
        _ name: String, _ before: [String: Int64], adding account: TransformResult.Account
    ) -> [String: Int64] {
        var totals = FactTotals(fact: name, transactions: before)
        totals.events += Int64(account.events - account.quarantined)
        totals.superseded += Int64(account.superseded)
        totals.duplicates += Int64(account.duplicates)
        totals.deleted += Int64(account.deleted)
        return totals.transactions(fact: name)
    }
}
