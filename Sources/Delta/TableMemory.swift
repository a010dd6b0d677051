public import Storage
import Synchronization

/// A storage through which one run works, so that it may remember what it read of a table's log.
public protocol RememberingStorage: LakeStorage {
    /// What was read so far.
    var memory: TableMemory { get }
}

/// The tables that a run has read, so that looking again costs a listing and the commits since
/// instead of a checkpoint and all that follows it: a run asks each table some five times.
///
/// A version never changes, so what is remembered stays true while the commit that made it is the
/// same file. Safe from any thread; nothing is read under its lock.
public final class TableMemory: Sendable {
    private struct Known: Sendable {
        var snapshot: Snapshot
        /// The commit of its version as the log listed it.
        var commit: FileEntry
    }

    /// By the table's path, the one asked for last first.
    private let known = Mutex<[String: [Known]]>([:])

    /// How many data files all that is remembered may name, some 50 MB.
    private static let fileLimit = 50_000
    /// The newest version, and the one that a receipt looks back to.
    private static let versionsOfATable = 2

    public init() {}

    /// The table at `version`, nil for the newest; nil when there is no table.
    func snapshot(
        _ table: DeltaTable, at version: Int64?
    ) throws(DeltaError) -> Snapshot? {
        let loader = SnapshotLoader(table: table, target: version)
        let candidates = known.withLock { $0[table.path] ?? [] }
            .filter { $0.snapshot.version <= version ?? .max }
        let nearest = candidates.max { $0.snapshot.version < $1.snapshot.version }
        // What goes wrong on the short way is told by the long one.
        if let nearest,
            let next = try? loader.extend(nearest.snapshot, madeBy: nearest.commit),
            next.version == version ?? next.version
        {
            if next.version > nearest.snapshot.version { remember(next) }
            return next
        }
        let fresh = try loader.load()
        if let fresh { remember(fresh) } else { known.withLock { $0[table.path] = nil } }
        return fresh
    }

    private func remember(_ snapshot: Snapshot) {
        let table = snapshot.table
        let path = table.logFolder + "/" + LogName.commitName(snapshot.version)
        guard let commit = try? table.storage.entry(path) else { return }
        known.withLock { known in
            var versions = known[table.path] ?? []
            versions.removeAll { $0.snapshot.version == snapshot.version }
            versions.insert(Known(snapshot: snapshot, commit: commit), at: 0)
            known[table.path] = Array(versions.prefix(TableMemory.versionsOfATable))
            let files = known.values.joined().reduce(0) { $0 + $1.snapshot.files.count }
            if files > TableMemory.fileLimit { known[table.path] = nil }
        }
    }
}
