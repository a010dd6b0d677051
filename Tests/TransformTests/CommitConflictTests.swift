import Delta
@testable import EntityTestSupport
@testable import Lake
import LakeTestSupport
import Storage
import Synchronization
import Testing
@testable import Transform

/// Another writer that is first: its commit decides, not the words that tell of it.
@Suite("Conflicts of a transformation")
struct CommitConflictTests {
    typealias Row = BronzeLake.Row

    /// Lets another writer commit just before one of ours, once.
    private final class Racing: ForwardingStorage {
        let base: any LakeStorage
        private let folder: String
        private let race: @Sendable (any LakeStorage) -> Void
        private let hasRaced = Mutex(false)

        init(
            _ base: any LakeStorage, at folder: String,
            _ race: @escaping @Sendable (any LakeStorage) -> Void
        ) {
            self.base = base
            self.folder = folder
            self.race = race
        }

        func putIfAbsent(_ path: String, _ bytes: [UInt8]) throws(StorageError) -> PutOutcome {
            // The table's first commits make it; the race is for the rows.
            let isFirst = path.hasPrefix(folder + "/_delta_log/") && !path.hasSuffix("00.json")
            if isFirst,
                !hasRaced.withLock({ raced in
                    defer { raced = true }
                    return raced
                })
            {
                race(base)
            }
            return try base.putIfAbsent(path, bytes)
        }
    }

    @Test("a run that loses a table to another writer tries again and loses no row")
    func race() throws {
        let lake = try TransformLake()
        try lake.dimension.commit([[Row(1, 10, "x")]], high: 20)
        try lake.fact.commit([[Row(1, 100, "a"), Row(3, 300, "a")]], high: 400)
        let storage = Racing(lake.storage, at: "quarantine/f") { base in
            let table = DeltaTable(storage: base, path: "quarantine/f")
            guard let snapshot = try? table.snapshot() else { return }
            var transaction = Transaction(table, reading: snapshot)
            try? transaction.updateMetadata(configuration: ["other": "1"])
            _ = try? transaction.commit(operation: "SET TBLPROPERTIES")
        }
        let results = try lake.run(on: storage)
        #expect(results.allSatisfy { $0.error == nil })
        #expect(results.last?.receipt == "2 events = 1 rows + 1 quarantined")
        #expect(try lake.rows("silver/f", ["id"]) == ["1"])
        #expect(try lake.rows("quarantine/f", ["id", "rules"]) == ["3|known"])
        let kept = try DeltaTable(storage: lake.storage, path: "quarantine/f").snapshot()
        #expect(kept?.configuration["other"] == "1")
    }

    @Test("a conflict is tried again whatever the step is called, another failure is not")
    func kinds() throws {
        let run = try TransformLake().transformation("r", nil, nil, TransformOptions())
        func attempts(_ error: DeltaError) -> Int {
            var attempts = 0
            var result = TransformResult(table: "t", mode: .fact)
            try? run.retrying(&result) { (_) throws(LakeError) in
                attempts += 1
                throw LakeError(lake: error)
            }
            return attempts
        }
        let conflict = CommitConflict(reason: .metadataChanged, version: 3, message: "it did")
        #expect(attempts(DeltaError(conflict, operation: "put down", subject: "t")) > 1)
        let failure = DeltaError(.storage, operation: "commit t", subject: "t", message: "no")
        #expect(attempts(failure) == 1)
    }
}
