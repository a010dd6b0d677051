import Storage

/// A lake of a few files in memory that nobody writes to.
struct MemoryLake: LakeStorage {
    private let files: [String: [UInt8]]

    init(_ files: [String: [UInt8]]) { self.files = files }

    private func refused(_ operation: String, _ path: String) -> StorageError {
        StorageError(.notFound, operation: operation, subject: path, message: "is not there")
    }

    func list(_ folder: String, from: String) throws(StorageError) -> [FileEntry] {
        var entries: [FileEntry] = []
        for (path, bytes) in files where path.hasPrefix(folder + "/") {
            let name = String(path.dropFirst(folder.utf8.count + 1))
            guard !name.contains("/"), name >= from else { continue }
            entries.append(entry(name, bytes))
        }
        return entries.sorted { $0.name < $1.name }
    }

    func entry(_ path: String) throws(StorageError) -> FileEntry? {
        files[path].map { entry(String(path.split(separator: "/").last ?? ""), $0) }
    }

    private func entry(_ name: String, _ bytes: [UInt8]) -> FileEntry {
        FileEntry(
            name: name, isFolder: false, sizeBytes: Int64(bytes.count), modifiedMilliseconds: 0)
    }

    func read(_ path: String) throws(StorageError) -> [UInt8] {
        guard let bytes = files[path] else { throw refused("read", path) }
        return bytes
    }

    func open(_ path: String) throws(StorageError) -> any ReadableFile {
        MemoryFile(path: path, bytes: try read(path))
    }

    func putIfAbsent(_ path: String, _ bytes: [UInt8]) throws(StorageError) -> PutOutcome {
        throw refused("put", path)
    }

    func replace(_ path: String, _ bytes: [UInt8]) throws(StorageError) {
        throw refused("replace", path)
    }

    func stage(_ path: String, isSyncedLater: Bool) throws(StorageError) -> any StagedFile {
        throw refused("stage", path)
    }

    func sync(_ folder: String) throws(StorageError) {}
    func delete(_ path: String) throws(StorageError) { throw refused("delete", path) }
    func makeFolder(_ path: String) throws(StorageError) { throw refused("make", path) }
    func freeBytes(_ folder: String) throws(StorageError) -> Int64? { nil }

    func probe(_ folder: String) throws(StorageError) -> StorageCapabilities {
        StorageCapabilities(hasHardLinks: false, hasRenameWithoutReplacing: false)
    }
}

private final class MemoryFile: ReadableFile {
    let path: String
    private let bytes: [UInt8]

    init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }

    var sizeBytes: Int64 { Int64(bytes.count) }

    func read(at offset: Int64, count: Int) throws(StorageError) -> [UInt8] {
        guard offset >= 0, count >= 0, Int(offset) <= bytes.count,
            count <= bytes.count - Int(offset)
        else {
            throw StorageError(
                .notFound, operation: "read", subject: path, message: "the file ends before")
        }
        return Array(bytes[Int(offset)..<Int(offset) + count])
    }
}
