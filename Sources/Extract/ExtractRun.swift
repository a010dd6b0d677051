import Lake
public import Names
public import Source
public import Storage

/// One extraction of a schema: discovery, plans, tables one after the other, each with its own
/// commit.
public struct ExtractRun: Sendable {
    public var options: ExtractOptions
    public var selection: TableSelection
    public var overrides: [ByteName: TableOverride]
    public var planner = Planner()
    /// Views are taken only when asked for.
    public var includesViews = false
    /// Tables that silver is made of, of whatever schema: one that is gone is told.
    public var consumed: [TableName] = []
    private let storage: any LakeStorage
    private let world: ExtractWorld

    public init(
        options: ExtractOptions, selection: TableSelection, overrides: [ByteName: TableOverride],
        storage: any LakeStorage, world: ExtractWorld
    ) {
        self.options = options
        self.selection = selection
        self.overrides = overrides
        self.storage = storage
        self.world = world
    }

    /// Reads the catalog and plans the selected tables. Nothing is written.
    public func discover(_ connection: any SourceConnection) throws(ExtractError) -> [TablePlan] {
        var plans = try reader.plans(connection)
        for (index, plan) in plans.enumerated() where plan.isZoned {
            let now = world.now()
            let zone = try inSource { () throws(SourceError) in try connection.serverZone() }
            let clock = WatermarkClock(plan.watermarkZone, zone, now: now, zones: world.zones)
            if let cost = clock.cost(at: now) { plans[index].reason += "; " + cost }
        }
        return plans
    }

    /// The keys of `plans` that no run can compare as the source does, for people. Nothing is
    /// written; a collation that the lake does not have is asked of the server, a second or two.
    public func unmatchedCollations(
        _ plans: [TablePlan], _ connection: any SourceConnection
    ) -> [(table: String, note: String)] {
        var found: [(table: String, note: String)] = []
        CollationCopy(storage: storage, options: options, keeps: false)
            .run(plans, connection) { found.append(($0, $1)) }
        return found
    }

    /// Extracts the selected tables. Throws when nothing can be begun; what fails of a single
    /// table is in its result. `prepared` hears the plans before the first table is read. With a
    /// `lock` that a killed run left behind, the files of that run are removed.
    public func run(
        _ runID: String, lock: RunLock? = nil, prepared: ([TablePlan]) -> Void = { _ in }
    ) throws(ExtractError) -> [TableResult] {
        let startedAt = world.now()
        let moments = try connect()
        defer { moments.group.close() }
        let catalog = try reader.catalog(moments.group.main)
        prepared(catalog.plans)
        if let lock, lock.crashed != nil { try sweep(catalog, lock, before: startedAt) }
        CollationCopy(storage: storage, options: options)
            .run(catalog.plans, moments.group.main, tell: world.observer.note)
        let tables = try extracts(runID, catalog, moments)
        var results = try MissingTables(runID: runID, storage: storage, world: world)
            .results(catalog.missing)
        for failure in catalog.failures {
            world.observer.tableFinished(failure)
            results.append(failure)
        }
        let told = results.count
        for table in tables {
            let result = table.run()
            results.append(result)
            if let error = result.error, error.endsRun { break }
        }
        // Once more: what belonged to no table before may be an orphan of one now.
        if let lock, lock.crashed != nil { try sweep(catalog, lock, before: startedAt) }
        for table in tables.dropFirst(results.count - told) {
            results.append(notRead(table.plan, after: results.last?.error))
        }
        return results
    }

    /// What a run would read, found without reading rows or writing anything.
    public func preview() throws(ExtractError) -> [PlannedRead] {
        let moments = try connect()
        defer { moments.group.close() }
        let catalog = try reader.catalog(moments.group.main)
        if let error = catalog.failures.first?.error, catalog.entries.isEmpty { throw error }
        var reads: [PlannedRead] = []
        for table in try extracts("preview", catalog, moments) {
            reads.append(try table.preview())
        }
        return reads
    }

    private func connect() throws(ExtractError) -> SourceMoments {
        return try inSource { () throws(SourceError) in
            let group = SnapshotGroup(first: try world.connect(), connect: world.connect)
            return SourceMoments(group: group, world: world)
        }
    }

    private var reader: CatalogReader {
        CatalogReader(
            options: options, selection: selection, overrides: overrides, planner: planner,
            includesViews: includesViews, consumed: consumed, storage: storage)
    }

    private func extracts(_ runID: String, _ catalog: RunCatalog, _ moments: SourceMoments)
        throws(ExtractError) -> [TableExtract]
    {
        let sourceStart = try inSource { () throws(SourceError) in try moments.group.main.clock() }
        let startedAt = world.now()
        return catalog.entries.map { entry in
            TableExtract(
                plan: entry.plan, storage: storage, path: entry.path, runID: runID,
                startedAt: startedAt, sourceStart: sourceStart, options: options, world: world,
                moments: moments)
        }
    }

    private func sweep(_ catalog: RunCatalog, _ lock: RunLock, before: Int64) throws(ExtractError) {
        for entry in catalog.entries {
            let count = try BronzeTable.sweep(storage, entry.path, holding: lock, before: before)
            if count > 0 {
                world.observer.note(
                    table: entry.plan.table.name, "removed \(count) files of a run that was killed")
            }
        }
    }

    private func notRead(_ plan: TablePlan, after error: ExtractError?) -> TableResult {
        var result = TableResult(table: plan.table.name, mode: plan.mode)
        result.error = ExtractError(
            error?.code ?? .interrupted, operation: "extract", subject: plan.name,
            message: "not read: the run ended before it", hint: "Run again.")
        return result
    }
}
