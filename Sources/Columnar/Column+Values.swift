// Single values and whole storages of a column, without a switch at the caller.
extension Column {
    /// A whole number, or microseconds of a date or timestamp, as `FileStatistics` compares them;
    /// nil for other types. The row is not null.
    @inlinable
    public func statisticsValue(_ row: Int) -> Int64? {
        switch (type, storage) {
        case (.date, .int32(let values)): Int64(values[row]) * Timestamp.microsecondsPerDay
        case (.byte, .int32(let values)), (.short, .int32(let values)),
            (.integer, .int32(let values)):
            Int64(values[row])
        case (.long, .int64(let values)), (.timestamp, .int64(let values)): values[row]
        default: nil
        }
    }

    /// As `statisticsValue` for a column that orders events; `Int64.min` where it is NULL.
    @inlinable
    public func sequenceValues() -> [Int64] {
        (0..<count).map { isNull($0) ? .min : statisticsValue($0) ?? .min }
    }

    /// The value of a `long` or `timestamp` row, nil when it is NULL.
    @inlinable
    public func int64(_ row: Int) -> Int64? {
        guard !isNull(row), case .int64(let values) = storage else { return nil }
        return values[row]
    }
}

/// The values of a column of that storage, none for another.
extension ColumnStorage {
    @inlinable
    public var bools: [UInt8] { if case .bool(let values) = self { values } else { [] } }
    @inlinable
    public var int32s: [Int32] { if case .int32(let values) = self { values } else { [] } }
    @inlinable
    public var int64s: [Int64] { if case .int64(let values) = self { values } else { [] } }
    @inlinable
    public var int128s: [Int128] { if case .int128(let values) = self { values } else { [] } }
    @inlinable
    public var floats: [Float] { if case .float(let values) = self { values } else { [] } }
    @inlinable
    public var doubles: [Double] { if case .double(let values) = self { values } else { [] } }
}
