public import Collations
public import Columnar
public import Delta
import Keys
public import Lake
import Names
public import Parquet
public import Pipeline
import Spelling
public import Storage

/// What a bronze table holds that silver has not consumed: which files, in which order, and what
/// orders the events in them.
///
/// Silver's `txn` of the application `sluice/<entity>/bronze` is the last bronze version that is in
/// it, so reading goes on with the version after. Reading a version twice does no harm; skipping
/// one would, so where the log no longer reaches back the whole table is read again.
public struct BronzeEvents: Sendable {
    /// A data file and the place of its rows in the order of arrival.
    public struct File: Hashable, Sendable {
        public var add: AddFile
        /// The Delta version that brought the rows, whatever rewrote the file since.
        public var version: Int64
        /// The file's place among those of its version.
        public var index: Int32
        /// Rows of a joined file before this one were consumed already.
        public var firstRow: Int64 = 0
    }

    public let entity: EntitySpec
    public let snapshot: Snapshot
    /// The bronze version in silver before this read; nil when silver is new or rebuilt.
    public let consumed: Int64?
    /// The files to read, in the order of arrival.
    public let files: [File]
    /// Whether the files are the whole table at one moment, so that a key they lack is gone.
    public let isFullState: Bool
    /// When the full state was taken, microseconds UTC; nil where there is none.
    public let stateTime: Int64?
    /// Whether there is something to do; an empty full state is news too.
    public let hasNews: Bool
    /// What orders a key's events.
    public let sequence: Sequence
    /// Rows that others took out of bronze since, and that nobody brought back.
    public let removal: BronzeRemoval?
    /// Whether another program rewrote the full state so that its rows are among those of others.
    let isTorn: Bool
    /// How many rows that silver has taken in others took out of bronze since.
    public let withdrawn: Int64
    /// The entity's columns as bronze has them: no system columns.
    public let schema: Schema
    /// Set when another program wrote the table.
    public let foreign: ForeignBronze?

    /// Where the order of a key's events comes from.
    public enum Sequence: Hashable, Sendable {
        /// A column of times or whole numbers.
        case column(String)
        /// An expression over the cleaned columns.
        case expression(String, isTime: Bool)
        /// `_sluice_extracted_at`.
        case extraction

        /// The column, nil for an expression and the time of extraction.
        public var column: String? {
            if case .column(let name) = self { name } else { nil }
        }
    }

    /// The bronze version that silver will have consumed: the table's, or where events follow a
    /// full state that silver has not consumed, that of the state, whose turn comes first.
    public let version: Int64

    /// Whether there is more of the table after `version`.
    public var hasMore: Bool { version < snapshot.version }

    /// Whether the table holds, or once held, full states, each of which brings every row anew.
    public var holdsFullStates: Bool {
        if foreign != nil { return true }
        let name = TransactionName.watermark(of: entity.source, BronzeTag.snapshotMode)
        return snapshot.transactions[name] != nil
    }

    /// The rows to read, nil when a file does not say.
    public var rowCount: Int64? {
        var total: Int64 = 0
        for file in files {
            guard let rows = file.add.rowCount else { return nil }
            total += rows - file.firstRow
        }
        return total
    }

    /// The name of the transaction in silver that tells the last bronze version consumed.
    public static func transactionName(entity: String) -> String { TransactionName.bronze(entity) }

    /// The name of the transaction in silver that tells which commit that version was.
    public static func markName(entity: String) -> String { TransactionName.bronzeCommit(entity) }

    public static let operation = BronzeColumn.operation
    public static let runID = BronzeColumn.runID
    public static let extractedAt = BronzeColumn.extractedAt
    public static let invalid = BronzeColumn.invalid
    public static let systemColumns: Set<String> = [
        operation, runID, extractedAt, invalid, "ingest_date",
    ]

    /// Finds what is new. Throws `.configuration` when the table, its key or its sequence is not
    /// there, `.drift` when what silver has consumed is not in bronze.
    ///
    /// - Parameter mark: which commit the version `consumed` was; nil where silver does not say.
    public init(
        _ entity: EntitySpec, storage: any LakeStorage, consumed: Int64?, mark: Int64? = nil,
        collations: CollationLibrary? = nil
    ) throws(LakeError) {
        let (entity, snapshot) = try BronzeEvents.open(entity, storage)
        foreign = ForeignBronze(snapshot)
        let columns =
            foreign?.columns.map(\.field)
            ?? snapshot.schema.fields.filter { field in
                !BronzeEvents.systemColumns.contains(field.name.lowercased())
            }
        self.entity = try BronzeEvents.whole(
            entity.collated(Schema(columns), collations ?? CollationLibrary(storage: storage)),
            Schema(columns))
        self.snapshot = snapshot
        self.consumed = consumed
        schema = Schema(columns)
        if let consumed, BronzeEvents.isAnother(snapshot, consumed: consumed, mark) {
            throw BronzeEvents.another(entity, snapshot, consumed: consumed)
        }
        for name in entity.key where schema.index(of: name) == nil {
            throw BronzeEvents.unknown(name, "key", entity, schema)
        }
        let history = BronzeHistory(entity, snapshot, consumed: consumed ?? -1)
        let news: BronzeHistory.News
        do throws(DeltaError) {
            news = consumed == snapshot.version ? BronzeHistory.News() : try history.read()
        } catch {
            throw LakeError(error, bronze: entity)
        }
        files = news.files
        isFullState = news.isFullState
        stateTime = news.stateTime
        hasNews = news.isFullState || !news.files.isEmpty
        removal = news.removal
        isTorn = news.isTorn
        withdrawn = news.withdrawn
        version = news.upTo ?? snapshot.version
        sequence = try BronzeEvents.sequence(entity, snapshot, at: version, schema)
    }

    /// The entity with all cleaned columns as its key, where its key is all columns.
    private static func whole(
        _ entity: EntitySpec, _ schema: Schema
    ) throws(LakeError) -> EntitySpec {
        guard entity.isWholeRow else { return entity }
        var entity = entity
        entity.key = try Clean(entity, bronze: schema, now: 0).schema.fields.map(\.name)
        return entity
    }

    /// The rows as batches of one file each, in the order of arrival. `columns` limits what is
    /// read of the entity's columns; nil reads all.
    public func reader(columns: [String]? = nil, batchRowCount: Int = 65_536)
        throws(LakeError) -> BronzeReader
    {
        try BronzeReader(self, columns: columns, batchRowCount: batchRowCount)
    }

    /// Opens a file. Throws `.lake` when it is missing or not what the log says.
    public func open(_ file: File) throws(LakeError) -> FileReader {
        do { return try snapshot.table.reader(of: file.add) } catch {
            throw LakeError(error, bronze: entity)
        }
    }

    private static func open(
        _ entity: EntitySpec, _ storage: any LakeStorage
    ) throws(LakeError) -> (EntitySpec, Snapshot) {
        let (entity, found) = try BronzeEvents.find(entity, storage)
        if ForeignBronze(found) != nil { return (entity, found) }
        for name in [operation, extractedAt] where found.schema.index(of: name) == nil {
            throw LakeError(
                .configuration, operation: "read bronze", subject: entity.bronze,
                message: "the table has no column \(name), which sluice extract gave it",
                hint: "Another program changed its columns: sluice lake history "
                    + "\(entity.bronze) tells which; go back to the version before it.")
        }
        return (entity, found)
    }

    /// The table that holds the entity's source, and the entity with its place and the source's
    /// own spelling. Nearly always it is where its name puts it; else the map of all tables tells.
    private static func find(
        _ entity: EntitySpec, _ storage: any LakeStorage
    ) throws(LakeError) -> (EntitySpec, Snapshot) {
        let folders: BronzeFolders
        do throws(DeltaError) {
            let usual = DeltaTable(storage: storage, path: entity.bronze)
            if let found = try usual.snapshot(),
                BronzeFolders.holds(found.configuration, entity.table)
            {
                return (entity, found)
            }
            folders = try BronzeFolders(storage)
            if let entry = folders.entry(called: entity.table) {
                var entity = entity
                entity.bronzePath = entry.path
                entity.source = entry.source ?? entity.source
                let table = DeltaTable(storage: storage, path: entry.path)
                if let found = try table.snapshot() { return (entity, found) }
            }
        } catch {
            throw LakeError(error, bronze: entity)
        }
        let names = folders.entries.compactMap(\.source)
        throw LakeError(
            .configuration, operation: "read bronze", subject: entity.source,
            message: "there is no bronze table at \(entity.bronze), nor another that holds "
                + entity.source,
            hint: Spelling.nearest(to: entity.source, in: names).map {
                "Extract it first, or correct 'from' of \(entity.name). Did you mean '\($0)'?"
            } ?? "Extract it first, or correct 'from' of \(entity.name).")
    }

    public static func unknown(
        _ name: String, _ what: String, _ entity: EntitySpec, _ schema: Schema
    ) -> LakeError {
        let names = schema.fields.map(\.name)
        return LakeError(
            .configuration, operation: "plan", subject: entity.name,
            message: "\(entity.source) has no column '\(name)', which is its \(what)",
            hint: nearest(name, names).map { "Did you mean '\($0)'?" }
                ?? "Its columns: \(names.joined(separator: ", ")).")
    }
}
