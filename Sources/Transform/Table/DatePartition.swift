public import Columnar
import Delta

/// How rows fall into partitions by a date (DESIGN.md section 4): which column, and which day.
public struct DatePartition: Hashable, Sendable {
    /// The date or timestamp column of the rows.
    public let date: String
    public let grain: PartitionGrain
    /// The partition column: the date itself, or `<date>_day`, `<date>_month`, `<date>_year`.
    public let column: String

    /// The partitions of a table whose column `date` is a `date` or `timestamp`.
    public init(date: String, type: ColumnType, grain: PartitionGrain) {
        self.date = date
        self.grain = grain
        switch (grain, type) {
        case (.day, .date): column = date
        case (.day, _): column = date + "_day"
        case (.month, _): column = date + "_month"
        case (.year, _): column = date + "_year"
        }
    }

    /// Whether the partition column is beside the date and not the date itself.
    public var isDerived: Bool { column != date }

    /// What cleaned columns are called in a table that is partitioned so.
    func names(_ cleaned: Schema, over snapshot: Snapshot?) -> StoredNames {
        StoredNames(cleaned, own: isDerived ? [column] : [], known: snapshot?.schema)
    }

    /// The first day of each row's partition, days since 1970-01-01; `none` where the date is NULL.
    public func days(_ dates: Column) -> [Int32] {
        var days: [Int32]
        switch dates.storage {
        case .int32(let values): days = values
        case .int64(let values):
            days = values.map {
                Int32(truncatingIfNeeded: $0.dividedFloor(by: Timestamp.microsecondsPerDay))
            }
        default: preconditionFailure("partitions need a date or a timestamp")
        }
        if grain != .day { floor(&days) }
        guard let validity = dates.validity else { return days }
        for index in days.indices where !validity[index] { days[index] = DatePartition.none }
        return days
    }

    /// The day that stands for no date.
    public static let none = Int32.min

    /// The first day of the partition that holds `day`.
    public func start(_ day: Int32) -> Int32 {
        var date = CivilDate(daysSinceEpoch: Int(day))
        switch grain {
        case .day: return day
        case .month: date.day = 1
        case .year:
            date.month = 1
            date.day = 1
        }
        return Int32(truncatingIfNeeded: date.daysSinceEpoch)
    }

    /// The text of a partition's value.
    public static func text(_ day: Int32) -> String { CivilDate(daysSinceEpoch: Int(day)).text }

    /// Rows near one another share months: a table over their range is filled as it is needed.
    private func floor(_ days: inout [Int32]) {
        guard let low = days.min(), let high = days.max() else { return }
        guard Int(high) - Int(low) <= 1 << 20 else {
            for index in days.indices { days[index] = start(days[index]) }
            return
        }
        var starts = [Int32](repeating: DatePartition.none, count: Int(high) - Int(low) + 1)
        for index in days.indices {
            let place = Int(days[index] - low)
            if starts[place] == DatePartition.none { starts[place] = start(days[index]) }
            days[index] = starts[place]
        }
    }
}
