public import Foundation

/// A certificate authority, a server certificate for `localhost` alone signed by it, and
/// a second authority that signed nothing here; made with openssl.
public struct TestCertificates: Sendable {
    /// Path of the authority's certificate.
    public let authority: String
    /// Path of an authority's certificate that did not sign the server's.
    public let otherAuthority: String
    public let serverCertificate: String
    public let serverKey: String

    /// Makes the files in `folder`, which is created.
    public init(in folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
        authority = path("authority.pem")
        otherAuthority = path("other.pem")
        serverCertificate = path("server.pem")
        serverKey = path("server.key")
        for (name, certificate) in [("authority", authority), ("other", otherAuthority)] {
            try Command.check(
                "openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                    "-nodes", "-days", "2", "-sha256",
                    "-subj", "/CN=sluice test \(name)", "-keyout", path(name + ".key"),
                    "-out", certificate, "-addext", "basicConstraints=critical,CA:TRUE",
                ])
        }
        try Command.check(
            "openssl",
            [
                "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-sha256", "-subj", "/CN=localhost",
                "-keyout", serverKey, "-out", path("server.csr"),
            ])
        let extensions = "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n"
        try Data(extensions.utf8).write(to: URL(fileURLWithPath: path("server.ext")))
        try Command.check(
            "openssl",
            [
                "x509", "-req", "-in", path("server.csr"), "-CA", authority, "-CAkey",
                path("authority.key"), "-CAcreateserial", "-days", "2", "-sha256", "-extfile",
                path("server.ext"), "-out", serverCertificate,
            ])
    }
}
