/// What the transformer makes of a lake: the `transform` section of agent.conf in plain, checked
/// values (agent.conf.example explains every key). Names are as configured; columns are bronze's
/// names.
public struct Pipeline: Hashable, Sendable {
    public var dimensions: [DimensionSpec] = []
    public var facts: [FactSpec] = []
    public var oneBigTables: [OneBigTableSpec] = []

    public init() {}

    /// Whether nothing is configured.
    public var isEmpty: Bool { dimensions.isEmpty && facts.isEmpty && oneBigTables.isEmpty }

    /// The dimensions and facts, in this order.
    public var entities: [EntitySpec] { dimensions.map(\.entity) + facts.map(\.entity) }

    /// By `schema.table` of the source the columns that keys and rules compare, by bronze's names.
    public var comparedColumns: [String: Set<String>] {
        var columns: [String: Set<String>] = [:]
        for entity in entities where !entity.comparesBytes {
            var names = Set(entity.key)
            for rule in entity.rules {
                if case .unique(let unique) = rule.kind { names.formUnion(unique) }
            }
            columns[entity.source, default: []].formUnion(names)
        }
        return columns
    }

    /// Puts dimensions after those that their rules refer to, and else leaves them in the order
    /// written; in a circle the first stays first.
    public mutating func orderDimensions() {
        var ordered: [DimensionSpec] = []
        var begun: Set<String> = []
        func take(_ spec: DimensionSpec) {
            guard begun.insert(spec.entity.name).inserted else { return }
            for rule in spec.entity.rules {
                guard case .references(let name, _) = rule.kind,
                    let other = dimensions.first(where: { $0.entity.name == name })
                else { continue }
                take(other)
            }
            ordered.append(spec)
        }
        for spec in dimensions { take(spec) }
        dimensions = ordered
    }
}
