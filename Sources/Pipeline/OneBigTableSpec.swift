/// A fact joined with attributes of dimensions and of other facts.
public struct OneBigTableSpec: Hashable, Sendable {
    public var name: String
    public var fact: String
    /// Which of the fact's columns are taken over.
    public var columns = ColumnChoice.all
    public var joins: [JoinSpec] = []
    /// The column that the table is partitioned by: one of the fact, or one that is joined; nil
    /// takes the fact's date, and one partition where it has none.
    public var date: String?
    public var grain = PartitionGrain.day
    public var restate = Restate.touched

    public init(name: String, fact: String) {
        self.name = name
        self.fact = fact
    }

    /// Which old partitions follow a changed dimension.
    public enum Restate: Hashable, Sendable {
        case touched
        case window(days: Int)
        case all
        case never
    }
}
