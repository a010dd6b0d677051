import Foundation
import LakeTestSupport
import Storage
import Testing

@Suite struct StagedFileTests {
    @Test func aStagedFileHasNoFinalNameBeforePublish() throws {
        let folder = try TemporaryFolder()
        let storage = folder.storage
        let file = try storage.stage("day=1/part.parquet")
        try file.write(Array("whole".utf8))
        #expect(try storage.exists("day=1/part.parquet") == false)
        let staged = try storage.list("day=1").map(\.name)
        #expect(staged.count == 1 && isStagedName(staged[0]))
        try file.finish()
        #expect(try file.open().read(at: 0, count: 5) == Array("whole".utf8))
        #expect(try storage.exists("day=1/part.parquet") == false)
        #expect(try file.publish() == .created)
        #expect(folder.files() == ["day=1/part.parquet"])
    }

    @Test func abortAndLettingGoLeaveNothing() throws {
        let folder = try TemporaryFolder()
        do {
            let aborted = try folder.storage.stage("a")
            try aborted.write([1])
            aborted.abort()
            aborted.abort()
            let dropped = try folder.storage.stage("b")
            try dropped.write([1])
        }
        #expect(folder.files().isEmpty)
    }

    @Test func publishNeverReplaces() throws {
        let folder = try TemporaryFolder()
        let first = try folder.storage.stage("a")
        let second = try folder.storage.stage("a")
        try first.write([1])
        try second.write([2])
        try first.finish()
        try second.finish()
        #expect(try first.publish() == .created)
        #expect(try second.publish() == .alreadyExists)
        second.abort()
        #expect(try folder.storage.read("a") == [1])
        #expect(folder.files() == ["a"])
    }

    @Test func onlyTheOwnerMayReadFilesAndFolders() throws {
        let folder = try TemporaryFolder()
        #expect(try folder.storage.putIfAbsent("x/y/z", [1]) == .created)
        func mode(_ name: String) throws -> Int? {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.file(name))
            return attributes[.posixPermissions] as? Int
        }
        #expect(try mode("x/y/z") == 0o600)
        #expect(try mode("x") == 0o700)
        #expect(try mode("x/y") == 0o700)
    }

    @Test(arguments: [(0, 4), (2, 2), (4, 0)]) func aRangeIsReadExactly(at: Int, count: Int)
        throws
    {
        let folder = try TemporaryFolder()
        try folder.storage.replace("a", [1, 2, 3, 4])
        let expected = Array([1, 2, 3, 4][at..<(at + count)].map { UInt8($0) })
        #expect(try folder.storage.read("a", at: Int64(at), count: count) == expected)
    }

    @Test(arguments: [(-1, 1), (0, 5), (5, 0), (3, 2), (0, -1), (.max, .max)])
    func aRangeOutsideTheFileIsAnError(at: Int64, count: Int) throws {
        let folder = try TemporaryFolder()
        try folder.storage.replace("a", [1, 2, 3, 4])
        let error = #expect(throws: StorageError.self) {
            try folder.storage.read("a", at: at, count: count)
        }
        #expect(error?.code == .truncated)
    }

    @Test func listingIsSortedByBytesAndStartsWhereAsked() throws {
        let folder = try TemporaryFolder()
        for name in ["b", "a", "é", "c", "Z"] { try folder.storage.replace(name, []) }
        #expect(try folder.storage.list("").map(\.name) == ["Z", "a", "b", "c", "é"])
        #expect(try folder.storage.list("", from: "b").map(\.name) == ["b", "c", "é"])
        #expect(try folder.storage.list("nowhere").isEmpty)
    }

    @Test func deletingWhatIsNotThereIsNoError() throws {
        let folder = try TemporaryFolder()
        try folder.storage.delete("nothing")
        try folder.storage.replace("a", [])
        try folder.storage.delete("a")
        #expect(folder.files().isEmpty)
    }

    @Test func theFileSystemIsProbedWithoutATrace() throws {
        let folder = try TemporaryFolder()
        #expect(try folder.storage.probe("lake").canPutIfAbsent)
        #expect(folder.files().isEmpty)
        #expect(try #require(try folder.storage.freeBytes("lake/not/yet/there")) > 0)
    }
}
