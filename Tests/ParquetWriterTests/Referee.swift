import Columnar
import Foundation
import Parquet

/// Other readers' view of written files: one Python process for a batch of them.
struct Referee {
    /// A file and what its columns must hold.
    private struct Case: Encodable {
        var file: String
        var readers: [String]
        var columns: [String: [CanonicalValue]]
    }

    /// What pyarrow says of a file.
    struct Facts: Decodable {
        struct Column: Decodable {
            var path: String
            var physical: String
            var encodings: [String]
            var codec: String
            var dictionary: Bool
            var columnIndex: Bool
            var offsetIndex: Bool
            var compressed: Int
            var uncompressed: Int
            var values: Int
            var nulls: Int?
            var min: String?
            var max: String?
        }

        struct Group: Decodable {
            var rows: Int
            var columns: [Column]
        }

        var rows: Int
        var createdBy: String
        var groups: [Group]
        var schema: String
        var metadata: [String: String]
        /// Data pages, each of which the referee has checked against the page index.
        var pages: Int
    }

    struct Verdict: Decodable {
        var failures: [String]
        var facts: [String: Facts]
    }

    static let allReaders = ["pyarrow", "duckdb", "polars"]

    private let folder: URL
    private var cases: [Case] = []

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("sluice-parquet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// Adds a written file; `batches` are the rows it must hold.
    @discardableResult
    mutating func add(
        _ name: String, _ bytes: [UInt8], _ batches: [RecordBatch],
        readers: [String] = Referee.allReaders
    ) throws -> String {
        let url = folder.appendingPathComponent(name + ".parquet")
        try Data(bytes).write(to: url)
        var columns: [String: [CanonicalValue]] = [:]
        for batch in batches {
            for (field, column) in zip(batch.schema.fields, batch.columns) {
                columns[field.name, default: []] += CanonicalValue.values(of: column)
            }
        }
        cases.append(Case(file: url.path, readers: readers, columns: columns))
        return url.path
    }

    /// Runs all readers over all files and removes the files.
    func verdict() throws -> Verdict {
        defer { try? FileManager.default.removeItem(at: folder) }
        let manifest = folder.appendingPathComponent("manifest.json")
        try JSONEncoder().encode(cases).write(to: manifest)
        let process = Process()
        process.executableURL = try Referee.python()
        process.arguments = [
            Referee.root.path + "/Tests/Fixtures/parquet_referee.py", manifest.path,
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw RefereeFailure(description: "the referee ended with \(process.terminationStatus)")
        }
        return try JSONDecoder().decode(Verdict.self, from: data)
    }

    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func python() throws -> URL {
        let folder =
            ProcessInfo.processInfo.environment["SLUICE_VENV"] ?? root.path + "/.venv"
        let path = folder + "/bin/python3"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw RefereeFailure(
                description: "no Python readers at \(folder): run `make venv` or set SLUICE_VENV")
        }
        return URL(fileURLWithPath: path)
    }
}

struct RefereeFailure: Error, CustomStringConvertible {
    var description: String
}
