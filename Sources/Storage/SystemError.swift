import Glibc

extension StorageError {
    /// The error for the system's `errno`, with a hint for the ones an operator can mend.
    static func system(_ number: Int32, _ operation: String, _ path: String) -> StorageError {
        let (code, hint) = meaning(of: number, path)
        let text = unsafe String(cString: strerror(number))
        return StorageError(
            code, operation: operation, subject: path, message: "\(text) (errno \(number))",
            hint: hint)
    }

    private static func meaning(of number: Int32, _ path: String) -> (Code, String?) {
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
            (.noSpace, "Free disk space (df \(path)) and run again; nothing half-written is kept.")
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
