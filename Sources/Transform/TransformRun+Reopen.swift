import Columnar
import Delta
import Events
import Facts
import Keys
public import Lake
import Pipeline
public import Quarantine

extension TransformRun {
    /// Undoes discards and waivers of quarantined rows, where no later version of a fact's key
    /// came. Only the quarantine is written.
    public func reopen(
        _ name: String, _ selection: QuarantineSelection, _ decision: QuarantineDecision
    ) throws(LakeError) -> ReopenResult {
        guard let events = try stewardEvents(name) else { return ReopenResult() }
        let steward = QuarantineSteward(events.entity, storage: world.storage)
        // A whole row, as a dimension's, has no later version.
        guard !events.entity.isWholeRow,
            var fact = pipeline.facts.first(where: { $0.entity.name == name })
        else {
            return try steward.reopen(selection, decision)
        }
        fact.entity = events.entity
        let before = try silver(name)
        return try steward.reopen(selection, decision) { (keys) throws(LakeError) in
            guard let before else { return [:] }
            let clean = try Clean(fact.entity, bronze: events.schema, now: world.startedAt)
            let table = try FactTable(
                fact, cleaned: clean.schema, sequenceColumn: events.sequence.column,
                over: before, storage: world.storage)
            let merge = try FactMerge(table)
            var latest: [ValueHash: Int64] = [:]
            for later in try merge.heldVersions(of: keys.map(EventBatch.init(keys:))) {
                let hashes = ValueHashes(
                    later.keys.columns, count: later.keys.count, by: fact.entity.keyCollations)
                for row in 0..<later.keys.count {
                    guard let hash = hashes[row] else { continue }
                    latest[hash] = later.sequence.int64(row)
                }
            }
            return latest
        }
    }

    /// The ids of the quarantined rows of a key, given as texts; those of texts compare as the
    /// key's column does in the source.
    public func quarantined(
        _ name: String, key: [String: String]
    ) throws(LakeError) -> Set<String> {
        guard let events = try stewardEvents(name) else { return [] }
        return try QuarantineSteward(events.entity, storage: world.storage).ids(key: key)
    }

    /// The bronze of an entity, which knows how its keys compare; nil where nothing was set aside.
    private func stewardEvents(_ name: String) throws(LakeError) -> BronzeEvents? {
        let entities = pipeline.entities
        guard let entity = entities.first(where: { $0.name == name }),
            try QuarantineTable(name, storage: world.storage).snapshot() != nil
        else { return nil }
        let consumed = try silver(name)?.transactions[BronzeEvents.transactionName(entity: name)]
        return try BronzeEvents(
            entity, storage: world.storage, consumed: consumed, collations: world.collations)
    }
}

extension EventBatch {
    /// Rows of a key's columns, of which nothing else is asked.
    fileprivate init(keys: RecordBatch) {
        self.init(
            rows: keys, sequence: .nulls(.long, count: keys.count), deletes: nil,
            extractedAt: [Int64](repeating: 0, count: keys.count), runID: "", first: .unknown)
    }
}
