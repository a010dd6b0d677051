import Columnar
public import Delta
public import Lake
public import Parquet
import Pipeline
import Tables
import Work

/// How a One Big Table is built.
public struct OneBigTableOptions: Sendable {
    public var writer = WriterOptions()
    /// Periods that are built at once, each on a thread of its own.
    public var threads = 2
    /// Row groups of the fact of at least so many rows are taken over as they are stored.
    public var copiedRows = 65_536
    /// What the periods that are being built may hold in memory together, about.
    public var memoryBytes = 256 << 20
    /// Properties for a new table.
    public var configuration: [String: String] = [:]

    public init() {}
}

/// What building a One Big Table came to.
public struct OneBigTableReport: Hashable, Sendable {
    /// Why the whole table was built; nil when only some periods were.
    public var fullBuildReason: String?
    /// The first days of the periods built, and of those left although a member's change reaches
    /// them, in this run or before; `all` for that of a table that is built as a whole.
    public var builtPartitions: [String] = []
    public var stalePartitions: [String] = []
    /// Rows read from the fact and written, in the periods built.
    public var rowsBuilt: Int64 = 0
    public var rowsAfter: Int64 = 0
    /// By member: facts built that have no member, so that its columns are NULL.
    public var missingMembers: [String: Int] = [:]
    /// By dimension: facts older than their member's first version, which they were given.
    public var earlyFacts: [String: Int] = [:]
    public var filesAdded = 0
    public var filesRemoved = 0
    public var bytesAdded: Int64 = 0

    public init() {}
}

/// A change of a One Big Table, ready to be published: its files are written and none is visible.
public struct OneBigTableChange: Sendable {
    public let report: OneBigTableReport
    private let transaction: Transaction

    /// Builds the planned periods. What is joined is read whole, the fact period by period; a
    /// joined text is a code from the member to the page, never a string.
    ///
    /// Memory: about 50 bytes a row of what is joined, its chosen columns, and
    /// `OneBigTableOptions.memoryBytes`.
    /// Throws `.receipt` when a period has another number of rows than the fact.
    public init(
        _ table: OneBigTable, _ plan: OneBigTablePlan,
        options: OneBigTableOptions = OneBigTableOptions(), userMetadata: String? = nil
    ) throws(LakeError) {
        let joins = plan.units.isEmpty ? [] : Array(table.spec.joins.indices)
        let members = try concurrentMap(joins, threads: options.threads) {
            number throws(LakeError) in
            try JoinedMember(
                table.spec.joins[number], table.members[number], by: table.collations[number])
        }
        let builder = OneBigTableBuilder(table, members, options, plan)
        let built = try concurrentMap(plan.units, threads: options.threads) {
            unit throws(LakeError) in try builder.build(unit)
        }
        let units = Set(plan.units)
        let kept = built.reduce(into: Set<String>()) { $0.formUnion($1.kept) }
        let removed = (table.snapshot?.files ?? []).filter { file in
            // What has no period is no row of the fact's: only a full build takes it out.
            table.unit(ofRows: file.partitionValues)
                .map { units.contains($0) && !kept.contains(file.path) }
                ?? (plan.fullBuildReason != nil)
        }
        let added = built.flatMap(\.files)
        report = OneBigTableChange.report(table, plan, built, removed)
        transaction = try OneBigTableChange.transaction(
            table, added: added, removed: removed,
            configuration: table.configuration(options.configuration, stale: plan.stale),
            userMetadata)
    }

    /// Publishes. Returns the table's version, or the conflict with another run that was first;
    /// nil when nothing changed, not even what was consumed.
    public func commit() throws(LakeError) -> CommitOutcome? {
        if transaction.isEmpty { return nil }
        return try inLake { () throws(DeltaError) in
            try transaction.commit(
                operation: "WRITE", parameters: ["mode": "Overwrite"],
                metrics: [
                    "numOutputRows": "\(report.rowsBuilt)", "numFiles": "\(report.filesAdded)",
                ])
        }
    }

    private static func report(
        _ table: OneBigTable, _ plan: OneBigTablePlan, _ built: [BuiltUnit], _ removed: [AddFile]
    ) -> OneBigTableReport {
        func rows(_ files: [AddFile]) -> Int64 {
            files.reduce(0) { $0 + ($1.rowCount ?? 0) }
        }
        let added = built.flatMap(\.files)
        var report = OneBigTableReport()
        report.fullBuildReason = plan.fullBuildReason
        report.builtPartitions = plan.units.map { table.text($0) }
        report.stalePartitions = plan.stale.map { table.text($0) }
        report.rowsBuilt = built.reduce(0) { $0 + $1.rowCount }
        report.rowsAfter = (table.snapshot?.rowCount ?? 0) - rows(removed) + rows(added)
        for (index, join) in table.spec.joins.enumerated() {
            report.missingMembers[join.dimension] = built.reduce(0) { $0 + $1.missing[index] }
            if join.isAsOf {
                report.earlyFacts[join.dimension] = built.reduce(0) { $0 + $1.early[index] }
            }
        }
        report.filesAdded = added.count
        report.filesRemoved = removed.count
        report.bytesAdded = added.reduce(0) { $0 + $1.sizeBytes }
        return report
    }

    private static func transaction(
        _ table: OneBigTable, added: [AddFile], removed: [AddFile],
        configuration: [String: String], _ userMetadata: String?
    ) throws(LakeError) -> Transaction {
        var transaction = Transaction(table.table, reading: table.snapshot)
        transaction.userMetadata = userMetadata
        try inLake { () throws(DeltaError) in
            if let snapshot = table.snapshot {
                transaction.reads = .wholeTable
                let partitions = table.partition.columns
                if snapshot.schema != table.schema || snapshot.partitionColumns != partitions {
                    try transaction.updateMetadata(
                        schema: table.schema, partitionColumns: partitions,
                        configuration: configuration, replacingAllFiles: true)
                } else if snapshot.configuration != configuration {
                    try transaction.updateMetadata(configuration: configuration)
                }
            } else {
                try transaction.create(
                    schema: table.schema, partitionColumns: table.partition.columns,
                    configuration: configuration)
            }
        }
        for file in removed { transaction.remove(file) }
        for file in added { transaction.add(file) }
        let before = table.snapshot?.transactions ?? [:]
        var consumed: [String: Int64] = [:]
        let sources =
            [(table.factTransaction, table.fact)]
            + zip(table.spec.joins.map { table.memberTransaction($0) }, table.members)
        for (name, source) in sources {
            consumed[name] = source.version
            consumed[table.mark(name)] = source.table.mark(ofVersion: source.version) ?? -1
        }
        for (name, version) in consumed where before[name] != version {
            transaction.setTransaction(appID: name, version: version)
        }
        return transaction
    }
}
