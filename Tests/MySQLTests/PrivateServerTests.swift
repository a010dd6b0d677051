import TestSupport
import Testing

@Suite("The tests' own server")
struct PrivateServerTests {
    @Test("answers through the client")
    func answers() throws {
        #expect(try PrivateServer.shared().value("SELECT CONCAT('a', CHAR(9), 'b')") == "a\tb")
    }
}
