/// How to reach and log in to a server.
///
/// Prints without its password, so a logged or interpolated value gives nothing away.
public struct ConnectionOptions: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// How much the connection's encryption is asked for and checked.
    public enum TLSMode: String, Sendable, CaseIterable {
        case disabled
        /// Encrypted when the server offers it; nothing is verified. Not used over a local socket.
        case preferred
        /// Encrypted or no connection; the certificate is not verified.
        case required
        /// As `required`, with a certificate signed by a trusted authority.
        case verifyAuthority = "verify-ca"
        /// As `verifyAuthority`, issued for the host name connected to.
        case verifyIdentity = "verify-identity"
    }

    public var host = "127.0.0.1"
    public var port = 3306
    /// Path of a local socket; host and port are not used then.
    public var socket: String?
    public var user = ""
    public var password = ""

    public var tlsMode = TLSMode.preferred
    /// PEM file of the trusted authorities; nil means the system's.
    public var tlsAuthority: String?
    /// PEM files of the client's own certificate and key.
    public var tlsCertificate: String?
    public var tlsKey: String?

    /// Compresses the protocol: worth it over slow networks only.
    public var isCompressed = false
    public var connectTimeoutSeconds = 10
    /// No packet for this long ends the connection (P22). It also bounds how long a statement may
    /// think before its first row.
    public var readTimeoutSeconds = 600
    public var writeTimeoutSeconds = 60
    /// How long a statement waits for a metadata lock before it gives way (P25).
    public var lockWaitTimeoutSeconds = 5

    /// Whether rows are taken out of the client library's receive buffer; else they come through
    /// its public functions, which takes more CPU.
    var readsPackets = ClientLibrary.isKnown

    public init() {}

    /// Where the connection goes, for messages: `user@host:port`.
    public var description: String { "\(user)@\(endpoint)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["server": description]) }

    /// `host:port` or the socket's path.
    var endpoint: String {
        if let socket { return socket }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Whether a connection without encryption has to be refused.
    var requiresTLS: Bool {
        switch tlsMode {
        case .disabled, .preferred: false
        case .required, .verifyAuthority, .verifyIdentity: true
        }
    }
}
