import Columnar
import Delta
import Foundation
import Source
import Names
import Storage
import Synchronization

@testable import Extract

/// A lake in a temporary folder, extracted from a `FakeServer`.
final class Bronze: Sendable {
    let storage: PosixStorage
    let server: FakeServer
    let options: Mutex<ExtractOptions>
    let override: TableOverride
    let identifier: String
    /// After how many questions a stop is asked for; nil never.
    let stopsAfter = Mutex<Int?>(nil)

    init(
        _ server: FakeServer, override: TableOverride = TableOverride(), at root: String? = nil,
        identifier: String = "fake"
    ) {
        self.server = server
        self.override = override
        self.identifier = identifier
        storage = PosixStorage(
            root: root ?? NSTemporaryDirectory() + "sluice-extract-" + UUID().uuidString)
        var options = ExtractOptions()
        options.schema = "s"
        self.options = Mutex(options)
    }

    /// Removes the lake.
    func remove() { try? FileManager.default.removeItem(atPath: storage.root) }

    /// One run; the observer's notes are kept only by an `observer` given.
    func extract(
        observer: any ExtractObserver = SilentObserver(),
        _ change: (inout ExtractOptions) -> Void = { _ in }
    ) throws -> TableResult {
        var options = options.withLock { $0 }
        change(&options)
        let server = self.server
        let identifier = self.identifier
        let world = ExtractWorld(
            connect: { FakeConnection(server, identifier: identifier) }, now: { server.now },
            sleep: { server.advance($0) }, isStopping: { [self] in isStopping() },
            observer: observer)
        let run = ExtractRun(
            options: options, selection: TableSelection(), overrides: ["t": override],
            storage: storage, world: world)
        let results = try run.run("run-\(String(server.now).suffix(12))")
        if let error = results.first?.error { throw error }
        guard let result = results.first else { throw NothingRead() }
        return result
    }

    struct NothingRead: Error {}

    private func isStopping() -> Bool {
        stopsAfter.withLock { left in
            guard let count = left else { return false }
            left = max(0, count - 1)
            return count == 0
        }
    }

    /// Every row of the table, in the order of the files.
    func rows() throws -> [FakeRow] {
        let table = DeltaTable(storage: storage, path: "bronze/s/t")
        guard let snapshot = try table.snapshot() else { return [] }
        let scan = try DeltaScan(
            snapshot, columns: ["id", "updated_at", "note"])
        var rows: [FakeRow] = []
        while let batch = try scan.next() {
            guard case .int64(let ids) = batch.columns[0].storage,
                case .int64(let times) = batch.columns[1].storage
            else { throw NothingRead() }
            for index in 0..<batch.count {
                let time = batch.columns[1].isNull(index) ? nil : times[index]
                rows.append(
                    FakeRow(id: ids[index], updatedAt: time, note: batch.columns[2].text(index)))
            }
        }
        return rows
    }
}
