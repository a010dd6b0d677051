import Columnar
public import Dimensions
import Events
public import Lake
import Names
import Pipeline
import Profile
public import Rules

/// What the rules of one entity could be besides.
public struct EntitySuggestions: Sendable {
    public var entity: String
    /// Columns that `clean` could mend.
    public var clean: [CleanSuggestion]
    public var suggestions: [RuleSuggestion]
}

extension TransformRun {
    /// Every problem of the configured rules, found without reading rows.
    public func lint() throws(LakeError) -> [RuleFinding] {
        try checkNames()
        var keys: [String: [Field]] = [:]
        for spec in pipeline.dimensions {
            let bronze = try columns(spec.entity)
            keys[spec.entity.name] = spec.entity.key.compactMap { bronze[$0] }
        }
        var findings: [RuleFinding] = []
        for spec in pipeline.dimensions where options.includes(spec.entity.name) {
            findings += RuleLint.findings(
                spec.entity, bronze: try columns(spec.entity), dimensions: keys,
                now: world.startedAt)
        }
        for spec in pipeline.facts where options.includes(spec.entity.name) {
            findings += RuleLint.findings(
                spec.entity, date: spec.date, bronze: try columns(spec.entity), dimensions: keys,
                now: world.startedAt)
        }
        return findings
    }

    /// Rules that the source, by its table's name, and the rows of bronze speak for. Cost: a pass
    /// over bronze, the keys of dimensions that columns are called like; bounded memory but for
    /// those.
    public func suggestions(
        _ declarations: [String: SourceDeclaration]
    ) throws(LakeError) -> [EntitySuggestions] {
        try checkNames()
        var found: [EntitySuggestions] = []
        var dates: [String: String] = [:]
        for spec in pipeline.facts { dates[spec.entity.name] = spec.date }
        let entities = pipeline.entities
        for entity in entities where options.includes(entity.name) {
            let events = try BronzeEvents(entity, storage: world.storage, consumed: nil)
            let clean = try Clean(entity, bronze: events.schema, now: world.startedAt)
            var suggestions = RuleSuggestions(
                entity, clean.schema, clean: clean,
                implied: [dates[entity.name], events.sequence.column].compactMap(\.self),
                isFact: dates[entity.name] != nil)
            suggestions.declared(
                declarations[entity.source] ?? SourceDeclaration(), pipeline.dimensions)
            var trial = RuleTrial(suggestions.found.map(\.rule), entity, clean.schema)
            var profile = TableProfile(now: world.startedAt)
            var guesses = try guesses(entity, suggestions)
            let reader = try events.reader()
            while let batch = try reader.next() {
                try world.checkStopping(entity.name)
                let cleaned = try clean.apply(batch).withoutDeletes
                profile.add(cleaned.rows)
                try trial.take(cleaned)
                for index in guesses.indices { guesses[index].take(cleaned.rows) }
            }
            suggestions.judge(trial.failed, of: Int64(profile.rows))
            suggestions.referred(guesses)
            suggestions.seen(profile)
            found.append(
                EntitySuggestions(
                    entity: entity.name, clean: suggestions.cleaned,
                    suggestions: suggestions.found))
        }
        return found
    }

    /// The columns that by their names refer to a dimension which is in silver; none that could
    /// mean two of them.
    private func guesses(
        _ entity: EntitySpec, _ suggestions: RuleSuggestions
    ) throws(LakeError) -> [ReferenceGuess] {
        var guesses: [ReferenceGuess] = []
        var members: [String: HashedMembers] = [:]
        for field in suggestions.schema.fields
        where entity.key != [field.name] && !suggestions.refers(field.name) {
            var best: (match: ReferenceName.Match, dimensions: [String])?
            for spec in pipeline.dimensions where spec.entity.name != entity.name {
                guard spec.entity.key.count == 1,
                    let match = ReferenceName.match(
                        field.name, key: spec.entity.key[0],
                        of: [spec.entity.name, spec.entity.table.name])
                else { continue }
                if match == best?.match {
                    best?.dimensions.append(spec.entity.name)
                } else if best.map({ match < $0.match }) ?? true {
                    best = (match, [spec.entity.name])
                }
            }
            guard let best, best.dimensions.count == 1, try silver(best.dimensions[0]) != nil
            else { continue }
            let name = best.dimensions[0]
            if members[name] == nil { members[name] = try self.members(of: name, for: entity) }
            guard let known = members[name], let key = known.key.first,
                RuleCompiler.areComparable(field.type, key.type)
            else { continue }
            guesses.append(
                ReferenceGuess(column: field.name, dimension: name, best.match, known))
        }
        return guesses
    }

    /// Why a member of a dimension has the versions it has; nil when nothing is known of it.
    /// `key` are the texts of its key columns.
    public func explain(
        _ dimension: String, key: [String: String]
    ) throws(LakeError) -> MemberExplanation? {
        guard var spec = pipeline.dimensions.first(where: { $0.entity.name == dimension }) else {
            throw LakeError(
                .configuration, operation: "explain", subject: dimension,
                message: "there is no dimension of this name",
                hint: "Configured: "
                    + pipeline.dimensions.map(\.entity.name).joined(separator: ", ") + ".")
        }
        let events = try BronzeEvents(
            spec.entity, storage: world.storage, consumed: nil, collations: world.collations)
        spec.entity = events.entity
        let clean = try Clean(spec.entity, bronze: events.schema, now: world.startedAt)
        var merge = DimensionMerge(spec, schema: clean.schema, storage: world.storage)
        merge.follow(events)
        let asides = try MemberAsides(spec.entity, key, storage: world.storage)
        let known = try merge.explain(key: key)
        guard !asides.steps.isEmpty else { return known }
        var found = known ?? asides.explanation
        found.steps = (found.steps + asides.steps).sorted {
            ($0.sequence, $0.time) < ($1.sequence, $1.time)
        }
        return found
    }

    private func columns(_ entity: EntitySpec) throws(LakeError) -> Schema {
        try BronzeEvents(entity, storage: world.storage, consumed: nil).schema
    }
}
