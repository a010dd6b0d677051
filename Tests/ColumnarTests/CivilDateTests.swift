import Columnar
import Foundation
import Testing

@Suite("Civil dates")
struct CivilDateTests {
    @Test("day numbers and dates are inverse over four eras")
    func roundTrip() {
        for days in stride(from: -800_000, through: 800_000, by: 37) {
            let date = CivilDate(daysSinceEpoch: days)
            #expect(date.exists)
            #expect(date.daysSinceEpoch == days)
        }
    }

    @Test("the day after is the next date, over the turn of months, years and centuries")
    func successors() {
        var previous = CivilDate(year: 1599, month: 12, day: 31)
        for days
            in (previous.daysSinceEpoch + 1)...CivilDate(year: 2001, month: 1, day: 1)
            .daysSinceEpoch
        {
            let date = CivilDate(daysSinceEpoch: days)
            var expected = CivilDate(
                year: previous.year, month: previous.month, day: previous.day + 1)
            if !expected.exists { expected = .init(year: date.year, month: date.month, day: 1) }
            let isTurn = date.day == 1
            #expect(date == expected)
            if isTurn {
                #expect(date.month == previous.month % 12 + 1)
                #expect(date.year == previous.year + (previous.month == 12 ? 1 : 0))
            }
            previous = date
        }
    }

    @Test("days agree with Foundation's Gregorian calendar from 1600 on", arguments: 0..<20)
    func foundation(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        for _ in 0..<100 {
            let days = Int.random(in: -135_000...2_932_896, using: &generator)
            let instant = Date(timeIntervalSince1970: Double(days) * 86_400)
            let parts = calendar.dateComponents([.year, .month, .day], from: instant)
            let date = CivilDate(daysSinceEpoch: days)
            #expect(date.year == parts.year && date.month == parts.month && date.day == parts.day)
        }
    }

    @Test("every 32-bit day number has a date", arguments: [Int(Int32.min), Int(Int32.max), -1, 0])
    func extremes(days: Int) {
        #expect(CivilDate(daysSinceEpoch: days).daysSinceEpoch == days)
    }

    @Test(
        "known days",
        arguments: [
            ("1970-01-01", 0), ("2000-02-29", 11016), ("1600-03-01", -135_080),
            ("9999-12-31", 2_932_896), ("0000-03-01", -719_468), ("0001-01-01", -719_162),
        ])
    func known(text: String, days: Int) {
        #expect(CivilDate(text)?.daysSinceEpoch == days)
        #expect(CivilDate(daysSinceEpoch: days).text == text)
    }

    @Test(
        "impossible and misspelt dates are refused",
        arguments: [
            "2023-02-29", "1900-02-29", "2023-00-10", "2023-13-01", "2023-01-00", "2023-04-31",
            "2023-1-01", "", "2023-01-01 ", "+2023-01-01", "2023-01-0x", "20230101", "２０２３-01-01",
        ])
    func impossible(text: String) { #expect(CivilDate(text) == nil) }

    @Test("years outside four digits keep their sign and digits")
    func longYears() {
        #expect(CivilDate(year: 12_345, month: 6, day: 7).text == "12345-06-07")
        #expect(CivilDate(year: -1, month: 12, day: 31).text == "-0001-12-31")
    }
}

@Suite("Timestamps")
struct TimestampTests {
    @Test("timestamps before the epoch keep their fraction")
    func negative() {
        #expect(Timestamp.text(microseconds: -1) == "1969-12-31T23:59:59.999999Z")
        #expect(Timestamp.text(microseconds: -1, fractionDigits: 3) == "1969-12-31T23:59:59.999Z")
        #expect(Timestamp.text(microseconds: -1, fractionDigits: 0) == "1969-12-31T23:59:59Z")
    }

    @Test("separator and suffix are the caller's")
    func forms() {
        let text = Timestamp.text(
            microseconds: 951_782_400_000_123, fractionDigits: 6, separator: " ", suffix: "")
        #expect(text == "2000-02-29 00:00:00.000123")
    }

    @Test("texts agree with Foundation's to the second", arguments: 0..<20)
    func foundation(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let seconds = Int64.random(in: -11_000_000_000...253_402_300_799, using: &generator)
            let date = Date(timeIntervalSince1970: Double(seconds))
            let text = Timestamp.text(microseconds: seconds * 1_000_000, fractionDigits: 0)
            #expect(text == date.formatted(.iso8601))
        }
    }

    @Test("division rounds down", arguments: [(-7, 3, -3), (7, 3, 2), (-6, 3, -2), (0, 5, 0)])
    func floor(value: Int64, divisor: Int64, quotient: Int64) {
        #expect(value.dividedFloor(by: divisor) == quotient)
    }
}

/// A small reproducible generator (SplitMix64), so that a failing seed names the failure.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
