/// The rule in a zone file's footer for all times after its last entry: a POSIX TZ string such as
/// `CET-1CEST,M3.5.0,M10.5.0/3`, with hours from -167 to 167.
struct ZoneFooter {
    private var standard: Int64 = 0
    private var summer: Int64?
    private var begin = Day(kind: .julian(1), seconds: 0)
    private var end = Day(kind: .julian(1), seconds: 0)

    /// A day of each year and the seconds after its local midnight.
    private struct Day {
        enum Kind {
            /// 1…365, February 29 is never counted.
            case julian(Int)
            /// 0…365, February 29 is counted.
            case ordinal(Int)
            /// Month, week (5 is the last) and weekday (0 is Sunday).
            case month(Int, Int, Int)
        }
        var kind: Kind
        var seconds: Int64

        /// Local seconds since 1970-01-01.
        func local(_ year: Int) -> Int64 {
            let day: Int
            let first = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch
            switch kind {
            case .ordinal(let number): day = first + number
            case .julian(let number):
                let isLeap = CivilDate.days(inMonth: 2, year: year) == 29
                day = first + number - 1 + (isLeap && number >= 60 ? 1 : 0)
            case .month(let month, let week, let weekday):
                let first = CivilDate(year: year, month: month, day: 1).daysSinceEpoch
                // 1970-01-01 was a Thursday.
                let lead = ((weekday - first - 4) % 7 + 7) % 7
                let last = CivilDate.days(inMonth: month, year: year)
                var place = lead + 7 * (week - 1)
                while place >= last { place -= 7 }
                day = first + place
            }
            return Int64(day) * 86_400 + seconds
        }
    }

    /// Nil when `bytes` are no such string.
    init?(_ bytes: [UInt8]) {
        var text = Text(bytes: bytes[...])
        guard text.name(), let west = text.time() else { return nil }
        standard = -west
        if text.bytes.isEmpty { return }
        guard text.name() else { return nil }
        var offset = standard + 3600
        if text.bytes.first != UInt8(ascii: ",") {
            guard let west = text.time() else { return nil }
            offset = -west
        }
        guard text.take(","), let begin = text.day(), text.take(","), let end = text.day(),
            text.bytes.isEmpty
        else { return nil }
        summer = offset
        self.begin = begin
        self.end = end
    }

    /// Adds the changes of 401 years; tells whether they go on for ever.
    func extend(_ instants: inout [Int64], _ offsets: inout [Int64]) -> Bool {
        let last = instants.last ?? .min
        guard let summer else {
            if instants.isEmpty { offsets = [standard] }
            return false
        }
        let days = max(last, -62_135_596_800).dividedFloor(by: 86_400)
        let year = CivilDate(daysSinceEpoch: Int(days)).year
        var changes: [(instant: Int64, offset: Int64)] = []
        for year in year...(year + 401) {
            changes.append((begin.local(year) - standard, summer))
            changes.append((end.local(year) - summer, standard))
        }
        changes.sort { $0.instant < $1.instant }
        // Summer time all the year is written as one that ends when the next begins.
        for change in changes
        where change.instant > last && change.offset != (offsets.last ?? standard) {
            if instants.last == change.instant { continue }
            instants.append(change.instant)
            offsets.append(change.offset)
        }
        return true
    }

    /// What is left to read of the string.
    private struct Text {
        var bytes: ArraySlice<UInt8>

        mutating func take(_ sign: Unicode.Scalar) -> Bool {
            guard bytes.first == UInt8(ascii: sign) else { return false }
            bytes = bytes.dropFirst()
            return true
        }

        /// Skips `CET` or `<+0530>`.
        mutating func name() -> Bool {
            if take("<") {
                bytes = bytes.drop { $0 != UInt8(ascii: ">") }
                return take(">")
            }
            let rest = bytes.drop { (65...90).contains($0) || (97...122).contains($0) }
            guard bytes.count - rest.count >= 3 else { return false }
            bytes = rest
            return true
        }

        mutating func number() -> Int? {
            let rest = bytes.drop { (48...57).contains($0) }
            guard bytes.count > rest.count, bytes.count - rest.count <= 3 else { return nil }
            let value = bytes.prefix(bytes.count - rest.count).reduce(0) { $0 * 10 + Int($1) - 48 }
            bytes = rest
            return value
        }

        /// `[+-]hh[:mm[:ss]]` as seconds.
        mutating func time() -> Int64? {
            let isNegative = take("-")
            if !isNegative { _ = take("+") }
            guard let hours = number(), hours <= 167 else { return nil }
            var seconds = hours * 3600
            for unit in [60, 1] where take(":") {
                guard let part = number(), part < 60 else { return nil }
                seconds += part * unit
            }
            return Int64(isNegative ? -seconds : seconds)
        }

        mutating func day() -> Day? {
            var day: Day
            if take("M") {
                guard let month = number(), take("."), let week = number(), take("."),
                    let weekday = number(), (1...12).contains(month), (1...5).contains(week),
                    (0...6).contains(weekday)
                else { return nil }
                day = Day(kind: .month(month, week, weekday), seconds: 7200)
            } else if take("J") {
                guard let number = number(), (1...365).contains(number) else { return nil }
                day = Day(kind: .julian(number), seconds: 7200)
            } else {
                guard let number = number(), number <= 365 else { return nil }
                day = Day(kind: .ordinal(number), seconds: 7200)
            }
            if take("/") {
                guard let time = time() else { return nil }
                day.seconds = time
            }
            return day
        }
    }
}
