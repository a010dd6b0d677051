import Delta
import Storage
import Synchronization

/// The lake as one run sees it: remembers what it read of the tables' logs, and which of them it
/// committed to.
final class CommitWatch: RememberingStorage, ForwardingStorage {
    let memory = TableMemory()
    let base: any LakeStorage
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
}
