@testable import Lake
import Synchronization
import Testing
@testable import Work

@Suite("Ordered production")
struct OrderedProductionTests {
    /// Hands out 0, 1, 2….
    private final class Numbers: Sendable {
        private let state: Mutex<Int>
        let count: Int

        init(_ count: Int) {
            self.count = count
            state = Mutex(0)
        }

        var handedOut: Int { state.withLock { $0 } }

        func next() -> Int? {
            state.withLock { next in
                if next == count { return nil }
                next += 1
                return next - 1
            }
        }
    }

    private static func failure(_ text: String) -> LakeError {
        LakeError(.lake, operation: "test", subject: "", message: text)
    }

    @Test(
        "values come in the items' order, however much each has and however little may wait",
        arguments: [1, 2, 5], [1, 7, 1_000_000])
    func order(threads: Int, limit: Int) throws {
        let numbers = Numbers(60)
        let production = OrderedProduction<Int, [Int], LakeError>(
            threads: threads, limit: limit, size: \.count, next: { numbers.next() },
            produce: { item, give in
                for value in 0..<item * 13 % 9 where !give([item, value]) { return }
            })
        var found: [[Int]] = []
        try production.run { (value: [Int]) throws(LakeError) in
            found.append(value)
        }
        #expect(found == (0..<60).flatMap { item in (0..<item * 13 % 9).map { [item, $0] } })
    }

    @Test("what waits to be taken is bounded")
    func bounded() throws {
        let numbers = Numbers(4)
        let counter = Counter()
        let production = OrderedProduction<Int, Int, LakeError>(
            threads: 3, limit: 10, size: { _ in 1 }, next: { numbers.next() },
            produce: { _, give in
                for value in 0..<200 {
                    counter.add(1)
                    if !give(value) { return }
                }
            })
        var taken = 0
        var most = 0
        try production.run { (_: Int) throws(LakeError) in
            taken += 1
            most = max(most, counter.value - taken)
        }
        #expect(taken == 800)
        // Ten that wait, one that each thread has in hand and one whose turn it is.
        #expect(most <= 10 + 3 + 1, "\(most)")
    }

    private final class Counter: Sendable {
        private let state = Mutex(0)
        func add(_ count: Int) { state.withLock { $0 += count } }
        var value: Int { state.withLock { $0 } }
    }

    @Test("a failure is thrown in its turn, after the values before it", arguments: [1, 4])
    func failures(threads: Int) throws {
        let numbers = Numbers(100)
        let production = OrderedProduction<Int, Int, LakeError>(
            threads: threads, limit: 50, size: { _ in 1 }, next: { numbers.next() },
            produce: { (item, give) throws(LakeError) in
                _ = give(item)
                if item == 20 || item == 22 { throw Self.failure("item \(item)") }
            })
        var found: [Int] = []
        let error = #expect(throws: LakeError.self) {
            try production.run { (value: Int) throws(LakeError) in
                found.append(value)
            }
        }
        #expect(error?.message == "item 20")
        #expect(found == Array(0...20))
    }

    @Test("when the caller fails or an item cannot be had, all threads end")
    func callerFails() throws {
        let numbers = Numbers(1_000_000)
        let production = OrderedProduction<Int, Int, LakeError>(
            threads: 3, limit: 5, size: { _ in 1 }, next: { numbers.next() },
            produce: { item, give in _ = give(item) })
        #expect(throws: LakeError.self) {
            try production.run { (value: Int) throws(LakeError) in
                if value == 10 { throw Self.failure("enough") }
            }
        }
        #expect(numbers.handedOut < 100)
        let none = OrderedProduction<Int, Int, LakeError>(
            threads: 2, limit: 5, size: { _ in 1 },
            next: { () throws(LakeError) in throw Self.failure("no item") },
            produce: { item, give in _ = give(item) })
        #expect(throws: LakeError.self) {
            try none.run { (_: Int) throws(LakeError) in }
        }
    }
}
