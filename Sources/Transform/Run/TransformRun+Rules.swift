import Columnar

/// What the rules of one entity could be besides.
public struct EntitySuggestions: Sendable {
    public var entity: String
    public var suggestions: [RuleSuggestion]
}

extension TransformRun {
    /// Every problem of the configured rules, found without reading rows.
    public func lint() throws(TransformError) -> [RuleFinding] {
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

    /// Rules that the source, by its table's name, and the rows of bronze speak for.
    public func suggestions(
        _ declarations: [String: SourceDeclaration]
    ) throws(TransformError) -> [EntitySuggestions] {
        try checkNames()
        var found: [EntitySuggestions] = []
        var dates: [String: String] = [:]
        for spec in pipeline.facts { dates[spec.entity.name] = spec.date }
        let entities = pipeline.dimensions.map(\.entity) + pipeline.facts.map(\.entity)
        for entity in entities where options.includes(entity.name) {
            let events = try BronzeEvents(entity, storage: world.storage, consumed: nil)
            let clean = try Clean(entity, bronze: events.schema, now: world.startedAt)
            var suggestions = RuleSuggestions(
                entity, clean.schema, clean: clean,
                implied: [dates[entity.name], events.sequence.column].compactMap(\.self))
            suggestions.declared(
                declarations[entity.source] ?? SourceDeclaration(), pipeline.dimensions)
            var trial = RuleTrial(suggestions.found.map(\.rule), entity, clean.schema)
            var profile = RuleProfile()
            let reader = try events.reader()
            while let batch = try reader.next() {
                try world.checkStopping(entity.name)
                let cleaned = try clean.apply(batch).withoutDeletes
                profile.add(cleaned.rows)
                try trial.take(cleaned)
            }
            suggestions.judge(trial.failed, of: profile.rowCount)
            suggestions.seen(profile)
            found.append(
                EntitySuggestions(entity: entity.name, suggestions: suggestions.found))
        }
        return found
    }

    /// Why a member of a dimension has the versions it has; nil when nothing is known of it.
    /// `key` are the texts of its key columns.
    public func explain(
        _ dimension: String, key: [String: String]
    ) throws(TransformError) -> ScdExplanation? {
        guard var spec = pipeline.dimensions.first(where: { $0.entity.name == dimension }) else {
            throw TransformError(
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
        let asides = try ScdAsides(spec.entity, key, storage: world.storage)
        let known = try merge.explain(key: key)
        guard !asides.steps.isEmpty else { return known }
        var found = known ?? asides.explanation
        found.steps = (found.steps + asides.steps).sorted {
            ($0.sequence, $0.time) < ($1.sequence, $1.time)
        }
        return found
    }

    private func columns(_ entity: EntitySpec) throws(TransformError) -> Schema {
        try BronzeEvents(entity, storage: world.storage, consumed: nil).schema
    }
}
