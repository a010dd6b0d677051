import Delta
import Events
import Lake
import Pipeline

// A rebuild heals: what of an entity's tables cannot be read leaves them before they are filled
// anew. A run that dies in between is noticed by the next one: the receipts do not balance, or a
// table beside silver holds less than silver counts on.
extension TransformRun {
    /// The entity's silver table as it is; nil when there is none. What a rebuild could not read is
    /// told in `result`.
    func opened(
        _ entity: EntitySpec, _ result: inout TransformResult
    ) throws(LakeError) -> Snapshot? {
        guard options.isRebuild else { return try silver(entity.name) }
        let before = try healed(
            TablePath.silver(entity.name), "what it held is made again of bronze", &result)
        for folder in ["silver/_scd2/", "silver/_tombstones/"] {
            _ = try healed(folder + entity.name, "it is made again of bronze", &result)
        }
        let loss = "rows that break a rule are quarantined again, decisions about rows are lost"
        let quarantine = try healed(TablePath.quarantine(entity.name), loss, &result)
        if let quarantine {
            _ = try dropBroken(quarantine, loss, &result)
        } else if before != nil, result.notes.isEmpty {
            result.notes.append("its quarantine was gone: \(loss)")
        }
        return before
    }

    /// Says that a table which runs before have published is made anew because it is gone.
    func noteGone(
        _ before: Snapshot?, _ events: BronzeEvents, _ result: inout TransformResult
    ) {
        guard before == nil, isPublished(events.entity.name) else { return }
        result.notes.append(
            "its silver table was gone and is made again of bronze"
                + (events.isFullState
                    ? ": of times before the last full state nothing is left" : ""))
    }

    /// The table at `path`, its log put aside where it cannot be read.
    func healed(
        _ path: String, _ consequence: String, _ result: inout TransformResult
    ) throws(LakeError) -> Snapshot? {
        let healing = TableHealing(DeltaTable(storage: world.storage, path: path))
        let (snapshot, failure) = try inLake { () throws(DeltaError) in try healing.readable() }
        if let failure {
            result.notes.append(
                "the log of \(path) could not be read (\(failure.message)) and was put aside: "
                    + consequence)
        }
        return snapshot
    }

    /// What the run of a fact may look into. Rows that the last full state has in a bad form stay
    /// as they were, so there a rebuild reads the table.
    func keepable(
        _ before: Snapshot?, _ events: BronzeEvents, _ result: inout TransformResult
    ) throws(LakeError) -> Snapshot? {
        noteGone(before, events, &result)
        guard let before, options.isRebuild, events.isFullState else { return before }
        return try dropBroken(before, "rows whose last good form they were are lost", &result)
    }

    /// The table without files that cannot be read.
    func dropBroken(
        _ snapshot: Snapshot, _ consequence: String, _ result: inout TransformResult
    ) throws(LakeError) -> Snapshot? {
        let loss = try inLake { () throws(DeltaError) in
            try TableHealing.drop(
                from: snapshot, userMetadata: world.runID, isStopping: world.isStopping)
        }
        guard let loss else { return snapshot }
        result.notes.append("\(loss.text); \(consequence)")
        return try inLake { () throws(DeltaError) in try snapshot.table.snapshot() }
    }
}
