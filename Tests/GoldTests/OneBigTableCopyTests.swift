import Columnar
import Delta
@testable import EntityTestSupport
@testable import Facts
import Foundation
@testable import Gold
import JSON
import LakeTestSupport
import Parquet
@testable import Pipeline
import Testing

/// Periods of one partition take the fact's column chunks over as they are stored.
@Suite("A One Big Table made of the fact's own column chunks")
struct OneBigTableCopyTests {
    private func sample(factGrain: PartitionGrain = .month) throws -> GoldLake {
        var gold = try GoldLake(factGrain: factGrain)
        gold.lake.rowGroupRows = WriterOptions().rowGroupRows
        try gold.write(
            (0..<40).map {
                CustomerRow(
                    code: "c\($0)", segment: $0 % 7 == 0 ? nil : "s\($0 % 5)", limit: $0, from: 0)
            })
        return gold
    }

    private func events(_ ids: Range<Int64>, day: Int32 = 20_000, version: Int64 = 0) -> [SaleEvent]
    {
        ids.map { id in
            SaleEvent(
                id: id, sequence: 1, day: day + Int32(id % 3),
                customer: id % 11 == 0 ? nil : "c\(id % 43)", amount: id * 7, version: version,
                row: id - ids.lowerBound)
        }
    }

    private func readers(_ table: DeltaTable) throws -> [FileReader] {
        let snapshot = try #require(try table.snapshot())
        return try snapshot.files.map { try table.reader(of: $0) }
    }

    @Test("the chunks are the fact's, the rows are what decoding and writing anew gives")
    func sameChunks() throws {
        var gold = try sample()
        try gold.lake.run(events(0..<5000))
        let report = try gold.build()
        #expect(report.missingMembers == ["customer": try missing(gold)])
        let fact = try #require(try readers(try gold.lake.table().table).first)
        let wide = try #require(try readers(try gold.table().table).first)
        #expect(wide.rowGroups.map(\.rowCount) == fact.rowGroups.map(\.rowCount))
        for chunk in fact.rowGroups[0].columns {
            let copy = try #require(wide.rowGroups[0].columns.first { $0.path == chunk.path })
            #expect(copy.compressedSizeBytes == chunk.compressedSizeBytes)
            #expect(copy.minimum == chunk.minimum && copy.maximum == chunk.maximum)
        }
        let rows = try gold.rows()
        // By day the rows of a month are spread over partitions, so that they are all written anew.
        gold.spec.name = "spread"
        gold.spec.grain = .day
        try gold.build()
        #expect(
            try gold.rows().map { $0.split(separator: "|").filter { $0 != "2024-10-01" } }
                == rows.map { $0.split(separator: "|").filter { $0 != "2024-10-01" } })
    }

    /// Facts whose customer is NULL or not one of the forty.
    private func missing(_ gold: GoldLake) throws -> Int {
        events(0..<5000).count {
            $0.customer == nil || Int($0.customer?.dropFirst() ?? "") ?? 0 >= 40
        }
    }

    @Test("small row groups are put together, large ones stay as they are")
    func smallGroups() throws {
        var gold = try sample()
        gold.copiedRows = 1000
        var expected = 0
        for (version, ids) in [0..<3000, 3000..<3400, 3400..<3500, 3500..<5000].enumerated() {
            try gold.lake.run(
                events(Int64(ids.lowerBound)..<Int64(ids.upperBound), version: Int64(version)),
                consumed: Int64(version - 1))
            expected += ids.count
        }
        let files = try readers(try gold.lake.table().table)
        #expect(files.count == 4)
        let report = try gold.build()
        let wide = try readers(try gold.table().table)
        #expect(wide.count == 1 && report.rowsAfter == 5000)
        #expect(wide[0].rowGroups.map(\.rowCount).sorted() == [500, 1500, 3000])
        var other = gold
        other.spec.name = "anew"
        other.copiedRows = .max
        try other.build()
        #expect(try readers(try other.table().table)[0].rowGroups.map(\.rowCount) == [5000])
        #expect(try other.rows() == gold.rows())
    }

    @Test("facts by day become one file a month, with the date from the log")
    func finerFact() throws {
        var gold = try sample(factGrain: .day)
        gold.copiedRows = 1
        try gold.lake.run(events(0..<600))
        try gold.build()
        #expect(try readers(try gold.table().table).map(\.rowCount) == [600])
        var other = gold
        other.spec.name = "anew"
        other.copiedRows = .max
        try other.build()
        #expect(try other.rows() == gold.rows())
    }

    @Test("files that lack a column of the fact are read and written anew")
    func missingColumn() throws {
        let gold = try sample()
        try gold.lake.run(events(0..<100))
        let table = try gold.lake.table().table
        var transaction = Transaction(table, reading: try table.snapshot())
        let snapshot = try #require(try table.snapshot())
        try transaction.updateMetadata(
            schema: Schema(snapshot.schema.fields + [Field("channel", .string)]))
        _ = try transaction.commit(operation: "CHANGE")
        try gold.build()
        let built = try #require(try gold.table().snapshot)
        let scan = try DeltaScan(built, columns: ["channel", "id"])
        var rows = 0
        while let batch = try scan.next() {
            rows += batch.count
            #expect(batch.columns[0].nullCount == batch.count)
        }
        #expect(rows == 100)
    }

    @Test("other readers find checksums, statistics and page indexes of copied chunks in order")
    func readers() throws {
        var gold = try sample()
        gold.copiedRows = 1
        try gold.lake.run(events(0..<30_000))
        try gold.lake.run(events(30_000..<45_000, version: 1), consumed: 0)
        try gold.build()
        let check = try StoredCheck(
            gold.lake.folder.path + "/gold/wide/*/*.parquet", ids: [29_999, 44_999])
        #expect(check.rows == 45_000 && check.found == 2)
        #expect(check.faults == [])
    }
}
