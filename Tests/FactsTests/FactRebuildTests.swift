import Columnar
import Delta
@testable import EntityTestSupport
@testable import Facts
@testable import Lake
import LakeTestSupport
@testable import Pipeline
import Testing

@Suite("A fact whose configuration changed")
struct FactRebuildTests {
    private let events = [
        SaleEvent(id: 1, sequence: 10, day: 20_000, row: 0),
        SaleEvent(id: 2, sequence: 10, day: 20_040, row: 1),
    ]

    @Test("another partition is refused, and a rebuild takes it in one commit")
    func partition() throws {
        var lake = try FactLake(grain: .day)
        try lake.run(events)
        lake.spec.grain = .month
        let error = try #require(throws: LakeError.self) { try lake.table() }
        #expect(error.code == .drift && error.hint?.contains("--rebuild") == true)
        try lake.run(events, mode: .replace)
        let snapshot = try #require(try lake.table().snapshot)
        #expect(snapshot.version == 1 && snapshot.partitionColumns == ["order_date_month"])
        #expect(try lake.rows().map(\.day) == [20_000, 20_040])
        try lake.run([SaleEvent(id: 3, sequence: 11, version: 1)], consumed: 0)
        #expect(try lake.rows().count == 3)
    }

    @Test("another key is refused, and a rebuild takes it")
    func key() throws {
        var lake = try FactLake()
        try lake.run(events)
        lake.spec.entity.key = ["id", "customer_code"]
        let error = try #require(throws: LakeError.self) { try lake.table() }
        #expect(error.code == .drift && error.message.contains("customer_code"))
        try lake.run(events, mode: .replace)
        #expect(try lake.table().snapshot?.rowCount == 2)
    }

    @Test("a table from before keys were kept takes the configured one")
    func unknownKey() throws {
        let lake = try FactLake()
        try lake.run(events)
        let table = try lake.table()
        var transaction = Transaction(table.table, reading: table.snapshot)
        try transaction.updateMetadata(configuration: [:])
        #expect(try transaction.commit(operation: "SET TBLPROPERTIES").version == 1)
        try lake.run([SaleEvent(id: 3, sequence: 11, version: 1)], consumed: 0)
        #expect(try lake.table().snapshot?.configuration["sluice.key"] == #"["id"]"#)
    }
}
