/// The distinct days seen, up to a bound.
struct DayTally: Sendable {
    private var days: Set<Int32> = []
    private var last: Int32?

    var count: Int { days.count }

    /// Records the day `day` days after 1970-01-01.
    @inline(__always)
    mutating func add(_ day: Int32) {
        // Rows in the order of their key mostly follow one another within a day.
        if day == last { return }
        last = day
        if days.count < ColumnProfile.dayCountMax { days.insert(day) }
    }
}

/// Reads the numbers of a column as Unix times for as long as all of them can be such.
struct UnixTally: Sendable {
    private(set) var unit: UnixUnit?
    private(set) var days = DayTally()
    private(set) var future = 0
    /// Set once a number cannot be such a time.
    private var isOut = false

    /// 1990-01-01 and 2100-01-01, in seconds.
    private static let seconds: Range<Int64> = 631_152_000..<4_102_444_800

    /// `now` in microseconds.
    @inline(__always)
    mutating func add(_ number: Int64, now: Int64) {
        if isOut || number == 0 { return }
        let met: UnixUnit
        if UnixTally.seconds.contains(number) {
            met = .seconds
        } else if UnixTally.seconds.contains(number / 1000), number > 0 {
            met = .milliseconds
        } else {
            return leave()
        }
        if unit == nil { unit = met }
        guard unit == met else { return leave() }
        let microseconds = number * met.microseconds
        if microseconds > now { future += 1 }
        days.add(Int32(microseconds / 86_400_000_000))
    }

    mutating func leave() {
        self = UnixTally()
        isOut = true
    }
}
