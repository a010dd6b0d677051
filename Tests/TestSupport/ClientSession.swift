import Foundation

/// A `mariadb` client that stays connected: for transactions that tests hold open.
public final class ClientSession {
    private let client = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var pending = Data()
    private var statementCount = 0

    /// The server's number of the connection.
    public private(set) var connectionID = 0

    public init(_ server: PrivateServer, database: String? = nil) throws {
        client.executableURL = URL(fileURLWithPath: try Command.path("mariadb"))
        var arguments = [
            "--no-defaults", "--socket=\(server.socket)", "--user=root", "--batch", "--force",
            "--skip-column-names", "--unbuffered", "--default-character-set=utf8mb4",
        ]
        if let database { arguments.append(database) }
        client.arguments = arguments
        client.standardInput = input
        client.standardOutput = output
        client.standardError = output
        try client.run()
        connectionID = Int(try run("SELECT CONNECTION_ID()").first ?? "") ?? 0
    }

    deinit { close() }

    /// Runs statements and returns the lines they print, errors included.
    @discardableResult
    public func run(_ sql: String) throws -> [String] {
        try finish(start(sql))
    }

    /// Sends statements without waiting; `finish` takes what they print.
    public func start(_ sql: String) throws -> Int {
        statementCount += 1
        let text = "\(sql);\nSELECT 'end of statement \(statementCount)';\n"
        try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        return statementCount
    }

    @discardableResult
    public func finish(_ statement: Int) throws -> [String] {
        var lines: [String] = []
        while let line = try nextLine() {
            if line == "end of statement \(statement)" { return lines }
            lines.append(line)
        }
        throw TestFailure("the client ended: \(lines.joined(separator: "; "))")
    }

    /// Disconnects; an open transaction is rolled back by the server.
    public func close() {
        try? input.fileHandleForWriting.close()
        if client.isRunning { client.waitUntilExit() }
    }

    private func nextLine() throws -> String? {
        while true {
            if let end = pending.firstIndex(of: 10) {
                let line = String(decoding: pending[..<end], as: UTF8.self)
                pending = Data(pending[(end + 1)...])
                return line
            }
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            pending.append(more)
        }
    }
}
