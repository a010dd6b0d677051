public import Foundation

/// A failure of the test's own surroundings, with what to do about it.
public struct TestFailure: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}

/// Runs programs of the machine.
public enum Command {
    /// How a program ended and what it printed.
    public struct Outcome: Sendable {
        public var status: Int32
        public var output: String
        public var errors: String
    }

    /// The full path of a program in PATH or the system folders that hold servers.
    public static func path(_ program: String) throws -> String {
        if program.hasPrefix("/") { return program }
        let variable = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let folders = variable.split(separator: ":").map(String.init)
        for folder in folders + ["/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/sbin"] {
            let path = folder + "/" + program
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
        throw TestFailure("\(program) is not installed; `make test` installs what the tests need")
    }

    /// Runs a program to its end; its output is taken from files, so it may be of any size.
    public static func run(
        _ program: String, _ arguments: [String], input: Data? = nil,
        environment: [String: String]? = nil, folder: URL? = nil
    ) throws -> Outcome {
        let files = FileManager.default
        let scratch = files.temporaryDirectory.appendingPathComponent(
            "sluice-run-\(UUID().uuidString)")
        try files.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? files.removeItem(at: scratch) }
        func file(_ name: String, _ content: Data) throws -> URL {
            let url = scratch.appendingPathComponent(name)
            try content.write(to: url)
            return url
        }
        let output = try file("output", Data())
        let errors = try file("errors", Data())
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try path(program))
        process.arguments = arguments
        if let environment { process.environment = environment }
        if let folder { process.currentDirectoryURL = folder }
        process.standardInput = try FileHandle(
            forReadingFrom: try file("input", input ?? Data()))
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus,
            output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }

    /// As `run`; throws when the program fails. Returns its standard output.
    @discardableResult
    public static func check(
        _ program: String, _ arguments: [String], input: Data? = nil
    ) throws -> String {
        let outcome = try run(program, arguments, input: input)
        guard outcome.status == 0 else {
            throw TestFailure(
                "\(program) ended with \(outcome.status): \(outcome.errors.suffix(2000))")
        }
        return outcome.output
    }
}
