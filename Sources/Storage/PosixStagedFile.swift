import CLinux
import Glibc
import Synchronization

/// A file under a temporary name in the folder of its final one.
final class PosixStagedFile: StagedFile {
    let path: String
    private(set) var sizeBytes: Int64 = 0
    private let stagedPath: String
    private let descriptor: Descriptor
    private let isSyncedLater: Bool
    private var isStaged = true

    init(_ path: String, isSyncedLater: Bool = false) throws(StorageError) {
        self.path = path
        self.isSyncedLater = isSyncedLater
        stagedPath = parent(path) + "/" + stagedName(for: lastName(path))
        descriptor = try Descriptor(
            stagedPath, O_WRONLY | O_CREAT | O_EXCL, operation: "create")
    }

    deinit { abort() }

    func write(_ bytes: [UInt8]) throws(StorageError) {
        try descriptor.write(bytes)
        sizeBytes += Int64(bytes.count)
    }

    func finish() throws(StorageError) {
        if isSyncedLater { descriptor.beginWritingOut() } else { try descriptor.sync() }
    }

    func open() throws(StorageError) -> any ReadableFile { try PosixReadableFile(stagedPath) }

    func publish() throws(StorageError) -> PutOutcome {
        if unsafe link(stagedPath, path) == 0 {
            // The name is the commit; the temporary one going away is only tidiness.
            abort()
        } else {
            switch errno {
            case EEXIST: return .alreadyExists
            case EPERM, EOPNOTSUPP, ENOSYS, EMLINK, EINVAL:
                guard try renameWithoutReplacing() else { return .alreadyExists }
            case let number: throw .system(number, "publish", path)
            }
        }
        if !isSyncedLater { try syncFolder(parent(path)) }
        return .created
    }

    /// Gives the finished file its final name over what may be there.
    func replace() throws(StorageError) {
        if unsafe rename(stagedPath, path) != 0 { throw .system(errno, "replace", path) }
        isStaged = false
        try syncFolder(parent(path))
    }

    func abort() {
        guard isStaged else { return }
        isStaged = false
        _ = unsafe unlink(stagedPath)
    }

    private func renameWithoutReplacing() throws(StorageError) -> Bool {
        if unsafe rename_without_replacing(stagedPath, path) == 0 {
            isStaged = false
            return true
        }
        let number = errno
        if number == EEXIST { return false }
        if number == EINVAL || number == ENOSYS || number == EOPNOTSUPP {
            throw StorageError(
                .unsupported, operation: "publish", subject: path,
                message: "the file system has neither hard links nor renameat2(RENAME_NOREPLACE)",
                hint: "Two writers could overwrite each other here: put the lake on ext4, xfs or "
                    + "btrfs.")
        }
        throw .system(number, "publish", path)
    }
}

private let stagedCounter = Atomic<UInt64>(0)

/// A name no other staged file of this or another process has.
func stagedName(for name: String) -> String {
    let number = stagedCounter.add(1, ordering: .relaxed).newValue
    var now = timespec()
    _ = unsafe clock_gettime(CLOCK_REALTIME, &now)
    let instant = UInt64(now.tv_sec) &* 1_000_000_000 &+ UInt64(now.tv_nsec)
    let suffix = String(getpid()) + "-" + String(instant, radix: 36) + "-" + String(number)
    return "_staged-" + name.prefix(120) + "-" + suffix + ".tmp"
}
