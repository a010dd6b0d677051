import Foundation
import LakeTestSupport
import Storage
import Testing

@Suite struct RunLockTests {
    @Test func aSecondRunIsToldWhoHoldsTheLock() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state/run.lock")
        let first = try RunLock(path: path)
        let error = #expect(throws: StorageError.self) { try RunLock(path: path) }
        #expect(error?.code == .locked)
        #expect(error?.message.contains("process \(getpid())") == true)
        #expect(RunLock.holder(path: path)?.processID == getpid())
        first.release()
        let second = try RunLock(path: path)
        second.release()
    }

    @Test func lettingGoReleases() throws {
        let folder = try TemporaryFolder()
        do { _ = try RunLock(path: folder.file("lock")) }
        _ = try RunLock(path: folder.file("lock"))
    }

    @Test func aDeadHoldersLockIsFree() throws {
        let folder = try TemporaryFolder()
        let script = """
            import fcntl, sys
            f = open(sys.argv[1], "w+")
            fcntl.flock(f, fcntl.LOCK_EX)
            f.write("pid=4242 host=elsewhere started=1\\n"); f.flush()
            open(sys.argv[1] + ".taken", "w").close()
            sys.stdin.read()
            """
        let input = Pipe()
        let other = try Python.start(script, [folder.file("lock")], input: input)
        while !FileManager.default.fileExists(atPath: folder.file("lock.taken")) {
            try #require(other.isRunning)
        }
        let error = #expect(throws: StorageError.self) {
            try RunLock(path: folder.file("lock"))
        }
        #expect(error?.message.contains("process 4242 on elsewhere") == true)
        kill(other.processIdentifier, SIGKILL)
        other.waitUntilExit()
        _ = try RunLock(path: folder.file("lock"))
    }

    @Test func aDamagedLockFileIsNoObstacle() throws {
        let folder = try TemporaryFolder()
        try folder.write("lock", "\u{0}garbage = = pid=x")
        _ = try RunLock(path: folder.file("lock"))
        #expect(RunLock.holder(path: folder.file("lock"))?.processID == getpid())
    }
}
