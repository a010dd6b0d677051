import Foundation
import LakeTestSupport
import Storage
import Synchronization
import Testing

@Suite struct PutIfAbsentTests {
    @Test func ofManyThreadsExactlyOneCreatesEachFile() throws {
        let folder = try TemporaryFolder()
        let storage = folder.storage
        let winners = Mutex<[String: [Int]]>([:])
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for round in 0..<40 {
                let name = "log/\(round).json"
                let bytes = [UInt8](repeating: UInt8(thread), count: 3000)
                if (try? storage.putIfAbsent(name, bytes)) == .created {
                    winners.withLock { $0[name, default: []].append(thread) }
                }
            }
        }
        let found = winners.withLock { $0 }
        #expect(found.count == 40)
        for (name, threads) in found {
            #expect(threads.count == 1, "\(name) was created by \(threads)")
            let expected = [UInt8](repeating: UInt8(threads[0]), count: 3000)
            #expect(try storage.read(name) == expected)
        }
        #expect(folder.files().count == 40, "no staged file stays behind")
    }

    /// The other process follows the same protocol: a temporary file, then link(2).
    @Test func anotherProcessAndThisOneNeverBothCreateAFile() throws {
        let folder = try TemporaryFolder()
        let storage = folder.storage
        try storage.makeFolder("log")
        let script = """
            import os, sys
            won = 0
            for i in range(300):
                temporary = f"{sys.argv[1]}/mine"
                with open(temporary, "w") as f: f.write("python")
                try:
                    os.link(temporary, f"{sys.argv[1]}/{i}.json"); won += 1
                except FileExistsError: pass
                os.unlink(temporary)
            open(sys.argv[1] + "/won", "w").write(str(won))
            """
        let other = try Python.start(script, [folder.file("log")])
        var created = 0
        for round in 0..<300 {
            // The far end first, so that the two meet in the middle.
            let outcome = try storage.putIfAbsent("log/\(299 - round).json", Array("swift".utf8))
            if outcome == .created { created += 1 }
        }
        other.waitUntilExit()
        let won = try #require(Int(try folder.text("log/won")))
        #expect(created + won == 300)
        let contents = try (0..<300).map { try folder.text("log/\($0).json") }
        #expect(contents.filter { $0 == "swift" }.count == created)
        #expect(contents.filter { $0 == "python" }.count == won)
    }

    @Test func aFileThatIsThereIsLeftAlone() throws {
        let folder = try TemporaryFolder()
        #expect(try folder.storage.putIfAbsent("a", [1]) == .created)
        #expect(try folder.storage.putIfAbsent("a", [2]) == .alreadyExists)
        #expect(try folder.storage.read("a") == [1])
        #expect(folder.files() == ["a"])
    }

    @Test func replaceOverwrites() throws {
        let folder = try TemporaryFolder()
        try folder.storage.replace("a", [1])
        try folder.storage.replace("a", [2, 3])
        #expect(try folder.storage.read("a") == [2, 3])
        #expect(folder.files() == ["a"])
    }
}
