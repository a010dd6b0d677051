public import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// A throw-away MariaDB server for tests: own data directory in a temporary folder, own socket and
/// a free loopback port.
///
/// The server ends with the test process, however that ends: it runs under a small shell that
/// waits on a pipe only this process holds open, then kills the server by its id and removes the
/// folder.
public final class PrivateServer: Sendable {
    /// How a server is started.
    public struct Options: Sendable {
        /// Serves TLS with a certificate for `localhost` made for this server.
        public var servesTLS = true
        /// More arguments of mariadbd.
        public var arguments: [String] = []
        /// The time zone of the server's host, as the TZ variable says it; nil is this machine's.
        public var hostTimeZone: String?

        public init(
            servesTLS: Bool = true, arguments: [String] = [], hostTimeZone: String? = nil
        ) {
            self.servesTLS = servesTLS
            self.arguments = arguments
            self.hostTimeZone = hostTimeZone
        }
    }

    /// The temporary folder that holds everything of the server.
    public let folder: URL
    public let socket: String
    public let port: Int
    /// The certificates of this server, nil without TLS.
    public let certificates: TestCertificates?

    public var dataFolder: URL { folder.appendingPathComponent("data") }

    /// Its own: a starting server deletes every temporary table in its tmpdir, another server's in
    /// use too.
    private var temporaryFolder: URL { folder.appendingPathComponent("tmp") }
    public var host: String { "127.0.0.1" }

    private let watchdog: Process
    private let lifeline: Pipe

    private static let started = Result { try PrivateServer(Options()) }

    /// The one server of this test process, started at the first call (about five seconds).
    public static func shared() throws -> PrivateServer { try started.get() }

    /// Starts another server, for tests that stop or configure it; ends at `stop()` or exit.
    public init(_ options: Options) throws {
        folder = URL(fileURLWithPath: "/tmp/sluice-test-\(UUID().uuidString.prefix(13))")
        socket = folder.appendingPathComponent("socket").path
        let files = FileManager.default
        try files.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        certificates =
            options.servesTLS
            ? try TestCertificates(in: folder.appendingPathComponent("tls")) : nil
        let data = folder.appendingPathComponent("data").path
        let temporary = folder.appendingPathComponent("tmp")
        try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: false)
        try Command.check(
            "mariadb-install-db",
            // --force: also where neither the host's name nor localhost can be looked up
            ["--no-defaults", "--force"] + PrivateServer.userArguments + [
                "--datadir=\(data)", "--tmpdir=\(temporary.path)",
                "--auth-root-authentication-method=normal", "--skip-test-db",
            ])
        port = try PrivateServer.freePort()
        lifeline = Pipe()
        watchdog = Process()
        try launch(options)
        try waitUntilReady()
    }

    /// Ends the server and removes its folder. Harmless when it has ended.
    public func stop() {
        try? lifeline.fileHandleForWriting.close()
        watchdog.waitUntilExit()
    }

    private static var userArguments: [String] { getuid() == 0 ? ["--user=root"] : [] }

    /// Waits on standard input, which closes when the test process ends; then kills the server.
    private static let script = """
        folder=$1; shift
        "$@" </dev/null >"$folder/server.log" 2>&1 &
        server=$!
        echo $server >"$folder/server.pid"
        cat >/dev/null
        kill -KILL $server 2>/dev/null
        wait $server 2>/dev/null
        rm -rf "$folder"
        """

    private func launch(_ options: Options) throws {
        var arguments = [try Command.path("mariadbd"), "--no-defaults"]
        arguments += PrivateServer.userArguments
        arguments += [
            "--datadir=\(dataFolder.path)", "--tmpdir=\(temporaryFolder.path)",
            "--socket=\(socket)", "--port=\(port)",
            "--bind-address=127.0.0.1", "--skip-networking=0", "--skip-name-resolve",
            "--skip-log-bin", "--innodb-buffer-pool-size=128M",
            "--innodb-flush-log-at-trx-commit=0", "--max-allowed-packet=256M",
            "--character-set-server=utf8mb4", "--plugin-load-add=ha_sequence",
        ]
        if let certificates {
            arguments += [
                "--ssl-ca=\(certificates.authority)",
                "--ssl-cert=\(certificates.serverCertificate)",
                "--ssl-key=\(certificates.serverKey)",
            ]
        }
        let writing = lifeline.fileHandleForWriting.fileDescriptor
        _ = fcntl(writing, F_SETFD, FD_CLOEXEC)
        watchdog.executableURL = URL(fileURLWithPath: "/bin/sh")
        watchdog.arguments =
            ["-c", PrivateServer.script, "sh", folder.path] + arguments + options.arguments
        watchdog.standardInput = lifeline
        if let zone = options.hostTimeZone {
            var environment = ProcessInfo.processInfo.environment
            environment["TZ"] = zone
            watchdog.environment = environment
        }
        try watchdog.run()
    }

    private func waitUntilReady() throws {
        let deadline = Date().addingTimeInterval(60)
        while Date() < deadline {
            let arguments = ["--no-defaults", "--socket=\(socket)", "--user=root", "ping"]
            let ping = try Command.run("mariadb-admin", arguments)
            if ping.status == 0 { return }
            usleep(50_000)
        }
        let log = folder.appendingPathComponent("server.log")
        let text = (try? String(contentsOf: log, encoding: .utf8)) ?? "no log"
        stop()
        throw TestFailure("mariadbd did not answer within 60 s; its log: \(text.suffix(2000))")
    }

    /// A loopback port that is free now.
    static func freePort() throws -> Int {
        let listener = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard listener >= 0 else { throw TestFailure("no socket for a free port") }
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
                let bound = unsafe bind(listener, general, length)
                return unsafe bound == 0 ? getsockname(listener, general, &length) : bound
            }
        }
        guard status == 0 else { throw TestFailure("no free loopback port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
