internal import Columnar
private import Glibc

/// Casts to numbers and booleans.
enum NumberCasts {
    /// A double cut to a long as Java does it: NaN is 0, the ends stay.
    static func saturated(_ value: Double) -> Int64 {
        if value.isNaN { return 0 }
        if value >= 9.223372036854775807e18 { return .max }
        if value <= -9.223372036854775808e18 { return .min }
        return Int64(value)
    }

    /// A double cut to 32 bits as Java does it.
    private static func saturated32(_ value: Double) -> Int64 {
        min(max(saturated(value), Int64(Int32.min)), Int64(Int32.max))
    }

    static func boolean(_ operand: Operand, _ count: Int) -> Column {
        let column = operand.column
        var nulls = NullMarks([Operand(column)], count)
        var values = [UInt8](repeating: 0, count: count)
        switch column.storage {
        case .float(let floats):
            for index in 0..<count { values[index] = floats[index] != 0 ? 1 : 0 }
        case .double(let doubles):
            for index in 0..<count { values[index] = doubles[index] != 0 ? 1 : 0 }
        case .bytes, .dictionary:
            let texts = Operand(column).texts
            for index in 0..<count where !nulls.isNull(index) {
                if let value = NumberText.boolean(texts.bytes, texts.range(index)) {
                    values[index] = value ? 1 : 0
                } else {
                    nulls.mark(index)
                }
            }
        default:
            let numbers = Operand(column).int128
            for index in 0..<count { values[index] = numbers[index] != 0 ? 1 : 0 }
        }
        return Column(.boolean, storage: .bool(values), validity: nulls.validity)
    }

    static func whole(_ operand: Operand, _ type: ColumnType, _ count: Int) -> Column {
        let column = operand.column
        var nulls = NullMarks([Operand(column)], count)
        var values = [Int64](repeating: 0, count: count)
        let width = range(type)
        for index in 0..<count where !nulls.isNull(index) {
            switch column.storage {
            case .bool(let booleans): values[index] = Int64(booleans[index])
            case .int32(let numbers): values[index] = Int64(numbers[index])
            case .int64(let numbers):
                values[index] = wide(numbers[index], column.type)
                // Seconds of a time do not wrap around.
                if TypeRules.isTime(column.type), !width.contains(values[index]) {
                    nulls.mark(index)
                    values[index] = 0
                }
            case .int128(let numbers):
                let scale = TypeRules.digits(column.type)?.scale ?? 0
                values[index] = Int64(
                    truncatingIfNeeded: numbers[index] / DecimalMath.powers[scale])
            case .float(let numbers): values[index] = cut(Double(numbers[index]), type)
            case .double(let numbers): values[index] = cut(numbers[index], type)
            default:
                let texts = Operand(column).texts
                if let value = NumberText.integer(texts.bytes, texts.range(index)),
                    width.contains(value)
                {
                    values[index] = value
                } else {
                    nulls.mark(index)
                }
            }
        }
        if type == .long {
            return Column(type, storage: .int64(values), validity: nulls.validity)
        }
        let narrow = values.map {
            ArithmeticKernel.wrapped(Int32(truncatingIfNeeded: $0), type)
        }
        return Column(type, storage: .int32(narrow), validity: nulls.validity)
    }

    private static func cut(_ value: Double, _ type: ColumnType) -> Int64 {
        type == .long ? saturated(value) : saturated32(value)
    }

    /// A value held in 64 bits as a whole number: seconds of a timestamp, a decimal's whole part.
    private static func wide(_ value: Int64, _ type: ColumnType) -> Int64 {
        switch type {
        case .decimal(_, let scale): value / Int64(DecimalMath.powers[scale])
        case .timestamp, .timestampNtz: value.dividedFloor(by: 1_000_000)
        default: value
        }
    }

    private static func range(_ type: ColumnType) -> ClosedRange<Int64> {
        switch type {
        case .byte: -128...127
        case .short: -32768...32767
        case .integer: Int64(Int32.min)...Int64(Int32.max)
        default: Int64.min...Int64.max
        }
    }

    static func floating(_ operand: Operand, _ type: ColumnType, _ count: Int) -> Column {
        let column = operand.column
        var nulls = NullMarks([Operand(column)], count)
        if let storage = direct(column, type) {
            return Column(type, storage: storage, validity: nulls.validity)
        }
        var values = [Double](repeating: 0, count: count)
        for index in 0..<count where !nulls.isNull(index) {
            switch (column.storage, column.type) {
            case (.bool(let booleans), _): values[index] = Double(booleans[index])
            case (.int64(let numbers), .decimal(_, let scale)):
                values[index] = DecimalMath.double(Int128(numbers[index]), scale: scale)
            case (.int64(let numbers), .timestamp), (.int64(let numbers), .timestampNtz):
                values[index] = Double(numbers[index]) / 1_000_000
            case (.int128(let numbers), .decimal(_, let scale)):
                values[index] = DecimalMath.double(numbers[index], scale: scale)
            default:
                let texts = Operand(column).texts
                if let value = NumberText.double(texts.bytes, texts.range(index)) {
                    values[index] = value
                } else {
                    nulls.mark(index)
                }
            }
        }
        guard type == .float else {
            return Column(type, storage: .double(values), validity: nulls.validity)
        }
        return Column(type, storage: .float(values.map { Float($0) }), validity: nulls.validity)
    }

    /// Binary numbers, converted in one rounding; nil for other columns.
    private static func direct(_ column: Column, _ type: ColumnType) -> ColumnStorage? {
        guard TypeRules.isIntegral(column.type) || TypeRules.isFractional(column.type) else {
            return nil
        }
        let isFloat = type == .float
        switch column.storage {
        case .int32(let values):
            return isFloat ? .float(values.map { Float($0) }) : .double(values.map { Double($0) })
        case .int64(let values):
            return isFloat ? .float(values.map { Float($0) }) : .double(values.map { Double($0) })
        case .float(let values): return .double(values.map { Double($0) })
        case .double(let values): return .float(values.map { Float($0) })
        default: return nil
        }
    }

    static func exact(_ operand: Operand, _ type: ColumnType, _ count: Int) -> Column {
        let column = operand.column
        let (precision, scale) = TypeRules.digits(type) ?? (38, 0)
        if let widened = widened(column, type, precision, scale) { return widened }
        var nulls = NullMarks([Operand(column)], count)
        var values = [Int128](repeating: 0, count: count)
        for index in 0..<count where !nulls.isNull(index) {
            if let value = unscaled(column, index, scale), DecimalMath.fits(value, precision) {
                values[index] = value
            } else {
                nulls.mark(index)
            }
        }
        return DecimalMath.column(values, type, nulls.validity)
    }

    /// Within 64 bits, to a type with room for every value: one multiplication a row.
    private static func widened(
        _ column: Column, _ type: ColumnType, _ precision: Int, _ scale: Int
    ) -> Column? {
        guard precision <= 18, let own = TypeRules.exact(column.type), scale >= own.scale,
            precision - scale >= own.precision - own.scale
        else { return nil }
        let factor = Int64(DecimalMath.powers[scale - own.scale])
        let values: [Int64]
        switch column.storage {
        case .int32(let numbers): values = numbers.map { Int64($0) &* factor }
        case .int64(let numbers): values = factor == 1 ? numbers : numbers.map { $0 &* factor }
        default: return nil
        }
        return Column(type, storage: .int64(values), validity: column.validity)
    }

    private static func unscaled(_ column: Column, _ index: Int, _ scale: Int) -> Int128? {
        switch (column.storage, column.type) {
        case (.bool(let values), _):
            return DecimalMath.rescaled(Int128(values[index]), from: 0, to: scale)
        case (.int32(let values), _):
            return DecimalMath.rescaled(Int128(values[index]), from: 0, to: scale)
        case (.int64(let values), .timestamp), (.int64(let values), .timestampNtz):
            return DecimalMath.rescaled(Int128(values[index]), from: 6, to: scale)
        case (.int64(let values), let type):
            let own = TypeRules.digits(type)?.scale ?? 0
            return DecimalMath.rescaled(Int128(values[index]), from: own, to: scale)
        case (.int128(let values), let type):
            let own = TypeRules.digits(type)?.scale ?? 0
            return DecimalMath.rescaled(values[index], from: own, to: scale)
        case (.float(let values), _): return decimal(Double(values[index]), scale)
        case (.double(let values), _): return decimal(values[index], scale)
        default:
            let texts = Operand(column).texts
            return NumberText.decimal(texts.bytes, texts.range(index), scale: scale)
        }
    }

    /// The decimal that a double's shortest text names.
    private static func decimal(_ value: Double, _ scale: Int) -> Int128? {
        guard value.isFinite else { return nil }
        let text = Array(value.description.utf8)
        return NumberText.decimal(text, text.indices, scale: scale)
    }
}
