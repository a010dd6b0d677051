public import Columnar

/// What the rows that were looked at tell about one column.
public struct ColumnProfile: Sendable {
    public var type: ColumnType
    /// Rows looked at.
    public var rows = 0
    /// Rows without a value; invalid ones are not among them.
    public var nulls = 0
    /// Values of the source without a typed form (zero and impossible dates, text that is no
    /// UTF-8), as `_sluice_invalid` tells them.
    public var invalid = 0
    /// Of these: `0000-00-00…`.
    public var zeroDates = 0
    /// Numbers equal to 0.
    public var zeros = 0
    /// Numbers below 0.
    public var negatives = 0
    /// Texts of no bytes.
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
    /// One of the padded texts, the first that was met.
    public var paddedExample: [UInt8]?
    /// The bytes of the longest text.
    public var longest = 0
    /// Distinct days of dates and times, of integers read as `unixUnit` says; at most
    /// `dayCountMax` are told apart.
    public var days = 0
    /// Set when all numbers but 0 lie between 1990 and 2100 when read so, and there are at least
    /// two distinct values and days of them.
    public var unixUnit: UnixUnit?
    /// Dates and times later than the profile's `now`.
    public var future = 0
    /// Whether numbers, dates and times never decrease in the order of the rows; true where there
    /// are fewer than two of them, false for texts.
    public var isAscending = true

    /// More distinct values than this are not kept.
    public static let valueCountMax = 1_000
    /// Longer texts are not kept.
    public static let textByteCountMax = 64
    /// More distinct days than this are not told apart.
    public static let dayCountMax = 1 << 16

    /// The profile of a column of which no row was looked at.
    public init(type: ColumnType) { self.type = type }

    /// The distinct values that were kept. O(1).
    public var distinct: Int { values.count }

    /// Rows with a value.
    public var present: Int { rows - nulls - invalid }
}
