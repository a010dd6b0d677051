import Glibc

extension StorageError {
    /// The error for the system's `errno`, with a hint for the ones an operator can mend.
    static func system(_ number: Int32, _ operation: String, _ path: String) -> StorageError {
        let (code, hint) = meaning(of: number, lasting(path), folder: parent(path))
        let text = unsafe String(cString: strerror(number))
        return StorageError(
            code, operation: operation, subject: lasting(path),
            message: "\(text) (errno \(number))",
            hint: hint)
    }

    /// The path, or its folder where it is a file's while it is staged: that one is gone when the
    /// error is read.
    private static func lasting(_ path: String) -> String {
        isStagedName(lastName(path)) ? parent(path) : path
    }

    private static func meaning(
        of number: Int32, _ path: String, folder: String
    ) -> (Code, String?) {
        switch number {
        case ENOENT, ENOTDIR:
            (.notFound, nil)
        case EEXIST, ENOTEMPTY:
            (.alreadyExists, nil)
        case EACCES, EPERM:
            (.denied, "Give the user that runs sluice read and write access to \(path).")
        case EROFS:
            (.readOnly, "The file system is mounted read-only: remount it or move the lake.")
        case ENOSPC:
            (
                .noSpace,
                "Free disk space (df \(folder)) and run again; nothing half-written is kept."
            )
        case EDQUOT:
            (.noSpace, "The user's quota is used up: raise it or free space, then run again.")
        case EMFILE, ENFILE:
            (.failed, "Too many open files: raise LimitNOFILE (ulimit -n).")
        case EIO:
            (.failed, "The device reports an I/O error: look at dmesg before running again.")
        case EOPNOTSUPP, ENOSYS:
            (.unsupported, "The file system cannot do this: put the lake on ext4, xfs or btrfs.")
        default:
            (.failed, nil)
        }
    }
}
