import Columnar
import Delta
@testable import Events
import Lake
import LakeTestSupport
@testable import Pipeline
import Storage
import Testing

/// A lake of a test's own with one bronze table, written as extraction writes it.
struct BronzeLake {
    /// A row: id, updated_at (microseconds), name and whether the row tells of a delete.
    struct Row {
        var id: Int64
        var at: Int64?
        var name: String?
        var isDelete = false

        init(_ id: Int64, _ at: Int64?, _ name: String?, isDelete: Bool = false) {
            self.id = id
            self.at = at
            self.name = name
            self.isDelete = isDelete
        }
    }

    let folder: TemporaryFolder
    let table: DeltaTable
    let source: String
    static let path = "bronze/s/t"

    init() throws { self.init(in: try TemporaryFolder()) }

    /// What a folder holds.
    init(in folder: TemporaryFolder) {
        self.folder = folder
        table = DeltaTable(storage: folder.storage, path: BronzeLake.path)
        source = "s.t"
    }

    /// Another table of the same lake.
    init(_ lake: BronzeLake, path: String, source: String) {
        folder = lake.folder
        table = DeltaTable(storage: lake.folder.storage, path: path)
        self.source = source
    }

    /// The entity `e` over the table, keyed by `id`.
    func entity(sequence: String? = nil) -> EntitySpec {
        var entity = EntitySpec(
            name: "e", bronzePath: BronzeLake.path, source: "s.t", key: ["id"])
        entity.sequence = sequence
        return entity
    }

    func events(sequence: String? = nil, consumed: Int64? = nil) throws -> BronzeEvents {
        try BronzeEvents(
            entity(sequence: sequence), storage: folder.storage, consumed: consumed)
    }

    static let schema = Schema([
        Field("id", .long), Field("updated_at", .timestamp), Field("name", .string),
        Field("small", .integer), Field("_sluice_op", .string), Field("_sluice_run_id", .string),
        Field("_sluice_extracted_at", .timestamp), Field("_sluice_invalid", .string),
        Field("ingest_date", .date),
    ])

    static func batch(_ rows: [Row], at extractedAt: Int64) -> RecordBatch {
        let count = rows.count
        let columns = [
            Column(.long, storage: .int64(rows.map(\.id))),
            Column(
                .timestamp, storage: .int64(rows.map { $0.at ?? 0 }),
                validity: Bitmap(rows.map { $0.at != nil })),
            Column(
                .string, storage: .bytes(ByteVector(rows.map { $0.name ?? "" })),
                validity: Bitmap(rows.map { $0.name != nil })),
            Column(.integer, storage: .int32(rows.map { Int32(truncatingIfNeeded: $0.id) })),
            Column(.string, storage: .bytes(ByteVector(rows.map { $0.isDelete ? "d" : "u" }))),
            Column.constant("r\(extractedAt)", count: count),
            Column(.timestamp, storage: .int64([Int64](repeating: extractedAt, count: count))),
            Column.nulls(.string, count: count),
        ]
        let fields = schema.fields.dropLast()
        return RecordBatch(schema: Schema(Array(fields)), columns: columns, count: count)
    }

    /// Commits `files` (rows of each) as one run of `mode`; returns the version.
    @discardableResult
    func commit(
        _ files: [[Row]], mode: String = "incremental", watermark: String = "updated_at",
        high: Int64 = 0, low: String? = nil, at extractedAt: Int64 = 1000,
        absent: Set<String> = []
    ) throws -> Int64 {
        let snapshot = try table.snapshot()
        var transaction = Transaction(table, reading: snapshot)
        transaction.fileTags = FileOrigin.tags
        if snapshot == nil {
            try transaction.create(
                schema: BronzeLake.schema, partitionColumns: ["ingest_date"],
                configuration: ["sluice.source_table": source])
        }
        for rows in files {
            var file = try write(rows, mode: mode, high: high, at: extractedAt, absent)
            file.tags["sluice.low"] = low
            transaction.add(file)
        }
        let last = mode == "snapshot" ? mode : watermark
        transaction.setTransaction(appID: "sluice/\(source)/\(last)", version: high)
        guard let version = try transaction.commit(operation: "WRITE").version else {
            throw NotCommitted()
        }
        return version
    }

    func write(
        _ rows: [Row], mode: String, high: Int64, at extractedAt: Int64,
        _ absent: Set<String> = []
    ) throws -> AddFile {
        let placement = DataFileWriter.Placement(partition: [("ingest_date", "2026-01-01")])
        let whole = BronzeLake.batch(rows, at: extractedAt)
        // As the extract writes it: the file has no column that was not read, the tag names it.
        let kept = whole.schema.fields.indices.filter {
            !absent.contains(whole.schema.fields[$0].name)
        }
        let batch = RecordBatch(
            schema: Schema(kept.map { whole.schema.fields[$0] }),
            columns: kept.map { whole.columns[$0] }, count: whole.count)
        let writer = try DataFileWriter(table: table, schema: batch.schema, placement: placement)
        try writer.write(batch)
        try writer.finish()
        var tags = [
            "sluice.run": "r\(extractedAt)", "sluice.mode": mode, "sluice.high": "\(high)",
        ]
        if !absent.isEmpty {
            tags["sluice.absent"] =
                "[\(absent.sorted().map { "\"\($0)\"" }.joined(separator: ","))]"
        }
        return try writer.publish(tags: tags)
    }

    /// Writes every file anew as extraction does when a column becomes wider.
    func rewrite() throws {
        let snapshot = try #require(try table.snapshot())
        var transaction = Transaction(table, reading: snapshot)
        for file in snapshot.files {
            let scan = try DeltaScan(
                snapshot, files: [file], columns: snapshot.dataSchema.fields.map(\.name))
            let placement = DataFileWriter.Placement(partition: [("ingest_date", "2026-01-01")])
            let writer = try DataFileWriter(
                table: table, schema: scan.schema, placement: placement)
            while let batch = try scan.next() { try writer.write(batch) }
            try writer.finish()
            var added = try writer.publish(tags: file.tags)
            added.dataChange = false
            transaction.remove(file, dataChange: false)
            transaction.add(added)
        }
        guard try transaction.commit(operation: "CHANGE COLUMN").version != nil else {
            throw NotCommitted()
        }
    }

    struct NotCommitted: Error {}
}

extension BronzeEvents {
    /// Every row as `position:id:name`, deletes with a `-`.
    func lines(batchRowCount: Int = 65_536) throws -> [String] {
        let reader = try reader(batchRowCount: batchRowCount)
        var lines: [String] = []
        while let batch = try reader.next() {
            for row in 0..<batch.rows.count {
                let isDelete = batch.deletes?[row] ?? false
                let name = batch.rows.columns[2]
                lines.append(
                    batch.position(row).text + (isDelete ? " -" : " ")
                        + batch.rows.columns[0].text(row) + " "
                        + (name.isNull(row) ? "NULL" : name.text(row)))
            }
        }
        return lines
    }
}
