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

@Suite("A fact as a member of a One Big Table")
struct HeaderTests {
    private func sample(_ date: HeaderLake.Date, isAsOf: Bool = false) throws -> HeaderLake {
        let lake = try HeaderLake(date, isAsOf: isAsOf)
        try lake.write([7: ["early", "late"], 8: ["other"]])
        try lake.orders.run([
            SaleEvent(id: 7, sequence: 1, day: 20_005, customer: "o1", row: 0),
            SaleEvent(id: 8, sequence: 1, day: 20_040, customer: "o2", row: 1),
        ])
        try lake.lines.run([
            SaleEvent(id: 1, sequence: 1, customer: "o1", row: 0),
            SaleEvent(id: 2, sequence: 1, customer: "o1", row: 1),
            SaleEvent(id: 3, sequence: 1, customer: "o2", row: 2),
            SaleEvent(id: 4, sequence: 1, customer: "lost", row: 3),
            SaleEvent(id: 5, sequence: 1, customer: nil, row: 4),
        ])
        return lake
    }

    static let shown = ["id", "orders_order_date", "kind_label"]

    @Test("lines show their header's columns, and what those are joined with")
    func joins() throws {
        let lake = try sample(.header)
        let report = try lake.build()
        #expect(
            try lake.rows(HeaderTests.shown) == [
                "1|2024-10-09|late", "2|2024-10-09|late", "3|2024-11-13|other", "4|-|-", "5|-|-",
            ])
        #expect(report.missingMembers == ["orders": 2, "kind": 2])
        #expect(report.builtPartitions == ["all"])
        let snapshot = try #require(try lake.table().snapshot)
        #expect(snapshot.partitionColumns == ["orders_order_date_month"])
        #expect(
            snapshot.schema.fields.map(\.name) == [
                "id", "order_date", "customer_code", "amount", "seq", "orders_order_date",
                "orders_id", "kind_label", "orders_order_date_month",
            ])
        let values = snapshot.files.map { $0.partitionValues["orders_order_date_month"] ?? nil }
        #expect(Set(values) == ["2024-10-01", "2024-11-01", nil])
    }

    @Test("a version as of a date is that of the joined date where the fact has none")
    func asOfJoinedDate() throws {
        let lake = try sample(.header, isAsOf: true)
        let report = try lake.build()
        #expect(
            try lake.rows(["id", "kind_label"]).prefix(3) == ["1|early", "2|early", "3|other"])
        #expect(report.missingMembers["kind"] == 2)
    }

    @Test("a joined timestamp partitions by a day, month or year beside it")
    func joinedTime() throws {
        let expected: [(PartitionGrain, String, String)] = [
            (.day, "kind_valid_from_day", "2024-11-03"),
            (.month, "kind_valid_from_month", "2024-11-01"),
            (.year, "kind_valid_from_year", "2024-01-01"),
        ]
        for (grain, column, day) in expected {
            var lake = try sample(.header)
            lake.spec.grain = grain
            lake.spec.joins[1].columns = ["valid_from"]
            lake.spec.date = "kind_valid_from"
            try lake.build()
            #expect(try lake.table().snapshot?.partitionColumns == [column])
            #expect(try lake.rows(["id", column]).first == "1|\(day)")
        }
    }

    @Test("a header that moves, comes or goes is followed", arguments: HeaderLake.Date.allCases)
    func follows(date: HeaderLake.Date) throws {
        let lake = try sample(date)
        try lake.build()
        let files = lake.lines.folder.files()
        #expect(try lake.build().filesAdded == 0)
        #expect(lake.lines.folder.files() == files)
        try lake.orders.run(
            [
                SaleEvent(id: 7, sequence: 2, day: 20_100, customer: "o1", version: 1, row: 0),
                SaleEvent(id: 8, sequence: 1, day: 20_040, customer: "lost", version: 1, row: 1),
                SaleEvent(
                    id: 8, sequence: 2, day: 20_040, customer: "o2", isDelete: true, version: 1,
                    row: 2),
            ], consumed: 0)
        let report = try lake.build()
        #expect(report.fullBuildReason == nil && report.rowsAfter == 5)
        #expect(
            try lake.rows(HeaderTests.shown) == [
                "1|2025-01-12|late", "2|2025-01-12|late", "3|-|-", "4|2024-11-13|other", "5|-|-",
            ])
        // What a line does not show is no reason to build anything.
        try lake.orders.run(
            [
                SaleEvent(
                    id: 7, sequence: 3, day: 20_100, customer: "o1", amount: 9, version: 2)
            ], consumed: 1)
        #expect(try lake.build().filesAdded == 0)
        try lake.write([7: ["renamed"], 8: ["other"]])
        try lake.build()
        #expect(try lake.rows(["id", "kind_label"]).prefix(2) == ["1|renamed", "2|renamed"])
    }

    @Test("only the periods that hold lines of a changed header are built, where lines have dates")
    func onlyReached() throws {
        let lake = try HeaderLake(.own)
        var spec = lake.spec
        spec.joins.removeLast()
        var gold = lake
        gold.spec = spec
        try gold.write([7: ["x"]])
        try gold.orders.run([
            SaleEvent(id: 7, sequence: 1, customer: "o1", row: 0),
            SaleEvent(id: 8, sequence: 1, customer: "o2", row: 1),
        ])
        try gold.lines.run([
            SaleEvent(id: 1, sequence: 1, day: 20_000, customer: "o1", row: 0),
            SaleEvent(id: 2, sequence: 1, day: 20_100, customer: "o2", row: 1),
        ])
        try gold.build()
        try gold.orders.run(
            [SaleEvent(id: 9, sequence: 2, customer: "o2", version: 1)], consumed: 0)
        #expect(try gold.build().builtPartitions == ["2025-01-01"])
        #expect(try gold.rows(["id", "orders_id"]) == ["1|7", "2|9"])
    }

    @Test("of a table that is spread by a joined date only partitions are written that change")
    func onlyChanged() throws {
        let lake = try sample(.header)
        try lake.build()
        let column = "orders_order_date_month"
        func files() throws -> [String?: String] {
            let files = try lake.table().snapshot?.files ?? []
            return Dictionary(
                uniqueKeysWithValues: files.map { ($0.partitionValues[column] ?? nil, $0.path) })
        }
        let before = try files()
        // A header moves: one partition goes, one comes; the others stay as they are.
        try lake.orders.run(
            [SaleEvent(id: 7, sequence: 2, day: 20_100, customer: "o1", version: 1)], consumed: 0)
        let moved = try lake.build()
        #expect(moved.filesAdded == 1 && moved.filesRemoved == 1 && moved.rowsBuilt == 2)
        #expect(moved.missingMembers == ["orders": 2, "kind": 2])
        let after = try files()
        #expect(Set(after.keys) == ["2025-01-01", "2024-11-01", nil])
        #expect(after["2024-11-01"] == before["2024-11-01"] && after[nil] == before[nil])
        // A line goes and another takes its place: as many rows, and not the same.
        try lake.lines.run(
            [
                SaleEvent(id: 3, sequence: 2, customer: "o2", isDelete: true, version: 1, row: 0),
                SaleEvent(id: 9, sequence: 1, customer: "o2", version: 1, row: 1),
            ], consumed: 0)
        #expect(try lake.build().rowsBuilt == 1)
        let last = try files()
        #expect(last["2024-11-01"] != after["2024-11-01"] && last[nil] == after[nil])
        // What does not say its sum is written.
        let table = try lake.table()
        let snapshot = try #require(table.snapshot)
        var transaction = Transaction(table.table, reading: snapshot)
        for var file in snapshot.files {
            file.tags = [:]
            file.dataChange = false
            transaction.add(file)
        }
        _ = try transaction.commit(operation: "OPTIMIZE")
        try lake.lines.run(
            [SaleEvent(id: 10, sequence: 1, customer: "o2", version: 2)], consumed: 1)
        #expect(try lake.build().rowsBuilt == 6)
    }

    @Test("restate: never leaves old lines as they are, said, until the fact changes")
    func never() throws {
        var lake = try sample(.header)
        lake.spec.restate = .never
        try lake.build()
        try lake.orders.run(
            [SaleEvent(id: 7, sequence: 2, day: 20_100, customer: "o1", version: 1)], consumed: 0)
        #expect(try lake.build().stalePartitions == ["all"])
        #expect(try lake.rows(HeaderTests.shown).first == "1|2024-10-09|late")
        #expect(try lake.build().stalePartitions == ["all"])
        try lake.lines.run(
            [SaleEvent(id: 6, sequence: 2, customer: "o1", version: 1)], consumed: 0)
        #expect(try lake.build().stalePartitions == [])
        #expect(try lake.rows(HeaderTests.shown).first == "1|2025-01-12|late")
    }

    @Test("a date that is nowhere, no date, or asked for too early is a slip of the configuration")
    func badDates() throws {
        var lake = try sample(.header)
        lake.spec.date = "orders_order_dat"
        expect(throws: "Did you mean 'orders_order_date'?") { _ = try lake.table() }
        lake.spec.date = "orders_id"
        expect(throws: "'orders_id' is a long") { _ = try lake.table() }
        lake.spec.date = "orders_order_date"
        lake.spec.joins[1].isAsOf = true
        lake.spec.joins[1].on = [.init(fact: "seq", key: "number")]
        _ = try lake.table()
        lake.spec.joins.swapAt(0, 1)
        expect(throws: "Write the join that gives the date first.") { _ = try lake.table() }
        lake.spec.date = nil
        expect(throws: "Give the table a 'date'") { _ = try lake.table() }
    }

    @Test("columns that are left out are joined by all the same, and not compared by the receipt")
    func leftOut() throws {
        for date in HeaderLake.Date.allCases {
            var lake = try sample(date)
            lake.copiedRows = 1
            let all = try lake.table().schema.fields.map(\.name)
            lake.spec.columns = .allBut(["customer_code", "amount"])
            try lake.build()
            let snapshot = try #require(try lake.table().snapshot)
            #expect(
                snapshot.schema.fields.map(\.name)
                    == all.filter { !["customer_code", "amount"].contains($0) })
            #expect(try lake.rows(HeaderTests.shown).first == "1|2024-10-09|late")
            var receipt = Reconciliation(
                table: "sales", bronze: 5, silver: 5, quarantined: 0, superseded: 0,
                duplicates: 0, deleted: 0)
            try receipt.compare(fact: try lake.table().fact, gold: snapshot, lake.spec)
            #expect(receipt.isBalanced)
            // What is kept of old rows is looked for by the keys, which they do not have.
            try lake.lines.run(
                [SaleEvent(id: 1, sequence: 2, customer: "o2", version: 1)], consumed: 0)
            try lake.build()
            #expect(try lake.rows(HeaderTests.shown).first == "1|2024-11-13|other")
        }
    }

    @Test("columns that are asked for alone, unknown ones, and the date")
    func chosen() throws {
        var lake = try sample(.own)
        lake.spec.columns = .only(["id", "order_date"])
        try lake.build()
        #expect(
            try lake.table().snapshot?.schema.fields.map(\.name) == [
                "id", "order_date", "order_date_month", "orders_order_date", "orders_id",
                "kind_label",
            ])
        lake.spec.columns = .allBut(["amuont"])
        expect(throws: "Did you mean 'amount'?") { _ = try lake.table() }
        lake.spec.columns = .allBut(["order_date"])
        expect(throws: "its columns leave out") { _ = try lake.table() }
        lake.spec.date = "orders_order_date"
        _ = try lake.table()
    }

    private func expect(
        throws text: String, _ body: () throws -> Void,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        do {
            try body()
            Issue.record("nothing was thrown", sourceLocation: sourceLocation)
        } catch let error as LakeError {
            #expect(error.code == .configuration, sourceLocation: sourceLocation)
            let said = error.message + " " + (error.hint ?? "")
            #expect(said.contains(text), "\(said)", sourceLocation: sourceLocation)
        } catch {
            Issue.record(error, sourceLocation: sourceLocation)
        }
    }
}
