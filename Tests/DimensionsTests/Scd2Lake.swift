import Columnar
import Delta
@testable import Dimensions
@testable import Events
import LakeTestSupport
import Parquet
@testable import Pipeline
import Storage

/// An event of a test: member, sequence, tracked and untracked value.
struct Event: Hashable, Sendable {
    var key: Int64?
    var sequence: Int64?
    var tracked: String?
    var untracked: String?
    var isDelete = false
    /// When it was extracted; nil is the sequence.
    var extractedAt: Int64?

    /// An upsert.
    static func up(
        _ key: Int64? = 1, _ sequence: Int64?, _ tracked: String?, _ untracked: String? = "u",
        at extractedAt: Int64? = nil
    ) -> Event {
        Event(
            key: key, sequence: sequence, tracked: tracked, untracked: untracked,
            extractedAt: extractedAt)
    }

    /// A delete.
    static func del(_ key: Int64 = 1, _ sequence: Int64, at extractedAt: Int64? = nil) -> Event {
        Event(key: key, sequence: sequence, isDelete: true, extractedAt: extractedAt)
    }
}

/// A lake with one dimension `member`: key `id`, tracked `a`, untracked `u`.
final class DimensionLake {
    let folder: TemporaryFolder
    let storage: any LakeStorage
    var spec: DimensionSpec
    var schema = Schema([Field("id", .long), Field("a", .string), Field("u", .string)])
    var options = DimensionOptions()
    var writerOptions = WriterOptions()
    private(set) var runs: Int64 = 0
    private(set) var report: DimensionReport?

    init() throws {
        folder = try TemporaryFolder()
        storage = folder.storage
        var spec = DimensionSpec(
            entity: EntitySpec(
                name: "member", bronzePath: "bronze/s/member", source: "s.member", key: ["id"]))
        spec.tracked = ["a"]
        self.spec = spec
    }

    /// A lake whose rows keep their sequence, a time or a number, in the column `s`.
    static func sequenced(_ type: ColumnType = .timestamp) throws -> DimensionLake {
        let lake = try DimensionLake()
        lake.schema = Schema(lake.schema.fields + [Field("s", type)])
        lake.spec.entity.sequence = "s"
        lake.options.kind = type == .timestamp ? .time : .number
        return lake
    }

    var merge: DimensionMerge {
        var merge = DimensionMerge(spec, schema: schema, storage: storage, options: options)
        merge.writerOptions = writerOptions
        return merge
    }
    var table: DeltaTable { merge.table }

    /// One run over `events` as one batch, committed.
    @discardableResult
    func run(_ events: [Event], complete: CompleteSnapshot? = nil) throws -> DimensionReport {
        try run([batch(events)], complete: complete)
    }

    @discardableResult
    func run(_ batches: [EventBatch], complete: CompleteSnapshot? = nil) throws -> DimensionReport {
        var transaction = Transaction(table, reading: try table.snapshot())
        let report = try merge.run(batches, complete: complete, into: &transaction)
        self.report = report
        try commit(transaction)
        return report
    }

    func commit(_ transaction: Transaction) throws {
        var transaction = transaction
        runs += 1
        transaction.setTransaction(appID: "test", version: runs)
        guard case .committed = try transaction.commit(operation: "MERGE") else {
            throw Conflicted()
        }
    }

    struct Conflicted: Error {}

    /// The events in the lake's schema; columns other than `id`, `a`, `u` are NULL.
    func batch(_ events: [Event]) -> EventBatch {
        let columns = schema.fields.map { field -> Column in
            switch field.name {
            case "id": DimensionLake.numbers(.long, events.map(\.key))
            case "a": DimensionLake.texts(events.map { $0.tracked ?? nil })
            case "u": DimensionLake.texts(events.map { $0.untracked ?? nil })
            case "s": DimensionLake.numbers(field.type, events.map(\.sequence))
            default: Column.nulls(field.type, count: events.count)
            }
        }
        return batch(RecordBatch(schema: schema, columns: columns, count: events.count), events)
    }

    /// Rows of any schema with the sequences and deletes of `events`.
    func batch(_ rows: RecordBatch, _ events: [Event]) -> EventBatch {
        let isTime = options.kind != .number
        return EventBatch(
            rows: rows,
            sequence: DimensionLake.numbers(
                isTime ? .timestamp : .long, events.map(\.sequence)),
            deletes: Bitmap(events.map(\.isDelete)),
            extractedAt: events.map { $0.extractedAt ?? $0.sequence ?? 0 }, runID: "run",
            first: BronzePosition(version: runs, file: 0, row: 0))
    }

    static func numbers(_ type: ColumnType, _ values: [Int64?]) -> Column {
        Column(
            type, storage: .int64(values.map { $0 ?? 0 }),
            validity: Bitmap(values.map { $0 != nil }))
    }

    static func texts(_ values: [String?]) -> Column {
        Column(
            .string, storage: .bytes(ByteVector(values.map { $0 ?? "" })),
            validity: Bitmap(values.map { $0 != nil }))
    }

    // MARK: Pictures

    /// The versions of member `key`, as `[10,20)A`, with `/u` after the tracked value where
    /// `shows` names more columns, and ` deleted` after the last one of a deleted member.
    func picture(_ key: Int64 = 1, shows names: [String] = ["a"]) throws -> String {
        try pictures(shows: names)[key] ?? ""
    }

    func pictures(shows names: [String] = ["a"]) throws -> [Int64: String] {
        var versions: [Int64: [(from: Int64, text: String)]] = [:]
        for row in try rows() {
            let from = row["valid_from"]?.flatMap { Int64($0) } ?? 0
            let key = row["id"]?.flatMap { Int64($0) } ?? 0
            let to = row["valid_to"] ?? nil
            var text = "[\(from),\(to ?? "∞"))"
            text += names.map { (row[$0] ?? nil) ?? "NULL" }.joined(separator: "/")
            if row["is_deleted"] == "true" { text += " deleted" }
            if (row["is_current"] == "true") != (to == nil) { text += " is_current is wrong" }
            versions[key, default: []].append((from, text))
        }
        return versions.mapValues { versions in
            versions.sorted { $0.from < $1.from }.map(\.text).joined(separator: " ")
        }
    }

    /// Every row by column; times as plain numbers.
    func rows() throws -> [[String: String?]] {
        guard let snapshot = try table.snapshot() else { return [] }
        let scan = try DeltaScan(snapshot)
        var rows: [[String: String?]] = []
        while let batch = try scan.next() {
            for row in 0..<batch.count {
                var values: [String: String?] = [:]
                for (field, column) in zip(batch.schema.fields, batch.columns) {
                    let text: String? =
                        if column.isNull(row) {
                            nil
                        } else if field.type == .timestamp {
                            "\(column.storage.int64s[row])"
                        } else { column.text(row) }
                    values.updateValue(text, forKey: field.name)
                }
                rows.append(values)
            }
        }
        return rows
    }

    /// The table's whole content, free of the order of rows.
    func content() throws -> Set<[String]> {
        let rows = try rows()
        let names = try table.snapshot()?.schema.fields.map(\.name) ?? []
        let content = Set(rows.map { row in names.map { (row[$0] ?? nil) ?? "NULL" } })
        return content.count == rows.count ? content : []
    }
}
