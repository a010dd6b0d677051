import MySQL
import Source
import TestSupport
import Testing

@Suite("TLS")
struct TLSTests {
    private func options(_ mode: ConnectionOptions.TLSMode, host: String = "127.0.0.1") throws
        -> ConnectionOptions
    {
        let server = try PrivateServer.shared()
        var options = ConnectionOptions()
        options.host = host
        options.port = server.port
        options.user = "root"
        options.tlsMode = mode
        return options
    }

    private func authority() throws -> String {
        try #require(PrivateServer.shared().certificates).authority
    }

    @Test("disabled means unencrypted")
    func disabled() throws {
        #expect(try MySQLConnection(options(.disabled)).identity.tlsCipher == nil)
    }

    @Test(
        "preferred and required encrypt where the server can",
        arguments: [.preferred, .required] as [ConnectionOptions.TLSMode])
    func encrypted(mode: ConnectionOptions.TLSMode) throws {
        let cipher = try MySQLConnection(options(mode)).identity.tlsCipher
        #expect(cipher?.isEmpty == false)
    }

    @Test("preferred over a local socket is not encrypted: nobody can listen there")
    func socket() throws {
        #expect(try TestConnection.root().identity.tlsCipher == nil)
    }

    @Test("verify-ca takes the authority's certificate under any host name")
    func verifyAuthority() throws {
        var options = try options(.verifyAuthority)
        options.tlsAuthority = try authority()
        #expect(try MySQLConnection(options).identity.tlsCipher != nil)
    }

    @Test(
        "another authority is refused",
        arguments: [.verifyAuthority, .verifyIdentity] as [ConnectionOptions.TLSMode])
    func otherAuthority(mode: ConnectionOptions.TLSMode) throws {
        var options = try options(mode, host: "localhost")
        options.tlsAuthority = try #require(PrivateServer.shared().certificates).otherAuthority
        let error = #expect(throws: SourceError.self) { try MySQLConnection(options) }
        #expect(error?.code == .unreachable)
        #expect(error?.hint?.contains("source.ca") == true)
    }

    @Test(
        "the system's authorities do not know the test server's",
        arguments: [.verifyAuthority, .verifyIdentity] as [ConnectionOptions.TLSMode])
    func systemAuthorities(mode: ConnectionOptions.TLSMode) throws {
        #expect(throws: SourceError.self) { try MySQLConnection(options(mode, host: "localhost")) }
    }

    @Test("verify-identity takes the certificate only for the name it was issued for")
    func verifyIdentity() throws {
        var right = try options(.verifyIdentity, host: "localhost")
        right.tlsAuthority = try authority()
        #expect(try MySQLConnection(right).identity.tlsCipher != nil)
        var wrong = try options(.verifyIdentity, host: "127.0.0.1")
        wrong.tlsAuthority = try authority()
        let error = #expect(throws: SourceError.self) { try MySQLConnection(wrong) }
        #expect(error?.code == .unreachable)
    }

    @Test("a server without TLS: preferred goes on, the rest refuse")
    func plainServer() throws {
        let server = try PrivateServer(PrivateServer.Options(servesTLS: false))
        defer { server.stop() }
        for mode in ConnectionOptions.TLSMode.allCases {
            var options = try options(mode)
            options.port = server.port
            options.tlsAuthority = try authority()
            switch mode {
            case .disabled, .preferred:
                #expect(try MySQLConnection(options).identity.tlsCipher == nil)
            case .required, .verifyAuthority, .verifyIdentity:
                let error = #expect(throws: SourceError.self) { try MySQLConnection(options) }
                #expect(error?.code == .unreachable)
            }
        }
    }
}
