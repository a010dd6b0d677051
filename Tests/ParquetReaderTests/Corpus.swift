import Foundation
import Parquet

/// Files by other writers with the values they put in, made once for all tests of this target by
/// the scripts in `Fixtures`.
struct Corpus: Sendable {
    /// One Parquet file and the columns it holds.
    struct Case: Sendable, CustomStringConvertible {
        let name: String
        let file: URL
        let values: URL
        var description: String { name }

        /// The text of every value by column; nil is null.
        func columns() throws -> [String: [String?]] {
            try JSONDecoder().decode([String: [String?]].self, from: Data(contentsOf: values))
        }

        func bytes() throws -> [UInt8] { [UInt8](try Data(contentsOf: file)) }
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private struct Line: Decodable {
        let name: String
        let file: String
        let values: String
    }

    let folder: URL

    /// What pyarrow, DuckDB and polars wrote.
    static let arrow = Result { try Corpus("arrow_files.py") }

    /// What Spark wrote; slow to start, so apart.
    static let spark = Result { try Corpus("spark_files.py") }

    private init(_ script: String) throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("parquet-reader-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        try Corpus.run([here.appendingPathComponent("Fixtures/\(script)").path, folder.path])
    }

    func file(_ name: String) -> URL { folder.appendingPathComponent(name) }

    /// The cases of a manifest.
    func cases(_ manifest: String) throws -> [Case] {
        let lines = try JSONDecoder().decode([Line].self, from: Data(contentsOf: file(manifest)))
        return lines.map { Case(name: $0.name, file: file($0.file), values: file($0.values)) }
    }

    private static func run(_ arguments: [String]) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let venv =
            ProcessInfo.processInfo.environment["SLUICE_VENV"]
            ?? root.appendingPathComponent(".venv").path
        let python = venv + "/bin/python"
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw Failure(
                description: "no Python at \(python): run `make venv`, or set SLUICE_VENV")
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = arguments
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let said = String(
            decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(description: said) }
    }
}
