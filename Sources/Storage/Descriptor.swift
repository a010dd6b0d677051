import Glibc

/// An open file descriptor, closed when it goes away. The one place of the system's file calls
/// that take memory.
struct Descriptor: ~Copyable, Sendable {
    let number: Int32
    let path: String

    /// Opens `path`; `flags` as of open(2), close-on-exec is added.
    init(_ path: String, _ flags: Int32, operation: String) throws(StorageError) {
        var opened: Int32
        repeat {
            opened = unsafe Glibc.open(path, flags | O_CLOEXEC, 0o600)
        } while opened < 0
            && errno == EINTR
        if opened < 0 { throw .system(errno, operation, path) }
        number = opened
        self.path = path
    }

    deinit { close(number) }

    /// Writes all bytes at the descriptor's position.
    func write(_ bytes: [UInt8]) throws(StorageError) {
        var done = 0
        while done < bytes.count {
            let start = done
            let count = unsafe bytes.withUnsafeBytes { buffer in
                guard let base = buffer.baseAddress else { return 0 }
                return unsafe Glibc.write(number, base + start, buffer.count - start)
            }
            if count > 0 {
                done += count
            } else if errno != EINTR {
                throw .system(count == 0 ? EIO : errno, "write", path)
            }
        }
    }

    /// Up to `count` bytes from `offset`; fewer only at the end of the file.
    func read(at offset: Int64, count: Int) throws(StorageError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = 0
            guard let base = buffer.baseAddress else { return }
            while filled < count {
                let position = off_t(offset) + off_t(filled)
                let got = unsafe pread(number, base + filled, count - filled, position)
                if got == 0 { break }
                if got > 0 {
                    filled += got
                } else if errno != EINTR {
                    failure = errno
                    break
                }
            }
        }
        if failure != 0 { throw .system(failure, "read", path) }
        return bytes
    }

    /// The file's status.
    func status() throws(StorageError) -> stat {
        var status = stat()
        if unsafe fstat(number, &status) != 0 { throw .system(errno, "stat", path) }
        return status
    }

    /// Flushes content and status to the device.
    func sync() throws(StorageError) {
        if fsync(number) != 0 { throw .system(errno, "fsync", path) }
    }
}

extension stat {
    /// Last modification in milliseconds since the epoch.
    var modifiedMilliseconds: Int64 {
        Int64(st_mtim.tv_sec) * 1000 + Int64(st_mtim.tv_nsec) / 1_000_000
    }

    var isFolder: Bool { st_mode & S_IFMT == S_IFDIR }

    func entry(named name: String) -> FileEntry {
        FileEntry(
            name: name, isFolder: isFolder, sizeBytes: Int64(st_size),
            modifiedMilliseconds: modifiedMilliseconds)
    }
}
