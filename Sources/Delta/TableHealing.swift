import Parquet
import Storage

/// Takes what cannot be read out of a table that is about to be filled again, so that the new rows
/// do not stand on a gap.
///
/// Whoever calls it brings the rows back, in the same run; until then the table tells what is
/// missing: a bronze table by the commit that took files out, the others by their receipts.
public struct TableHealing: Sendable {
    /// A live file that cannot be read.
    public struct BrokenFile: Sendable {
        public let file: AddFile
        /// Which file, and what is wrong with it.
        public let error: DeltaError
    }

    /// What a heal took out.
    public struct Loss: Sendable {
        public let files: [BrokenFile]
        /// The rows that the log counts in them.
        public var rowCount: Int64 { files.reduce(0) { $0 + ($1.file.rowCount ?? 0) } }

        /// What happened, for people.
        public var text: String {
            let more = files.count > 1 ? " and \(files.count - 1) more files" : ""
            return "\(files[0].error.subject)\(more), \(rowCount) rows in all, cannot be read "
                + "(\(files[0].error.message)) and left the table"
        }
    }

    /// What the commit that takes files out calls itself.
    public static let operation = "HEAL"

    public let table: DeltaTable

    public init(_ table: DeltaTable) { self.table = table }

    /// The table as it is; where its log cannot be read, that is moved to a folder beside it, and
    /// the table is none until it is made anew. Returns what was wrong with the log, nil when
    /// nothing was.
    ///
    /// Killed in between, the log stays unreadable: its files are copied before the first is
    /// deleted, and these go oldest first.
    public func readable() throws(DeltaError) -> (snapshot: Snapshot?, failure: DeltaError?) {
        do {
            return (try table.snapshot(), nil)
        } catch {
            guard error.code == .damagedLog else { throw error }
            try setLogAside()
            return (nil, error)
        }
    }

    private func setLogAside() throws(DeltaError) {
        let storage = table.storage
        let folder = table.file("_damaged_log-\(WallClock.milliseconds())")
        try storing { () throws(StorageError) in
            let names = try storage.list(table.logFolder).filter { !$0.isFolder }.map(\.name)
            for name in names {
                // A file that the device does not give back cannot be kept.
                guard let content = try? storage.read(table.logFolder + "/" + name) else {
                    continue
                }
                _ = try storage.putIfAbsent(folder + "/" + name, content)
            }
            for name in names { try storage.delete(table.logFolder + "/" + name) }
        }
    }

    /// The live files that are missing, or of which a page, the footer or the size is not what was
    /// committed. Cost: a decoding of all files.
    public static func broken(
        _ snapshot: Snapshot, isStopping: () -> Bool = { false }
    ) throws(DeltaError) -> [BrokenFile] {
        var broken: [BrokenFile] = []
        for file in snapshot.files {
            if isStopping() { break }
            do throws(DeltaError) {
                try check(file, of: snapshot, isStopping: isStopping)
            } catch {
                guard error.code == .damagedFile || error.code == .damagedLog else { throw error }
                broken.append(BrokenFile(file: file, error: error))
            }
        }
        return broken
    }

    private static func check(
        _ file: AddFile, of snapshot: Snapshot, isStopping: () -> Bool
    ) throws(DeltaError) {
        let reader = try snapshot.table.reader(of: file)
        _ = try snapshot.table.deletedRows(of: file, rowCount: reader.rowCount)
        let path = try snapshot.table.dataFile(file.path)
        for group in reader.rowGroups.indices {
            do throws(ParquetError) {
                guard try reader.verify(rowGroup: group, isStopping: isStopping) else { return }
            } catch {
                throw DeltaError(reading: error, path)
            }
        }
    }

    /// Takes the files of `snapshot` that cannot be read out of the table, in a commit of its own;
    /// nil when all can be read. Throws `.conflict` when another writer was first.
    public static func drop(
        from snapshot: Snapshot, userMetadata: String? = nil, isStopping: () -> Bool = { false }
    ) throws(DeltaError) -> Loss? {
        let broken = try broken(snapshot, isStopping: isStopping)
        if broken.isEmpty || isStopping() { return nil }
        var transaction = Transaction(snapshot.table, reading: snapshot)
        transaction.userMetadata = userMetadata
        transaction.isHealing = true
        for entry in broken { transaction.remove(entry.file) }
        try transaction.commit(operation: operation).committed("heal", snapshot.table.path)
        return Loss(files: broken)
    }
}

extension Snapshot {
    /// Throws `.damagedFile` for the first live file, but for those of `leaving`, that is not there
    /// or not as long as the log says. Cost: a look at each file's entry.
    public func checkFilesAreThere(leaving: Set<String> = []) throws(DeltaError) {
        for file in files where !leaving.contains(file.path) {
            let path = try table.dataFile(file.path)
            let entry = try storing { () throws(StorageError) in try table.storage.entry(path) }
            guard let entry else { throw DeltaError(damaged: path, "the file is missing") }
            guard entry.sizeBytes == file.sizeBytes else {
                throw DeltaError(
                    damaged: path,
                    "it has \(entry.sizeBytes) bytes, the log says \(file.sizeBytes)")
            }
        }
    }
}
