public import Config

/// How an agent reaches the source, and where its lake and its state are; the defaults at first.
public struct AgentPlaces: Sendable {
    public var address: Configuration.Source.Address = .host("127.0.0.1", port: 3306)
    public var user = "sluice"
    /// The environment variable that holds the password.
    public var passwordVariable = "SLUICE_SOURCE_PASSWORD"
    public var tls: Configuration.Source.TLS = .preferred
    public var lake = "./lake"
    public var state = "./state.sqlite"

    public init() {}
}
