import Glibc

/// A small file read whole: a configuration or a secret. Also the target's one place of other
/// system calls that take memory.
public struct ConfigFile: Sendable {
    public let bytes: [UInt8]
    /// Whether users outside the owner and the group may read it.
    public let isReadableByOthers: Bool

    /// Reads the regular file at `path`; a longer one than `limitBytes` is refused.
    public init(reading path: String, limitBytes: Int) throws(ConfigError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        if descriptor < 0 { throw ConfigFile.failure(path) }
        defer { close(descriptor) }
        var status = stat()
        if unsafe fstat(descriptor, &status) != 0 { throw ConfigFile.failure(path) }
        if status.st_mode & S_IFMT == S_IFDIR {
            throw ConfigFile.failure(path, "is a folder, not a file")
        }
        isReadableByOthers = status.st_mode & 0o004 != 0
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw ConfigFile.failure(path)
            }
            content += buffer[..<count]
            if content.count > limitBytes {
                throw ConfigFile.failure(path, "is longer than \(limitBytes) bytes")
            }
        }
        bytes = content
    }

    /// Whether there is something at `path`.
    public static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// The value of an environment variable, or nil when it is not set.
    public static func environment(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// The absolute path of the working folder.
    public static func workingFolder() -> String {
        guard let path = unsafe getcwd(nil, 0) else { return "/" }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }

    private static func failure(_ path: String, _ message: String? = nil) -> ConfigError {
        let number = errno
        let hint: String? =
            switch (message, number) {
            case (nil, ENOENT): "Check the path; relative ones count from the file's folder."
            case (nil, EACCES): "Give the user that runs sluice read access."
            default: nil
            }
        let text = unsafe String(cString: strerror(number))
        return ConfigError(
            .unreadable, operation: "read", subject: path,
            message: message ?? text, hint: hint)
    }
}
