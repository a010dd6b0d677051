import Columnar
import Delta
@testable import EntityTestSupport
@testable import Facts
@testable import Keys
import Parquet
@testable import Pipeline
@testable import Tables
import Testing

@Suite("Bloom filters of a fact's key")
struct FactFilterTests {
    /// A fact of even ids in no order, so that bounds exclude nothing.
    private func lake(hasFilters: Bool = true) throws -> (FactLake, [SaleEvent]) {
        var lake = try FactLake()
        if hasFilters { lake.spec.entity.built = [DataFileWriter.bloomProperty: "always:id"] }
        let events = (0..<200).map { number in
            SaleEvent(id: Int64(number * 37 % 200) * 2, sequence: 10, row: Int64(number))
        }
        try lake.run(events)
        return (lake, events)
    }

    /// In how many row groups one of the keys may be.
    private func groups(_ lake: FactLake, _ keys: [Int64]) throws -> Int {
        let snapshot = try #require(try lake.table().snapshot)
        let column = Column(.long, storage: .int64(keys))
        let values = try #require(FactKeyValues("id", [(column, nil)]))
        var count = 0
        for file in snapshot.files {
            let reader = try snapshot.table.reader(of: file)
            for group in reader.rowGroups.indices
            where try !values.rows(of: reader, rowGroup: group).isEmpty { count += 1 }
        }
        return count
    }

    @Test("a key is looked for where it may be, and one that is nowhere is not looked for")
    func lookedFor() throws {
        let (lake, _) = try lake()
        let (plain, _) = try self.lake(hasFilters: false)
        #expect(try groups(plain, [101]) > 10)
        #expect(try (0..<20).allSatisfy { try groups(lake, [Int64($0) * 19 + 1]) <= 1 })
        #expect(try (0..<20).allSatisfy { (1...2).contains(try groups(lake, [Int64($0) * 20])) })
        #expect(try groups(lake, (0..<200).map { Int64($0) * 2 }) == 20)
    }

    @Test("merges find every row, and files that are written anew or taken over keep filters")
    func merged() throws {
        var (lake, events) = try lake()
        for (number, copied) in [4, 9, 200].enumerated() {
            lake.copiedRows = copied
            let version = Int64(number + 1)
            let night = (0..<12).map { row in
                SaleEvent(
                    id: Int64(row * 31 + number), sequence: 20 + version,
                    amount: Int64(row), isDelete: row == 7, version: version, row: Int64(row))
            }
            events += night
            try lake.run(night, consumed: version - 1)
            #expect(try lake.rows() == FactLake.expected(events))
        }
        let snapshot = try #require(try lake.table().snapshot)
        for file in snapshot.files {
            let reader = try snapshot.table.reader(of: file)
            for group in reader.rowGroups.indices {
                #expect(try reader.bloomFilter(rowGroup: group, column: "id") != nil)
                #expect(try reader.bloomFilter(rowGroup: group, column: "amount") == nil)
            }
        }
    }

    @Test("keys that compare by a collation, and tables that ask for none, have no filters")
    func without() throws {
        var entity = EntitySpec(name: "e", bronzePath: "b", source: "s.t", key: ["id", "name"])
        #expect(entity.bloomColumns(isFact: false) == nil)
        #expect(entity.bloomColumns(isFact: true) == "unordered:id,name")
        entity.hasBloomFilters = true
        #expect(entity.bloomColumns(isFact: false) == "always:id,name")
        entity.collations = ["name": try #require(Collation(binary: "utf8mb4_bin"))]
        #expect(entity.bloomColumns(isFact: true) == "always:id")
        entity.hasBloomFilters = false
        #expect(entity.bloomColumns(isFact: true) == nil)
    }
}
