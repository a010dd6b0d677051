import CLinux
import Glibc
import Synchronization

/// The lake on a local (or locally mounted) file system.
///
/// A new file is written under a temporary name in its own folder, fsynced, given its final name by
/// `link(2)` (or `renameat2` without replacing, where there are no hard links) and the folder is
/// fsynced: `docs/specification/delta.md#commit`. Of files that are synced later the kernel is
/// asked to begin writing, and one `syncfs(2)` waits for all of them. Folders are made 0700, files
/// 0600.
public struct PosixStorage: LakeStorage {
    /// What relative paths are under; empty for the working directory.
    public let root: String

    /// A storage whose paths begin at `root`, an absolute folder; nothing is touched yet.
    public init(root: String = "") { self.root = root }

    /// The path as the system knows it. Absolute paths stay as they are.
    public func systemPath(_ path: String) -> String {
        if path.hasPrefix("/") || root.isEmpty { return path.isEmpty ? "." : path }
        return path.isEmpty ? root : root + "/" + path
    }

    /// One `readdir` and a `stat` an entry; a folder that is not there is empty.
    public func list(_ folder: String, from: String) throws(StorageError) -> [FileEntry] {
        let path = systemPath(folder)
        var entries: [FileEntry] = []
        for name in try folderNames(path) where !(name.utf8.lexicographicallyPrecedes(from.utf8)) {
            // A file may vanish between the two calls: then it is not there.
            if let status = try status(path + "/" + name) {
                entries.append(status.entry(named: name))
            }
        }
        entries.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        return entries
    }

    /// One `stat`; nil when nothing is there.
    public func entry(_ path: String) throws(StorageError) -> FileEntry? {
        try status(systemPath(path))?.entry(named: lastName(path))
    }

    /// The whole file in memory.
    public func read(_ path: String) throws(StorageError) -> [UInt8] {
        let file = try Descriptor(systemPath(path), O_RDONLY, operation: "open")
        let size = Int(try file.status().st_size)
        return try file.read(at: 0, count: size)
    }

    /// A descriptor, closed with the last reference.
    public func open(_ path: String) throws(StorageError) -> any ReadableFile {
        try PosixReadableFile(systemPath(path))
    }

    /// Staged, synced, then linked or renamed without replacing: whole or not there.
    public func putIfAbsent(_ path: String, _ bytes: [UInt8]) throws(StorageError) -> PutOutcome {
        let file = try stage(path)
        do {
            try file.write(bytes)
            try file.finish()
            let outcome = try file.publish()
            file.abort()
            return outcome
        } catch {
            file.abort()
            throw error
        }
    }

    /// Staged, synced, then renamed over what was there: readers see the old or the new bytes.
    public func replace(_ path: String, _ bytes: [UInt8]) throws(StorageError) {
        let file = try PosixStagedFile(systemPath(path))
        do {
            try file.write(bytes)
            try file.finish()
            try file.replace()
        } catch {
            file.abort()
            throw error
        }
    }

    /// A file under a name of its own beside `path`.
    public func stage(
        _ path: String, isSyncedLater: Bool
    ) throws(StorageError) -> any StagedFile {
        let path = systemPath(path)
        do {
            return try PosixStagedFile(path, isSyncedLater: isSyncedLater)
        } catch {
            guard error.code == .notFound else { throw error }
            try makeSystemFolder(parent(path), isSyncedLater: isSyncedLater)
            return try PosixStagedFile(path, isSyncedLater: isSyncedLater)
        }
    }

    /// `fsync` of the folder: names published in it last.
    public func sync(_ folder: String) throws(StorageError) {
        try Descriptor(systemPath(folder), O_RDONLY | O_DIRECTORY, operation: "open")
            .syncFileSystem()
    }

    /// Nothing happens when it is gone already.
    public func delete(_ path: String) throws(StorageError) {
        let path = systemPath(path)
        if unsafe unlink(path) != 0, errno != ENOENT { throw .system(errno, "delete", path) }
    }

    /// With all folders above it.
    public func makeFolder(_ path: String) throws(StorageError) {
        try makeSystemFolder(systemPath(path))
    }

    /// What `statvfs` says an ordinary user may still write.
    public func freeBytes(_ folder: String) throws(StorageError) -> Int64? {
        var existing = systemPath(folder)
        while try status(existing) == nil, existing != parent(existing) {
            existing = parent(existing)
        }
        var status = statvfs()
        if unsafe statvfs(existing, &status) != 0 {
            throw .system(errno, "statvfs", existing)
        }
        let (bytes, overflow) = UInt64(status.f_bavail)
            .multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return overflow ? .max : Int64(clamping: bytes)
    }

    /// Tries links and renames with files of its own, which it removes.
    public func probe(_ folder: String) throws(StorageError) -> StorageCapabilities {
        let path = systemPath(folder)
        try makeSystemFolder(path)
        let first = path + "/" + stagedName(for: "probe")
        let second = path + "/" + stagedName(for: "probe")
        defer {
            _ = unsafe unlink(first)
            _ = unsafe unlink(second)
        }
        do {
            let file = try Descriptor(first, O_WRONLY | O_CREAT | O_EXCL, operation: "create")
            try file.sync()
        }
        let links = unsafe link(first, second) == 0
        if links { _ = unsafe unlink(second) }
        let renames = unsafe rename_without_replacing(first, second) == 0
        return StorageCapabilities(hasHardLinks: links, hasRenameWithoutReplacing: renames)
    }
}

/// A file open for reading with pread(2).
final class PosixReadableFile: ReadableFile {
    let path: String
    let sizeBytes: Int64
    private let descriptor: Descriptor

    init(_ path: String) throws(StorageError) {
        self.path = path
        let opened = try Descriptor(path, O_RDONLY, operation: "open")
        sizeBytes = Int64(try opened.status().st_size)
        descriptor = opened
    }

    func read(at offset: Int64, count: Int) throws(StorageError) -> [UInt8] {
        guard offset >= 0, count >= 0, offset <= sizeBytes, Int64(count) <= sizeBytes - offset
        else { throw outside(offset, count) }
        let bytes = try descriptor.read(at: offset, count: count)
        if bytes.count != count { throw outside(offset, count) }
        return bytes
    }

    private func outside(_ offset: Int64, _ count: Int) -> StorageError {
        StorageError(
            .truncated, operation: "read", subject: path,
            message: "\(count) bytes at \(offset) are not all within its \(sizeBytes) bytes",
            hint: "The file is cut short or damaged; compare it with a backup.")
    }
}

extension Descriptor {
    /// Flushes everything of the descriptor's file system.
    func syncFileSystem() throws(StorageError) {
        if sync_file_system(number) != 0 { throw .system(errno, "syncfs", path) }
    }

    /// Lets the device begin before somebody waits for it.
    func beginWritingOut() { begin_writing_out(number) }
}
