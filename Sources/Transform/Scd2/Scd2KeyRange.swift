import Columnar
import Parquet

/// From which to which value the first key column of some rows goes: by the statistics of a row
/// group it tells whether the group may hold one of the keys.
struct KeyRange: Sendable {
    private var integers: ClosedRange<Int64>?
    private var texts: (low: [UInt8], high: [UInt8])?
    private var type: ColumnType?
    /// Whether values came that have no order here.
    private var isUnbounded = false

    /// Takes in the values of a column; NULLs are no keys.
    mutating func take(_ column: Column) {
        type = column.type
        switch column.storage {
        case .int32(let values):
            for row in 0..<column.count where !column.isNull(row) { take(Int64(values[row])) }
        case .int64(let values):
            for row in 0..<column.count where !column.isNull(row) { take(values[row]) }
        case .bytes(let values):
            for row in 0..<column.count where !column.isNull(row) { take(values[row]) }
        case .dictionary(_, let dictionary):
            for code in 0..<dictionary.values.count { take(dictionary.values[code]) }
        default: isUnbounded = true
        }
    }

    private mutating func take(_ value: Int64) {
        guard let range = integers else {
            integers = value...value
            return
        }
        if value < range.lowerBound { integers = value...range.upperBound }
        if value > range.upperBound { integers = range.lowerBound...value }
    }

    private mutating func take(_ value: ArraySlice<UInt8>) {
        guard let range = texts else {
            texts = (Array(value), Array(value))
            return
        }
        if value.lexicographicallyPrecedes(range.low) { texts?.low = Array(value) }
        if range.high.lexicographicallyPrecedes(value) { texts?.high = Array(value) }
    }

    /// Whether a row group with this chunk of the column may hold a value of the range.
    func mayMeet(_ chunk: ColumnChunkMetadata) -> Bool {
        guard !isUnbounded, chunk.type == type, let minimum = chunk.minimum?.storage,
            let maximum = chunk.maximum?.storage
        else { return true }
        switch (minimum, maximum) {
        case (.int32(let low), .int32(let high)):
            return integers?.overlaps(Int64(low[0])...Int64(max(low[0], high[0]))) ?? false
        case (.int64(let low), .int64(let high)):
            return integers?.overlaps(low[0]...max(low[0], high[0])) ?? false
        case (.bytes(let low), .bytes(let high)):
            guard let texts else { return false }
            return !texts.high.lexicographicallyPrecedes(low[0])
                && !high[0].lexicographicallyPrecedes(texts.low)
        default: return true
        }
    }
}
