import Delta
import LakeTestSupport
import Storage
import Testing

@Suite struct HistoryTests {
    @Test func historyIsNewestFirstWithWhatWasSaid() throws {
        let sample = try SampleTable()
        try sample.create()
        var transaction = Transaction(sample.table, reading: try sample.table.snapshot())
        transaction.add(SampleTable.file("a"))
        transaction.userMetadata = "run-1"
        _ = try transaction.commit(
            operation: "WRITE", parameters: ["mode": "Append"], metrics: ["numFiles": "1"])
        let history = try sample.table.history()
        #expect(history.map(\.version) == [1, 0])
        let info = try #require(history[0].info)
        #expect(info.operation == "WRITE" && info.operationParameters == ["mode": "Append"])
        let metrics = ["numFiles": "1", "numOutputBytes": "100", "numOutputRows": "3"]
        #expect(info.operationMetrics == metrics && info.userMetadata == "run-1")
        #expect(info.isBlindAppend == true && info.readVersion == 0)
        #expect(try sample.table.history(limit: 1).map(\.version) == [1])
    }

    @Test func changesAreWhatAConsumerHasNotSeen() throws {
        let sample = try SampleTable()
        try sample.create()
        try sample.append(["a"], txn: ("app", 1))
        try sample.append(["b"], txn: ("app", 2))
        let changes = try sample.table.changes(from: 0, to: 2)
        #expect(changes.map(\.version) == [1, 2])
        #expect(changes.map { $0.adds.count } == [1, 1])
        #expect(changes.map { $0.transactions.first?.version } == [1, 2])
        #expect(changes.allSatisfy { $0.changesData && $0.metadata == nil })
        #expect(try sample.table.changes(from: -1, to: 0)[0].metadata != nil)
        #expect(try sample.table.changes(from: 2, to: 2).isEmpty)
    }

    @Test func changesThatAreNotThereAreAnError() throws {
        let sample = try SampleTable()
        try sample.create()
        for (from, to) in [(0, 1), (0, Int64.max), (-5, 0)] as [(Int64, Int64)] {
            let error = #expect(throws: DeltaError.self) {
                try sample.table.changes(from: from, to: to)
            }
            #expect(error?.code == .noSuchVersion)
        }
    }

    @Test func aVersionThatIsNotThereIsAnError() throws {
        let sample = try SampleTable()
        try sample.create()
        for version in [1, -1, Int64.max] as [Int64] {
            let error = #expect(throws: DeltaError.self) {
                try sample.table.snapshot(atVersion: version)
            }
            #expect(error?.code == .noSuchVersion)
        }
        let nowhere = DeltaTable(storage: sample.folder.storage, path: "nowhere")
        #expect(throws: DeltaError.self) { try nowhere.snapshot(atVersion: 0) }
    }
}
