import CommandLine
import Config
import Lake
import Transform

/// The configuration's `transform` section in the terms of the Transform target.
struct PipelineSettings {
    private let configuration: Configuration

    init(_ configuration: Configuration) { self.configuration = configuration }

    /// Dimensions, facts and One Big Tables in the order configured; a dimension whose rules ask
    /// for members of another comes after it.
    var pipeline: Pipeline {
        var pipeline = Pipeline()
        pipeline.dimensions = ordered(configuration.transform.dimensions.map(dimension))
        pipeline.facts = configuration.transform.facts.map(fact)
        pipeline.oneBigTables = configuration.transform.oneBigTables.map(oneBigTable)
        return pipeline
    }

    /// Dimensions after those that their rules refer to; in a circle the first stays first.
    private func ordered(_ dimensions: [DimensionSpec]) -> [DimensionSpec] {
        var done: [DimensionSpec] = []
        var begun: Set<String> = []
        func take(_ spec: DimensionSpec) {
            guard begun.insert(spec.entity.name).inserted else { return }
            for rule in spec.entity.rules {
                guard case .references(let name, _) = rule.kind,
                    let other = dimensions.first(where: { $0.entity.name == name })
                else { continue }
                take(other)
            }
            done.append(spec)
        }
        for spec in dimensions { take(spec) }
        return done
    }

    private func dimension(_ dimension: Configuration.Dimension) -> DimensionSpec {
        var spec = DimensionSpec(entity: entity(dimension.entity))
        spec.tracked = dimension.track?.map(\.text)
        spec.closesDeleted = dimension.deletes == .close
        spec.maxDeletePercent = dimension.maxDeletePercent
        return spec
    }

    private func fact(_ fact: Configuration.Fact) -> FactSpec {
        var spec = FactSpec(entity: entity(fact.entity), date: fact.date?.text)
        spec.grain = grain(fact.partition)
        spec.maxDeletePercent = fact.maxDeletePercent
        return spec
    }

    private func oneBigTable(_ table: Configuration.OneBigTable) -> OneBigTableSpec {
        var spec = OneBigTableSpec(name: table.name.text, fact: table.fact.text)
        spec.grain = grain(table.partition)
        switch table.restate {
        case .touched: spec.restate = .touched
        case .all: spec.restate = .all
        case .never: spec.restate = .never
        case .window(let days): spec.restate = .window(days: days)
        }
        spec.date = table.date?.text
        if let included = table.includedColumns {
            spec.columns = .only(included.map(\.text))
        } else if !table.excludedColumns.isEmpty {
            spec.columns = .allBut(table.excludedColumns.map(\.text))
        }
        let facts = Set(configuration.transform.facts.map(\.entity.name.text))
        spec.joins = table.joins.map { join in
            var spec = JoinSpec(dimension: join.dimension.text)
            spec.on = join.on.map { ($0.column.text, $0.other.text) }
            spec.columns = join.columns.map(\.text)
            spec.isAsOf = join.version == .asOf
            spec.isFact = facts.contains(join.dimension.text)
            return spec
        }
        return spec
    }

    private func grain(_ partition: Configuration.Partition) -> PartitionGrain {
        switch partition {
        case .day: .day
        case .month: .month
        case .year: .year
        }
    }

    /// By `schema.table` the columns that keys and rules compare, by bronze's names.
    var comparedColumns: [String: Set<String>] {
        let transform = configuration.transform
        let entities = transform.dimensions.map(\.entity) + transform.facts.map(\.entity)
        var columns: [String: Set<String>] = [:]
        for entity in entities where !entity.comparesBytes {
            var names = Set(entity.key.map(\.text))
            for rule in entity.rules {
                if case .unique(let unique) = rule.kind { names.formUnion(unique.map(\.text)) }
            }
            columns["\(entity.schema).\(entity.table)", default: []].formUnion(names)
        }
        return columns
    }

    /// The bronze table is where its name alone would put it; one that is elsewhere is found when
    /// it is read.
    private func entity(_ entity: Configuration.Entity) -> EntitySpec {
        let table = TableName(schema: entity.schema, name: entity.table)
        var spec = EntitySpec(
            name: entity.name.text, bronzePath: BronzeFolders.usualPath(table), source: table.text,
            key: entity.key.map(\.text))
        spec.schema = entity.schema
        spec.equalRows = entity.equalRows.map { $0 == .drop ? .drop : .keep }
        spec.sequence = entity.sequence?.text
        spec.sequencePlace = entity.sequence.map(expression)
        spec.quarantinesUnsequenced = entity.nullSequence == .quarantine
        spec.owner = entity.owner
        spec.maxQuarantinedPercent = entity.maxQuarantinedPercent
        spec.comparesBytes = entity.comparesBytes
        spec.hasBloomFilters = entity.hasBloomFilters
        spec.clean = entity.clean.map {
            CleanSpec(column: $0.column.text, expression: expression($0.expression))
        }
        spec.rules = entity.rules.map(rule)
        return spec
    }

    private func expression(_ text: ConfigText) -> ExpressionSpec {
        ExpressionSpec(
            text: text.text, file: configuration.file, line: text.position.line,
            column: text.position.column)
    }

    // MARK: Rules

    private func rule(_ rule: Configuration.Rule) -> RuleSpec {
        var spec = RuleSpec(id: rule.id.text, kind: kind(rule))
        switch rule.severity {
        case .error: spec.severity = .error
        case .warn: spec.severity = .warn
        case .fatal: spec.severity = .fatal
        }
        spec.condition = rule.condition.map(expression)
        spec.fatalIf = rule.fatalIf.map(threshold)
        spec.warnIf = rule.warnIf.map(threshold)
        spec.owner = rule.owner
        return spec
    }

    private func threshold(_ threshold: Configuration.Rule.Threshold) -> RuleSpec.Threshold {
        switch threshold {
        case .count(let count): .count(count)
        case .percent(let percent): .percent(percent)
        }
    }

    private func kind(_ rule: Configuration.Rule) -> RuleSpec.Kind {
        switch rule.kind {
        case .check(let text): .check(expression(text), failsOnNull: rule.nulls == .fail)
        case .notNull(let columns): .notNull(columns.map(\.text))
        case .unique(let columns): .unique(columns.map(\.text))
        case .values(let column, let values):
            .values(column: column.text, values, failsOnNull: rule.nulls == .fail)
        case .range(let column, let minimum, let maximum):
            .range(column: column.text, minimum: minimum?.text, maximum: maximum?.text)
        case .matches(let column, let pattern):
            .matches(column: column.text, pattern: pattern.text)
        case .references(let dimension, let pairs):
            .references(
                dimension: dimension.text,
                on: Dictionary(
                    pairs.map { ($0.column.text, $0.other.text) }, uniquingKeysWith: { $1 }))
        case .freshness(let column, let age):
            .freshness(column: column.text, maximumAge: microseconds(age))
        case .rowCount(let minimum, let maximum): .rowCount(minimum: minimum, maximum: maximum)
        }
    }
}
