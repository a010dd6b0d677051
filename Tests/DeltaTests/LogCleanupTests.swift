@testable import Delta
import LakeTestSupport
import Storage
import Testing

@Suite struct LogCleanupTests {
    private static let day: Int64 = 86_400_000

    /// Names with their age in days before `now`.
    private func expired(_ ages: [(String, Double)]) throws -> [String] {
        let now = 20_000 * LogCleanupTests.day + 5_000
        let listed = ages.map { name, age in
            FileEntry(
                name: name, isFolder: false, sizeBytes: 1,
                modifiedMilliseconds: now - Int64(age * Double(LogCleanupTests.day)))
        }
        let storage = ListedStorage(entries: listed)
        let listing = try LogListing(DeltaTable(storage: storage, path: "t"), from: 0)
        return LogCleanup.expired(listing, TableProperties([:]), now: now)
    }

    private func commit(_ version: Int64) -> String { LogName.commitName(version) }
    private func checkpoint(_ version: Int64) -> String { LogName.checkpointName(version) }

    @Test func withoutAnOldCheckpointEverythingStays() throws {
        let gone = try expired([(commit(0), 90), (commit(1), 80), (commit(2), 1)])
        #expect(gone.isEmpty)
        let young = try expired([(commit(0), 90), (commit(1), 2), (checkpoint(1), 2)])
        #expect(young.isEmpty)
    }

    @Test func whatIsBeforeTheNewestOldCheckpointGoes() throws {
        let gone = try expired([
            (commit(0), 90), (checkpoint(0), 90), (commit(1), 80), (LogName.digits(1) + ".crc", 80),
            (commit(2), 50), (checkpoint(2), 50), (commit(3), 40), (commit(4), 5),
            (checkpoint(4), 5), ("_last_checkpoint", 99), ("other.txt", 99),
        ])
        #expect(Set(gone) == [commit(0), checkpoint(0), commit(1), LogName.digits(1) + ".crc"])
        #expect(gone.firstIndex(of: commit(0)).map { $0 <= 1 } == true, "oldest first")
    }

    @Test func theCutIsAtMidnight() throws {
        // 30 days and 2 seconds ago is within the day that the cut falls on.
        let ages = [(commit(0), 31.5), (commit(1), 30.00001), (checkpoint(1), 30.00001)]
        #expect(try expired(ages).isEmpty)
        let older = [(commit(0), 31.5), (commit(1), 30.001), (checkpoint(1), 30.001)]
        #expect(try expired(older) == [commit(0)])
    }
}

/// A storage that only lists.
private struct ListedStorage: LakeStorage {
    let entries: [FileEntry]

    private func none() -> StorageError {
        StorageError(.unsupported, operation: "test", subject: "", message: "only lists")
    }

    func list(_ folder: String, from: String) throws(StorageError) -> [FileEntry] { entries }
    func entry(_ path: String) throws(StorageError) -> FileEntry? { throw none() }
    func read(_ path: String) throws(StorageError) -> [UInt8] { throw none() }
    func open(_ path: String) throws(StorageError) -> any ReadableFile { throw none() }
    func putIfAbsent(_ path: String, _ bytes: [UInt8]) throws(StorageError) -> PutOutcome {
        throw none()
    }
    func replace(_ path: String, _ bytes: [UInt8]) throws(StorageError) { throw none() }
    func stage(_ path: String, isSyncedLater: Bool) throws(StorageError) -> any StagedFile {
        throw none()
    }
    func sync(_ folder: String) throws(StorageError) { throw none() }
    func delete(_ path: String) throws(StorageError) { throw none() }
    func makeFolder(_ path: String) throws(StorageError) { throw none() }
    func freeBytes(_ folder: String) throws(StorageError) -> Int64? { nil }
    func probe(_ folder: String) throws(StorageError) -> StorageCapabilities { throw none() }
}
