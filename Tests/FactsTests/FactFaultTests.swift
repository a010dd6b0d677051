import Delta
@testable import EntityTestSupport
@testable import Facts
import LakeTestSupport
import Storage
import Testing

@Suite("Faults of facts and the One Big Table")
struct FactFaultTests {
    private static let first = (0..<20).map {
        SaleEvent(id: $0, sequence: 1, day: 20_000 + Int32($0) * 5, row: $0)
    }
    private static let second = (0..<12).map { number in
        SaleEvent(
            id: number * 3, sequence: 2, day: 20_003, amount: 7, isDelete: number % 3 == 0,
            version: 1, row: number)
    }

    @Test(
        "whatever call fails, the next run comes to the same table",
        arguments: FaultStorage.Fault.allCases)
    func everyCall(fault: FaultStorage.Fault) throws {
        let wanted = FactLake.expected(FactFaultTests.first + FactFaultTests.second)
        let start = try FactLake()
        try start.run(FactFaultTests.first)
        let counter = FaultStorage(try start.folder.copy().storage)
        try FactLake(storage: counter).run(FactFaultTests.second, consumed: 0)
        #expect(counter.calls.count > 20)
        for number in counter.sample(fault, about: 20) {
            let folder = try start.folder.copy()
            let storage = FaultStorage(folder.storage, failing: number, fault: fault)
            let broken = try FactLake(storage: storage)
            _ = try? broken.run(FactFaultTests.second, consumed: 0)
            let whole = try FactLake(storage: folder.storage)
            let between = try whole.rows()
            #expect(between == FactLake.expected(FactFaultTests.first) || between == wanted)
            try whole.run(FactFaultTests.second, consumed: 0)
            #expect(try whole.rows() == wanted, "call \(number)")
            #expect(storage.hasFired)
        }
    }

    @Test("of two runs over the same news one publishes, and the other finds nothing to do")
    func twoRuns() throws {
        let lake = try FactLake()
        try lake.run(FactFaultTests.first)
        var changes: [FactChange] = []
        for _ in 0..<2 {
            var options = FactOptions()
            options.consumed = 0
            let merge = try FactMerge(try lake.table(), options: options)
            try merge.add(FactLake.batch(FactFaultTests.second))
            changes.append(try merge.prepare(transactions: ["sluice/sales/bronze": 1]))
        }
        #expect(try changes[0].commit()?.version == 2 - 1)
        guard case .conflicted? = try changes[1].commit() else {
            Issue.record("the second run published too")
            return
        }
        let again = try lake.run(FactFaultTests.second, consumed: 1)
        #expect(again.filesAdded == 0)
        #expect(
            try lake.rows() == FactLake.expected(FactFaultTests.first + FactFaultTests.second))
    }
}
