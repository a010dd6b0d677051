import Columnar
public import Delta
public import Lake
import Pipeline
import Tables

/// A change of a fact, ready to be published: its files are written and none is visible yet.
public struct FactChange: Sendable {
    /// What it came to.
    public let report: FactReport
    /// What the fact will have taken in.
    public private(set) var totals: SilverTotals
    private let base: SilverTotals
    private let name: String
    private let tombstones: FactTombstones
    private let transaction: Transaction
    private let operation: String

    public init(
        _ fact: FactTable, _ tombstones: FactTombstones, _ report: FactReport,
        _ options: FactOptions, removed: [AddFile], added: [AddFile],
        transactions: [String: Int64], userMetadata: String?
    ) throws(LakeError) {
        self.report = report
        self.tombstones = tombstones
        name = fact.spec.entity.name
        let before = fact.snapshot?.transactions ?? [:]
        var transaction = Transaction(fact.table, reading: fact.snapshot)
        transaction.userMetadata = userMetadata
        try inLake { () throws(DeltaError) in
            if let snapshot = fact.snapshot {
                // New rows depend on which keys the table does not hold.
                transaction.reads = .wholeTable
                let configuration = fact.spec.entity.keeping(snapshot.configuration)
                if fact.isReplaced {
                    try transaction.updateMetadata(
                        schema: fact.schema, partitionColumns: fact.partition.columns,
                        configuration: configuration, replacingAllFiles: true)
                } else if snapshot.schema != fact.schema
                    || snapshot.configuration != configuration
                {
                    try transaction.updateMetadata(
                        schema: snapshot.schema == fact.schema ? nil : fact.schema,
                        configuration: configuration, replacingAllFiles: fact.isWidened)
                }
            } else {
                try transaction.create(
                    schema: fact.schema, partitionColumns: fact.partition.columns,
                    configuration: fact.spec.entity.keeping(options.configuration))
            }
        }
        for file in removed { transaction.remove(file) }
        for file in added { transaction.add(file) }
        base = options.mode.isAnew ? SilverTotals() : SilverTotals(fact: name, transactions: before)
        var totals = base
        totals.add(report)
        totals.withdrawn += options.withdrawn
        self.totals = totals
        for (appID, version) in transactions
        where before[appID] != version {
            transaction.setTransaction(appID: appID, version: version)
        }
        self.transaction = transaction
        operation = removed.isEmpty ? "WRITE" : "MERGE"
    }

    /// Counts what the run read of bronze and what its quarantine says of it.
    public mutating func take(_ read: BronzeIntake, _ quarantined: QuarantineCounts) {
        totals.take(read, over: base, kept: report.kept, quarantined)
    }

    /// Publishes the tombstones, then the fact. Returns the table's version, or the conflict with
    /// another run that was first; nil when nothing changed, not even what was consumed.
    ///
    /// - Parameter metrics: more figures for the commit.
    public func commit(
        metrics: [String: String] = [:]
    ) throws(LakeError) -> CommitOutcome? {
        let tombstoned = try tombstones.commit(userMetadata: transaction.userMetadata)
        var transaction = transaction
        for (appID, version) in totals.transactions(fact: name)
        where transaction.snapshot?.transactions[appID] != version {
            transaction.setTransaction(appID: appID, version: version)
        }
        if transaction.isEmpty { return nil }
        let kept = FactTombstones.transactionName(name)
        if tombstoned != transaction.snapshot?.transactions[kept] ?? -1 {
            transaction.setTransaction(appID: kept, version: tombstoned)
        }
        return try inLake { () throws(DeltaError) in
            try transaction.commit(
                operation: operation,
                metrics: [
                    "numSourceRows": "\(report.events)", "numOutputRows": "\(report.rowsAfter)",
                    "numTargetRowsInserted": "\(report.inserted)",
                    "numTargetRowsUpdated": "\(report.updated)",
                    "numTargetRowsDeleted": "\(report.removed)",
                ].merging(metrics) { first, _ in first })
        }
    }
}
