public import Columnar

/// What the rows that were read show about one column.
public struct ColumnProfile: Sendable {
    /// The type that the column has in bronze.
    public var type: ColumnType
    /// Rows read.
    public var rows = 0
    /// Rows without a value, invalid ones not counted.
    public var nulls = 0
    /// Values of the source without a typed form (zero and impossible dates, text that is no
    /// UTF-8), as `_sluice_invalid` lists them.
    public var invalid = 0
    /// Of these: `0000-00-00…`.
    public var zeroDates = 0
    /// Numbers equal to 0.
    public var zeros = 0
    /// Numbers below 0.
    public var negatives = 0
    /// Empty texts.
    public var empties = 0
    /// The least number (unscaled of a decimal), day of a date, microsecond of a timestamp; nil
    /// for other types, floats and doubles among them.
    public var least: Int128?
    /// The greatest, likewise.
    public var greatest: Int128?
    /// The least of floats and doubles, NaN left out.
    public var leastDouble: Double?
    /// The greatest, likewise.
    public var greatestDouble: Double?
    /// Values and the rows that have them, NULL and invalid ones left out. Of more than
    /// `valueCountMax` distinct ones, that many are kept: an even choice among all, the same in
    /// every run over the same rows, and the rows of each are all counted. Texts of more than
    /// `textByteCountMax` bytes, floats and doubles are not kept.
    public var values: [SampledValue: Int] = [:]
    /// Whether `values` are all there were.
    public var hasAllValues = true
    /// Texts with blanks or control characters (CR, LF, TAB, NUL, no-break space, …) at an end.
    public var paddedTexts = 0
    /// Texts with a control character anywhere.
    public var controlTexts = 0
    /// The first of the padded texts.
    public var paddedExample: [UInt8]?
    /// The bytes of the longest text.
    public var longest = 0
    /// Distinct days of dates and times, of integers read as `unixUnit` says; at most
    /// `dayCountMax` are told apart.
    public var days = 0
    /// Set if all numbers but 0, read so, lie between 1990 and 2100, and there are at least
    /// two distinct values and days of them.
    public var unixUnit: UnixUnit?
    /// Dates and times later than the profile's `now`.
    public var future = 0
    /// Whether numbers, dates and times never decrease in the order of the rows; true where there
    /// are fewer than two of them, false for texts.
    public var isAscending = true
    /// About how many distinct values there were: exact where all are in `values`, else within
    /// about 10 %. Values of types that are never kept do not count.
    public var distinctEstimate = 0
    /// What the next rows are compared with.
    var memory = ColumnMemory()

    /// More distinct values than this are not kept.
    public static let valueCountMax = 1_000
    /// Longer texts are not kept.
    public static let textByteCountMax = 64
    /// More distinct days than this are not told apart.
    public static let dayCountMax = 1 << 16

    /// The profile of a column before any row was read.
    public init(type: ColumnType) { self.type = type }

    /// How many distinct values were kept. O(1).
    public var distinct: Int { values.count }

    /// Rows with a value.
    public var present: Int { rows - nulls - invalid }
}

/// What a column's profile carries from one batch to the next.
struct ColumnMemory: Sendable {
    var tally = ValueTally(limit: ColumnProfile.valueCountMax)
    var days = DayTally()
    var unix = UnixTally()
    var texts = TextMemory()
    var last: Int128?
    var lastDouble: Double?
}

extension ColumnProfile {
    /// Takes in the next rows and joins their hashes to `rowHashes`, one a row.
    mutating func add(_ column: Column, now: Int64, _ rowHashes: inout [UInt64]) {
        rows += column.count
        nulls += column.nullCount
        switch column.storage {
        case .bool(let values):
            take(values.map(Int32.init), of: column, now: now, &rowHashes)
        case .int32(let values): take(values, of: column, now: now, &rowHashes)
        case .int64(let values): take(values, of: column, now: now, &rowHashes)
        case .int128(let values): take(values, of: column, now: now, &rowHashes)
        case .float(let values): take(reals: column, &rowHashes) { Double(values[$0]) }
        case .double(let values): take(reals: column, &rowHashes) { values[$0] }
        case .bytes(let values): take(texts: values, of: column, &rowHashes)
        case .dictionary(let codes, let values): take(codes: codes, of: values, column, &rowHashes)
        case .structure, .list, .map:
            // Their values are not profiled.
            if column.nullCount < column.count { memory.tally.skip() }
        }
        if type.isTime { takeDays(column, now: now) }
        settle()
    }

    private mutating func settle() {
        memory.tally.prune()
        values = memory.tally.kept
        hasAllValues = memory.tally.isComplete
        distinctEstimate = memory.tally.distinctEstimate
        days = memory.days.count
        guard !type.isTime, let unit = memory.unix.unit, values.count > 1,
            memory.unix.days.count > 1
        else { return unixUnit = nil }
        unixUnit = unit
        days = memory.unix.days.count
        future = memory.unix.future
    }
}
