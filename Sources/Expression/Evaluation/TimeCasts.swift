internal import Columnar

/// Casts to dates and timestamps, all in UTC.
enum TimeCasts {
    static func date(_ operand: Operand, _ count: Int) -> Column {
        let column = operand.column
        if case .int64(let values) = column.storage {
            let days = values.map {
                Int32(truncatingIfNeeded: $0.dividedFloor(by: Timestamp.microsecondsPerDay))
            }
            return Column(.date, storage: .int32(days), validity: column.validity)
        }
        var nulls = NullMarks([Operand(column)], count)
        var days = [Int32](repeating: 0, count: count)
        let texts = Operand(column).texts
        for index in 0..<count where !nulls.isNull(index) {
            if let day = TimeText.date(texts.bytes, texts.range(index)) {
                days[index] = day
            } else {
                nulls.mark(index)
            }
        }
        return Column(.date, storage: .int32(days), validity: nulls.validity)
    }

    static func timestamp(_ operand: Operand, _ type: ColumnType, _ count: Int) -> Column {
        let column = operand.column
        if TypeRules.isTime(column.type), case .int64 = column.storage {
            return Column(type, storage: column.storage, validity: column.validity)
        }
        var nulls = NullMarks([Operand(column)], count)
        var values = [Int64](repeating: 0, count: count)
        for index in 0..<count where !nulls.isNull(index) {
            if let value = microseconds(column, index) {
                values[index] = value
            } else {
                nulls.mark(index)
            }
        }
        return Column(type, storage: .int64(values), validity: nulls.validity)
    }

    private static func microseconds(_ column: Column, _ index: Int) -> Int64? {
        let million: Int64 = 1_000_000
        switch (column.storage, column.type) {
        case (.int32(let days), .date): return TimeText.microseconds(Int(days[index]), 0)
        case (.int32(let seconds), _): return Int64(seconds[index]) * million
        case (.int64(let unscaled), .decimal(_, let scale)):
            return microseconds(Int128(unscaled[index]), scale)
        case (.int128(let unscaled), .decimal(_, let scale)):
            return microseconds(unscaled[index], scale)
        case (.int64(let seconds), _):
            // Past the ends Spark stays at the last microsecond.
            let (value, overflow) = seconds[index].multipliedReportingOverflow(by: million)
            return overflow ? (seconds[index] < 0 ? .min : .max) : value
        case (.float(let seconds), _): return microseconds(Double(seconds[index]))
        case (.double(let seconds), _): return microseconds(seconds[index])
        case (.bytes, _), (.dictionary, _):
            let texts = Operand(column).texts
            return TimeText.timestamp(texts.bytes, texts.range(index))
        default: return nil
        }
    }

    private static func microseconds(_ seconds: Double) -> Int64? {
        seconds.isFinite ? NumberCasts.saturated(seconds * 1_000_000) : nil
    }

    private static func microseconds(_ unscaled: Int128, _ scale: Int) -> Int64? {
        let (value, overflow) = unscaled.multipliedReportingOverflow(by: 1_000_000)
        if overflow { return nil }
        return Int64(truncatingIfNeeded: value / DecimalMath.powers[scale])
    }
}
