public import Storage

/// A Delta table at a place of a storage. Holds no state: every question is asked of the log.
public struct DeltaTable: Sendable {
    public let storage: any LakeStorage
    /// The table's folder, without a trailing `/`.
    public let path: String

    public init(storage: any LakeStorage, path: String) {
        self.storage = storage
        var path = path
        while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
    }

    /// The folder of the log.
    public var logFolder: String { self.file(LogName.folder) }

    /// The path of a file of the table, given relative to it.
    public func file(_ relative: String) -> String {
        path.isEmpty || path == "/" ? path + relative : path + "/" + relative
    }

    /// The path of a data file as the log spells it; absolute ones stay absolute.
    ///
    /// Throws `.damagedLog` when the escapes are wrong or the path leads out of the table, and
    /// `.unsupported` for a URI of another storage.
    public func dataFile(_ logPath: String) throws(DeltaError) -> String {
        guard let relative = FilePath.uriUnescaped(logPath), !relative.isEmpty else {
            throw damaged(logPath, "a data file's path is not a percent-encoded path")
        }
        if relative.hasPrefix("file:///") { return String(relative.dropFirst(7)) }
        if relative.split(separator: "/").contains("..") || relative.utf8.contains(0) {
            throw damaged(logPath, "a data file's path leads out of the table")
        }
        if relative.contains("://") {
            throw DeltaError(
                .unsupported, operation: "open data file", subject: logPath,
                message: "the file is in another storage than its table",
                hint: "The table is a shallow clone; read it with Spark, or copy it whole.")
        }
        return relative.hasPrefix("/") ? relative : file(relative)
    }

    /// The table as it is now; nil when there is no table.
    public func snapshot() throws(DeltaError) -> Snapshot? {
        try snapshot(at: nil)
    }

    private func snapshot(at version: Int64?) throws(DeltaError) -> Snapshot? {
        if let storage = storage as? any RememberingStorage {
            return try storage.memory.snapshot(self, at: version)
        }
        return try SnapshotLoader(table: self, target: version).load()
    }

    /// The table as it was at `version`.
    ///
    /// Throws `.notATable` when there is no table, `.noSuchVersion` when it has no such version or
    /// the log no longer reaches back to it.
    public func snapshot(atVersion version: Int64) throws(DeltaError) -> Snapshot {
        guard let snapshot = try snapshot(at: version) else {
            throw DeltaError(
                .notATable, operation: "read table", subject: path,
                message: "there is no Delta table here", hint: "Check the path.")
        }
        return snapshot
    }

    /// The table as it is now, reading only the commits after `snapshot`.
    /// Cost: a listing and the new commits.
    public func update(from snapshot: Snapshot) throws(DeltaError) -> Snapshot {
        if let next = try SnapshotLoader(table: self, target: nil).extend(snapshot) { return next }
        guard let fresh = try self.snapshot() else {
            throw DeltaError(
                .notATable, operation: "read table", subject: path,
                message: "the table is gone, it was at version \(snapshot.version)",
                hint: "Its _delta_log was deleted or moved. Restore it from a backup.")
        }
        return fresh
    }

    private func damaged(_ logPath: String, _ message: String) -> DeltaError {
        DeltaError(
            .damagedLog, operation: "open data file", subject: logPath, message: message,
            hint: "The table's log is damaged or was tampered with: \(logFolder).")
    }
}
