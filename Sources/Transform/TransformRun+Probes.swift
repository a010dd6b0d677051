import Columnar
public import Delta
import Events
import Keys
public import Lake
public import Pipeline
import Quarantine
public import Rules

extension TransformRun {
    /// What the rules of an entity ask about rows outside their batch: members of dimensions and
    /// how new silver is. Only what a rule asks for is read. Who holds unique values is told by
    /// `held` once it is known which values come.
    public func probes(
        _ entity: EntitySpec, _ silver: Snapshot?
    ) throws(LakeError) -> RuleProbes {
        var probes = RuleProbes(now: world.startedAt)
        for rule in entity.rules {
            switch rule.kind {
            case .references(let dimension, _):
                if probes.members[dimension] == nil {
                    probes.members[dimension] = try members(of: dimension, for: entity)
                }
            case .freshness(let column, _):
                guard let silver else { continue }
                probes.newest[column] = try newest(column, silver)
            default: break
            }
        }
        return probes
    }

    /// The silver table of a dimension that rules of `entity` ask, and its key by the dimension's
    /// own names.
    func memberTable(
        of dimension: String, for entity: EntitySpec
    ) throws(LakeError) -> (silver: Snapshot, key: [Field]) {
        let spec = pipeline.dimensions.first { $0.entity.name == dimension }
        guard let spec, let silver = try silver(dimension) else {
            throw LakeError(
                .configuration, operation: "apply rules", subject: entity.name,
                message: "its rules ask for members of \(dimension), which is not in silver",
                hint: spec == nil
                    ? "Add \(dimension) to transform.dimensions."
                    : "Run sluice transform without --only, or with --only \(dimension).")
        }
        let columns = StoredNames(stored: silver.schema).entity(silver.schema)
        return (silver, spec.entity.key.compactMap { columns[$0] })
    }

    /// Every member the dimension has a version of, those of this run included.
    func members(
        of dimension: String, for entity: EntitySpec
    ) throws(LakeError) -> HashedMembers {
        let (silver, key) = try memberTable(of: dimension, for: entity)
        let collations = try world.collations.collations(
            of: silver, columns: key.map(\.name), for: dimension)
        let lazy = LazyAbsentMembers { absent(of: dimension, key: key.map(\.name), by: collations) }
        var members = HashedMembers(key: key, by: collations, absent: lazy)
        try inLake { () throws(DeltaError) in
            let names = StoredNames(stored: silver.schema)
            let scan = try DeltaScan(silver, columns: key.map { names.stored($0.name) })
            while let batch = try scan.next() {
                members.insert(batch.columns, count: batch.count)
            }
        }
        return members
    }

    /// The members of a dimension that are in quarantine. They explain why rows are set aside, so
    /// where they cannot be read the rows are set aside all the same, and it is said.
    private func absent(
        of dimension: String, key: [String], by collations: [Collation?]
    ) -> AbsentMembers {
        let spec = pipeline.dimensions.first { $0.entity.name == dimension }
        do throws(LakeError) {
            let table = QuarantineTable(dimension, storage: world.storage)
            guard let quarantine = try table.snapshot() else { return AbsentMembers() }
            return try world.absences.members(of: dimension, version: quarantine.version) {
                () throws(LakeError) in
                try AbsentMembers(
                    quarantine, of: dimension, key: key, by: collations,
                    warnings: spec?.entity.warnings ?? [], now: world.startedAt)
            }
        } catch {
            world.observer.note(
                dimension,
                "it is not known which of its members are in quarantine: \(error.message)")
            return AbsentMembers()
        }
    }

    /// The newest value of a time column, microseconds. Reads the files that may hold it, by their
    /// statistics: most often one.
    func newest(_ column: String, _ silver: Snapshot) throws(LakeError) -> Int64? {
        let column = StoredNames(stored: silver.schema).stored(column)
        guard silver.schema[column] != nil else { return nil }
        let files = silver.files.map { file in
            (file, file.statistics?.maximum(column: column) ?? .max)
        }
        var newest: Int64?
        for (file, bound) in files.sorted(by: { $0.1 > $1.1 }) {
            if bound <= newest ?? .min { break }
            let latest = try inLake { () throws(DeltaError) in
                var latest = Int64.min
                let scan = try DeltaScan(silver, files: [file], columns: [column])
                while let batch = try scan.next() {
                    latest = max(latest, batch.columns[0].sequenceValues().max() ?? .min)
                }
                return latest
            }
            if latest > newest ?? .min { newest = latest }
        }
        return newest
    }

    /// The rules about the table as a whole, for which it matters that bronze has nothing new: how
    /// fresh it is, and how many rows came. Returns those that fail; throws when one of them stops
    /// the run.
    func judgeUnchanged(
        _ entity: EntitySpec, _ events: BronzeEvents, _ silver: Snapshot,
        _ counts: inout [RuleCount]
    ) throws(LakeError) {
        var entity = entity
        entity.rules.removeAll { rule in
            switch rule.kind {
            case .freshness: false
            // A full state that is as it was has the rows that were counted then.
            case .rowCount: events.holdsFullStates
            default: true
            }
        }
        if entity.rules.isEmpty { return }
        var probes = RuleProbes(now: world.startedAt)
        for rule in entity.rules {
            guard case .freshness(let column, _) = rule.kind else { continue }
            probes.newest[column] = try newest(column, silver)
        }
        let clean = try Clean(entity, bronze: events.schema, now: world.startedAt)
        let tally = RuleTally(try RuleSet(entity, schema: clean.schema, probes: probes))
        let (found, stop) = tally.finish()
        counts = found.filter { $0.failed > 0 }
        if let stop { throw stop }
    }
}
