public import Storage

/// Deletes data files that no version within the retention needs:
/// `docs/specification/delta.md#cleanup-and-vacuum`.
///
/// A file stays when the current version names it, when it was removed within the retention, or
/// when it is younger than that: it may belong to a commit on its way. Of other files only Parquet
/// files and our own staged ones go; the log, hidden files and hidden folders are never touched.
public struct Vacuum: Sendable {
    /// What is wanted.
    public struct Options: Sendable {
        /// How long a removed file is kept, milliseconds; nil for the table's own
        /// `delta.deletedFileRetentionDuration`, or seven days.
        public var retentionMilliseconds: Int64?
        /// Whether a retention below seven days is accepted.
        public var isForced = false
        /// The time taken for now, milliseconds since the epoch.
        public var now = WallClock.milliseconds()
        /// Looked at between deletions.
        public var isStopping: @Sendable () -> Bool = { false }

        public init() {}
    }

    /// A file that nobody needs.
    public struct Garbage: Hashable, Sendable {
        /// Relative to the table, not escaped.
        public var path: String
        public var sizeBytes: Int64
        /// Whether no commit in the log ever named it, or none still there does.
        public var isOrphan: Bool
    }

    /// What was found and done.
    public struct Result: Sendable {
        /// Sorted by path.
        public var garbage: [Garbage] = []
        /// How many of them were deleted; 0 for a dry run.
        public var deletedFiles = 0
        public var deletedBytes: Int64 = 0
        /// Files removed from the table that stay because the retention is not over.
        public var keptFiles = 0
        /// Whether `isStopping` ended it early.
        public var wasStopped = false

        /// The size of everything found.
        public var garbageBytes: Int64 { garbage.reduce(0) { $0 + $1.sizeBytes } }
    }

    /// The least retention that needs no force: readers and writers may take days.
    public static let safeRetentionMilliseconds: Int64 = 7 * 86_400_000

    public let table: DeltaTable
    public let options: Options

    public init(_ table: DeltaTable, options: Options = Options()) {
        self.table = table
        self.options = options
    }

    /// Finds what `run` would delete. Cost: a listing of all folders, the log.
    public func plan() throws(DeltaError) -> Result {
        let snapshot = try current()
        return try plan(snapshot)
    }

    /// Deletes it: everything is found first, then the log is read again, and only what still is in
    /// nobody's use goes. A deletion that fails ends the run with an error; what is left goes next
    /// time. Throws `.value` for a retention below seven days without force.
    public func run(holding lock: RunLock) throws(DeltaError) -> Result {
        var result = try plan()
        if result.garbage.isEmpty { return result }
        let needed = try protected(try current())
        for garbage in result.garbage where !needed.holds(garbage.path) {
            if options.isStopping() {
                result.wasStopped = true
                return result
            }
            try storing { () throws(StorageError) in
                try table.storage.delete(table.file(garbage.path))
            }
            result.deletedFiles += 1
            result.deletedBytes += garbage.sizeBytes
        }
        return result
    }

    private func plan(_ snapshot: Snapshot) throws(DeltaError) -> Result {
        let needed = try protected(snapshot)
        let cut = options.now - (try retention(snapshot))
        var result = Result()
        let folders = FolderWalk(table: table, partitionColumns: snapshot.partitionColumns)
        try folders.visit { (path: String, entry: FileEntry) throws(DeltaError) in
            guard Vacuum.mayDelete(entry.name), !needed.holds(path) else { return }
            if entry.modifiedMilliseconds < cut {
                let isOrphan = !needed.removed.contains(path)
                result.garbage.append(
                    Garbage(path: path, sizeBytes: entry.sizeBytes, isOrphan: isOrphan))
            } else {
                result.keptFiles += 1
            }
        }
        result.keptFiles += needed.recent
        result.garbage.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        return result
    }

    /// Data files of any writer, and our own unfinished ones.
    private static func mayDelete(_ name: String) -> Bool {
        if isStagedName(name) { return true }
        return name.hasSuffix(".parquet") && !name.hasPrefix("_") && !name.hasPrefix(".")
    }

    private func current() throws(DeltaError) -> Snapshot {
        guard let snapshot = try table.snapshot() else {
            throw DeltaError(
                .notATable, operation: "vacuum", subject: table.path,
                message: "there is no Delta table here", hint: "Check the path.")
        }
        // A table that asks for more than is known here may keep files in ways not known either.
        try ProtocolSupport.checkWriting(snapshot)
        return snapshot
    }

    private func retention(_ snapshot: Snapshot) throws(DeltaError) -> Int64 {
        let own = TableProperties(snapshot.configuration).tombstoneRetentionMilliseconds
        let retention = options.retentionMilliseconds ?? own
        guard retention < Vacuum.safeRetentionMilliseconds, !options.isForced else {
            return max(0, retention)
        }
        throw DeltaError(
            .value, operation: "vacuum", subject: table.path,
            message: "a retention of less than seven days may delete files that a reader still "
                + "reads or a writer is about to commit",
            hint: "Keep seven days, or give --force when nothing else uses the table.")
    }

    /// Files in use, and what is known of the others.
    private struct Protected {
        /// Paths that must stay, relative to the table and not escaped.
        var paths: Set<String> = []
        /// Names of files that the log gives by absolute paths, which may lead here too.
        var names: Set<Substring> = []
        /// Paths of removed files whose retention is over.
        var removed: Set<String> = []
        /// Removed files that stay.
        var recent = 0

        func holds(_ path: String) -> Bool {
            if paths.contains(path) { return true }
            return !names.isEmpty && names.contains(Protected.name(path))
        }

        mutating func insert(_ path: String) {
            paths.insert(path)
            if path.hasPrefix("/") { names.insert(Protected.name(path)) }
        }

        static func name(_ path: String) -> Substring {
            path.split(separator: "/").last ?? Substring(path)
        }
    }

    private func protected(_ snapshot: Snapshot) throws(DeltaError) -> Protected {
        let retention = try retention(snapshot)
        let cut = options.now - retention
        var needed = Protected()
        for file in snapshot.files { needed.insert(try relative(file.path)) }
        var removes = snapshot.state.tombstones
        let own = TableProperties(snapshot.configuration).tombstoneRetentionMilliseconds
        // A checkpoint forgets removed files after the table's own retention.
        if retention > own { removes += try removesInLog(since: cut) }
        for file in removes {
            let path = try relative(file.path)
            if needed.paths.contains(path) { continue }
            if (file.deletionTimestamp ?? 0) > cut {
                needed.insert(path)
                needed.removed.remove(path)
                needed.recent += 1
            } else {
                needed.removed.insert(path)
            }
        }
        return needed
    }

    private func removesInLog(since cut: Int64) throws(DeltaError) -> [RemoveFile] {
        let listing = try LogListing(table, from: 0)
        var removes: [RemoveFile] = []
        for (version, entry) in listing.commits where entry.modifiedMilliseconds >= cut {
            for case .remove(let file) in try table.actions(ofCommit: version) {
                removes.append(file)
            }
        }
        return removes
    }

    /// A path of the log as the folders have it. Throws for one that cannot be understood: then
    /// nothing may be deleted.
    private func relative(_ logPath: String) throws(DeltaError) -> String {
        let path = try table.dataFile(logPath)
        let folder = table.file("")
        // Another spelling of our own folder; a file elsewhere is not among those listed.
        return path.hasPrefix(folder) ? FilePath.plain(String(path.dropFirst(folder.count))) : path
    }
}

extension FilePath {
    /// A relative path without empty and `.` parts.
    static func plain(_ path: String) -> String {
        guard path.contains("//") || path.contains("./") else { return path }
        return path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }
}

/// Visits the files of a table's data folders.
struct FolderWalk {
    let table: DeltaTable
    let partitionColumns: [String]

    /// Calls `body` with the relative path of every file, folder by folder. The log and hidden
    /// folders are left out; a folder of a partition column is not hidden whatever its name.
    func visit(_ body: (String, FileEntry) throws(DeltaError) -> Void) throws(DeltaError) {
        try visit("", body)
    }

    private func visit(
        _ folder: String, _ body: (String, FileEntry) throws(DeltaError) -> Void
    ) throws(DeltaError) {
        let entries = try storing { () throws(StorageError) in
            try table.storage.list(folder.isEmpty ? table.path : table.file(folder))
        }
        // A table within the table's folder keeps its own files.
        if !folder.isEmpty, entries.contains(where: { $0.isFolder && $0.name == LogName.folder }) {
            return
        }
        for entry in entries {
            let path = folder.isEmpty ? entry.name : folder + "/" + entry.name
            if !entry.isFolder {
                try body(path, entry)
            } else if isData(entry.name, isTop: folder.isEmpty) {
                try visit(path, body)
            }
        }
    }

    private func isData(_ name: String, isTop: Bool) -> Bool {
        if isTop, name == LogName.folder { return false }
        if !name.hasPrefix("_"), !name.hasPrefix(".") { return true }
        return partitionColumns.contains { name.hasPrefix(FilePath.hiveEscaped($0) + "=") }
    }
}
