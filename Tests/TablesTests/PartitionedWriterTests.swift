import Columnar
import Delta
@testable import EntityTestSupport
import LakeTestSupport
@testable import Pipeline
@testable import Tables
import Testing

@Suite("Partitions")
struct PartitionedWriterTests {
    @Test("dates fall into days, months and years, before 1970 too")
    func periods() {
        let days: [Int32] = [0, -1, 20_147, -719_162, 2_932_896]
        let wanted: [(PartitionGrain, [String])] = [
            (.day, ["1970-01-01", "1969-12-31", "2025-02-28", "0001-01-01", "9999-12-31"]),
            (.month, ["1970-01-01", "1969-12-01", "2025-02-01", "0001-01-01", "9999-12-01"]),
            (.year, ["1970-01-01", "1969-01-01", "2025-01-01", "0001-01-01", "9999-01-01"]),
        ]
        for (grain, texts) in wanted {
            let dates = DatePartition(date: "d", type: .date, grain: grain)
            let found = dates.days(Column(.date, storage: .int32(days)))
            #expect(found.map { DatePartition.text($0) } == texts)
            let times = DatePartition(date: "d", type: .timestamp, grain: grain)
            let values = days.map { Int64($0) * Timestamp.microsecondsPerDay + 86_399_999_999 }
            let column = Column(.timestamp, storage: .int64(values))
            #expect(times.days(column).map { DatePartition.text($0) } == texts)
            #expect(times.column == "d_\(grain)")
            #expect(dates.column == (grain == .day ? "d" : "d_\(grain)"))
        }
        let missing = Column(
            .date, storage: .int32([5, 6]), validity: Bitmap([true, false]))
        let day = DatePartition(date: "d", type: .date, grain: .day)
        #expect(day.days(missing) == [5, DatePartition.none])
    }

    @Test("rows of many partitions arrive whole in little memory", arguments: [0, 1, 2])
    func memory(threads: Int) throws {
        let folder = try TemporaryFolder()
        let table = DeltaTable(storage: folder.storage, path: "t")
        let schema = Schema([Field("id", .long), Field("name", .string)])
        let full = Schema(schema.fields + [Field("day", .date)])
        var layout = PartitionLayout(table: table, schema: schema, partitionColumn: "day")
        layout.memoryBytes = 400_000
        let writer = PartitionedWriter(layout, threads: threads)
        var random = SeededNumbers(3)
        var wanted: [Int64: Int32] = [:]
        for number in 0..<30 {
            let ids = (0..<2000).map { Int64(number * 2000 + $0) }
            let days = ids.map { _ in Int32.random(in: 0..<90, using: &random) }
            for (id, day) in zip(ids, days) where id % 3 != 0 { wanted[id] = day }
            // Each batch has a dictionary of its own.
            let values = DictionaryValues(
                lineage: .next(),
                values: ByteVector((0..<10).map { "n\(($0 + number) % 10)" }))
            let codes = ids.map { UInt32((Int($0) + 10 - number % 10) % 10) }
            let batch = RecordBatch(
                schema: schema,
                columns: [
                    Column(.long, storage: .int64(ids)),
                    Column(.string, storage: .dictionary(codes: codes, values: values)),
                ])
            let rows = ids.indices.filter { ids[$0] % 3 != 0 }
            try writer.write(batch, rows: rows, days: days)
        }
        var transaction = Transaction(table, reading: nil)
        try transaction.create(schema: full, partitionColumns: ["day"])
        let files = try writer.finish()
        #expect(files.count > 90 && writer.rowCount == wanted.count)
        for file in files { transaction.add(file) }
        _ = try transaction.commit(operation: "WRITE")
        let snapshot = try #require(try table.snapshot())
        let scan = try DeltaScan(snapshot)
        var count = 0
        while let batch = try scan.next() {
            guard case .int64(let ids) = batch.columns[0].storage,
                case .int32(let days) = batch.columns[2].storage
            else { continue }
            for row in 0..<batch.count {
                #expect(wanted[ids[row]] == days[row])
                #expect(batch.columns[1].text(row) == "n\(ids[row] % 10)")
            }
            count += batch.count
        }
        #expect(count == wanted.count)
    }
}
