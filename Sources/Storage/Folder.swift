import Glibc

/// The part of a path before its last `/`; `.` for a bare name, `/` for the root.
func parent(_ path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: 47) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// The part of a path after its last `/`.
func lastName(_ path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: 47) else { return path }
    return String(path[path.utf8.index(after: slash)...])
}

/// The status of a file or folder, or nil when there is none.
func status(_ path: String) throws(StorageError) -> stat? {
    var result = stat()
    if unsafe stat(path, &result) == 0 { return result }
    if errno == ENOENT || errno == ENOTDIR { return nil }
    throw .system(errno, "stat", path)
}

/// The names in a folder without `.` and `..`, in no order; empty when there is no such folder.
func folderNames(_ path: String) throws(StorageError) -> [String] {
    guard let folder = unsafe opendir(path) else {
        if errno == ENOENT { return [] }
        throw .system(errno, "list", path)
    }
    defer { _ = unsafe closedir(folder) }
    var names: [String] = []
    while true {
        errno = 0
        guard let entry = unsafe readdir(folder) else {
            if errno != 0 { throw .system(errno, "list", path) }
            return names
        }
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            unsafe String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
        }
        if name != "." && name != ".." { names.append(name) }
    }
}

/// Makes a folder and its missing parents, mode 0700, each durable in its parent unless that is
/// left to a later sync.
func makeSystemFolder(_ path: String, isSyncedLater: Bool = false) throws(StorageError) {
    func sync() throws(StorageError) { if !isSyncedLater { try syncFolder(parent(path)) } }
    if unsafe mkdir(path, 0o700) == 0 { return try sync() }
    let number = errno
    if number == EEXIST {
        if try status(path)?.isFolder == true { return }
        throw .system(ENOTDIR, "make folder", path)
    }
    guard number == ENOENT, parent(path) != path else {
        throw .system(number, "make folder", path)
    }
    try makeSystemFolder(parent(path), isSyncedLater: isSyncedLater)
    if unsafe mkdir(path, 0o700) != 0, errno != EEXIST {
        throw .system(errno, "make folder", path)
    }
    try sync()
}

/// Makes the names in a folder durable.
func syncFolder(_ path: String) throws(StorageError) {
    let folder = try Descriptor(path, O_RDONLY | O_DIRECTORY, operation: "open folder")
    if fsync(folder.number) != 0, errno != EINVAL { throw .system(errno, "fsync folder", path) }
}
