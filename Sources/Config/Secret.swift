/// A password or salt. Its text comes out by `reveal()` alone: not by printing, interpolation,
/// reflection or coding.
public struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let text: String

    public init(_ text: String) { self.text = text }

    /// The secret itself, for handing to the server or a hash; never for a message.
    public func reveal() -> String { text }

    /// Always the same dots, so that not even the length shows.
    public var description: String { "••••••" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Where a secret is to be fetched from when it is needed.
public struct SecretSource: Sendable {
    /// The places a secret can come from.
    public enum Place: Sendable {
        /// An environment variable.
        case environment(String)
        /// A file by absolute path.
        case file(String)
        /// A credential that systemd passes in `$CREDENTIALS_DIRECTORY`.
        case credential(String)
        /// The configuration itself.
        case plain(Secret)
    }

    public var place: Place
    /// The key, for messages: `source.password`.
    public var key: String

    public init(_ place: Place, key: String) {
        self.place = place
        self.key = key
    }

    /// Fetches the secret. One line feed at the end of a file is not part of it.
    public func resolve(
        environment: (String) -> String? = ConfigFile.environment
    ) throws(ConfigError) -> Secret {
        switch place {
        case .plain(let secret): return secret
        case .environment(let name):
            guard let text = environment(name) else {
                throw failure(
                    "the environment variable \(name) is not set",
                    hint: "Set \(name) for the service or the shell, or use {file: …}.")
            }
            return Secret(text)
        case .file(let path): return try read(path)
        case .credential(let name):
            guard let folder = environment("CREDENTIALS_DIRECTORY") else {
                throw failure(
                    "CREDENTIALS_DIRECTORY is not set, so there is no credential '\(name)'",
                    hint: "Start by systemd with LoadCredential=\(name):…, or use {file: …}.")
            }
            return try read(folder + "/" + name)
        }
    }

    /// What an operator should change about where the secret lies, nil when nothing.
    public var concern: String? {
        guard case .file(let path) = place,
            let file = try? ConfigFile(reading: path, limitBytes: 64 << 10),
            file.isReadableByOthers
        else { return nil }
        return "\(key): \(path) can be read by every user of this machine; run: chmod 600 '\(path)'"
    }

    private func read(_ path: String) throws(ConfigError) -> Secret {
        let file: ConfigFile
        do {
            file = try ConfigFile(reading: path, limitBytes: 64 << 10)
        } catch {
            throw failure("\(path): \(error.message)", hint: error.hint)
        }
        var bytes = file.bytes[...]
        if bytes.last == 10 { bytes.removeLast() }
        if bytes.last == 13 { bytes.removeLast() }
        guard let text = String(validating: bytes, as: UTF8.self), !text.isEmpty else {
            throw failure("\(path) is empty or not UTF-8", hint: nil)
        }
        return Secret(text)
    }

    private func failure(_ message: String, hint: String?) -> ConfigError {
        ConfigError(
            .secret, operation: "fetch a secret", subject: key, message: message, hint: hint)
    }
}
