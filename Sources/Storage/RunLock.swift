import Glibc

/// The right to be the only run on a lake or state, held until `release()` or until the process
/// ends, however it ends.
///
/// An flock(2) on a file that also tells who holds it. The file stays after release: deleting it
/// would let two holders lock two files of one name. A released lock is an empty file, so what a
/// dead holder left in it tells the next one that there may be something to clean up.
public final class RunLock: Sendable {
    /// Who holds a lock.
    public struct Holder: Hashable, Sendable {
        /// The process that holds or held the lock.
        public var processID: Int32
        /// The machine that it runs on.
        public var host: String
        /// Seconds since 1970-01-01T00:00:00Z.
        public var startedSeconds: Int64
    }

    /// The absolute path of the lock's file.
    public let path: String
    /// The holder before this one when it ended without releasing: killed, or the machine stopped.
    public let crashed: Holder?
    private let descriptor: Descriptor

    /// Takes the lock at once or throws `.locked`, naming the holder.
    public init(path: String) throws(StorageError) {
        self.path = path
        let file: Descriptor
        do {
            file = try Descriptor(path, O_RDWR | O_CREAT, operation: "lock")
        } catch {
            guard error.code == .notFound else { throw error }
            try makeSystemFolder(parent(path))
            file = try Descriptor(path, O_RDWR | O_CREAT, operation: "lock")
        }
        if flock(file.number, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK else { throw .system(errno, "lock", path) }
            throw RunLock.isHeld(path, by: RunLock.holder(in: file))
        }
        crashed = RunLock.holder(in: file)
        if ftruncate(file.number, 0) != 0 { throw .system(errno, "lock", path) }
        try file.write(Array(RunLock.current().text.utf8))
        descriptor = file
    }

    /// Gives the lock up. Letting go of the last reference does so as if the holder had died.
    /// With `leavesTrace` the next holder finds it in `crashed`: there is something to clean up.
    public func release(leavesTrace: Bool = false) {
        if !leavesTrace { _ = ftruncate(descriptor.number, 0) }
        _ = flock(descriptor.number, LOCK_UN)
    }

    /// Who holds the lock at `path`, as far as the file tells; it may be a past holder.
    public static func holder(path: String) -> Holder? {
        guard let file = try? Descriptor(path, O_RDONLY, operation: "open") else { return nil }
        return holder(in: file)
    }

    private static func holder(in file: borrowing Descriptor) -> Holder? {
        guard let bytes = try? file.read(at: 0, count: 512) else { return nil }
        return Holder(text: String(decoding: bytes, as: UTF8.self))
    }

    private static func isHeld(_ path: String, by holder: Holder?) -> StorageError {
        var message = "another run holds the lock"
        if let holder {
            message += ": process \(holder.processID) on \(holder.host)"
            message += ", \(max(0, now() - holder.startedSeconds)) seconds old"
        }
        return StorageError(
            .locked, operation: "lock", subject: path, message: message,
            hint: "Wait for that run to end, or stop it; a lock is never left behind by a dead one."
        )
    }

    private static func current() -> Holder {
        var name = [CChar](repeating: 0, count: 256)
        let host =
            unsafe gethostname(&name, name.count - 1) == 0
            ? String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            : "unknown"
        return Holder(processID: getpid(), host: host, startedSeconds: now())
    }

    private static func now() -> Int64 { Int64(time(nil)) }
}

extension RunLock.Holder {
    var text: String { "pid=\(processID) host=\(host) started=\(startedSeconds)\n" }

    init?(text: String) {
        var values: [Substring: Substring] = [:]
        for part in text.split(whereSeparator: \.isWhitespace) {
            let pair = part.split(separator: "=", maxSplits: 1)
            if pair.count == 2 { values[pair[0]] = pair[1] }
        }
        guard let id = values["pid"].flatMap({ Int32($0) }), let host = values["host"],
            let started = values["started"].flatMap({ Int64($0) })
        else { return nil }
        self.init(processID: id, host: String(host), startedSeconds: started)
    }
}
