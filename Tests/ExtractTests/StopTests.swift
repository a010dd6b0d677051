import Columnar
import Delta
import Foundation
import Names
import Parquet
import Storage
import Synchronization
import Testing

@testable import Extract

/// A stop is asked for at one question after the other, in runs that do more than read.
@Suite("Stops")
struct StopTests {
    private func bronze(_ count: Int64, _ later: Int64, _ override: TableOverride) -> Bronze {
        let transactions = [(1...count, Int64(0)), (count + 1...count + later, 60_000_000)].map {
            ids, at in
            FakeTransaction(
                startedAt: Workload.start + at, listedAt: Workload.start + at,
                endsAt: Workload.start + at + 1000, commits: true,
                statements: ids.map {
                    let time = Workload.start + at
                    return FakeStatement(
                        at: time, row: FakeRow(id: $0, updatedAt: time, note: "secret-\($0)"))
                })
        }
        return Bronze(
            FakeServer(transactions: transactions, start: Workload.start), override: override)
    }

    /// The table's ids, and what type they have.
    private func ids(_ bronze: Bronze) throws -> (type: ColumnType?, ids: [Int64]) {
        let table = DeltaTable(storage: bronze.storage, path: "bronze/s/t")
        guard let snapshot = try table.snapshot() else { return (nil, []) }
        let scan = try DeltaScan(snapshot, columns: ["id"])
        var ids: [Int64] = []
        while let batch = try scan.next() {
            switch batch.columns[0].storage {
            case .int32(let values): ids += values.map(Int64.init)
            case .int64(let values): ids += values
            default: Issue.record("\(batch.columns[0].type)")
            }
        }
        return (snapshot.schema["id"]?.type, ids.sorted())
    }

    @Test("a column that becomes wider: the files are as they were or all written anew")
    func widening() throws {
        var wasStoppedAfterWidening = false
        var wasStoppedBefore = false
        var isDone = false
        var questions = 0
        while !isDone, questions < 60 {
            let bronze = bronze(30, 3, TableOverride())
            defer { bronze.remove() }
            bronze.server.idType.withLock { $0 = .integer }
            bronze.server.advance(10_000_000)
            _ = try bronze.extract()
            bronze.server.idType.withLock { $0 = .long }
            bronze.server.advance(60_000_000)
            bronze.stopsAfter.withLock { $0 = questions }
            do {
                _ = try bronze.extract()
                isDone = true
            } catch let error as ExtractError {
                #expect(error.code == .interrupted || error.message.contains("stopped"))
                let between = try ids(bronze)
                #expect(between.ids == Array(1...30), "after \(questions) questions")
                wasStoppedBefore = wasStoppedBefore || between.type == .integer
                wasStoppedAfterWidening = wasStoppedAfterWidening || between.type == .long
            }
            bronze.stopsAfter.withLock { $0 = nil }
            _ = try bronze.extract()
            let after = try ids(bronze)
            #expect(after.type == .long && after.ids == Array(1...33))
            questions += 1
        }
        #expect(isDone && wasStoppedBefore && wasStoppedAfterWidening)
    }

    @Test("masked values are in no file, wherever the run is stopped", arguments: [1, 2])
    func masking(connections: Int) throws {
        var override = TableOverride()
        override.masks = ["note": .sha256]
        var isDone = false
        var questions = 0
        while !isDone, questions < 60 {
            let bronze = bronze(60, 1, override)
            defer { bronze.remove() }
            if connections > 1 { bronze.server.rowsEstimate.withLock { $0 = 1_000_000 } }
            let change = { (options: inout ExtractOptions) in
                options.maskSalt = Array("salt".utf8)
                options.writer = WriterOptions(codec: .none)
                options.connections = connections
                options.chunkRows = 100_000
            }
            bronze.server.advance(10_000_000)
            bronze.stopsAfter.withLock { $0 = questions }
            do {
                _ = try bronze.extract(change)
                isDone = true
            } catch let error as ExtractError {
                #expect(error.code == .interrupted)
                #expect(try bronze.rows().isEmpty)
            }
            #expect(secrets(bronze).isEmpty, "after \(questions) questions")
            bronze.stopsAfter.withLock { $0 = nil }
            _ = try bronze.extract(change)
            let rows = try bronze.rows()
            #expect(rows.map(\.id).sorted() == Array(1...60))
            #expect(rows.allSatisfy { $0.note.utf8.count == 64 })
            #expect(Set(rows.map(\.note)).count == 60 && secrets(bronze).isEmpty)
            questions += 1
        }
        #expect(isDone && questions > 3)
    }

    /// The files of the lake, staged ones included, that hold what is to be hidden.
    private func secrets(_ bronze: Bronze) -> [String] {
        let all = FileManager.default.enumerator(atPath: bronze.storage.root)?.allObjects ?? []
        let secret = Data("secret-".utf8)
        return all.compactMap { $0 as? String }.filter { path in
            let file = URL(fileURLWithPath: bronze.storage.root + "/" + path)
            return (try? Data(contentsOf: file))?.range(of: secret) != nil
        }
    }
}
