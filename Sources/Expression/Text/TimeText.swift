internal import Columnar

/// Dates and timestamps in text, read as Spark's casts read them: `2026-1-5`, `2026-01-05 7`,
/// `2026-01-05 7:30`, `…T07:30:00.123456+01:00`. UTC when no zone is named; zones by name are not
/// known here.
enum TimeText {
    /// Days since 1970-01-01: `[+-]y…[-m[-d]]`, anything may follow a blank or `T` after the day.
    static func date(_ bytes: [UInt8], _ range: Range<Int>) -> Int32? {
        var scanner = TimeScanner(bytes, NumberText.trimmed(bytes, range))
        guard let days = scanner.date() else { return nil }
        if !scanner.isAtEnd {
            guard scanner.hasDay, scanner.peek == 32 || scanner.peek == UInt8(ascii: "T") else {
                return nil
            }
        }
        return Int32(exactly: days)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    static func timestamp(_ bytes: [UInt8], _ range: Range<Int>) -> Int64? {
        var scanner = TimeScanner(bytes, NumberText.trimmed(bytes, range))
        guard let days = scanner.date(yearDigits: 6) else { return nil }
        if scanner.isAtEnd { return microseconds(days, 0) }
        guard scanner.hasDay, scanner.take(32) || scanner.take(UInt8(ascii: "T")) else {
            return nil
        }
        guard let time = scanner.time() else { return nil }
        if scanner.isAtEnd { return microseconds(days, time) }
        guard scanner.hasSecond, let zone = scanner.zone(), scanner.isAtEnd else { return nil }
        return microseconds(days, time - zone)
    }

    static func microseconds(_ days: Int, _ time: Int64) -> Int64? {
        let (start, overflow) = Int64(days).multipliedReportingOverflow(
            by: Timestamp.microsecondsPerDay)
        let (sum, second) = start.addingReportingOverflow(time)
        return overflow || second ? nil : sum
    }

    /// `yyyy-MM-dd`; years past 9999 carry a plus.
    static func text(days: Int) -> String {
        let date = CivilDate(daysSinceEpoch: days)
        return (date.year > 9999 ? "+" : "") + date.text
    }

    /// `yyyy-MM-dd HH:mm:ss` and the fraction without zeros at its end.
    static func text(microseconds: Int64) -> String {
        var text = Timestamp.text(microseconds: microseconds, separator: " ", suffix: "")
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        let days = Int(microseconds.dividedFloor(by: Timestamp.microsecondsPerDay))
        return (CivilDate(daysSinceEpoch: days).year > 9999 ? "+" : "") + text
    }
}

/// Reads the parts of a date and time from left to right.
struct TimeScanner {
    private let bytes: [UInt8]
    private var position: Int
    private let end: Int
    /// Whether the date had its day written.
    private(set) var hasDay = false
    /// Whether the time had its second written: a zone stands behind no other.
    private(set) var hasSecond = false

    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { position >= end }
    var peek: UInt8 { position < end ? bytes[position] : 0 }

    mutating func take(_ byte: UInt8) -> Bool {
        guard position < end, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    /// A number of `least` to `most` digits.
    mutating func number(_ least: Int, _ most: Int) -> Int? {
        let start = position
        var value = 0
        while position < end, position - start <= most, ASCII.isDigit(bytes[position]) {
            value = value * 10 + Int(bytes[position] - 48)
            position += 1
        }
        let count = position - start
        return count >= least && count <= most ? value : nil
    }

    /// Days since 1970-01-01 of an existing date.
    mutating func date(yearDigits: Int = 7) -> Int? {
        var isNegative = false
        if peek == 45 || peek == 43 {
            isNegative = peek == 45
            position += 1
        }
        guard let year = number(4, yearDigits) else { return nil }
        var date = CivilDate(year: isNegative ? -year : year, month: 1, day: 1)
        if take(45) {
            guard let month = number(1, 2) else { return nil }
            date.month = month
            if take(45) {
                guard let day = number(1, 2) else { return nil }
                date.day = day
                hasDay = true
            }
        }
        return date.exists ? date.daysSinceEpoch : nil
    }

    /// `h[:m[:s[.f…]]]` in microseconds; digits past the sixth are cut off.
    mutating func time() -> Int64? {
        guard let hour = number(1, 2), hour < 24 else { return nil }
        guard take(58) else { return Int64(hour * 60) * 60_000_000 }
        guard let minute = number(1, 2), minute < 60 else { return nil }
        var second = 0
        var fraction = 0
        if take(58) {
            guard let value = number(1, 2), value < 60 else { return nil }
            second = value
            hasSecond = true
            if take(46) {
                var scale = 100_000
                while position < end, ASCII.isDigit(bytes[position]) {
                    fraction += Int(bytes[position] - 48) * scale
                    scale /= 10
                    position += 1
                }
            }
        }
        return Int64(((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction)
    }

    /// The zone's offset in microseconds: `Z`, `UTC`, `GMT`, `UT`, and behind nothing or one of the
    /// last three `±h`, `±h:m`, `±hhmm`, each with seconds or without, up to 18 hours.
    mutating func zone() -> Int64? {
        while take(32) {}
        if take(UInt8(ascii: "Z")) { return 0 }
        for name in ["UTC", "GMT", "UT"] where bytes[position..<end].starts(with: name.utf8) {
            position += name.utf8.count
            if isAtEnd { return 0 }
            break
        }
        let isNegative = peek == 45
        guard take(45) || take(43), let parts = offset(), parts[1] < 60, parts[2] < 60 else {
            return nil
        }
        let seconds = (parts[0] * 60 + parts[1]) * 60 + parts[2]
        guard seconds <= 18 * 3600 else { return nil }
        return Int64(isNegative ? -seconds : seconds) * 1_000_000
    }

    /// Hours, minutes and seconds.
    private mutating func offset() -> [Int]? {
        let start = position
        if let digits = number(4, 6) {
            let count = position - start
            if count == 4 { return [digits / 100, digits % 100, 0] }
            return count == 6 ? [digits / 10_000, digits / 100 % 100, digits % 100] : nil
        }
        position = start
        guard let hours = number(1, 2) else { return nil }
        guard take(58) else { return [hours, 0, 0] }
        // Of the minutes alone one digit may be missing, as of the hours.
        guard let minutes = number(1, 2) else { return nil }
        let isShort = bytes[position - 2] == 58
        guard take(58) else { return [hours, minutes, 0] }
        guard !isShort, let seconds = number(2, 2) else { return nil }
        return [hours, minutes, seconds]
    }
}
