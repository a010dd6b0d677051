import Columnar
public import Source
public import Storage
import Spelling

/// One extraction of a schema: discovery, plans, tables one after the other, each with its own
/// commit.
public struct ExtractRun: Sendable {
    public var options: ExtractOptions
    public var selection: TableSelection
    public var overrides: [String: TableOverride]
    public var planner = Planner()
    /// Views are taken only when asked for.
    public var includesViews = false
    private let storage: any LakeStorage
    private let world: ExtractWorld

    public init(
        options: ExtractOptions, selection: TableSelection, overrides: [String: TableOverride],
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
        try catalog(connection).plans
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
        let catalog = try catalog(moments.group.main)
        prepared(catalog.plans)
        if let lock, lock.crashed != nil { try sweep(catalog, lock, before: startedAt) }
        let tables = try extracts(runID, catalog, moments)
        var results: [TableResult] = []
        for table in tables {
            let result = table.run()
            results.append(result)
            if let error = result.error, error.endsRun { break }
        }
        // Once more: what belonged to no table before may be an orphan of one now.
        if let lock, lock.crashed != nil { try sweep(catalog, lock, before: startedAt) }
        for table in tables.dropFirst(results.count) {
            results.append(notRead(table.plan, after: results.last?.error))
        }
        return results
    }

    /// What a run would read, found without reading rows or writing anything.
    public func preview() throws(ExtractError) -> [PlannedRead] {
        let moments = try connect()
        defer { moments.group.close() }
        let catalog = try catalog(moments.group.main)
        var reads: [PlannedRead] = []
        for table in try extracts("preview", catalog, moments) {
            reads.append(try table.preview())
        }
        return reads
    }

    private struct Catalog {
        var plans: [TablePlan]
        /// Folder names of all tables, by table.
        var folders: [String: String]
    }

    private func connect() throws(ExtractError) -> SourceMoments {
        return try inSource { () throws(SourceError) in
            let group = SnapshotGroup(first: try world.connect(), connect: world.connect)
            return SourceMoments(group: group, world: world)
        }
    }

    private func catalog(_ connection: any SourceConnection) throws(ExtractError) -> Catalog {
        let tables = try tables(connection, options.typeOptions)
        if tables.isEmpty { try checkSchema(connection) }
        let names = tables.map(\.name)
        try checkOverrides(names)
        var typed = [options.typeOptions: tables]
        var plans: [TablePlan] = []
        for name in try selection.select(names, schema: options.schema) {
            var override = overrides[name] ?? TableOverride()
            let wanted = override.typeOptions ?? options.typeOptions
            override.typeOptions = wanted
            // Column types depend on the options, so the catalog is read once for each set.
            if typed[wanted] == nil { typed[wanted] = try self.tables(connection, wanted) }
            // A table may be dropped between the two reads.
            guard let table = typed[wanted]?.first(where: { $0.name == name }) else { continue }
            plans.append(try planner.plan(table, override))
        }
        return Catalog(plans: plans, folders: folderNames(names))
    }

    private func tables(_ connection: any SourceConnection, _ typeOptions: TypeOptions)
        throws(ExtractError) -> [SourceTable]
    {
        return try inSource { () throws(SourceError) in
            try connection.tables(
                schema: options.schema, includeViews: includesViews, options: typeOptions)
        }
    }

    private func checkSchema(_ connection: any SourceConnection) throws(ExtractError) {
        let schemas = try inSource { () throws(SourceError) in try connection.schemas() }
        guard !schemas.contains(options.schema) else { return }
        throw ExtractError(
            SourceError(
                .missing, operation: "discover", subject: options.schema,
                message: "there is no schema of that name, or this user has no right in it",
                hint: Spelling.nearest(to: options.schema, in: schemas).map {
                    "did you mean '\($0)'?"
                }
                    ?? "schemas seen: " + schemas.joined(separator: ", ")))
    }

    /// A misspelt table in the configuration would leave its masks and filters without effect.
    private func checkOverrides(_ names: [String]) throws(ExtractError) {
        for name in overrides.keys.sorted() where !names.contains(name) {
            throw ExtractError(
                .configuration, operation: "plan", subject: "extract.tables.\(name)",
                message: "the schema \(options.schema) has no table '\(name)'",
                hint: Spelling.nearest(to: name, in: names).map { "did you mean '\($0)'?" }
                    ?? "remove the entry, or set extract.views: true if it is a view")
        }
    }

    private func extracts(_ runID: String, _ catalog: Catalog, _ moments: SourceMoments)
        throws(ExtractError) -> [TableExtract]
    {
        let sourceStart = try inSource { () throws(SourceError) in try moments.group.main.clock() }
        let startedAt = world.now()
        return catalog.plans.map { plan in
            TableExtract(
                plan: plan, storage: storage, path: path(plan, catalog), runID: runID,
                startedAt: startedAt, sourceStart: sourceStart, options: options, world: world,
                moments: moments)
        }
    }

    private func path(_ plan: TablePlan, _ catalog: Catalog) -> String {
        let folder = catalog.folders[plan.table.name] ?? folderName(plan.table.name)
        return "bronze/\(folderName(options.schema))/\(folder)"
    }

    private func sweep(_ catalog: Catalog, _ lock: RunLock, before: Int64) throws(ExtractError) {
        for plan in catalog.plans {
            let count = try BronzeTable.sweep(
                storage, path(plan, catalog), holding: lock, before: before)
            if count > 0 {
                world.observer.note(
                    table: plan.table.name, "\(count) files of a run that was killed removed")
            }
        }
    }

    private func notRead(_ plan: TablePlan, after error: ExtractError?) -> TableResult {
        var result = TableResult(table: plan.table.name, mode: plan.mode)
        result.error = ExtractError(
            error?.code ?? .interrupted, operation: "extract", subject: plan.name,
            message: "not read: the run ended before it", hint: "run again")
        return result
    }
}
