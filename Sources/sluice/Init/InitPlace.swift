import CommandLine
import Config
import MySQL
import Proposal

/// The source and the lake as the options of `init` name them; what they leave out comes from a
/// configuration that is there already, else from the defaults.
struct InitPlace {
    private let invocation: Invocation
    private let existing: Configuration?

    init(_ session: Session, _ existing: Configuration?) {
        invocation = session.invocation
        self.existing = existing
    }

    /// What is named, and the defaults.
    var places: AgentPlaces {
        var places = AgentPlaces()
        if let source = existing?.source {
            places.address = source.address
            places.user = source.user
            places.tls = source.tls
            if case .environment(let name) = source.password?.place {
                places.passwordVariable = name
            }
        }
        if let socket = invocation[Options.socket] {
            places.address = .socket(socket)
        } else if invocation[Options.host] != nil || invocation[Options.port] != nil {
            places.address = .host(
                invocation[Options.host] ?? "127.0.0.1", port: invocation[Options.port] ?? 3306)
        }
        places.user = invocation[Options.user] ?? places.user
        places.passwordVariable = invocation[Options.passwordVariable] ?? places.passwordVariable
        places.tls = invocation[Options.tls] ?? places.tls
        places.lake = invocation[Options.lake] ?? existing?.lake ?? places.lake
        places.state = existing?.state ?? places.state
        return places
    }

    /// How to connect.
    func options() throws(Failure) -> ConnectionOptions {
        var options = ConnectionOptions()
        if let existing { options = try SourceSettings(existing).options }
        let named = places
        switch named.address {
        case .host(let host, let port):
            options.host = host
            options.port = port
        case .socket(let path): options.socket = path
        }
        options.user = named.user
        if let password = ConfigFile.environment(named.passwordVariable) {
            options.password = password
        }
        options.tlsMode = ConnectionOptions.TLSMode(rawValue: named.tls.rawValue) ?? .preferred
        return options
    }
}
