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

/// What a fact has taken in over all runs since it was built, kept as transactions of its table so
/// that it is in the same commit as the rows.
public struct FactTotals: Hashable, Sendable {
    public var events: Int64 = 0
    public var superseded: Int64 = 0
    public var duplicates: Int64 = 0
    public var deleted: Int64 = 0
    /// Rows taken in that others took out of bronze since.
    public var withdrawn: Int64 = 0

    public init() {}

    /// The totals in a snapshot's transactions.
    public init(fact: String, transactions: [String: Int64]) {
        events = transactions[FactTotals.name(fact, "events")] ?? 0
        superseded = transactions[FactTotals.name(fact, "superseded")] ?? 0
        duplicates = transactions[FactTotals.name(fact, "duplicates")] ?? 0
        deleted = transactions[FactTotals.name(fact, "deleted")] ?? 0
        withdrawn = transactions[FactTotals.name(fact, "withdrawn")] ?? 0
    }

    mutating func add(_ report: FactReport) {
        events += Int64(report.events + report.kept)
        superseded += Int64(report.superseded)
        duplicates += Int64(report.duplicates)
        deleted += Int64(report.deleted)
    }

    /// The transactions that keep them.
    func transactions(fact: String) -> [String: Int64] {
        [
            FactTotals.name(fact, "events"): events,
            FactTotals.name(fact, "superseded"): superseded,
            FactTotals.name(fact, "duplicates"): duplicates,
            FactTotals.name(fact, "deleted"): deleted,
            FactTotals.name(fact, "withdrawn"): withdrawn,
        ]
    }

    private static func name(_ fact: String, _ what: String) -> String {
        "sluice/\(fact)/total/\(what)"
    }
}
