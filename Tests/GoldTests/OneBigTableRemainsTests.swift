import Columnar
import Delta
@testable import EntityTestSupport
@testable import Facts
@testable import Gold
import LakeTestSupport
import Parquet
@testable import Pipeline
import Storage
import Testing

/// Joined columns are kept of row groups in which no key and no member changed.
@Suite("A One Big Table built again keeps joined columns")
struct OneBigTableRemainsTests {
    private static let members = (0..<40).map {
        CustomerRow(code: "c\($0)", segment: "s\($0 % 5)", limit: Int64($0), from: 0)
    }

    private func sample(isAsOf: Bool = false) throws -> GoldLake {
        var gold = try GoldLake(isAsOf: isAsOf)
        gold.lake.rowGroupRows = 300
        gold.copiedRows = 100
        try gold.write(OneBigTableRemainsTests.members)
        try gold.lake.run(events(0..<600))
        try gold.build()
        return gold
    }

    private func events(
        _ ids: Range<Int64>, sequence: Int64 = 1, version: Int64 = 0,
        change: (inout SaleEvent) -> Void = { _ in }
    ) -> [SaleEvent] {
        ids.map { id in
            var event = SaleEvent(
                id: id, sequence: sequence, day: 20_000, customer: "c\(id % 43)", amount: id,
                version: version, row: id - ids.lowerBound)
            change(&event)
            return event
        }
    }

    /// The rows that building the whole table anew gives.
    private func anew(_ gold: GoldLake) throws -> [String] {
        var other = gold
        other.spec.name = "anew"
        try other.build(rebuild: true)
        return try other.rows()
    }

    /// How many row groups of the fact could keep the joined columns of the table as it is.
    private func kept(_ gold: GoldLake) throws -> Int {
        let table = try gold.table()
        let plan = try OneBigTablePlan(table, today: 20_100)
        let dates: Set<String> = gold.spec.joins[0].isAsOf ? ["order_date"] : []
        var count = 0
        for unit in plan.units {
            let old = OneBigTableRemains(
                table, plan.current.contains(unit) ? unit : nil,
                keys: dates.union(["customer_code"]), joined: ["segment", "credit_limit"])
            for file in table.fact.files {
                let reader = try table.fact.table.reader(of: file)
                count += reader.rowGroups.indices.count {
                    old.columns(for: reader, rowGroup: $0) != nil
                }
            }
        }
        return count
    }

    @Test("where only a measure changed", arguments: [false, true])
    func measure(isAsOf: Bool) throws {
        let gold = try sample(isAsOf: isAsOf)
        let before = try gold.build().missingMembers
        #expect(before == ["customer": 0])
        let all = try gold.lake.run(
            events(0..<600, sequence: 2, version: 1) { $0.amount += 1 }, consumed: 0)
        #expect(all.updated == 600)
        #expect(try kept(gold) == 2)
        let report = try gold.build()
        #expect(report.rowsBuilt == 600)
        #expect(report.missingMembers == ["customer": events(0..<600).count { $0.id % 43 >= 40 }])
        #expect(try gold.rows() == anew(gold))
    }

    @Test("not where a key changed")
    func key() throws {
        let gold = try sample()
        try gold.lake.run(
            events(10..<12, sequence: 2, version: 1) { $0.customer = "c39" }, consumed: 0)
        #expect(try kept(gold) == 1)
        try gold.build()
        #expect(try gold.rows() == anew(gold))
    }

    @Test("as of the fact's date not where the date changed")
    func date() throws {
        let gold = try sample(isAsOf: true)
        try gold.lake.run(
            events(10..<12, sequence: 2, version: 1) { $0.day = 20_003 }, consumed: 0)
        #expect(try kept(gold) == 1)
        try gold.build()
        #expect(try gold.rows() == anew(gold))
        let latest = try sample()
        try latest.lake.run(
            events(10..<12, sequence: 2, version: 1) { $0.day = 20_003 }, consumed: 0)
        #expect(try kept(latest) == 2)
        try latest.build()
        #expect(try latest.rows() == anew(latest))
    }

    @Test("not where a member of theirs changed, came or was left stale before")
    func members() throws {
        var gold = try sample()
        var rows = OneBigTableRemainsTests.members
        rows[3].segment = "changed"
        try gold.write(rows)
        try gold.lake.run(
            events(10..<12, sequence: 2, version: 1) { $0.amount = 1 }, consumed: 0)
        #expect(try kept(gold) == 0)
        try gold.build()
        #expect(try gold.rows() == anew(gold))

        // A member that no fact has changes nothing here.
        rows.append(CustomerRow(code: "c99", segment: "far", limit: 1, from: 0))
        try gold.write(rows)
        try gold.lake.run(
            events(10..<12, sequence: 3, version: 2) { $0.amount = 2 }, consumed: 1)
        #expect(try kept(gold) == 2)
        // One that some facts lacked does.
        rows.append(CustomerRow(code: "c41", segment: "late", limit: 1, from: 0))
        try gold.write(rows)
        #expect(try kept(gold) == 0)
        try gold.build()
        #expect(try gold.rows() == anew(gold))

        gold.spec.restate = .never
        rows[5].segment = "stale"
        try gold.write(rows)
        #expect(try gold.build().stalePartitions == ["2024-10-01"])
        try gold.lake.run(
            events(10..<12, sequence: 4, version: 3) { $0.amount = 3 }, consumed: 2)
        #expect(try kept(gold) == 0)
        try gold.build()
        #expect(try gold.rows() == anew(gold))
    }

    @Test("not of files that are damaged or gone: the rows are made anew")
    func damage() throws {
        let gold = try sample()
        let snapshot = try #require(try gold.table().snapshot)
        try gold.lake.storage.delete(
            try snapshot.table.dataFile(try #require(snapshot.files.first).path))
        try gold.lake.run(
            events(10..<12, sequence: 2, version: 1) { $0.amount = 1 }, consumed: 0)
        #expect(try kept(gold) == 0)
        try gold.build()
        #expect(try gold.rows() == anew(gold))
    }
}
