import Columnar
import Names
public import Parquet
public import Storage

/// Joins a table's small files into larger ones, without changing a row.
///
/// The commits say `dataChange = false`, so that whoever follows the table's changes passes over
/// them. Rows of one joined file are sorted by the table's property `sluice.sort` (column names,
/// comma-separated) or the options' columns. Rows of files that the options' `order` knows keep the
/// order they came in.
public struct Optimize: Sendable {
    /// What is wanted.
    public struct Options: Sendable {
        /// The size files should have.
        public var targetBytes: Int64 = 128 << 20
        /// Columns to sort by; empty for what the table's `sluice.sort` names.
        public var sortColumns: [String] = []
        /// Tells of a table's files which keep their rows' order; nil when none do.
        public var order: (@Sendable (Snapshot) throws(DeltaError) -> any FileOrder)?
        /// What to leave for another time; nil joins all that is small.
        public var policy: CompactionPolicy?
        /// The layout of the new files.
        public var writer = WriterOptions()
        /// After so many bytes of old files a commit is made, so that little is lost by a stop.
        public var commitBytes: Int64 = 1 << 30
        /// Kept in the commits.
        public var userMetadata: String?
        /// Looked at between batches.
        public var isStopping: @Sendable () -> Bool = { false }

        public init() {}
    }

    /// What was done, or would be.
    public struct Result: Sendable {
        public var filesRemoved = 0
        public var filesAdded = 0
        public var bytesRemoved: Int64 = 0
        public var bytesAdded: Int64 = 0
        public var rows: Int64 = 0
        /// The versions committed.
        public var versions: [Int64] = []
        /// Bins given up because another writer removed one of their files meanwhile.
        public var conflicts = 0
        /// Whether `isStopping` ended it early; what is committed stays.
        public var wasStopped = false
        /// Why a checkpoint that was due was not written; the commits stand.
        public var upkeepFailure: DeltaError?

        public init() {}
    }

    /// The property that names the columns to sort by.
    public static let sortProperty = "sluice.sort"

    public let table: DeltaTable
    public let options: Options

    public init(_ table: DeltaTable, options: Options = Options()) {
        self.table = table
        self.options = options
    }

    /// What `run` would join, without doing it: `filesAdded` and `bytesAdded` stay 0.
    public func plan() throws(DeltaError) -> Result {
        var result = Result()
        let snapshot = try current()
        try ProtocolSupport.checkWriting(snapshot)
        for bin in try bins(snapshot) {
            result.filesRemoved += bin.files.count
            result.bytesRemoved += bin.bytes
            result.rows += bin.files.reduce(0) {
                $0 + ($1.rowCount ?? 0)
            }
        }
        return result
    }

    /// Joins what is small. `lock` is the proof that no other run of ours would take the new files
    /// for leftovers. Throws `.notATable`, `.schema` for a sort column that is not there, and what
    /// reading and writing throw; earlier commits of the run then stand.
    public func run(holding lock: RunLock) throws(DeltaError) -> Result {
        var snapshot = try current()
        try ProtocolSupport.checkWriting(snapshot)
        let order = RowOrder(columns: try sortColumns(snapshot))
        var result = Result()
        var pending: [OptimizePlan.Bin] = []
        var bytes: Int64 = 0
        for bin in try bins(snapshot) {
            pending.append(bin)
            bytes += bin.bytes
            guard bytes >= options.commitBytes else { continue }
            snapshot = try rewrite(pending, snapshot, order, &result)
            if result.wasStopped { return result }
            pending = []
            bytes = 0
        }
        if !pending.isEmpty { _ = try rewrite(pending, snapshot, order, &result) }
        return result
    }

    private func current() throws(DeltaError) -> Snapshot {
        if let snapshot = try table.snapshot() { return snapshot }
        throw DeltaError(
            .notATable, operation: "optimize", subject: table.path,
            message: "there is no Delta table here", hint: "Check the path.")
    }

    private func bins(_ snapshot: Snapshot) throws(DeltaError) -> [OptimizePlan.Bin] {
        let target = max(1, options.targetBytes)
        let plan = OptimizePlan(targetBytes: target, order: try options.order?(snapshot))
        let candidates = plan.candidates(snapshot.files)
        var bins: [OptimizePlan.Bin] = []
        for bin in options.policy?.selected(candidates) ?? candidates {
            bins += try bin.maySort ? [bin] : ofEqualColumns(bin)
        }
        return bins.map(plan.finished)
    }

    /// Stretches of a bin in a fixed order whose files have the same columns. One that a file does
    /// not have was not read from the source; a joined file must not say that it was NULL there.
    private func ofEqualColumns(_ bin: OptimizePlan.Bin) throws(DeltaError) -> [OptimizePlan.Bin] {
        var bins: [OptimizePlan.Bin] = []
        for file in bin.files {
            let held = Set(
                try table.reader(of: file).schema.fields.map { ByteName($0.name) })
            if bins.last?.columns != held { bins.append(.init(maySort: false, columns: held)) }
            bins[bins.count - 1].files.append(file)
        }
        return bins.filter { $0.files.count > 1 }
    }

    private func sortColumns(_ snapshot: Snapshot) throws(DeltaError) -> [String] {
        var names = options.sortColumns
        if names.isEmpty, let property = snapshot.configuration[Optimize.sortProperty] {
            names = property.split(separator: ",").map { $0.trimmed }
        }
        for name in names {
            guard let field = snapshot.schema[name], !field.type.isNested else {
                throw DeltaError(
                    .schema, operation: "optimize", subject: table.path,
                    message: "rows cannot be sorted by \"\(name)\": the table has no such column "
                        + "of a plain type",
                    hint: "Name other columns, or correct the table's property "
                        + "\(Optimize.sortProperty).")
            }
        }
        // Within a partition its columns are all alike.
        return names.filter { !snapshot.partitionColumns.contains($0) }
    }

    /// Rewrites bins and commits them together. Returns the table as it is then.
    private func rewrite(
        _ bins: [OptimizePlan.Bin], _ snapshot: Snapshot, _ order: RowOrder,
        _ result: inout Result
    ) throws(DeltaError) -> Snapshot {
        var transaction = Transaction(table, reading: snapshot)
        transaction.userMetadata = options.userMetadata
        var added: [AddFile] = []
        var done = Result()
        for bin in bins {
            let rewriting = BinRewriting(
                bin: bin, snapshot: snapshot, order: order, options: options)
            let written: [AddFile]?
            do throws(DeltaError) {
                written = try rewriting.run()
            } catch {
                delete(added)
                throw error
            }
            guard let files = written else {
                result.wasStopped = true
                break
            }
            for file in bin.files { transaction.remove(file, dataChange: false) }
            for file in files { transaction.add(file) }
            added += files
            done.filesRemoved += bin.files.count
            done.bytesRemoved += bin.bytes
            done.filesAdded += files.count
            done.bytesAdded += files.reduce(0) { $0 + $1.sizeBytes }
            done.rows += files.reduce(0) { $0 + ($1.rowCount ?? 0) }
        }
        if added.isEmpty { return snapshot }
        let outcome = try transaction.commit(
            operation: "OPTIMIZE",
            parameters: ["predicate": "[]", "sortBy": order.columns.joined(separator: ",")],
            metrics: [
                "numRemovedFiles": String(done.filesRemoved),
                "numRemovedBytes": String(done.bytesRemoved),
                "numAddedFiles": String(done.filesAdded),
                "numAddedBytes": String(done.bytesAdded),
            ])
        switch outcome {
        case .committed(let committed):
            result.add(done, committed)
        case .conflicted:
            result.conflicts += bins.count
            delete(added)
        }
        return try table.update(from: snapshot)
    }

    /// Deletes published files that no commit names; what cannot be deleted now is vacuum's.
    private func delete(_ files: [AddFile]) {
        for file in files { try? table.storage.delete(try table.dataFile(file.path)) }
    }
}

extension Optimize.Result {
    fileprivate mutating func add(_ part: Optimize.Result, _ committed: CommittedVersion) {
        filesRemoved += part.filesRemoved
        bytesRemoved += part.bytesRemoved
        filesAdded += part.filesAdded
        bytesAdded += part.bytesAdded
        rows += part.rows
        versions.append(committed.version)
        upkeepFailure = committed.upkeepFailure ?? upkeepFailure
    }
}

extension Substring {
    /// The text without blanks around it.
    fileprivate var trimmed: String {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
