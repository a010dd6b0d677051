public import Columnar
public import Delta
public import Parquet

/// From which to which value a column of some rows goes, the first of a key for example: by the
/// statistics of a file or a row group it tells whether that may hold one of the values.
public struct KeyRange: Sendable {

    public init() {
    }
    private var integers: ClosedRange<Int64>?
    private var texts: (low: [UInt8], high: [UInt8])?
    private var type: ColumnType?
    /// Whether values came that have no order here.
    private var isUnbounded = false

    /// Takes in the values of a column; NULLs are no keys.
    public mutating func take(_ column: Column) {
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

    /// Whether a file may hold a value of the range in the column `field`, by what the log says of
    /// it: asked of whole numbers, of others it may have a part only.
    public func mayMeet(_ file: AddFile, _ field: Field) -> Bool {
        guard !isUnbounded, type == field.type, type == .long || type == .integer, let integers,
            integers.lowerBound > .min, let statistics = file.statistics
        else { return true }
        return statistics.mayHold(column: field.name, greaterThan: integers.lowerBound - 1)
            && statistics.mayHold(column: field.name, atMost: integers.upperBound)
    }

    /// Whether a row group may hold a value of the range in `column`, by its statistics.
    public func mayMeet(_ group: RowGroupMetadata, _ column: String) -> Bool {
        group.columns.first { $0.path == [column] }.map { mayMeet($0) } ?? true
    }

    /// Whether a row group with this chunk of the column may hold a value of the range.
    public func mayMeet(_ chunk: ColumnChunkMetadata) -> Bool {
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
