import Columnar
import Delta
import Gold
public import Lake
public import Pipeline

extension TransformRun {
    /// Brings a One Big Table up to date with its fact and dimensions.
    public func oneBigTable(
        _ spec: OneBigTableSpec, _ result: inout TransformResult
    ) throws(LakeError) {
        try retrying(&result) { (result: inout TransformResult) throws(LakeError) in
            try attempt(spec, &result)
        }
    }

    private func attempt(
        _ spec: OneBigTableSpec, _ result: inout TransformResult
    ) throws(LakeError) -> CommitConflict? {
        guard let fact = pipeline.facts.first(where: { $0.entity.name == spec.fact }) else {
            throw LakeError(
                .configuration, operation: "join", subject: spec.name,
                message: "there is no fact '\(spec.fact)'")
        }
        if options.isRebuild {
            _ = try healed(
                TablePath.gold(spec.name), "the table is made again of silver", &result)
        }
        let table = try OneBigTable(
            spec, fact: fact, storage: world.storage, collations: world.collations)
        try checkOutside(spec.name, table.snapshot)
        for (name, input) in table.inputs { try checkOutside(name, input, isInput: true) }
        world.observer.tableStarted(spec.name, rowsEstimate: nil)
        let today = world.startedAt.dividedFloor(by: Timestamp.microsecondsPerDay)
        let plan = try OneBigTablePlan(
            table, today: Int32(truncatingIfNeeded: today), rebuild: options.isRebuild)
        var buildOptions = OneBigTableOptions()
        buildOptions.writer = world.writer
        let change = try OneBigTableChange(
            table, plan, options: buildOptions, userMetadata: world.runID)
        let facts = table.fact.rowCount ?? -1
        guard change.report.rowsAfter == facts else {
            throw LakeError(
                .receipt, operation: "reconcile", subject: spec.name,
                message: "\(change.report.rowsAfter) rows would stand for \(facts) facts",
                hint: "Nothing was published; run `sluice transform --only \(spec.name) --rebuild`."
            )
        }
        try world.checkStopping(spec.name)
        let outcome = try change.commit()
        result.low = table.snapshot?.transactions[table.factTransaction]
        result.high = table.fact.version
        result.guarantee = "\(spec.fact) up to version \(table.fact.version)"
        describe(change.report, &result)
        switch outcome {
        case nil: result.receipt = "unchanged"
        case .conflicted(let conflict): return conflict
        case .committed(let committed):
            result.version = committed.version
            result.receipt = "\(change.report.rowsAfter) rows = \(facts) facts"
            if let note = committed.note { result.notes.append(note) }
        }
        return nil
    }

    private func describe(_ report: OneBigTableReport, _ result: inout TransformResult) {
        result.rows = Int(report.rowsBuilt)
        result.files = report.filesAdded
        result.bytes = report.bytesAdded
        // Of a first build, or one that was asked for, there is nothing to be told.
        if let reason = report.fullBuildReason, result.low != nil, !options.isRebuild {
            result.notes.append("built as a whole: \(reason)")
        }
        for (dimension, count) in report.missingMembers.sorted(by: { $0.key < $1.key })
        where count > 0 {
            result.notes.append("\(count) rows have no member of \(dimension)")
        }
        for (dimension, count) in report.earlyFacts.sorted(by: { $0.key < $1.key })
        where count > 0 {
            result.notes.append("\(count) rows are older than their member of \(dimension)")
        }
        result.stalePartitions = report.stalePartitions
        guard let first = report.stalePartitions.first, let last = report.stalePartitions.last
        else { return }
        if first == OneBigTable.wholeText {
            return result.notes.append("its rows show older values of what is joined")
        }
        result.notes.append(
            "\(report.stalePartitions.count) partitions show older values of dimensions, "
                + "\(first) to \(last)")
    }
}
