import Columnar
import Delta
import Dimensions
import Events
import Facts
import Keys
import Lake
import Pipeline
import Rules

// What is configured is typed in every run, also where bronze has nothing new: a slip is told when
// it is made and not in the night in which rows come.
extension TransformRun {
    /// Whether nothing has to be done for a dimension.
    func isUpToDate(
        _ spec: DimensionSpec, _ before: Snapshot, _ events: BronzeEvents
    ) throws(LakeError) -> Bool {
        guard !events.hasNews, !options.isRebuild, spec.entity.comparesAs(before) else {
            return false
        }
        let cleaned = try typed(spec.entity, date: nil, events)
        var merge = DimensionMerge(spec, schema: cleaned, storage: world.storage)
        merge.follow(events)
        merge.options.acceptsTracking = options.acceptsTracking
        return try merge.isLaidOut(before)
    }

    /// Whether nothing has to be done for a fact.
    func isUpToDate(
        _ spec: FactSpec, _ before: Snapshot, _ events: BronzeEvents
    ) throws(LakeError) -> Bool {
        guard !events.hasNews, !options.isRebuild, spec.entity.comparesAs(before) else {
            return false
        }
        let cleaned = try typed(spec.entity, date: spec.date, events)
        _ = try FactTable(
            spec, cleaned: cleaned, sequenceColumn: events.sequence.column, over: before,
            storage: world.storage)
        return true
    }

    /// The columns that `clean` makes, once the rules over them are known to be able to run.
    private func typed(
        _ entity: EntitySpec, date: String?, _ events: BronzeEvents
    ) throws(LakeError) -> Schema {
        let clean = try Clean(entity, bronze: events.schema, now: world.startedAt)
        var probes = RuleProbes(now: world.startedAt)
        for rule in entity.rules {
            guard case .references(let dimension, _) = rule.kind else { continue }
            let key = try memberTable(of: dimension, for: entity).key
            probes.members[dimension] = HashedMembers(key: key)
        }
        _ = try RuleSet(entity, date: date, schema: clean.schema, probes: probes)
        return clean.schema
    }
}

extension TransformRun {
    /// Says which columns are left out, and what of the keys cannot be compared as the source does.
    /// Throws `.drift` when silver was built by another comparison that tells other keys apart.
    func checkComparison(
        _ events: BronzeEvents, _ before: Snapshot?, _ result: inout TransformResult
    ) throws(LakeError) {
        result.notes += (events.foreign?.notes ?? []) + events.entity.uncollated
        if let before, !options.isRebuild {
            try events.entity.checkCollations(of: before, world.collations)
        }
    }
}
