import Columnar
import Delta
@testable import EntityTestSupport
@testable import Gold
import LakeTestSupport
@testable import Pipeline
import Testing

/// A shop of headers and lines: the lines are the fact `sales`, without a date where asked so, that
/// `orders`, a fact of the key `customer_code`, is joined to; and to its `id` the dimension `kind`.
struct HeaderLake {
    /// What the One Big Table is partitioned by.
    enum Date: String, CaseIterable, Sendable {
        /// Nothing: the lines have no date.
        case none
        /// The header's date, the lines have none.
        case header
        /// The header's date although the lines have one.
        case headerOfDated
        /// The lines' own date.
        case own
    }

    var lines: FactLake
    var orders: FactLake
    var spec: OneBigTableSpec
    var copiedRows = OneBigTableOptions().copiedRows

    static let kindSchema = Schema([
        Field("number", .long), Field("label", .string), Field("valid_from", .timestamp),
        Field("valid_to", .timestamp),
    ])

    init(_ date: Date, grain: PartitionGrain = .month, isAsOf: Bool = false) throws {
        lines = try FactLake()
        lines.rowGroupRows = 1 << 20
        orders = lines.other("orders", key: ["customer_code"])
        spec = OneBigTableSpec(name: "wide", fact: "sales")
        spec.grain = grain
        switch date {
        case .none: lines.spec.date = nil
        case .header:
            lines.spec.date = nil
            spec.date = "orders_order_date"
        case .headerOfDated: spec.date = "orders_order_date"
        case .own: break
        }
        var header = JoinSpec(dimension: "orders")
        header.isFact = true
        header.on = [.init(fact: "customer_code", key: "customer_code")]
        header.columns = ["order_date", "id"]
        var kind = JoinSpec(dimension: "kind")
        kind.on = [.init(fact: "orders_id", key: "number")]
        kind.columns = ["label"]
        kind.isAsOf = isAsOf && date != .none
        spec.joins = [header, kind]
    }

    /// The dimension, anew: number → labels, each valid for a month from day 20,000 on.
    func write(_ kinds: [Int64: [String]]) throws {
        let table = DeltaTable(storage: lines.storage, path: "silver/kind")
        let snapshot = try table.snapshot()
        var transaction = Transaction(table, reading: snapshot)
        if snapshot == nil { try transaction.create(schema: HeaderLake.kindSchema) }
        for file in snapshot?.files ?? [] { transaction.remove(file) }
        let rows = kinds.sorted { $0.key < $1.key }.flatMap { number, labels in
            labels.enumerated().map { (number, $1, $0, $0 + 1 == labels.count) }
        }
        let from = rows.map { (20_000 + Int64($0.2) * 30) * GoldLake.day }
        let columns = [
            Column(.long, storage: .int64(rows.map(\.0))),
            Column(.string, storage: .bytes(ByteVector(rows.map(\.1)))),
            Column(.timestamp, storage: .int64(from)),
            Column(
                .timestamp, storage: .int64(from.map { $0 + 30 * GoldLake.day }),
                validity: Bitmap(rows.map { !$0.3 })),
        ]
        let writer = try DataFileWriter(table: table, schema: HeaderLake.kindSchema)
        try writer.write(RecordBatch(schema: HeaderLake.kindSchema, columns: columns))
        try writer.finish()
        transaction.add(try writer.publish())
        _ = try transaction.commit(operation: "MERGE")
    }

    func table() throws -> OneBigTable {
        try OneBigTable(spec, fact: lines.spec, storage: lines.storage)
    }

    @discardableResult
    func build(rebuild: Bool = false) throws -> OneBigTableReport {
        let table = try table()
        var options = OneBigTableOptions()
        options.copiedRows = copiedRows
        let plan = try OneBigTablePlan(table, today: 20_100, rebuild: rebuild)
        let change = try OneBigTableChange(table, plan, options: options)
        if let outcome = try change.commit() { #expect(outcome.version != nil) }
        #expect(change.report.rowsAfter == table.fact.rowCount)
        return change.report
    }

    /// The rows by name of columns, as texts, sorted.
    func rows(_ columns: [String]? = nil) throws -> [String] {
        guard let snapshot = try table().snapshot else { return [] }
        let scan = try DeltaScan(snapshot, columns: columns)
        var rows: [String] = []
        while let batch = try scan.next() {
            for row in 0..<batch.count {
                let values = batch.columns.map { $0.isNull(row) ? "-" : $0.text(row) }
                rows.append(values.joined(separator: "|"))
            }
        }
        return rows.sorted()
    }
}
