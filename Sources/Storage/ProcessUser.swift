import Glibc

/// Whose process this is.
public enum ProcessUser {
    /// The login name of the real user, or its number where the system knows no name for it.
    public static var name: String {
        let number = getuid()
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var text = [CChar](repeating: 0, count: 16_384)
        return unsafe text.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress,
                unsafe getpwuid_r(number, &entry, start, buffer.count, &found) == 0,
                let name = unsafe found?.pointee.pw_name
            else { return "user \(number)" }
            return unsafe String(cString: name)
        }
    }
}
