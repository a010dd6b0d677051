/// A date of the proleptic Gregorian calendar and its day number.
///
/// Day arithmetic by eras of 400 years (146,097 days), years starting in March so that the leap
/// day is last. Exact for every `Int32` day number.
public struct CivilDate: Hashable, Sendable {
    /// The year, 0 being 1 BC.
    public var year: Int
    /// 1…12.
    public var month: Int
    /// 1…31.
    public var day: Int

    /// A date that is in the calendar; nothing is checked.
    public init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The date `days` after 1970-01-01.
    public init(daysSinceEpoch days: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01; the date need not exist (February 31 counts on into March).
    @inlinable
    public var daysSinceEpoch: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// Whether month and day exist in that year.
    public var exists: Bool {
        guard (1...12).contains(month), day >= 1 else { return false }
        return day <= CivilDate.days(inMonth: month, year: year)
    }

    /// The number of days of a month, 1…12.
    public static func days(inMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// `YYYY-MM-DD`, with a sign and more digits outside 0000…9999.
    public var text: String {
        let digits = String(abs(year))
        let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return (year < 0 ? "-" : "") + padded + "-" + twoDigits(month) + "-" + twoDigits(day)
    }

    /// Parses exactly `YYYY-MM-DD` of an existing date, or returns nil.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else {
            return nil
        }
        var numbers = (year: 0, month: 0, day: 0)
        for (place, byte) in bytes.enumerated() where place != 4 && place != 7 {
            guard case 0...9 = Int(byte) - 48 else { return nil }
            let digit = Int(byte) - 48
            switch place {
            case ..<4: numbers.year = numbers.year * 10 + digit
            case ..<7: numbers.month = numbers.month * 10 + digit
            default: numbers.day = numbers.day * 10 + digit
            }
        }
        self.init(year: numbers.year, month: numbers.month, day: numbers.day)
        if !exists { return nil }
    }
}

/// A point in time as microseconds since 1970-01-01T00:00:00Z, and its texts.
public enum Timestamp {
    /// Microseconds in one day.
    public static let microsecondsPerDay: Int64 = 86_400_000_000

    /// ISO 8601 text, `2026-01-31T12:30:00.000123Z`, with `fractionDigits` digits (0…6, cut off,
    /// never rounded) after the seconds.
    public static func text(
        microseconds: Int64, fractionDigits: Int = 6, separator: String = "T", suffix: String = "Z"
    ) -> String {
        let days = microseconds.dividedFloor(by: microsecondsPerDay)
        var rest = microseconds - days * microsecondsPerDay
        let fraction = rest % 1_000_000
        rest /= 1_000_000
        var text = CivilDate(daysSinceEpoch: Int(days)).text + separator
        text += twoDigits(Int(rest / 3600)) + ":" + twoDigits(Int(rest / 60 % 60)) + ":"
        text += twoDigits(Int(rest % 60))
        if fractionDigits > 0 {
            let digits = String(1_000_000 + fraction).dropFirst()
            text += "." + digits.prefix(fractionDigits)
        }
        return text + suffix
    }
}

extension Int64 {
    /// Division rounding towards minus infinity; `divisor` must be positive.
    @inlinable
    public func dividedFloor(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
