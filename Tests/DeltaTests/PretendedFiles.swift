import Storage

/// A storage in which the data files that `SampleTable.file` names are there, 100 bytes each: a
/// commit looks whether the files are there that it leaves in the table.
struct PretendedFiles: ForwardingStorage {
    let base: any LakeStorage

    func entry(_ path: String) throws(StorageError) -> FileEntry? {
        if let entry = try base.entry(path) { return entry }
        guard path.hasPrefix("table/day="), path.hasSuffix(".parquet"), !path.contains("/part-")
        else { return nil }
        return FileEntry(name: path, isFolder: false, sizeBytes: 100, modifiedMilliseconds: 0)
    }
}
