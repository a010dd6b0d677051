import Storage

/// A storage in which the data files that `SampleTable.file` names are there, 100 bytes each: a
/// commit looks whether the files are there that it leaves in the table.
struct PretendedFiles: LakeStorage {
    let base: any LakeStorage

    func entry(_ path: String) throws(StorageError) -> FileEntry? {
        if let entry = try base.entry(path) { return entry }
        guard path.hasPrefix("table/day="), path.hasSuffix(".parquet"), !path.contains("/part-")
        else { return nil }
        return FileEntry(name: path, isFolder: false, sizeBytes: 100, modifiedMilliseconds: 0)
    }

    func list(_ folder: String, from: String) throws(StorageError) -> [FileEntry] {
        try base.list(folder, from: from)
    }
    func read(_ path: String) throws(StorageError) -> [UInt8] { try base.read(path) }
    func open(_ path: String) throws(StorageError) -> any ReadableFile { try base.open(path) }
    func putIfAbsent(_ path: String, _ bytes: [UInt8]) throws(StorageError) -> PutOutcome {
        try base.putIfAbsent(path, bytes)
    }
    func replace(_ path: String, _ bytes: [UInt8]) throws(StorageError) {
        try base.replace(path, bytes)
    }
    func stage(_ path: String, isSyncedLater: Bool) throws(StorageError) -> any StagedFile {
        try base.stage(path, isSyncedLater: isSyncedLater)
    }
    func sync(_ folder: String) throws(StorageError) { try base.sync(folder) }
    func delete(_ path: String) throws(StorageError) { try base.delete(path) }
    func makeFolder(_ path: String) throws(StorageError) { try base.makeFolder(path) }
    func freeBytes(_ folder: String) throws(StorageError) -> Int64? { try base.freeBytes(folder) }
    func probe(_ folder: String) throws(StorageError) -> StorageCapabilities {
        try base.probe(folder)
    }
}
