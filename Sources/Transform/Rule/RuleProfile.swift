public import Columnar

/// What the rows of a bronze table look like: the ground for suggested rules. Bounded memory: a
/// column's distinct values are kept up to a few.
public struct RuleProfile: Sendable {
    /// One column.
    public struct ColumnProfile: Sendable {
        public var type: ColumnType
        public var nulls: Int64 = 0
        /// The distinct texts of a string column, nil once there are too many.
        public var texts: Set<[UInt8]>? = []
        /// The least value of a number; unscaled for a decimal.
        public var least: Int128?
    }

    /// More distinct values than this are no list.
    public static let valueCountMax = 20

    public private(set) var rowCount: Int64 = 0
    public private(set) var columns: [String: ColumnProfile] = [:]

    public init() {}

    /// Takes in rows. Dictionaries are looked at a value at a time.
    public mutating func add(_ rows: RecordBatch) {
        rowCount += Int64(rows.count)
        for (field, column) in zip(rows.schema.fields, rows.columns) {
            var profile =
                columns.removeValue(forKey: field.name) ?? ColumnProfile(type: field.type)
            profile.nulls += Int64(column.nullCount)
            RuleProfile.take(column, into: &profile)
            columns[field.name] = profile
        }
    }

    private static func take(_ column: Column, into profile: inout ColumnProfile) {
        switch column.storage {
        case .int32(let values): least(column, into: &profile) { Int128(values[$0]) }
        case .int64(let values): least(column, into: &profile) { Int128(values[$0]) }
        case .int128(let values): least(column, into: &profile) { values[$0] }
        case .dictionary(let codes, let values) where column.type == .string:
            var seen = Set<UInt32>()
            for row in 0..<column.count where profile.texts != nil && !column.isNull(row) {
                guard seen.insert(codes[row]).inserted else { continue }
                take(Array(values.values[Int(codes[row])]), into: &profile)
            }
        case .bytes(let values) where column.type == .string:
            for row in 0..<column.count where profile.texts != nil && !column.isNull(row) {
                take(Array(values[row]), into: &profile)
            }
        default: profile.texts = nil
        }
    }

    private static func least(
        _ column: Column, into profile: inout ColumnProfile, _ value: (Int) -> Int128
    ) {
        profile.texts = nil
        for row in 0..<column.count where !column.isNull(row) {
            let value = value(row)
            if value < profile.least ?? .max { profile.least = value }
        }
    }

    private static func take(_ text: [UInt8], into profile: inout ColumnProfile) {
        profile.texts?.insert(text)
        if profile.texts?.count ?? 0 > valueCountMax { profile.texts = nil }
    }
}
