import Delta
import Lake
import Names
import Source
import Spelling
import Storage

/// Reads the catalog, plans the selected tables and finds their folders.
struct CatalogReader {
    let options: ExtractOptions
    let selection: TableSelection
    let overrides: [ByteName: TableOverride]
    let planner: Planner
    let includesViews: Bool
    /// Tables that silver is made of.
    let consumed: [TableName]
    let storage: any LakeStorage

    /// The plans alone: bronze is only looked at when a configured table is not there.
    func plans(_ connection: any SourceConnection) throws(ExtractError) -> [TablePlan] {
        let source = try source(connection)
        var catalog = RunCatalog()
        let planned = try plan(source, connection, &catalog) { () throws(ExtractError) in
            try folders()
        }
        try checkSelected(source, planned, catalog)
        return planned
    }

    /// All that a run needs.
    func catalog(_ connection: any SourceConnection) throws(ExtractError) -> RunCatalog {
        let source = try source(connection)
        var folders = try folders()
        var catalog = RunCatalog()
        let known = folders
        let planned = try plan(source, connection, &catalog) { () throws(ExtractError) in known }
        addUnselected(source, connection, known, &catalog)
        try checkSelected(source, planned, catalog)
        folders.reserve(source.names.map { TableName(schema: source.schema, name: $0) })
        catalog.entries = planned.map { plan in
            let name = TableName(schema: plan.table.schema, name: plan.table.name)
            return .init(plan: plan, path: folders.claim(name))
        }
        return catalog
    }

    // MARK: The source

    /// The tables that a schema shows.
    private struct Shown {
        /// The server's own spelling.
        var schema: String
        var tables: [SourceTable]
        var names: [String]
    }

    private func source(_ connection: any SourceConnection) throws(ExtractError) -> Shown {
        let tables = try tables(connection, options.typeOptions)
        if tables.isEmpty { try checkSchema(connection) }
        return Shown(
            schema: tables.first?.schema ?? options.schema, tables: tables,
            names: tables.map(\.name))
    }

    private func tables(_ connection: any SourceConnection, _ typeOptions: TypeOptions)
        throws(ExtractError) -> [SourceTable]
    {
        do throws(SourceError) {
            return try connection.tables(
                schema: options.schema, includeViews: includesViews, options: typeOptions)
        } catch {
            // Of a misspelt schema the nearest name is told.
            if error.code == .missing { try checkSchema(connection) }
            throw ExtractError(error)
        }
    }

    private func checkSchema(_ connection: any SourceConnection) throws(ExtractError) {
        let schemas = try inSource { () throws(SourceError) in try connection.schemas() }
        let wanted = ByteName(ignoringCaseOf: options.schema)
        guard !schemas.contains(where: { ByteName(ignoringCaseOf: $0) == wanted }) else { return }
        throw ExtractError(
            SourceError(
                .missing, operation: "discover", subject: options.schema,
                message: "there is no schema of that name, or this user has no right in it",
                hint: Spelling.nearest(to: options.schema, in: schemas).map {
                    "Did you mean '\($0)'?"
                }
                    ?? "Schemas seen: " + schemas.joined(separator: ", ") + "."))
    }

    private func folders() throws(ExtractError) -> BronzeFolders {
        let storage = self.storage
        return try inLake { () throws(DeltaError) in try BronzeFolders(storage) }
    }

    // MARK: Plans

    private func plan(
        _ source: Shown, _ connection: any SourceConnection, _ catalog: inout RunCatalog,
        _ folders: () throws(ExtractError) -> BronzeFolders
    ) throws(ExtractError) -> [TablePlan] {
        var selection = selection
        for name in named(source) {
            let missing = try missing(name, source, connection, try folders())
            if let missing { catalog.missing.append(missing) }
            selection.names.removeAll { missing != nil && $0.isSame(as: name) }
        }
        if selection.names.isEmpty, !self.selection.names.isEmpty { return [] }
        var typed = [options.typeOptions: source.tables]
        var plans: [TablePlan] = []
        for name in try selection.select(source.names, schema: source.schema) {
            var override = overrides[ByteName(name)] ?? TableOverride()
            let wanted = override.typeOptions ?? options.typeOptions
            override.typeOptions = wanted
            // Column types depend on the options, so the catalog is read once for each set.
            if typed[wanted] == nil { typed[wanted] = try self.tables(connection, wanted) }
            // A table may be dropped between the two reads.
            guard let table = typed[wanted]?.first(where: { $0.name.isSame(as: name) }) else {
                continue
            }
            if let failure = unreadable(table, connection) {
                catalog.failures.append(failure)
                continue
            }
            do throws(ExtractError) {
                plans.append(try planner.plan(table, override))
            } catch {
                guard
                    let failure = try unplanned(table, override, try folders(), connection)
                else { throw error }
                catalog.failures.append(failure)
            }
        }
        return plans
    }

    /// The tables that are asked for by name and that the source does not show.
    private func named(_ source: Shown) -> [String] {
        let shown = Set(source.names.map { ByteName($0) })
        let alike = Set(source.names.map { ByteName(ignoringCaseOf: $0) })
        let asked = overrides.keys.map(\.text) + selection.names
        let schema = ByteName(ignoringCaseOf: source.schema)
        // A server that does not tell case apart has the table under its own spelling.
        let consumed = consumed.filter { table in
            ByteName(ignoringCaseOf: table.schema) == schema
                && !alike.contains(ByteName(ignoringCaseOf: table.name))
        }
        let names = Set((asked + consumed.map(\.name)).map { ByteName($0) })
        return names.subtracting(shown).sorted().map(\.text)
    }

    /// A named table that bronze holds and the source does not show; nil when silver alone names
    /// it, which is looked at when silver is made. Throws `configuration` for one that never was: a
    /// misspelt table in the configuration would leave its masks and filters without effect.
    private func missing(
        _ name: String, _ source: Shown, _ connection: any SourceConnection,
        _ folders: BronzeFolders
    ) throws(ExtractError) -> MissingTable? {
        let table = TableName(schema: source.schema, name: name)
        if let entry = folders.entry(of: table), entry.source != nil,
            let refusal = refusal(table, connection)
        {
            return MissingTable(name: table, path: entry.path, isNamed: true, refusal: refusal)
        }
        guard overrides[ByteName(name)] != nil else { return nil }
        throw ExtractError(
            .configuration, operation: "plan", subject: "extract.tables.\(name)",
            message: "the schema \(source.schema) has no table '\(name)'",
            hint: Spelling.nearest(to: name, in: source.names).map { "Did you mean '\($0)'?" }
                ?? "Remove the entry, or set extract.views: true if it is a view.")
    }

    /// Tables that bronze holds, the patterns admit and the source does not show.
    private func addUnselected(
        _ source: Shown, _ connection: any SourceConnection, _ folders: BronzeFolders,
        _ catalog: inout RunCatalog
    ) {
        guard selection.names.isEmpty else { return }
        let shown = Set(source.names.map { ByteName($0) })
        var told = Set(catalog.missing.map { ByteName($0.name.name) })
        for entry in folders.entries(ofSchema: source.schema) {
            guard let text = entry.source else { continue }
            let bytes = text.utf8.dropFirst(source.schema.utf8.count + 1)
            let name = String(decoding: bytes, as: UTF8.self)
            guard !shown.contains(ByteName(name)), selection.admits(name),
                told.insert(ByteName(name)).inserted
            else { continue }
            let table = TableName(schema: source.schema, name: name)
            guard let refusal = refusal(table, connection) else { continue }
            catalog.missing.append(
                MissingTable(name: table, path: entry.path, isNamed: false, refusal: refusal))
        }
    }

    /// What the server says of a table that it does not show; nil when it can be read all the
    /// same, as a view can that is not asked for.
    private func refusal(_ table: TableName, _ connection: any SourceConnection) -> SourceError? {
        connection.refusal(schema: table.schema, table: table.name, column: nil)
    }

    // MARK: Nothing selected

    /// A run that takes nothing is no success, whatever the reason.
    private func checkSelected(
        _ source: Shown, _ plans: [TablePlan], _ catalog: RunCatalog
    ) throws(ExtractError) {
        guard plans.isEmpty, catalog.failures.isEmpty, selection.names.isEmpty else { return }
        let gone = catalog.missing.map(\.name.name)
        guard !source.names.isEmpty else {
            throw ExtractError(
                .configuration, operation: "select", subject: source.schema,
                message: "the schema has no table that this user can read",
                hint: gone.isEmpty
                    ? "Name another schema with --schema or extract.schema, or grant SELECT on "
                        + "its tables."
                    : "Bronze holds \(list(gone)), which are gone from the source.")
        }
        let patterns = selection.include.map { "'\($0)'" }.joined(separator: ", ")
        let excluded = selection.exclude.map { "'\($0)'" }.joined(separator: ", ")
        let near = selection.include.compactMap { pattern in
            Spelling.nearest(to: pattern.filter { $0 != "*" && $0 != "?" }, in: source.names)
        }
        throw ExtractError(
            .configuration, operation: "select", subject: source.schema,
            message: "none of its \(source.names.count) tables fits extract.include: \(patterns)"
                + (excluded.isEmpty ? "" : " without extract.exclude: \(excluded)"),
            hint: near.isEmpty
                ? "Its tables: \(list(source.names))."
                : "Did you mean \(near.map { "'\($0)'" }.joined(separator: ", "))?")
    }

    private func list(_ names: [String]) -> String {
        names.prefix(10).joined(separator: ", ")
            + (names.count > 10 ? " and \(names.count - 10) more" : "")
    }
}
