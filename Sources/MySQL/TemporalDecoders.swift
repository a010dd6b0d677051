import Columnar
import Source

/// A point in time as the wire has it: a length byte, then year (2 bytes), month, day, and when
/// they are not zero hour, minute, second, and microseconds (4 bytes).
struct WireDateTime {
    var year = 0
    var month = 0
    var day = 0
    var hour = 0
    var minute = 0
    var second = 0
    var microsecond = 0

    /// The value and how many bytes it took, nil when it leaves the packet.
    @inline(__always)
    static func read(_ at: UnsafeRawPointer, _ available: Int) -> (WireDateTime, taken: Int)? {
        guard available >= 1 else { return nil }
        let length = unsafe Int(at.load(as: UInt8.self))
        guard length < available else { return nil }
        var value = WireDateTime()
        if length >= 4 {
            value.year = unsafe Int(at.loadUnaligned(fromByteOffset: 1, as: UInt16.self))
            value.month = unsafe Int(at.load(fromByteOffset: 3, as: UInt8.self))
            value.day = unsafe Int(at.load(fromByteOffset: 4, as: UInt8.self))
        }
        if length >= 7 {
            value.hour = unsafe Int(at.load(fromByteOffset: 5, as: UInt8.self))
            value.minute = unsafe Int(at.load(fromByteOffset: 6, as: UInt8.self))
            value.second = unsafe Int(at.load(fromByteOffset: 7, as: UInt8.self))
        }
        if length >= 11 {
            value.microsecond = unsafe Int(at.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        }
        return (value, length + 1)
    }

    /// Days since 1970-01-01, nil for dates that are not in the calendar. Year 0 has no form in
    /// most of the lake's readers and is what a date without its year looks like, so it counts as
    /// partial (P10).
    @inline(__always)
    var days: Int? {
        guard year >= 1, year <= 9999, month >= 1, month <= 12, day >= 1 else { return nil }
        let index = (year - MonthTable.firstYear) * 12 + month - 1
        if index >= 0, index < MonthTable.months.count {
            let entry = MonthTable.months[index]
            guard day <= Int(entry & 31) else { return nil }
            return Int(entry >> 5) + day - 1
        }
        guard day <= CivilDate.days(inMonth: month, year: year) else { return nil }
        return CivilDate(year: year, month: month, day: day).daysSinceEpoch
    }

    /// Microseconds of the day.
    @inline(__always)
    var microsecondsOfDay: Int64 {
        Int64(hour * 3600 + minute * 60 + second) * 1_000_000 + Int64(microsecond)
    }

    /// `YYYY-MM-DD` as the server prints it.
    var dateText: [UInt8] {
        var text: [UInt8] = []
        TimeText.append(year, 4, to: &text)
        text.append(45)
        TimeText.append(month, 2, to: &text)
        text.append(45)
        TimeText.append(day, 2, to: &text)
        return text
    }

    /// `YYYY-MM-DD hh:mm:ss.ffffff` with `digits` fraction digits, as the server prints it.
    func text(fractionDigits digits: Int) -> [UInt8] {
        var text = dateText
        text.append(32)
        TimeText.appendClock(hour, minute, second, microsecond, digits, to: &text)
        return text
    }
}

/// First day and length of each month of the years most dates are of: `days << 5 | length`.
enum MonthTable {
    static let firstYear = 1970
    static let months: [Int32] = (0..<(100 * 12)).map { index in
        let year = firstYear + index / 12
        let month = index % 12 + 1
        let first = CivilDate(year: year, month: month, day: 1).daysSinceEpoch
        return Int32(first << 5 | CivilDate.days(inMonth: month, year: year))
    }
}

/// `date`; what is not in the calendar becomes null and raw text (P10).
final class DateDecoder: ColumnDecoder {
    private var values = FixedValues<Int32>(zero: 0)
    private var validity = ValidityBuilder()

    func decode(_ block: PacketBlock, _ column: Int, _ invalid: inout InvalidValues) -> Bool {
        let first = invalid.entries.count
        let fits = unsafe values.extend(by: block.count) { slots in
            unsafe block.scan(column, &validity) { row, at, available in
                guard let (value, taken) = unsafe WireDateTime.read(at, available) else {
                    return -1
                }
                if let days = value.days {
                    unsafe slots[row] = Int32(truncatingIfNeeded: days)
                } else {
                    invalid.note(row, column, value.dateText)
                }
                return taken
            }
        }
        if fits { validity.clear(invalid, since: first) }
        return fits
    }

    func take() -> Column {
        Column(.date, storage: .int32(values.take()), validity: validity.take())
    }
}

/// `timestamp` from DATETIME, read in a zone, and TIMESTAMP, which the session
/// receives in UTC (P18).
final class TimestampDecoder: ColumnDecoder {
    private var zone: ZoneCursor
    private let fractionDigits: Int
    private var values = FixedValues<Int64>(zero: 0)
    private var validity = ValidityBuilder()

    /// `zone` is whose clock shows the values.
    init(zone: ZoneRules, fractionDigits: Int) {
        self.zone = ZoneCursor(zone)
        self.fractionDigits = fractionDigits
    }

    func decode(_ block: PacketBlock, _ column: Int, _ invalid: inout InvalidValues) -> Bool {
        let first = invalid.entries.count
        var zone = self.zone
        defer { self.zone = zone }
        let fits = unsafe values.extend(by: block.count) { slots in
            unsafe block.scan(column, &validity) { row, at, available in
                guard let (value, taken) = unsafe WireDateTime.read(at, available) else {
                    return -1
                }
                if let days = value.days {
                    let midnight = Int64(days) * Timestamp.microsecondsPerDay
                    unsafe slots[row] = zone.utc(ofLocal: midnight + value.microsecondsOfDay)
                } else {
                    invalid.note(row, column, value.text(fractionDigits: fractionDigits))
                }
                return taken
            }
        }
        if fits { validity.clear(invalid, since: first) }
        return fits
    }

    var unclearCount: Int { zone.unclearCount }

    func take() -> Column {
        Column(.timestamp, storage: .int64(values.take()), validity: validity.take())
    }
}
