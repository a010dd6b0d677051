import Columnar
import Delta
import LakeTestSupport
import Storage

/// A folder with one table, and commits on it in one line each.
struct SampleTable {
    let folder: TemporaryFolder
    let table: DeltaTable

    init(storage: (any LakeStorage)? = nil) throws {
        folder = try TemporaryFolder()
        table = DeltaTable(
            storage: PretendedFiles(base: storage ?? folder.storage), path: "table")
    }

    static let schema = Schema([
        Field("id", .long), Field("name", .string), Field("day", .date),
    ])

    /// Creates the table, partitioned by `day`; version 0.
    @discardableResult
    func create(configuration: [String: String] = [:]) throws -> CommitOutcome {
        var transaction = Transaction(table, reading: nil)
        try transaction.create(
            schema: SampleTable.schema, partitionColumns: ["day"], configuration: configuration)
        return try transaction.commit(operation: "CREATE TABLE")
    }

    /// Adds files by name in one commit.
    @discardableResult
    func append(
        _ names: [String], day: String = "2026-01-02", txn: (String, Int64)? = nil,
        reading snapshot: Snapshot? = nil
    ) throws -> CommitOutcome {
        var transaction = Transaction(table, reading: try snapshot ?? table.snapshot())
        for name in names { transaction.add(SampleTable.file(name, day: day)) }
        if let txn { transaction.setTransaction(appID: txn.0, version: txn.1) }
        return try transaction.commit(operation: "WRITE", parameters: ["mode": "Append"])
    }

    /// An add action of a file that need not exist.
    static func file(_ name: String, day: String? = "2026-01-02") -> AddFile {
        AddFile(
            path: "day=\(day ?? FilePath.nullPartition)/\(name).parquet",
            partitionValues: ["day": day], sizeBytes: 100, modificationTime: 1_767_312_000_000,
            stats: #"{"numRecords":3}"#)
    }

    /// The names of the live files without folder and ending.
    func names(_ snapshot: Snapshot? = nil) throws -> [String] {
        guard let snapshot = try snapshot ?? table.snapshot() else { return [] }
        return snapshot.files.map { file in
            String(file.path.split(separator: "/").last?.dropLast(8) ?? "")
        }
    }

    static func logName(_ version: Int) -> String {
        let digits = String(version)
        return "table/_delta_log/" + String(repeating: "0", count: 20 - digits.count) + digits
            + ".json"
    }
}
