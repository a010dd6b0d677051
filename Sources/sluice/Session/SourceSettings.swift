import CommandLine
import Config
import MySQL
import Source

/// How to reach the configured source, its secret fetched.
struct SourceSettings: Sendable {
    let options: ConnectionOptions

    init(_ configuration: Configuration) throws(Failure) {
        let source = configuration.source
        var options = ConnectionOptions()
        switch source.address {
        case .host(let host, let port):
            options.host = host
            options.port = port
        case .socket(let path): options.socket = path
        }
        options.user = source.user
        if let password = source.password {
            options.password = try failing(Failure.init) { () throws(ConfigError) in
                try password.resolve().reveal()
            }
        }
        // Both spell the modes as agent.conf does.
        options.tlsMode = ConnectionOptions.TLSMode(rawValue: source.tls.rawValue) ?? .preferred
        options.tlsAuthority = source.authorityFile
        options.tlsCertificate = source.certificateFile
        options.tlsKey = source.keyFile
        options.isCompressed = source.compression
        options.connectTimeoutSeconds = max(1, Int(source.connectTimeout.components.seconds))
        options.readTimeoutSeconds = max(
            1, Int(configuration.extract.stallTimeout.components.seconds))
        self.options = options
    }

    func connect() throws(SourceError) -> MySQLConnection { try MySQLConnection(options) }
}
