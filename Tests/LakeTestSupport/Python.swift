public import Foundation
public import JSON

/// The independent readers: scripts for the interpreter of the test environment.
public enum Python {
    /// A script that failed, with what it said.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// Runs a script and parses what it prints as JSON. Arguments are in `sys.argv[1:]`.
    public static func json(_ script: String, _ arguments: [String] = []) throws -> JSONValue {
        let text = try run(script, arguments)
        do { return try JSONValue(parsing: Array(text)) } catch {
            throw Failure(description: "not JSON: \(String(decoding: text, as: UTF8.self))")
        }
    }

    /// Runs a script and returns what it prints.
    @discardableResult
    public static func run(_ script: String, _ arguments: [String] = []) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try interpreter())
        // Some libraries' threads abort the interpreter's own way out.
        let end = "\nimport sys, os; sys.stdout.flush(); os._exit(0)\n"
        process.arguments = ["-c", script + end] + arguments
        let output = Pipe()
        let errors = try TemporaryFolder()
        let errorPath = errors.file("stderr")
        _ = FileManager.default.createFile(atPath: errorPath, contents: nil)
        process.standardOutput = output
        process.standardError = FileHandle(forWritingAtPath: errorPath)
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let said = (try? errors.text("stderr")) ?? ""
            throw Failure(description: "exit \(process.terminationStatus): \(said.suffix(3000))")
        }
        return text
    }

    /// A script running beside the test.
    public static func start(
        _ script: String, _ arguments: [String] = [], input: Pipe? = nil
    ) throws -> Process {
        let process = Process()
        if let input { process.standardInput = input }
        process.executableURL = URL(fileURLWithPath: try interpreter())
        process.arguments = ["-c", script] + arguments
        try process.run()
        return process
    }

    private static func interpreter() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let venv = ProcessInfo.processInfo.environment["SLUICE_VENV"]
        let path = (venv ?? root.appendingPathComponent(".venv").path) + "/bin/python"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Failure(
                description: "no Python at \(path): run `make venv` first (or set SLUICE_VENV)")
        }
        return path
    }
}
