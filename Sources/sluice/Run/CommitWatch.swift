import Delta
import Storage
import Synchronization

/// The lake as one run sees it: remembers what it read of the tables' logs, and which of them it
/// committed to.
final class CommitWatch: RememberingStorage {
    let memory = TableMemory()
    private let base: any LakeStorage
    private let tables = Mutex<Set<String>>([])

    init(_ base: any LakeStorage) { self.base = base }

    /// The tables committed to since the last call, by path, sorted.
    func takeTables() -> [String] {
        tables.withLock { tables in
            defer { tables = [] }
            return tables.sorted()
        }
    }

    func putIfAbsent(_ path: String, _ bytes: [UInt8]) throws(StorageError) -> PutOutcome {
        let outcome = try base.putIfAbsent(path, bytes)
        let parts = path.split(separator: "/")
        if parts.dropLast().last == "_delta_log" {
            let table = parts.dropLast(2).joined(separator: "/")
            _ = tables.withLock { $0.insert(table) }
        }
        return outcome
    }

    func list(_ folder: String, from: String) throws(StorageError) -> [FileEntry] {
        try base.list(folder, from: from)
    }
    func entry(_ path: String) throws(StorageError) -> FileEntry? { try base.entry(path) }
    func read(_ path: String) throws(StorageError) -> [UInt8] { try base.read(path) }
    func open(_ path: String) throws(StorageError) -> any ReadableFile { try base.open(path) }
    func replace(_ path: String, _ bytes: [UInt8]) throws(StorageError) {
        try base.replace(path, bytes)
    }
    func stage(_ path: String, isSyncedLater: Bool) throws(StorageError) -> any StagedFile {
        try base.stage(path, isSyncedLater: isSyncedLater)
    }
    func sync(_ folder: String) throws(StorageError) { try base.sync(folder) }
    func delete(_ path: String) throws(StorageError) { try base.delete(path) }
    func makeFolder(_ path: String) throws(StorageError) { try base.makeFolder(path) }
    func freeBytes(_ folder: String) throws(StorageError) -> Int64? {
        try base.freeBytes(folder)
    }
    func probe(_ folder: String) throws(StorageError) -> StorageCapabilities {
        try base.probe(folder)
    }
}
