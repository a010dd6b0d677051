import Lake

/// What a fact or dimension has taken in over all runs since it was built, kept as transactions of
/// its table so that it is in the same commit as the rows.
public struct FactTotals: Hashable, Sendable {
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
        guard let events = transactions[FactTotals.name(fact, "events")] else { return }
        self.events = events
        superseded = transactions[FactTotals.name(fact, "superseded")] ?? 0
        duplicates = transactions[FactTotals.name(fact, "duplicates")] ?? 0
        deleted = transactions[FactTotals.name(fact, "deleted")] ?? 0
        withdrawn = transactions[FactTotals.name(fact, "withdrawn")] ?? 0
        bronze = transactions[FactTotals.name(fact, "bronze")]
        uncounted = transactions[FactTotals.name(fact, "uncounted")] ?? 0
        quarantineVersion = transactions[FactTotals.name(fact, "quarantine")]
    }

    /// The rows that silver has of what was taken in.
    var standing: Int64 { events - superseded - duplicates - deleted }

    mutating func add(_ report: FactReport) {
        events += Int64(report.events + report.kept)
        superseded += Int64(report.superseded)
        duplicates += Int64(report.duplicates)
        deleted += Int64(report.deleted)
    }

    /// Takes in what a run read of bronze and what its quarantine says of it.
    ///
    /// - Parameters:
    ///   - before: the totals that the run began with.
    ///   - kept: rows of silver that a table built anew takes over.
    mutating func take(
        _ read: BronzeIntake, over before: FactTotals, kept: Int, _ load: QuarantineLoad.Result
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
    func transactions(fact: String) -> [String: Int64] {
        var kept = [
            FactTotals.name(fact, "events"): events,
            FactTotals.name(fact, "superseded"): superseded,
            FactTotals.name(fact, "duplicates"): duplicates,
            FactTotals.name(fact, "deleted"): deleted,
            FactTotals.name(fact, "withdrawn"): withdrawn,
            FactTotals.name(fact, "uncounted"): uncounted,
        ]
        kept[FactTotals.name(fact, "bronze")] = bronze
        kept[FactTotals.name(fact, "quarantine")] = quarantineVersion
        return kept
    }

    private static func name(_ fact: String, _ what: String) -> String {
        TransactionName.total(fact, what)
    }
}

/// The rows of bronze that a run took in.
struct BronzeIntake: Sendable {
    /// The rows of the files that were read.
    var rows: Int64
    /// Whether bronze's log counts them; if not, the run did.
    var isCounted: Bool
    /// All rows of bronze up to the version that is consumed then, where it holds nothing but
    /// events and its log tells.
    var total: Int64?
}
