import Columnar
import Delta
import Foundation
import LakeTestSupport
import Storage
import Synchronization
import Testing

@Suite struct ConflictTests {
    /// A change one of two writers makes.
    enum Change: String, CaseIterable, Sendable {
        case append, appendWithTxn, delete, deleteOther, compact, schema
    }

    struct Pair: CustomTestStringConvertible, Sendable {
        let winner: Change
        let loser: Change
        let conflict: CommitConflict.Reason?
        var testDescription: String { "\(loser) after \(winner)" }
    }

    static let pairs: [Pair] = [
        Pair(winner: .append, loser: .append, conflict: nil),
        Pair(winner: .append, loser: .appendWithTxn, conflict: nil),
        Pair(winner: .appendWithTxn, loser: .append, conflict: nil),
        Pair(winner: .appendWithTxn, loser: .appendWithTxn, conflict: .sameTransaction),
        Pair(winner: .append, loser: .delete, conflict: nil),
        Pair(winner: .append, loser: .compact, conflict: nil),
        Pair(winner: .append, loser: .schema, conflict: nil),
        Pair(winner: .delete, loser: .append, conflict: nil),
        Pair(winner: .delete, loser: .delete, conflict: .concurrentDelete),
        Pair(winner: .deleteOther, loser: .delete, conflict: .concurrentDelete),
        Pair(winner: .delete, loser: .compact, conflict: .concurrentDelete),
        Pair(winner: .deleteOther, loser: .compact, conflict: nil),
        Pair(winner: .compact, loser: .append, conflict: nil),
        Pair(winner: .compact, loser: .compact, conflict: .concurrentDelete),
        Pair(winner: .compact, loser: .delete, conflict: .concurrentDelete),
        Pair(winner: .schema, loser: .append, conflict: .metadataChanged),
        Pair(winner: .schema, loser: .schema, conflict: .metadataChanged),
    ]

    @Test(arguments: pairs) func theLoserIsToldOrRebased(_ pair: Pair) throws {
        let sample = try SampleTable()
        try sample.create()
        try sample.append(["a", "b"])
        let snapshot = try #require(try sample.table.snapshot())
        let winner = try transaction(pair.winner, "w", sample.table, snapshot)
        let loser = try transaction(pair.loser, "l", sample.table, snapshot)
        #expect(try winner.commit(operation: "W").version == 2)
        switch try loser.commit(operation: "L") {
        case .committed(let committed):
            #expect(pair.conflict == nil)
            #expect(committed.version == 3 && committed.lostRaces == 1)
        case .conflicted(let conflict):
            #expect(conflict.reason == pair.conflict)
            #expect(conflict.version == 2)
            #expect(try sample.table.snapshot()?.version == 2, "nothing was published")
        }
    }

    private func transaction(
        _ change: Change, _ name: String, _ table: DeltaTable, _ snapshot: Snapshot
    ) throws -> Transaction {
        var transaction = Transaction(table, reading: snapshot)
        switch change {
        case .append: transaction.add(SampleTable.file(name))
        case .appendWithTxn:
            transaction.add(SampleTable.file(name))
            transaction.setTransaction(appID: "app", version: 1)
        case .delete: transaction.remove(snapshot.files[0])
        case .deleteOther: transaction.remove(snapshot.files[1])
        case .compact:
            transaction.remove(snapshot.files[0], dataChange: false)
            var file = SampleTable.file(name)
            file.dataChange = false
            transaction.add(file)
        case .schema:
            let field = Field("new_" + name, .long)
            try transaction.updateMetadata(schema: Schema(snapshot.schema.fields + [field]))
        }
        return transaction
    }

    @Test func twoCreatorsMakeOneTable() throws {
        let sample = try SampleTable()
        #expect(try sample.create().version == 0)
        guard case .conflicted(let conflict) = try sample.create() else {
            Issue.record("the second creation must lose")
            return
        }
        #expect(conflict.reason == .metadataChanged && conflict.version == 0)
    }

    @Test func aPartitionOverwriteMindsOnlyItsPartition() throws {
        let sample = try SampleTable()
        try sample.create()
        try sample.append(["a"], day: "2026-01-01")
        try sample.append(["b"], day: "2026-01-02")
        let snapshot = try #require(try sample.table.snapshot())
        func overwrite(_ index: Int, _ name: String) -> Transaction {
            var transaction = Transaction(sample.table, reading: snapshot)
            let old = snapshot.files[index]
            transaction.reads = .partitions([old.partitionValues])
            transaction.remove(old)
            var new = SampleTable.file(name, day: old.partitionValues["day"] ?? nil)
            new.dataChange = true
            transaction.add(new)
            return transaction
        }
        #expect(try overwrite(0, "c").commit(operation: "WRITE").version == 3)
        #expect(try overwrite(1, "d").commit(operation: "WRITE").version == 4)
        guard case .conflicted = try overwrite(0, "e").commit(operation: "WRITE") else {
            Issue.record("two overwrites of one partition must conflict")
            return
        }
        #expect(try sample.names() == ["c", "d"])
    }

    @Test func theNumberOfAttemptsIsBounded() throws {
        let sample = try SampleTable()
        try sample.create()
        let snapshot = try #require(try sample.table.snapshot())
        try sample.append(["a"])
        var transaction = Transaction(sample.table, reading: snapshot)
        transaction.add(SampleTable.file("b"))
        transaction.attemptLimit = 1
        guard case .conflicted(let conflict) = try transaction.commit(operation: "WRITE") else {
            Issue.record("one attempt cannot succeed here")
            return
        }
        #expect(conflict.reason == .tooManyAttempts)
    }

    @Test func manyWritersAllCommitExactlyOnce() throws {
        let sample = try SampleTable()
        try sample.create(configuration: ["delta.checkpointInterval": "1000"])
        let failures = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 6) { writer in
            for round in 0..<15 {
                do {
                    let outcome = try sample.append(
                        ["\(writer)-\(round)"], txn: ("writer-\(writer)", Int64(round)))
                    if outcome.version == nil { failures.withLock { $0.append("\(outcome)") } }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
        }
        #expect(failures.withLock { $0 } == [])
        let snapshot = try #require(try sample.table.snapshot())
        #expect(snapshot.version == 90)
        let expected = (0..<6).flatMap { writer in (0..<15).map { "\(writer)-\($0)" } }
        #expect(try sample.names(snapshot).sorted() == expected.sorted())
        #expect(snapshot.transactions.count == 6)
        #expect(snapshot.transactions.values.allSatisfy { $0 == 14 })
    }
}
