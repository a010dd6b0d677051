import Columnar
import Delta
import JSON
import Lake
import Names
import Parquet
import Source
import Storage

/// One table of the bronze zone: what it holds, and the one commit of a run.
final class BronzeTable {
    let plan: TablePlan
    let masking: Masking
    let shape: BronzeSchema
    /// What happened at the commit that the operator should know.
    private(set) var notes: [String] = []
    private let table: DeltaTable
    let snapshot: Snapshot?
    private let identity: SourceIdentity
    private let options: ExtractOptions
    let properties: BronzeProperties

    /// Opens the table at `path` under the lake, or prepares to create it. Throws `drift` when the
    /// plan's columns do not fit it, `identity` when it was filled from another server or table.
    init(
        _ plan: TablePlan, storage: any LakeStorage, path: String, identity: SourceIdentity,
        options: ExtractOptions, runID: String
    ) throws(ExtractError) {
        self.plan = plan
        self.identity = identity
        self.options = options
        masking = Masking(masks: plan.masks, salt: options.maskSalt)
        let table = DeltaTable(storage: storage, path: path)
        self.table = table
        snapshot = try inLake { () throws(DeltaError) in
            let snapshot = try table.snapshot()
            try snapshot?.checkWritable()
            return snapshot
        }
        shape = try BronzeSchema(plan, masking: masking, existing: snapshot?.schema)
        properties = BronzeProperties(
            plan, identity: identity.identifier, vanished: shape.vanished,
            before: snapshot?.configuration, runID: runID)
        try checkIdentity()
    }

    /// What changed of the table since the last run, for the operator.
    var changes: [String] { exists ? shape.changes + properties.changes : [] }

    /// Makes the table's columns as wide as the source's have become. Returns what was done, nil
    /// when nothing had to be.
    func widen(isStopping: @escaping @Sendable () -> Bool) throws(ExtractError) -> String? {
        guard let snapshot, !shape.widenings.isEmpty else { return nil }
        let widening = BronzeWidening(
            snapshot: snapshot, schema: shape.schema, options: options.writer,
            isStopping: isStopping)
        do throws(DeltaError) {
            let count = try widening.run()
            return shape.widenings.joined(separator: ", ") + ": \(count) files rewritten"
        } catch {
            throw isStopping() ? ExtractError.interrupted(plan) : ExtractError(error)
        }
    }

    /// The version this application last committed, nil when it never did.
    func transaction(_ name: String) -> Int64? { snapshot?.transactions[name] }

    /// Whether the table exists already.
    var exists: Bool { snapshot != nil }

    /// The bronze name of a source column.
    func fieldName(_ source: String) -> String {
        let position = plan.columns.firstIndex { $0.name.isSame(as: source) }
        return position.map { shape.fields[$0].name } ?? source
    }

    /// The content digest kept with the snapshot numbered `number`.
    func digest(ofSnapshot number: Int64) -> String {
        let files = snapshot?.files.filter { $0.tags[BronzeTag.high] == String(number) } ?? []
        return files.first?.tags[BronzeTag.digest] ?? ContentDigest().text
    }

    /// The rows of the files that `mayHold` admits, for comparison with rows read again. `key` are
    /// the source's names; with `contentIsKey` rows are equal when their keys are.
    func seenRows(
        key: [String], contentIsKey: Bool = false, where mayHold: (FileStatistics) -> Bool
    ) throws(ExtractError) -> SeenRows {
        let keyNames = key.map(fieldName)
        let content = shape.fields.map(\.name) + [BronzeSchema.invalid]
        var seen = SeenRows(key: keyNames, content: contentIsKey ? keyNames : content)
        guard let snapshot else { return seen }
        let files = snapshot.files.filter { file in
            file.statistics.map(mayHold) ?? true
        }.sorted(by: isEarlier)
        try inLake { () throws(DeltaError) in
            let names = contentIsKey ? keyNames : content
            let known = names.filter { snapshot.schema.index(of: $0) != nil }
            let scan = try DeltaScan(snapshot, files: files, columns: known)
            while let batch = try scan.next() { seen.add(batch) }
        }
        return seen
    }

    /// Commits come in the order of their high watermarks, then of their runs.
    private func isEarlier(_ left: AddFile, _ right: AddFile) -> Bool {
        let leftHigh = left.tags[BronzeTag.high].flatMap(Int64.init) ?? .min
        let rightHigh = right.tags[BronzeTag.high].flatMap(Int64.init) ?? .min
        if leftHigh != rightHigh { return leftHigh < rightHigh }
        let leftRun = left.tags[BronzeTag.run] ?? ""
        let rightRun = right.tags[BronzeTag.run] ?? ""
        return leftRun != rightRun ? leftRun < rightRun : left.path < right.path
    }

    /// What begins the run's data files.
    var files: BronzeFiles {
        BronzeFiles(
            table: table,
            alwaysIndexed: Set(
                (plan.key + [plan.watermark?.name].compactMap { $0 }).map(fieldName)),
            configuration: snapshot?.configuration ?? [:])
    }

    /// Publishes `files` and commits them with the watermark; creates the table or follows a
    /// changed schema in the same commit. Returns the version, or nil when there was nothing.
    func commit(_ files: [DataFileWriter], _ set: ReadSet, tags: [String: String])
        throws(ExtractError) -> Int64?
    {
        let isNews =
            !files.isEmpty || set.commitsWithoutRows || shape.isChanged || isConfigurationNew
        guard isNews else { return nil }
        let committed = try inLake { () throws(DeltaError) in
            try prepared(files, set, tags: tags).commit(
                operation: "WRITE",
                parameters: ["mode": "Append", "partitionBy": "[\"\(BronzeSchema.partition)\"]"]
            ).committed("commit", plan.name)
        }
        if let note = committed.note { notes.append(note) }
        return committed.version
    }

    private func prepared(_ files: [DataFileWriter], _ set: ReadSet, tags: [String: String])
        throws(DeltaError) -> Transaction
    {
        var transaction = Transaction(table, reading: snapshot)
        transaction.userMetadata = tags[BronzeTag.run]
        transaction.fileTags = FileOrigin.tags
        if !exists {
            try transaction.create(
                schema: shape.schema, partitionColumns: [BronzeSchema.partition],
                configuration: properties.values)
        } else if shape.isChanged || isConfigurationNew {
            try transaction.updateMetadata(
                schema: shape.isChanged ? shape.schema : nil, configuration: properties.values)
        }
        // A reader of the files must know a NULL of the source from a column that was not read.
        var fileTags = tags
        if !shape.absent.isEmpty {
            let names = JSONValue.array(shape.absent.map { .string($0) })
            fileTags[BronzeTag.absent] = names.description
        }
        for file in files {
            transaction.add(try file.publish(tags: fileTags))
        }
        for (name, version) in set.transactions {
            transaction.setTransaction(appID: name, version: version)
        }
        return transaction
    }

    /// Removes files of a killed run, last written before `before` (microseconds UTC), from the
    /// table at `path`; returns how many.
    static func sweep(
        _ storage: any LakeStorage, _ path: String, holding lock: RunLock, before: Int64
    ) throws(ExtractError) -> Int {
        return try inLake { () throws(DeltaError) in
            let sweep = OrphanSweep(DeltaTable(storage: storage, path: path))
            let result = try sweep.run(holding: lock, modifiedBefore: before / 1000)
            return result.stagedFiles + result.dataFiles
        }
    }

    private var isConfigurationNew: Bool {
        snapshot.map { $0.configuration != properties.values } ?? false
    }

    private func checkIdentity() throws(ExtractError) {
        guard let kept = snapshot?.configuration else { return }
        // Whoever accepts another source does not accept another table: its rows would mix.
        if let name = kept[BronzeProperty.table], !name.isSame(as: plan.name) {
            throw ExtractError(
                .identity, operation: "extract", subject: plan.name,
                message: "its folder in bronze holds the table \(name)",
                hint: "Move that folder away, or use another lake.")
        }
        if options.acceptsSource { return }
        if let known = kept[BronzeProperty.identity], known != identity.identifier {
            throw ExtractError(
                .identity, operation: "extract", subject: plan.name,
                message: "bronze was filled from the server \(known), this one is "
                    + identity.identifier,
                hint: "After a planned move or failover, check that no rows are missing and run "
                    + "once with --accept-source.")
        }
    }
}
