public import Events

/// What merging a batch of events into a fact came to. Every event is counted once, and so is every
/// row of silver that gives way: `events = (rows after - rows before) + superseded + duplicates +
/// deleted`.
public struct FactReport: Hashable, Sendable {
    /// Events taken in.
    public var events = 0
    /// Events and rows that a later version of their key overtook, or that are gone from a full
    /// state.
    public var superseded = 0
    /// Events that say what silver or another event says already.
    public var duplicates = 0
    /// Deletes that hold.
    public var deleted = 0
    /// The places of rows of a replay that a later version of their key overtakes. They are not
    /// taken in and are in no other figure.
    public var overtaken: [BronzePosition] = []
    /// Rows that a table built anew takes over from the old one.
    public var kept = 0
    /// Rows whose key a full state does not hold any more.
    public var missing = 0
    /// Rows of new keys.
    public var inserted = 0
    /// Rows that took the place of an older version of their key.
    public var updated = 0
    /// Rows that left silver and have no successor.
    public var removed = 0
    public var rowsBefore: Int64 = 0
    public var rowsAfter: Int64 = 0
    /// The first days of the partitions that changed, ascending.
    public var touchedPartitions: [String] = []
    public var filesAdded = 0
    public var filesRemoved = 0
    public var bytesAdded: Int64 = 0

    public init() {}

    /// Keys whose row changed, came or went.
    public var changedKeys: Int { inserted + updated + removed }

    /// Whether every event is accounted for.
    public var isBalanced: Bool {
        Int64(events) == rowsAfter - rowsBefore
            + Int64(superseded) + Int64(duplicates) + Int64(deleted)
    }
}
