import Columnar
import Delta
@testable import EntityTestSupport
@testable import Gold
import LakeTestSupport
@testable import Pipeline
import Testing

/// A version of a member of the sample dimension `customer`.
struct CustomerRow: Hashable, Sendable {
    var code: String
    var segment: String?
    var limit: Int64?
    var from: Int64
    var to: Int64?
    var isDeleted = false
}

/// The sample fact and dimension with a One Big Table over them.
struct GoldLake {
    var lake: FactLake
    var spec: OneBigTableSpec
    /// Row groups of the fact of at least so many rows are taken over.
    var copiedRows = OneBigTableOptions().copiedRows

    static let day: Int64 = 86_400_000_000
    static let customerSchema = Schema([
        Field("customer_code", .string), Field("segment", .string),
        Field("credit_limit", .decimal(precision: 12, scale: 2)),
        Field("valid_from", .timestamp), Field("valid_to", .timestamp),
        Field("is_current", .boolean), Field("is_deleted", .boolean),
    ])

    init(
        factGrain: PartitionGrain = .month, grain: PartitionGrain = .month, isAsOf: Bool = false
    ) throws {
        lake = try FactLake(grain: factGrain)
        lake.rowGroupRows = 1 << 20
        spec = OneBigTableSpec(name: "wide", fact: "sales")
        spec.grain = grain
        var join = JoinSpec(dimension: "customer")
        join.on = [.init(fact: "customer_code", key: "customer_code")]
        join.columns = ["segment", "credit_limit"]
        join.isAsOf = isAsOf
        spec.joins = [join]
    }

    /// Replaces the dimension's rows; those of one `file` number share a file, and a file whose
    /// rows are as they were stays.
    func write(_ rows: [CustomerRow], files: Int = 2) throws {
        let table = DeltaTable(storage: lake.storage, path: "silver/customer")
        let snapshot = try table.snapshot()
        var transaction = Transaction(table, reading: snapshot)
        if snapshot == nil { try transaction.create(schema: GoldLake.customerSchema) }
        var kept: Set<String> = []
        for number in 0..<files {
            let part = rows.filter { ($0.code.utf8.last.map(Int.init) ?? 0) % files == number }
            if part.isEmpty { continue }
            let text = part.map { "\($0)" }.joined()
            if let same = snapshot?.files.first(where: { $0.tags["rows"] == text }) {
                kept.insert(same.path)
                continue
            }
            let writer = try DataFileWriter(table: table, schema: GoldLake.customerSchema)
            try writer.write(GoldLake.batch(part))
            try writer.finish()
            transaction.add(try writer.publish(tags: ["rows": text]))
        }
        for file in snapshot?.files ?? [] where !kept.contains(file.path) {
            transaction.remove(file)
        }
        _ = try transaction.commit(operation: "MERGE")
    }

    private static func batch(_ rows: [CustomerRow]) -> RecordBatch {
        RecordBatch(
            schema: customerSchema,
            columns: [
                Column(.string, storage: .bytes(ByteVector(rows.map(\.code)))),
                Column(
                    .string, storage: .bytes(ByteVector(rows.map { $0.segment ?? "" })),
                    validity: Bitmap(rows.map { $0.segment != nil })),
                Column(
                    .decimal(precision: 12, scale: 2), storage: .int64(rows.map { $0.limit ?? 0 }),
                    validity: Bitmap(rows.map { $0.limit != nil })),
                Column(.timestamp, storage: .int64(rows.map(\.from))),
                Column(
                    .timestamp, storage: .int64(rows.map { $0.to ?? 0 }),
                    validity: Bitmap(rows.map { $0.to != nil })),
                Column(.boolean, storage: .bool(rows.map { $0.to == nil ? 1 : 0 })),
                Column(.boolean, storage: .bool(rows.map { $0.isDeleted ? 1 : 0 })),
            ])
    }

    func table() throws -> OneBigTable {
        try OneBigTable(spec, fact: lake.spec, storage: lake.storage)
    }

    @discardableResult
    func build(rebuild: Bool = false, today: Int32 = 20_100) throws -> OneBigTableReport {
        let table = try table()
        let plan = try OneBigTablePlan(table, today: today, rebuild: rebuild)
        var options = OneBigTableOptions()
        options.threads = 2
        options.copiedRows = copiedRows
        let change = try OneBigTableChange(table, plan, options: options)
        if let outcome = try change.commit() { #expect(outcome.version != nil) }
        return change.report
    }

    /// The rows as texts, sorted; columns in the table's order.
    func rows() throws -> [String] {
        guard let snapshot = try table().snapshot else { return [] }
        let scan = try DeltaScan(snapshot)
        var rows: [String] = []
        while let batch = try scan.next() {
            for row in 0..<batch.count {
                let values = batch.columns.map { $0.isNull(row) ? "-" : $0.text(row) }
                rows.append(values.joined(separator: "|"))
            }
        }
        return rows.sorted()
    }

    func files() throws -> Set<String> { Set(try table().snapshot?.files.map(\.path) ?? []) }
}
