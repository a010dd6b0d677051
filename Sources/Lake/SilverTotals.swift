/// What a fact or dimension has taken in over all runs since it was built, kept as transactions of
/// its table so that it is in the same commit as the rows.
public struct SilverTotals: Hashable, Sendable {
    public var events: Int64 = 0
    public var superseded: Int64 = 0
    public var duplicates: Int64 = 0
    public var deleted: Int64 = 0
    /// Rows taken in that others took out of bronze since.
    public var withdrawn: Int64 = 0
    /// The rows of bronze that were read, as bronze's own files count them: every full state that
    /// was consumed with all its rows. Nil where nobody counted.
    public var bronze: Int64? = 0
    /// Of these, rows that were not counted when they were read; they are what was there.
    public var uncounted: Int64 = 0
    /// The version of the quarantine's table beside which the rows were published.
    public var quarantineVersion: Int64?

    public init() {}

    /// The totals in a snapshot's transactions.
    public init(fact: String, transactions: [String: Int64]) {
        guard let events = transactions[SilverTotals.name(fact, "events")] else { return }
        self.events = events
        superseded = transactions[SilverTotals.name(fact, "superseded")] ?? 0
        duplicates = transactions[SilverTotals.name(fact, "duplicates")] ?? 0
        deleted = transactions[SilverTotals.name(fact, "deleted")] ?? 0
        withdrawn = transactions[SilverTotals.name(fact, "withdrawn")] ?? 0
        bronze = transactions[SilverTotals.name(fact, "bronze")]
        uncounted = transactions[SilverTotals.name(fact, "uncounted")] ?? 0
        quarantineVersion = transactions[SilverTotals.name(fact, "quarantine")]
    }

    /// The rows that silver has of what was taken in.
    public var standing: Int64 { events - superseded - duplicates - deleted }

    /// Takes in what a run read of bronze and what its quarantine says of it.
    ///
    /// - Parameters:
    ///   - before: the totals that the run began with.
    ///   - kept: rows of silver that a table built anew takes over.
    public mutating func take(
        _ read: BronzeIntake, over before: SilverTotals, kept: Int, _ load: QuarantineCounts
    ) {
        quarantineVersion = load.tableVersion
        // A row that waits already and that a full state brings again.
        events += load.repeated
        duplicates += load.repeated
        if let total = read.total {
            (bronze, uncounted) = (total + withdrawn, 0)
            return
        }
        if before.bronze == nil {
            // An older version of sluice took them in.
            uncounted = before.events + load.standing
            bronze = uncounted
        }
        if !read.isCounted { uncounted += read.rows }
        bronze = (bronze ?? 0) + read.rows + Int64(kept) + load.strays
    }

    /// The transactions that keep them.
    public func transactions(fact: String) -> [String: Int64] {
        var kept = [
            SilverTotals.name(fact, "events"): events,
            SilverTotals.name(fact, "superseded"): superseded,
            SilverTotals.name(fact, "duplicates"): duplicates,
            SilverTotals.name(fact, "deleted"): deleted,
            SilverTotals.name(fact, "withdrawn"): withdrawn,
            SilverTotals.name(fact, "uncounted"): uncounted,
        ]
        kept[SilverTotals.name(fact, "bronze")] = bronze
        kept[SilverTotals.name(fact, "quarantine")] = quarantineVersion
        return kept
    }

    private static func name(_ fact: String, _ what: String) -> String {
        TransactionName.total(fact, what)
    }
}
