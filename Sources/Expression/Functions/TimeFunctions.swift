internal import Columnar

/// Functions of dates and timestamps; every timestamp is read in UTC.
enum TimeFunctions {
    static let table: [String: FunctionDefinition] = [
        "year": FunctionDefinition(1...1, part), "month": FunctionDefinition(1...1, part),
        "day": FunctionDefinition(1...1, part), "dayofmonth": FunctionDefinition(1...1, part),
        "date_trunc": FunctionDefinition(2...2, truncated),
        "date_add": FunctionDefinition(2...2, shifted),
        "date_sub": FunctionDefinition(2...2, shifted),
        "datediff": FunctionDefinition(2...2, difference),
        "date_diff": FunctionDefinition(2...2, difference),
        "to_date": FunctionDefinition(1...2, toDate),
        "to_timestamp": FunctionDefinition(1...2, toTimestamp),
        "timestamp_seconds": FunctionDefinition(1...1, counted),
        "timestamp_millis": FunctionDefinition(1...1, counted),
        "current_date": FunctionDefinition(0...0, currentDate),
        "current_timestamp": FunctionDefinition(0...0, currentTimestamp),
        "now": FunctionDefinition(0...0, currentTimestamp),
    ]

    private static func time(
        _ call: Call, _ index: Int, as type: ColumnType
    ) throws(ExpressionError) -> Node {
        let node = call.arguments[index]
        if let own = node.type, own != .string, !TypeRules.isTime(own) {
            throw ExpressionError(
                .type, at: node.offset, "\(call.name) takes a \(type) here, not \(own)")
        }
        return try Cast.implicit(node, to: type)
    }

    private static func part(_ call: Call) throws(ExpressionError) -> Node {
        let name = call.name
        return try Node(.integer, [time(call, 0, as: .date)], at: call.offset) {
            operands, count throws(ExpressionError) in
            let values = operands[0].int32.values.map { days in
                let date = CivilDate(daysSinceEpoch: Int(days))
                return Int32(name == "year" ? date.year : name == "month" ? date.month : date.day)
            }
            return Column(
                .integer, storage: .int32(values), validity: operands[0].column.validity)
        }
    }

    private static func shifted(_ call: Call) throws(ExpressionError) -> Node {
        let days = call.arguments[1]
        if let type = days.type, ![.byte, .short, .integer].contains(type) {
            throw ExpressionError(
                .type, at: days.offset, "\(call.name) takes whole days (integer), not \(type)",
                hint: "CAST(… AS INT) converts.")
        }
        let isBack = call.name == "date_sub"
        let nodes = [try time(call, 0, as: .date), try Cast.implicit(days, to: .integer)]
        return try Node(.date, nodes, at: call.offset) {
            operands, count throws(ExpressionError) in
            let dates = operands[0].int32
            let days = operands[1].int32
            let nulls = NullMarks(operands, count)
            var values = [Int32](repeating: 0, count: count)
            for index in 0..<count {
                values[index] = isBack ? dates[index] &- days[index] : dates[index] &+ days[index]
            }
            return Column(.date, storage: .int32(values), validity: nulls.validity)
        }
    }

    private static func difference(_ call: Call) throws(ExpressionError) -> Node {
        let nodes = [try time(call, 0, as: .date), try time(call, 1, as: .date)]
        return try Node(.integer, nodes, at: call.offset) {
            operands, count throws(ExpressionError) in
            let end = operands[0].int32
            let start = operands[1].int32
            let nulls = NullMarks(operands, count)
            var values = [Int32](repeating: 0, count: count)
            for index in 0..<count { values[index] = end[index] &- start[index] }
            return Column(.integer, storage: .int32(values), validity: nulls.validity)
        }
    }

    private static func truncated(_ call: Call) throws(ExpressionError) -> Node {
        let node = try time(call, 1, as: .timestamp)
        guard let text = try call.constantText(0) else { return call.null(.timestamp) }
        let name = String(decoding: text, as: UTF8.self)
        guard let unit = TimeUnit(name) else {
            throw ExpressionError.unknown(
                "unit", name, at: call.arguments[0].offset, known: TimeUnit.names)
        }
        return try Node(.timestamp, [node], at: call.offset) {
            operands, count throws(ExpressionError) in
            let values = operands[0].int64.values.map { unit.start(of: $0) }
            return Column(
                .timestamp, storage: .int64(values), validity: operands[0].column.validity)
        }
    }

    private static func toDate(_ call: Call) throws(ExpressionError) -> Node {
        guard call.arguments.count == 2, call.arguments[0].type == .string else {
            return try time(call, 0, as: .date)
        }
        guard let parsed = try formatted(call) else { return call.null(.date) }
        return try Cast.implicit(parsed, to: .date)
    }

    private static func toTimestamp(_ call: Call) throws(ExpressionError) -> Node {
        let node = call.arguments[0]
        if let type = node.type, TypeRules.isNumeric(type) {
            return try Cast.explicit(node, to: .timestamp, at: call.offset)
        }
        guard call.arguments.count == 2, node.type == .string else {
            return try time(call, 0, as: .timestamp)
        }
        return try formatted(call) ?? call.null(.timestamp)
    }

    /// A time told as whole seconds or milliseconds since 1970; NULL where it is out of range.
    private static func counted(_ call: Call) throws(ExpressionError) -> Node {
        let node = call.arguments[0]
        if let type = node.type, ![.byte, .short, .integer, .long].contains(type) {
            throw ExpressionError(
                .type, at: node.offset, "\(call.name) takes a whole number, not \(type)",
                hint: "CAST(… AS BIGINT) converts.")
        }
        let unit: Int64 = call.name == "timestamp_millis" ? 1_000 : 1_000_000
        return try Node(.timestamp, [Cast.implicit(node, to: .long)], at: call.offset) {
            operands, count throws(ExpressionError) in
            let numbers = operands[0].int64
            var nulls = NullMarks(operands, count)
            var values = [Int64](repeating: 0, count: count)
            for index in 0..<count where !nulls.isNull(index) {
                let (value, isOver) = numbers[index].multipliedReportingOverflow(by: unit)
                if isOver { nulls.mark(index) } else { values[index] = value }
            }
            return Column(.timestamp, storage: .int64(values), validity: nulls.validity)
        }
    }

    /// Text read by a format; nil when the format is NULL.
    private static func formatted(_ call: Call) throws(ExpressionError) -> Node? {
        guard let text = try call.constantText(1) else { return nil }
        let format = try TimeFormat(text, at: call.arguments[1].offset)
        return try Node(.timestamp, [call.arguments[0]], at: call.offset) {
            operands, count throws(ExpressionError) in
            let texts = operands[0].texts
            var nulls = NullMarks(operands, count)
            var values = [Int64](repeating: 0, count: count)
            for index in 0..<count where !nulls.isNull(index) {
                if let value = format.parse(texts.bytes, texts.range(index)) {
                    values[index] = value
                } else {
                    nulls.mark(index)
                }
            }
            return Column(.timestamp, storage: .int64(values), validity: nulls.validity)
        }
    }

    private static func currentDate(_ call: Call) throws(ExpressionError) -> Node {
        let days = call.context.now.dividedFloor(by: Timestamp.microsecondsPerDay)
        let literal = Literal(.date, .int32([Int32(truncatingIfNeeded: days)]))
        return Node(literal: literal, at: call.offset)
    }

    private static func currentTimestamp(_ call: Call) throws(ExpressionError) -> Node {
        Node(literal: Literal(.timestamp, .int64([call.context.now])), at: call.offset)
    }
}

/// What date_trunc cuts to.
enum TimeUnit: Sendable {
    case year, quarter, month, week
    /// Microseconds of a unit that always has the same length.
    case fixed(Int64)

    static let names = [
        "year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond",
        "microsecond",
    ]

    init?(_ name: String) {
        switch name.uppercased() {
        case "YEAR", "YYYY", "YY": self = .year
        case "QUARTER": self = .quarter
        case "MONTH", "MM", "MON": self = .month
        case "WEEK": self = .week
        case "DAY", "DD": self = .fixed(Timestamp.microsecondsPerDay)
        case "HOUR": self = .fixed(3_600_000_000)
        case "MINUTE": self = .fixed(60_000_000)
        case "SECOND": self = .fixed(1_000_000)
        case "MILLISECOND": self = .fixed(1000)
        case "MICROSECOND": self = .fixed(1)
        default: return nil
        }
    }

    /// The first microsecond of the unit that holds one.
    func start(of microseconds: Int64) -> Int64 {
        if case .fixed(let length) = self {
            return microseconds.dividedFloor(by: length) &* length
        }
        let days = Int(microseconds.dividedFloor(by: Timestamp.microsecondsPerDay))
        var date = CivilDate(daysSinceEpoch: days)
        switch self {
        case .week:
            // Day 0 was a Thursday, weeks start on Monday.
            let monday = days - Int(Int64(days + 3) - Int64(days + 3).dividedFloor(by: 7) * 7)
            return Int64(monday) &* Timestamp.microsecondsPerDay
        case .year: date.month = 1
        case .quarter: date.month = (date.month - 1) / 3 * 3 + 1
        case .month, .fixed: break
        }
        date.day = 1
        return Int64(date.daysSinceEpoch) &* Timestamp.microsecondsPerDay
    }
}
