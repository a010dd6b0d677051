public import Storage

/// Removes what crashed runs left behind: staged files, and published data files that no commit
/// names. Removed files that the log still remembers are vacuum's business, not this one's.
public struct OrphanSweep: Sendable {
    public let table: DeltaTable

    public init(_ table: DeltaTable) { self.table = table }

    /// What was deleted.
    public struct Result: Hashable, Sendable {
        public var stagedFiles = 0
        public var dataFiles = 0
        public var bytes: Int64 = 0
    }

    /// Sweeps the table's folders.
    ///
    /// - Parameters:
    ///   - lock: proof that no other run of ours is writing.
    ///   - limit: only files last modified before this (milliseconds since the epoch) are touched:
    ///     the start of this run, or earlier when other programs write the table too.
    ///
    /// Without a table, or where its log cannot be read, only staged files go: a lost log must not
    /// cost the data as well, and whoever opens the table tells of it. Cost: a
    /// listing of all folders; the whole log is read only when something may be an orphan.
    public func run(holding lock: RunLock, modifiedBefore limit: Int64) throws(DeltaError) -> Result
    {
        var result = Result()
        var candidates: [(path: String, size: Int64)] = []
        try visit("", isLog: false) { (path: String, entry: FileEntry) throws(DeltaError) in
            guard entry.modifiedMilliseconds < limit else { return }
            if isStagedName(entry.name) {
                try delete(path)
                result.stagedFiles += 1
                result.bytes += entry.sizeBytes
            } else if OrphanSweep.isDataName(entry.name) {
                candidates.append((path, entry.sizeBytes))
            }
        }
        guard !candidates.isEmpty, let known = try known(candidates.map(\.path)) else {
            return result
        }
        for (path, size) in candidates where !known.contains(OrphanSweep.name(path)) {
            try delete(path)
            result.dataFiles += 1
            result.bytes += size
        }
        return result
    }

    /// The names that the log knows, its history only where one of `paths` is not among the live
    /// files; nil when nothing may be deleted.
    private func known(_ paths: [String]) throws(DeltaError) -> Set<String>? {
        do throws(DeltaError) {
            guard let snapshot = try table.snapshot() else { return nil }
            let live = OrphanSweep.names(snapshot)
            if paths.allSatisfy({ live.contains(OrphanSweep.name($0)) }) { return live }
            return live.union(try namesOfLog())
        } catch {
            guard error.code == .damagedLog else { throw error }
            return nil
        }
    }

    /// Whether a name is of the form our data files have.
    static func isDataName(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[1] == "c000", parts.last == "parquet" else { return false }
        return parts[0].hasPrefix("part-00000-") && parts[0].utf8.count == 11 + 36
    }

    /// The last part of a path, which is unique by its UUID, so that it does not matter how a log
    /// spells the rest.
    private static func name(_ path: String) -> String {
        let plain = FilePath.uriUnescaped(path) ?? path
        return plain.split(separator: "/").last.map(String.init) ?? plain
    }

    private static func names(_ snapshot: Snapshot) -> Set<String> {
        Set(snapshot.files.map { name($0.path) })
            .union(snapshot.state.tombstones.map { name($0.path) })
    }

    /// The names of every file that a commit or checkpoint still in the log speaks of.
    private func namesOfLog() throws(DeltaError) -> Set<String> {
        let listing = try LogListing(table, from: 0)
        var names: Set<String> = []
        for version in listing.checkpointedVersions {
            if let past = try? table.snapshot(atVersion: version) {
                names.formUnion(OrphanSweep.names(past))
            }
        }
        for version in listing.commits.keys {
            for action in try table.actions(ofCommit: version) {
                switch action {
                case .add(let file): names.insert(OrphanSweep.name(file.path))
                case .remove(let file): names.insert(OrphanSweep.name(file.path))
                default: break
                }
            }
        }
        return names
    }

    /// Calls `body` with the relative path of every file in data folders and the log.
    private func visit(
        _ folder: String, isLog: Bool, _ body: (String, FileEntry) throws(DeltaError) -> Void
    ) throws(DeltaError) {
        let entries = try storing { () throws(StorageError) in
            try table.storage.list(folder.isEmpty ? table.path : table.file(folder))
        }
        for entry in entries {
            let path = folder.isEmpty ? entry.name : folder + "/" + entry.name
            if !entry.isFolder {
                try body(path, entry)
            } else if !isLog, folder.isEmpty, entry.name == LogName.folder {
                try visit(path, isLog: true, body)
            } else if !isLog, entry.name.contains("=") || !entry.name.hasPrefix("_"),
                !entry.name.hasPrefix(".")
            {
                try visit(path, isLog: false, body)
            }
        }
    }

    private func delete(_ path: String) throws(DeltaError) {
        try storing { () throws(StorageError) in try table.storage.delete(table.file(path)) }
    }
}
