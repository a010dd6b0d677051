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

    /// The file of a proposal, with these places.
    func text(_ proposal: Proposal) -> ProposalText {
        var text = ProposalText(proposal)
        if let source = existing?.source {
            text.address = source.address
            text.user = source.user
            text.tls = source.tls
            if case .environment(let name) = source.password?.place {
                text.passwordVariable = name
            }
        }
        if let socket = invocation.text("socket") {
            text.address = .socket(socket)
        } else if invocation.has("host") || invocation.has("port") {
            text.address = .host(
                invocation.text("host") ?? "127.0.0.1", port: invocation.count("port") ?? 3306)
        }
        text.user = invocation.text("user") ?? text.user
        text.passwordVariable = invocation.text("password-env") ?? text.passwordVariable
        if let tls = invocation.text("tls").flatMap(Configuration.Source.TLS.init(rawValue:)) {
            text.tls = tls
        }
        text.lake = invocation.text("lake") ?? existing?.lake ?? text.lake
        text.state = existing?.state ?? text.state
        return text
    }

    /// How to connect.
    func options() throws(Failure) -> ConnectionOptions {
        var options = ConnectionOptions()
        if let existing { options = try SourceSettings(existing).options }
        let named = text(Proposal(schema: "", tables: [], references: []))
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
