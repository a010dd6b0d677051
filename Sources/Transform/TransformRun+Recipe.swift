public import Columnar
public import Delta
import Events
import Keys
public import Lake
import Pipeline
import Tables

// Rows that were built by other rules than those of now: said by every run, judged again by
// `--recheck`.
extension TransformRun {
    /// Compares how silver was built with what is configured, says what differs, and gives the
    /// entity what its table is to tell. Returns whether all rows are to be judged again.
    ///
    /// - Parameter rechecks: whether that was asked for.
    /// Throws `.drift` when what orders or keeps history changed.
    func checkRecipe(
        _ entity: inout EntitySpec, _ before: Snapshot?, _ events: BronzeEvents,
        closesDeleted: Bool? = nil, rechecks: Bool, _ result: inout TransformResult
    ) throws(LakeError) -> Bool {
        let recipe = EntityRecipe(entity, events, closesDeleted: closesDeleted)
        let filters = entity.bloomColumns(isFact: closesDeleted == nil)
        defer { entity.built.updateValue(filters, forKey: DataFileWriter.bloomProperty) }
        // A state of whole rows is judged and compared as a recheck would.
        let isWhole = entity.isWholeRow && events.isFullState && !rechecks
        guard let before, !options.isRebuild, !isWhole else {
            entity.built = recipe.fresh
            return false
        }
        let verdict = recipe.compared(with: before)
        if let drift = verdict.drift {
            throw LakeError(
                .drift, operation: "plan", subject: entity.name,
                message: "\(drift); the rows so far follow what was configured before",
                hint: "Set it back, or build the table anew: sluice transform --rebuild --only "
                    + "\(entity.name).")
        }
        let isNamed = options.only.contains(entity.name)
        if rechecks, isNamed || !verdict.isKnown || verdict.outdatedRows > 0 {
            entity.built = recipe.fresh
            return true
        }
        entity.built = verdict.properties
        let count = verdict.outdatedRows
        if count > 0 {
            result.notes.append(
                "\(count) \(count == 1 ? "row was" : "rows were") built with other rules "
                    + "(changed: \(verdict.changes.joined(separator: ", "))): 'sluice transform "
                    + "--recheck --only \(entity.name)' judges them again")
        }
        return false
    }

    /// The keys of rows of silver that the rules of now reject, among those of which the full
    /// state's own row is rejected too: it is that row, or one like it.
    public func failing(
        _ flow: EntityFlow, _ silver: Snapshot, isDimension: Bool
    ) throws(LakeError) -> [RecordBatch] {
        var wanted = KeyIndex()
        var hasher = KeyHasher(flow.spec.keyCollations)
        for batch in flow.rejected {
            let hashes = hasher.hashes(batch.rows.columns, count: batch.rows.count)
            for hash in hashes { _ = wanted.place(hash) }
        }
        if wanted.count == 0 { return [] }
        let names = StoredNames(stored: silver.schema)
        let scan = try inLake { () throws(DeltaError) in try DeltaScan(silver) }
        var found: [RecordBatch] = []
        while let batch = try inLake({ () throws(DeltaError) in try scan.next() }) {
            try world.checkStopping(flow.spec.name)
            let rows = names.entity(isDimension ? batch.current() : batch)
            let keys = flow.spec.key.compactMap { rows[$0] }
            let hashes = hasher.hashes(keys, count: rows.count)
            let met = rows.gather(hashes.indices.filter { wanted.find(hashes[$0]) != nil })
            let failing = try flow.failing(met)
            if failing.isEmpty { continue }
            let columns = flow.spec.key.compactMap { met[$0]?.gather(failing) }
            found.append(
                RecordBatch(
                    schema: Schema(flow.spec.key.compactMap { met.schema[$0] }),
                    columns: columns, count: failing.count))
        }
        return found
    }

    /// Of the rejected rows of a full state those of which silver's row stays: all but `failing`.
    func staying(
        _ rejected: [EventBatch], _ failing: [RecordBatch], _ entity: EntitySpec
    ) -> [RecordBatch] {
        var hasher = KeyHasher(entity.keyCollations)
        var gone = KeyIndex()
        for keys in failing {
            for hash in hasher.hashes(keys.columns, count: keys.count) { _ = gone.place(hash) }
        }
        return rejected.map { batch in
            let hashes = hasher.hashes(batch.rows.columns, count: batch.rows.count)
            return batch.rows.gather(hashes.indices.filter { gone.find(hashes[$0]) == nil })
        }
    }
}
