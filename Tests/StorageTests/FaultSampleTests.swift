import LakeTestSupport
import Storage
import Testing

@Suite("The calls that a fault loop lets fail")
struct FaultSampleTests {
    @Test("consecutive seeds try every call once", arguments: [1, 9, 10, 19, 20, 137])
    func shares(count: Int) {
        let numbers = (0..<count).map { $0 * 3 }
        let step = max(1, count / 10)
        let tried = (0..<step).flatMap {
            FaultSample.pick(numbers, about: 10, seed: UInt64($0) + 7 * UInt64(step))
        }
        #expect(tried.sorted() == numbers)
    }

    @Test("without a seed every call is tried")
    func all() {
        #expect(FaultSample.pick(Array(0..<500), about: 10, seed: nil) == Array(0..<500))
    }

    @Test("a fault is tried where it is one of its own")
    func telling() throws {
        let folder = try TemporaryFolder()
        let storage = FaultStorage(folder.storage)
        _ = try storage.putIfAbsent("a", [1])
        _ = try storage.read("a")
        let calls = storage.calls
        #expect(storage.telling(.refused) == Array(calls.indices))
        let torn = storage.telling(.torn).map { calls[$0] }
        #expect(torn.count == 1 && torn[0].hasPrefix("write ") && torn[0].hasSuffix("/a"))
        #expect(storage.telling(.crash).map { calls[$0] } == calls.dropLast())
        #expect(storage.telling(.answerLost) == storage.telling(.crash))
    }
}
