internal import Columnar

/// CAST with ANSI mode off: what does not convert is NULL, whole numbers wrap around.
enum Cast {
    static func explicit(
        _ node: Node, to type: ColumnType, at offset: Int
    ) throws(ExpressionError) -> Node {
        if let own = node.type, !TypeRules.canCast(own, to: type) {
            throw ExpressionError(.type, at: offset, "\(own) cannot be cast to \(type)")
        }
        return try convert(node, to: type, at: offset)
    }

    /// The node in a type it converts to by itself.
    static func implicit(_ node: Node, to type: ColumnType) throws(ExpressionError) -> Node {
        try convert(node, to: type, at: node.offset)
    }

    private static func convert(
        _ node: Node, to type: ColumnType, at offset: Int
    ) throws(ExpressionError) -> Node {
        guard let own = node.type else {
            return Node(
                literal: Literal(type: type, column: Column.nulls(type, count: 1)), at: offset)
        }
        if own == type { return node }
        return try Node(type, [node], at: offset) { operands, count throws(ExpressionError) in
            let rows = operands[0].isConstant ? 1 : count
            return try column(operands[0], to: type, rows, at: offset)
        }
    }

    private static func column(
        _ operand: Operand, to type: ColumnType, _ count: Int, at offset: Int
    ) throws(ExpressionError) -> Column {
        switch type {
        case .string: return try TextCasts.text(operand, count, at: offset)
        case .binary:
            return Column(
                .binary, storage: operand.column.storage,
                validity: operand.column.validity)
        case .boolean: return NumberCasts.boolean(operand, count)
        case .byte, .short, .integer, .long: return NumberCasts.whole(operand, type, count)
        case .float, .double: return NumberCasts.floating(operand, type, count)
        case .decimal: return NumberCasts.exact(operand, type, count)
        case .date: return TimeCasts.date(operand, count)
        case .timestamp, .timestampNtz: return TimeCasts.timestamp(operand, type, count)
        case .structure, .list, .map: preconditionFailure("there are no casts to nested types")
        }
    }
}

/// Casts to text.
enum TextCasts {
    static func text(
        _ operand: Operand, _ count: Int, at offset: Int
    ) throws(ExpressionError) -> Column {
        let column = operand.column
        if column.type == .binary {
            return Column(.string, storage: column.storage, validity: column.validity)
        }
        var builder = TextBuilder(count: count)
        for index in 0..<count {
            if !column.isNull(index) {
                builder.bytes.append(contentsOf: text(column, index).utf8)
            }
            try builder.finishRow(at: offset)
        }
        return builder.column(.string, column.validity)
    }

    private static func text(_ column: Column, _ index: Int) -> String {
        switch (column.storage, column.type) {
        case (.int32(let values), .date): TimeText.text(days: Int(values[index]))
        case (.int64(let values), .timestamp), (.int64(let values), .timestampNtz):
            TimeText.text(microseconds: values[index])
        case (.int64(let values), .decimal(_, let scale)):
            NumberText.java(decimal: Int128(values[index]), scale: scale)
        case (.int128(let values), .decimal(_, let scale)):
            NumberText.java(decimal: values[index], scale: scale)
        case (.float(let values), _): NumberText.java(values[index].description)
        case (.double(let values), _): NumberText.java(values[index].description)
        default: column.text(index)
        }
    }
}

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
