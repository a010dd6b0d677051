public import Columnar
public import Delta
public import Lake
public import Pipeline

/// How rows fall into partitions by a date (docs/specification/lake.md#silver): which column, and
/// which day; or that all are one partition, where there is no date.
public struct DatePartition: Hashable, Sendable {
    /// The date or timestamp column of the rows; nil where all are one partition.
    public let date: String?
    public let grain: PartitionGrain
    /// The partition column: the date itself, or `<date>_day`, `<date>_month`, `<date>_year`; nil
    /// where there is none.
    public let column: String?

    /// All rows are one partition, of a table without partition columns.
    public static let whole = DatePartition()

    /// What stands for the day of the only partition.
    public static let wholeDay: Int32 = 0

    private init() {
        date = nil
        grain = .day
        column = nil
    }

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

    /// The table's partition columns.
    public var columns: [String] { column.map { [$0] } ?? [] }

    /// The partition column where it is beside the date.
    public var derivedColumn: String? { isDerived ? column : nil }

    /// What cleaned columns are called in a table that is partitioned so.
    public func names(_ cleaned: Schema, over snapshot: Snapshot?) -> StoredNames {
        StoredNames(
            cleaned, own: derivedColumn.map { [$0] } ?? [], known: snapshot?.schema)
    }

    /// The first day of the partition of a file of these values; nil when the log does not say, or
    /// says that its rows have no date.
    public func day(of values: [String: String?]) -> Int32? {
        guard let column else { return DatePartition.wholeDay }
        return (values[column] ?? nil).flatMap { CivilDate($0) }
            .flatMap { Int32(exactly: $0.daysSinceEpoch) }
    }

    /// The first day of the partition of each row of a batch that holds the date; `none` where that
    /// is NULL.
    public func days(of rows: RecordBatch) -> [Int32] {
        guard let date else { return Array(repeating: DatePartition.wholeDay, count: rows.count) }
        guard let dates = rows[date] else { preconditionFailure("rows without their date") }
        return days(dates)
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
        if date == nil { return DatePartition.wholeDay }
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
