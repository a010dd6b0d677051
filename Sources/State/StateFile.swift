import Glibc

/// What the state store asks of the file system. System calls, so unsafe like `Database`.
enum StateFile {
    /// Makes sure that there is a file only its owner can read or write, and folders above it.
    static func prepare(_ path: String) throws(StateError) {
        var position = path.startIndex
        while let slash = path[position...].dropFirst().firstIndex(of: "/") {
            position = slash
            let folder = String(path[..<slash])
            if unsafe mkdir(folder, 0o700) != 0 && errno != EEXIST && errno != EISDIR {
                throw failure(path, "make the folder \(folder)")
            }
        }
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw failure(path, "open the state") }
        defer { close(descriptor) }
        var status = stat()
        if unsafe fstat(descriptor, &status) == 0, status.st_mode & 0o077 != 0 {
            // Best effort: the file may belong to another user who shares it by group.
            _ = fchmod(descriptor, 0o600)
        }
    }

    /// Moves a damaged file and what SQLite keeps beside it to new names that end in `suffix`;
    /// returns the file's new name.
    static func moveAside(_ path: String, suffix: String) throws(StateError) -> String {
        let target = path + suffix
        if unsafe rename(path, target) != 0 { throw failure(path, "move the damaged state aside") }
        for side in ["-wal", "-shm"] { _ = unsafe rename(path + side, target + side) }
        return target
    }

    /// The file's size in bytes, 0 when it cannot be asked.
    static func size(_ path: String) -> Int64 {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }

    private static func failure(_ path: String, _ operation: String) -> StateError {
        let number = errno
        let text = unsafe String(cString: strerror(number))
        return StateError(
            number == ENOSPC ? .noSpace : .unusable, operation: operation, subject: path,
            message: "\(text) (errno \(number))",
            hint: "Check the path 'state:' in the configuration and the rights on its folder.")
    }
}
