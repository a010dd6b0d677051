import Columnar
import Delta
@testable import EntityTestSupport
import Foundation
@testable import Gold
import JSON
@testable import Lake
import LakeTestSupport
@testable import Pipeline
import Testing
@testable import Transform

@Suite("The One Big Table")
struct OneBigTableTests {
    private static let day = GoldLake.day

    private func sample(isAsOf: Bool = false) throws -> GoldLake {
        let gold = try GoldLake(isAsOf: isAsOf)
        try gold.write([
            CustomerRow(code: "c1", segment: "old", limit: 1, from: 0, to: 20_000 * Self.day),
            CustomerRow(code: "c1", segment: "new", limit: 2, from: 20_000 * Self.day),
            CustomerRow(
                code: "c2", segment: "gone", limit: nil, from: 19_000 * Self.day,
                to: 20_010 * Self.day),
        ])
        try gold.lake.run([
            SaleEvent(id: 1, sequence: 1, day: 19_999, customer: "c1", row: 0),
            SaleEvent(id: 2, sequence: 1, day: 20_000, customer: "c1", row: 1),
            SaleEvent(id: 3, sequence: 1, day: 20_050, customer: "c2", row: 2),
            SaleEvent(id: 4, sequence: 1, day: 18_000, customer: "c2", row: 3),
            SaleEvent(id: 5, sequence: 1, day: 20_000, customer: "nobody", row: 4),
            SaleEvent(id: 6, sequence: 1, day: 20_000, customer: nil, row: 5),
        ])
        return gold
    }

    /// Id and segment of every row, by id.
    private func segments(_ gold: GoldLake) throws -> [String] {
        try gold.rows().map { row in
            let values = row.split(separator: "|", omittingEmptySubsequences: false)
            return String(values[0] + values[6])
        }
    }

    @Test("S37 latest joins a member's last version, closed ones too; no member gives NULLs")
    func latest() throws {
        let gold = try sample()
        let report = try gold.build()
        #expect(try segments(gold) == ["1new", "2new", "3gone", "4gone", "5-", "6-"])
        #expect(report.missingMembers == ["customer": 2] && report.rowsAfter == 6)
        let snapshot = try #require(try gold.table().snapshot)
        #expect(
            snapshot.schema.fields.map(\.name) == [
                "id", "order_date", "customer_code", "amount", "seq", "order_date_month",
                "customer_segment", "customer_credit_limit",
            ])
    }

    @Test("S36 as_of joins the version at the fact's date: bounds, before the first, in a gap")
    func asOf() throws {
        let gold = try sample(isAsOf: true)
        let report = try gold.build()
        #expect(try segments(gold) == ["1old", "2new", "3-", "4gone", "5-", "6-"])
        #expect(report.missingMembers == ["customer": 3])
        #expect(report.earlyFacts == ["customer": 1])
    }

    @Test("many versions of a member never make more rows", arguments: [false, true])
    func fanOut(isAsOf: Bool) throws {
        let gold = try GoldLake(isAsOf: isAsOf)
        try gold.write(
            (0..<50).map { CustomerRow(code: "c1", segment: "s\($0)", limit: 1, from: $0) })
        try gold.lake.run(
            (0..<200).map { SaleEvent(id: $0, sequence: 1, customer: "c1", row: $0) })
        let report = try gold.build()
        #expect(report.rowsAfter == 200 && report.rowsBuilt == 200)
        #expect(Set(try segments(gold).map { $0.suffix(3) }) == ["s49"])
    }

    @Test("an unchanged run writes no file and no version")
    func unchanged() throws {
        let gold = try sample()
        try gold.build()
        let files = gold.lake.folder.files()
        let report = try gold.build()
        #expect(report.filesAdded == 0 && report.fullBuildReason == nil)
        #expect(gold.lake.folder.files() == files)
    }

    @Test("only the periods of changed facts and changed members are built again")
    func onlyTouched() throws {
        let gold = try sample()
        try gold.build()
        let before = try gold.files()
        try gold.lake.run(
            [SaleEvent(id: 3, sequence: 2, day: 20_051, customer: "c2", version: 1)], consumed: 0)
        let facts = try gold.build()
        #expect(facts.builtPartitions == ["2024-11-01"])
        #expect(before.intersection(try gold.files()).count == before.count - 1)
        try gold.write([
            CustomerRow(code: "c1", segment: "old", limit: 1, from: 0, to: 20_000 * Self.day),
            CustomerRow(code: "c1", segment: "new", limit: 2, from: 20_000 * Self.day),
            CustomerRow(code: "c2", segment: "back", limit: 3, from: 19_000 * Self.day),
        ])
        let members = try gold.build()
        #expect(members.builtPartitions == ["2019-04-01", "2024-11-01"])
        #expect(try segments(gold) == ["1new", "2new", "3back", "4back", "5-", "6-"])
    }

    @Test("restate decides which old periods follow a changed member; the others are listed")
    func restate() throws {
        let cases: [(OneBigTableSpec.Restate, [String], [String])] = [
            (.touched, ["2019-04-01", "2024-11-01"], []),
            (.never, [], ["2019-04-01", "2024-11-01"]),
            (.window(days: 60), ["2024-11-01"], ["2019-04-01"]),
            (.all, ["2019-04-01", "2024-10-01", "2024-11-01"], []),
        ]
        for (restate, built, stale) in cases {
            var gold = try sample()
            gold.spec.restate = restate
            try gold.build()
            try gold.write([
                CustomerRow(code: "c1", segment: "old", limit: 1, from: 0, to: 20_000 * Self.day),
                CustomerRow(code: "c1", segment: "new", limit: 2, from: 20_000 * Self.day),
                CustomerRow(code: "c2", segment: "back", limit: 3, from: 19_000 * Self.day),
            ])
            let report = try gold.build(today: 20_070)
            #expect(report.builtPartitions == built, "\(restate)")
            #expect(report.stalePartitions == stale, "\(restate)")
            #expect(try gold.build().builtPartitions == [])
        }
    }

    @Test("what was left stale is remembered, listed and built once restate allows it")
    func staleIsRemembered() throws {
        var gold = try sample()
        gold.spec.restate = .never
        try gold.build()
        try gold.write([
            CustomerRow(code: "c1", segment: "old", limit: 1, from: 0, to: 20_000 * Self.day),
            CustomerRow(code: "c1", segment: "new", limit: 2, from: 20_000 * Self.day),
            CustomerRow(code: "c2", segment: "back", limit: 3, from: 19_000 * Self.day),
        ])
        let periods = ["2019-04-01", "2024-11-01"]
        #expect(try gold.build().stalePartitions == periods)
        #expect(try gold.build().stalePartitions == periods)
        // A period that is built for its facts is no longer stale.
        try gold.lake.run(
            [SaleEvent(id: 3, sequence: 2, day: 20_051, customer: "c2", version: 1)], consumed: 0)
        #expect(try gold.build().stalePartitions == ["2019-04-01"])
        gold.spec.restate = .touched
        let report = try gold.build()
        #expect(report.builtPartitions == ["2019-04-01"] && report.stalePartitions == [])
        #expect(try segments(gold) == ["1new", "2new", "3back", "4back", "5-", "6-"])
        #expect(try gold.build().builtPartitions == [])
    }

    @Test("a change of columns that are not joined builds nothing")
    func unjoinedColumns() throws {
        var gold = try sample()
        gold.spec.joins[0].columns = ["credit_limit"]
        try gold.build()
        try gold.write([
            CustomerRow(code: "c1", segment: "x", limit: 1, from: 0, to: 20_000 * Self.day),
            CustomerRow(code: "c1", segment: "y", limit: 2, from: 20_000 * Self.day),
            CustomerRow(
                code: "c2", segment: "z", limit: nil, from: 19_000 * Self.day,
                to: 20_010 * Self.day),
        ])
        let report = try gold.build()
        #expect(report.builtPartitions == [] && report.filesAdded == 0)
    }

    @Test("S37 is_deleted may be joined as any column, and tells of members that are gone")
    func deletedFlag() throws {
        var gold = try GoldLake()
        gold.spec.joins[0].columns = ["is_deleted"]
        try gold.write([
            CustomerRow(code: "c1", segment: "a", limit: 1, from: 0),
            CustomerRow(code: "c2", segment: "b", limit: 1, from: 0, to: 5, isDeleted: true),
        ])
        try gold.lake.run([
            SaleEvent(id: 1, sequence: 1, customer: "c1", row: 0),
            SaleEvent(id: 2, sequence: 1, customer: "c2", row: 1),
            SaleEvent(id: 3, sequence: 1, customer: "c3", row: 2),
        ])
        try gold.build()
        #expect(try gold.rows().map { String($0.suffix(5)) } == ["false", "|true", "-01|-"])
    }

    @Test("S38 a member that comes after its facts fills their columns in")
    func lateMember() throws {
        let gold = try sample()
        #expect(try gold.build().missingMembers == ["customer": 2])
        try gold.write([
            CustomerRow(code: "c1", segment: "old", limit: 1, from: 0, to: 20_000 * Self.day),
            CustomerRow(code: "c1", segment: "new", limit: 2, from: 20_000 * Self.day),
            CustomerRow(
                code: "c2", segment: "gone", limit: nil, from: 19_000 * Self.day,
                to: 20_010 * Self.day),
            CustomerRow(code: "nobody", segment: "here", limit: 9, from: 20_060 * Self.day),
        ])
        let report = try gold.build()
        #expect(report.builtPartitions == ["2024-10-01"])
        #expect(try segments(gold) == ["1new", "2new", "3gone", "4gone", "5here", "6-"])
    }

    @Test("changed joins build the whole table")
    func changedJoins() throws {
        var gold = try sample()
        try gold.build()
        gold.spec.joins[0].columns = ["segment"]
        let report = try gold.build()
        #expect(report.fullBuildReason == "its columns changed" && report.rowsAfter == 6)
        gold.spec.joins[0].isAsOf = true
        #expect(try gold.build().fullBuildReason == "its joins changed")
        #expect(try segments(gold) == ["1old", "2new", "3-", "4gone", "5-", "6-"])
    }

    @Test("another partition builds the whole table in one commit")
    func changedPartition() throws {
        var gold = try sample()
        try gold.build()
        gold.spec.grain = gold.spec.grain == .year ? .month : .year
        let report = try gold.build()
        #expect(report.fullBuildReason == "its partitions changed" && report.rowsAfter == 6)
        #expect(try gold.build().builtPartitions == [])
    }

    @Test("a column or a dimension that is not there is named")
    func refusals() throws {
        var gold = try sample()
        gold.spec.joins[0].columns = ["sgement"]
        #expect {
            _ = try gold.table()
        } throws: { error in
            (error as? LakeError)?.message.contains("sgement") == true
        }
        gold.spec.joins[0] = JoinSpec(dimension: "nowhere")
        #expect {
            _ = try gold.table()
        } throws: { error in
            (error as? LakeError)?.message.contains("nowhere") == true
        }
    }

    @Test("the receipt finds a row or a value that differs")
    func receipt() throws {
        let gold = try sample()
        try gold.build()
        let table = try gold.table()
        let wide = try #require(table.snapshot)
        var receipt = sales(
            6, table.fact)
        try receipt.compare(fact: table.fact, gold: wide, gold.spec)
        #expect(receipt.isBalanced && receipt.gold == 6, "\(receipt.differences)")
        try gold.lake.run([SaleEvent(id: 1, sequence: 2, amount: 101, version: 1)], consumed: 0)
        var late = try sales(
            7, gold.table().fact)
        try late.compare(fact: try gold.table().fact, gold: wide, gold.spec)
        #expect(late.differences.count == 2)
        #expect(late.differences.contains { $0.contains("6.01 in silver and 6.00 in gold") })
        let wrong = try sales(
            8, gold.table().fact)
        #expect(wrong.differences.count == 1)
    }

    private func sales(_ bronze: Int64, _ fact: Snapshot) -> Reconciliation {
        let totals = SilverTotals(fact: "sales", transactions: fact.transactions)
        return Reconciliation(
            table: "sales", bronze: bronze, silver: fact.rowCount ?? -1, totals, quarantined: 0,
            overtaken: 0)
    }
}
