/// A fact: the latest good version of each key, partitioned by its date if it has one.
public struct FactSpec: Hashable, Sendable {
    public var entity: EntitySpec
    /// A DATE or TIMESTAMP column; nil where the fact has none, which makes it one partition.
    public var date: String?
    public var grain = PartitionGrain.day
    /// Refuse a full state of the source that lacks more than this share of the fact's keys.
    public var maxDeletePercent = 20.0

    public init(entity: EntitySpec, date: String?) {
        self.entity = entity
        self.date = date
    }
}
