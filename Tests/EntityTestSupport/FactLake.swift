import Columnar
import Delta
@testable import Events
@testable import Facts
@testable import Lake
import LakeTestSupport
import Parquet
@testable import Pipeline
import Storage
import Testing

/// One event of the sample fact, as a test writes it.
struct SaleEvent: Hashable, Sendable {
    var id: Int64
    var sequence: Int64
    var day: Int32? = 20_000
    var customer: String? = "c1"
    var amount: Int64 = 100
    var isDelete = false
    /// Its Delta version in bronze.
    var version: Int64 = 0
    /// Its row in the version's file.
    var row: Int64 = 0
}

/// A row of the sample fact.
struct SaleRow: Hashable, Sendable, Comparable, CustomStringConvertible {
    var id: Int64
    var sequence: Int64
    var day: Int32
    var customer: String?
    var amount: Int64

    static func < (left: SaleRow, right: SaleRow) -> Bool {
        (left.id, left.sequence) < (right.id, right.sequence)
    }

    var description: String { "\(id)@\(sequence) \(day) \(customer ?? "-") \(amount)" }
}

/// A lake with the fact `sales` in a temporary folder.
struct FactLake {
    let folder: TemporaryFolder
    let storage: any LakeStorage
    var spec: FactSpec
    var threads = 0
    /// Small enough that changes of one row group leave others alone.
    var rowGroupRows = 10
    /// The program that silver's files are said to be of.
    var createdBy = WriterOptions().createdBy
    /// Overrides from how many rows on a row group is taken over or patched.
    var copiedRows: Int?

    static let schema = Schema([
        Field("id", .long), Field("order_date", .date), Field("customer_code", .string),
        Field("amount", .decimal(precision: 12, scale: 2)), Field("seq", .long),
    ])

    init(grain: PartitionGrain = .month, storage: (any LakeStorage)? = nil) throws {
        folder = try TemporaryFolder()
        self.storage = storage ?? folder.storage
        spec = FactSpec(
            entity: EntitySpec(
                name: "sales", bronzePath: "bronze/s/sales", source: "s.sales", key: ["id"]),
            date: "order_date")
        spec.grain = grain
    }

    /// Another fact of the same columns in the same lake.
    func other(_ name: String, key: [String]) -> FactLake {
        var other = self
        other.spec = FactSpec(
            entity: EntitySpec(
                name: name, bronzePath: "bronze/s/\(name)", source: "s.\(name)", key: key),
            date: "order_date")
        other.spec.grain = .month
        return other
    }

    func table(isReplaced: Bool = false) throws -> FactTable {
        let silver = DeltaTable(storage: storage, path: TablePath.silver(spec.entity.name))
        return try FactTable(
            spec, cleaned: FactLake.schema, sequenceColumn: "seq", over: silver.snapshot(),
            storage: storage, isReplaced: isReplaced)
    }

    /// Batches of the events in their order; a new one where the bronze version changes or `size`
    /// is reached.
    static func batches(_ events: [SaleEvent], size: Int = 1000) -> [EventBatch] {
        var batches: [EventBatch] = []
        var rest = events[...]
        while let first = rest.first {
            var part: [SaleEvent] = []
            while let next = rest.first, next.version == first.version, part.count < size,
                part.isEmpty || next.row == first.row + Int64(part.count)
            {
                part.append(next)
                rest.removeFirst()
            }
            batches.append(batch(part))
        }
        return batches
    }

    static func batch(_ events: [SaleEvent]) -> EventBatch {
        let present = Bitmap(events.map { $0.customer != nil })
        let dates = Bitmap(events.map { $0.day != nil })
        let columns = [
            Column(.long, storage: .int64(events.map(\.id))),
            Column(.date, storage: .int32(events.map { $0.day ?? 0 }), validity: dates),
            Column(
                .string, storage: .bytes(ByteVector(events.map { $0.customer ?? "" })),
                validity: present),
            Column(
                .decimal(precision: 12, scale: 2), storage: .int64(events.map(\.amount))),
            Column(.long, storage: .int64(events.map(\.sequence))),
        ]
        return EventBatch(
            rows: RecordBatch(schema: schema, columns: columns), sequence: columns[4],
            deletes: events.contains(where: \.isDelete) ? Bitmap(events.map(\.isDelete)) : nil,
            extractedAt: events.map { _ in 1_750_000_000_000_000 }, runID: "r",
            first: BronzePosition(
                version: events[0].version, file: 0, row: events[0].row))
    }

    /// One run over `events`.
    @discardableResult
    func run(
        _ events: [SaleEvent], announced: Bool = false, mode: FactOptions.Mode = .merge,
        consumed: Int64 = -1, size: Int = 1000
    ) throws -> FactReport {
        var options = FactOptions()
        options.mode = mode
        options.isFullState = mode == .fullState
        options.consumed = consumed
        options.threads = threads
        // Pages and row groups of a few rows, so that there are some to be passed or taken over.
        options.writer.pageRows = min(20_000, rowGroupRows / 3)
        options.writer.rowGroupRows = rowGroupRows
        options.writer.createdBy = createdBy
        options.copiedRows = copiedRows ?? rowGroupRows * 6 / 10
        let merge = try FactMerge(try table(isReplaced: mode == .replace), options: options)
        let batches = FactLake.batches(events, size: size)
        if announced {
            for batch in batches {
                try merge.expect(
                    [batch.rows.columns[0]], count: batch.rows.count, rowCount: events.count)
            }
        }
        for batch in batches { try merge.add(batch) }
        let version = events.map(\.version).max() ?? consumed
        let change = try merge.prepare(transactions: ["sluice/\(spec.entity.name)/bronze": version])
        #expect(change.report.isBalanced)
        if let outcome = try change.commit() { #expect(outcome.version != nil) }
        return change.report
    }

    /// The rows of silver, sorted.
    func rows() throws -> [SaleRow] {
        guard let snapshot = try table().snapshot else { return [] }
        let scan = try DeltaScan(
            snapshot, columns: ["id", "seq", "order_date", "customer_code", "amount"])
        var rows: [SaleRow] = []
        while let batch = try scan.next() {
            guard case .int64(let ids) = batch.columns[0].storage,
                case .int64(let sequences) = batch.columns[1].storage,
                case .int32(let days) = batch.columns[2].storage,
                case .int64(let amounts) = batch.columns[4].storage
            else { continue }
            for row in 0..<batch.count {
                let customer = batch.columns[3]
                rows.append(
                    SaleRow(
                        id: ids[row], sequence: sequences[row], day: days[row],
                        customer: customer.isNull(row) ? nil : customer.text(row),
                        amount: amounts[row]))
            }
        }
        return rows.sorted()
    }

    /// What silver has to be: of each key the last event by sequence, delete and position.
    static func expected(_ events: [SaleEvent]) -> [SaleRow] {
        var last: [Int64: SaleEvent] = [:]
        for event in events {
            guard let other = last[event.id] else {
                last[event.id] = event
                continue
            }
            let order = (event.sequence, event.isDelete ? 1 : 0, event.version, event.row)
            if order > (other.sequence, other.isDelete ? 1 : 0, other.version, other.row) {
                last[event.id] = event
            }
        }
        return last.values.filter { !$0.isDelete }.map {
            SaleRow(
                id: $0.id, sequence: $0.sequence, day: $0.day ?? 0, customer: $0.customer,
                amount: $0.amount)
        }.sorted()
    }

    /// The live files' paths of the fact.
    func files() throws -> Set<String> {
        Set(try table().snapshot?.files.map(\.path) ?? [])
    }
}
