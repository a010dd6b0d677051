import Columnar
import Source
import Testing

@testable import Extract

@Suite struct WindowTests {
    private let second: Int64 = 1_000_000

    @Test(arguments: 0...6) func boundIsOnTheColumnsGridAndBehindTheClock(_ digits: Int) {
        let bounds = WindowBound()
        let unit = WindowBound.unit(fractionDigits: digits)
        for clock in [1_700_000_000_000_000, 1_700_000_000_999_999, 1_700_000_000_500_001] {
            let bound = bounds.bound(behind: Int64(clock), digits)
            #expect(bound % unit == 0)
            // A value written from now on is cut to the grid and must lie above the bound.
            let earliestWrite = (Int64(clock) - 200_000).dividedFloor(by: unit) * unit
            #expect(bound < earliestWrite)
            #expect(Int64(clock) - bound <= 3 * second)
        }
    }

    @Test func oldestTransactionHoldsTheBound() {
        let bounds = WindowBound()
        let clock = 1_700_000_100 * second
        let started = 1_700_000_050 * second
        let open = OpenTransactions(serverClock: clock, oldestStart: started, count: 1)
        let high = bounds.high(open, fractionDigits: 6)
        #expect(high < started - second)
        #expect(high >= started - 2 * second)
    }

    @Test(arguments: [0, 3, 6]) func waitingIsShortAndEnough(_ digits: Int) {
        let bounds = WindowBound()
        let start = 1_700_000_000_900_001 as Int64
        let wait = bounds.wait(untilCovered: start, now: start, fractionDigits: digits)
        #expect(wait > 0 && wait <= 2 * second)
        let unit = WindowBound.unit(fractionDigits: digits)
        let committed = start.dividedFloor(by: unit) * unit
        #expect(bounds.bound(behind: start + wait, digits) >= committed - unit)
        #expect(bounds.wait(untilCovered: start, now: start + wait, fractionDigits: digits) == 0)
    }
}

@Suite struct SelectionTests {
    @Test(arguments: [
        ("orders", "*", true), ("orders", "o*s", true), ("orders", "ord?rs", true),
        ("Orders", "orders", true), ("orders", "order", false), ("", "*", true),
        ("a_b", "a?b", true), ("ab", "a?b", false), ("x", "", false),
    ])
    func patternsMatchWholeNames(_ text: String, _ pattern: String, _ expected: Bool) {
        #expect(matches(text, pattern) == expected)
    }

    @Test func unknownNameGetsASuggestion() {
        var selection = TableSelection()
        selection.names = ["custmer"]
        let error = #expect(throws: ExtractError.self) {
            try selection.select(["customer", "market"], schema: "s")
        }
        #expect(error?.hint?.contains("customer") == true)
    }

    @Test func namesAreSortedAndTakenOnce() throws {
        var selection = TableSelection()
        selection.names = ["b", "a", "b"]
        #expect(try selection.select(["a", "b", "c"], schema: "s") == ["a", "b"])
        selection.names = []
        selection.exclude = ["b*"]
        #expect(try selection.select(["c", "bx", "a"], schema: "s") == ["a", "c"])
    }
}

@Suite struct RetryPolicyTests {
    private func error(_ code: SourceError.Code) -> ExtractError {
        ExtractError(SourceError(code, operation: "read", subject: "t", message: "m"))
    }

    @Test func lostConnectionsAreTriedAgainWithGrowingPauses() {
        let policy = RetryPolicy(attempts: 5)
        let pauses = (2...5).compactMap {
            policy.pause(before: $0, after: error(.lost), jitter: 1)
        }
        #expect(pauses == [1_000_000, 2_000_000, 4_000_000, 8_000_000])
        #expect(policy.pause(before: 6, after: error(.lost), jitter: 1) == nil)
    }

    @Test func whatCannotChangeIsNotTriedAgain() {
        let policy = RetryPolicy(attempts: 5)
        for code in [SourceError.Code.statement, .value, .privilege, .refused, .missing] {
            #expect(policy.pause(before: 2, after: error(code), jitter: 0) == nil)
        }
        #expect(policy.pause(before: 2, after: error(.unreachable), jitter: 0) == nil)
        #expect(policy.pause(before: 3, after: error(.unreachable), jitter: 0) != nil)
    }
}
