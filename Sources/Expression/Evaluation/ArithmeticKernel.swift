internal import Columnar
private import Glibc

/// Arithmetic over operands of one binary number type.
enum ArithmeticKernel {
    static func compute(
        _ operation: Arithmetic, _ type: ColumnType, _ operands: [Operand], _ count: Int
    ) -> Column {
        var nulls = NullMarks(operands, count)
        let storage: ColumnStorage
        switch type {
        case .byte, .short, .integer:
            let left = operands[0].int32
            let values = whole(operation, left, operands[1].int32, &nulls, count)
            storage = .int32(type == .integer ? values : values.map { wrapped($0, type) })
        case .long:
            storage = .int64(
                whole(operation, operands[0].int64, operands[1].int64, &nulls, count))
        case .float:
            storage = .float(
                floating(operation, operands[0].floats, operands[1].floats, &nulls, count))
        default:
            storage = .double(
                floating(operation, operands[0].doubles, operands[1].doubles, &nulls, count))
        }
        return Column(type, storage: storage, validity: nulls.validity)
    }

    /// The value in the width of its type, high bits cut off.
    static func wrapped(_ value: Int32, _ type: ColumnType) -> Int32 {
        switch type {
        case .byte: Int32(Int8(truncatingIfNeeded: value))
        case .short: Int32(Int16(truncatingIfNeeded: value))
        default: value
        }
    }

    private static func whole<Value: FixedWidthInteger & Sendable>(
        _ operation: Arithmetic, _ left: Lanes<Value>, _ right: Lanes<Value>,
        _ nulls: inout NullMarks, _ count: Int
    ) -> [Value] {
        switch operation {
        case .add: return rows(count) { left[$0] &+ right[$0] }
        case .subtract: return rows(count) { left[$0] &- right[$0] }
        case .multiply: return rows(count) { left[$0] &* right[$0] }
        case .divide, .wholeDivide, .remainder: break
        }
        var result = [Value](repeating: 0, count: count)
        for index in 0..<count {
            let divisor = right[index]
            if divisor == 0 {
                nulls.mark(index)
            } else if operation == .remainder {
                result[index] =
                    left[index].remainderReportingOverflow(dividingBy: divisor)
                    .partialValue
            } else {
                result[index] = left[index].dividedReportingOverflow(by: divisor).partialValue
            }
        }
        return result
    }

    private static func floating<Value: BinaryFloatingPoint & Sendable>(
        _ operation: Arithmetic, _ left: Lanes<Value>, _ right: Lanes<Value>,
        _ nulls: inout NullMarks, _ count: Int
    ) -> [Value] {
        switch operation {
        case .add: return rows(count) { left[$0] + right[$0] }
        case .subtract: return rows(count) { left[$0] - right[$0] }
        case .multiply: return rows(count) { left[$0] * right[$0] }
        case .divide, .wholeDivide, .remainder: break
        }
        var result = [Value](repeating: 0, count: count)
        for index in 0..<count {
            let divisor = right[index]
            if divisor == 0 {
                nulls.mark(index)
            } else if operation == .remainder {
                result[index] = left[index].truncatingRemainder(dividingBy: divisor)
            } else {
                result[index] = left[index] / divisor
            }
        }
        return result
    }

    @inline(__always)
    private static func rows<Value: Numeric>(_ count: Int, _ value: (Int) -> Value) -> [Value] {
        var result = [Value](repeating: 0, count: count)
        for index in 0..<count { result[index] = value(index) }
        return result
    }

    /// The negative or the absolute value; the least whole number of a type stays itself.
    static func sign(_ type: ColumnType, _ operand: Operand, isAbsolute: Bool) -> Column {
        let storage: ColumnStorage
        switch operand.column.storage {
        case .int32(let values):
            storage = .int32(
                values.map { wrapped(isAbsolute && $0 >= 0 ? $0 : 0 &- $0, type) })
        case .int64(let values):
            storage = .int64(values.map { isAbsolute && $0 >= 0 ? $0 : 0 &- $0 })
        case .int128(let values):
            storage = .int128(values.map { isAbsolute && $0 >= 0 ? $0 : 0 &- $0 })
        case .float(let values): storage = .float(values.map { isAbsolute ? $0.magnitude : -$0 })
        case .double(let values): storage = .double(values.map { isAbsolute ? $0.magnitude : -$0 })
        default: preconditionFailure("\(type) has no sign")
        }
        return Column(type, storage: storage, validity: operand.column.validity)
    }
}

/// Exact arithmetic over two decimals.
struct ExactKernel: Sendable {
    private let operation: Arithmetic
    private let type: ColumnType
    private let leftScale: Int
    private let rightScale: Int
    private let precision: Int
    private let scale: Int
    /// Whether the type was not cut to 38 digits, so that every result fits.
    private let isRoomy: Bool

    init(_ operation: Arithmetic, _ type: ColumnType, _ leftScale: Int, _ rightScale: Int) {
        self.operation = operation
        self.type = type
        self.leftScale = leftScale
        self.rightScale = rightScale
        (precision, scale) = TypeRules.digits(type) ?? (38, 0)
        isRoomy = precision < 38
    }

    func compute(_ operands: [Operand], _ count: Int) -> Column {
        if precision <= 18, operation != .divide, operation != .remainder {
            return narrow(operands, count)
        }
        let left = operands[0].int128
        let right = operands[1].int128
        var nulls = NullMarks(operands, count)
        var values = [Int128](repeating: 0, count: count)
        if operation == .multiply, scale == leftScale + rightScale, isRoomy {
            for index in 0..<count { values[index] = left[index] &* right[index] }
            return DecimalMath.column(values, type, nulls.validity)
        }
        for index in 0..<count where !nulls.isNull(index) {
            if let value = value(left[index], right[index]), DecimalMath.fits(value, precision) {
                values[index] = value
            } else {
                nulls.mark(index)
            }
        }
        return DecimalMath.column(values, type, nulls.validity)
    }

    /// Results of at most 18 digits never overflow and need no rounding: 64 bits do.
    private func narrow(_ operands: [Operand], _ count: Int) -> Column {
        let left = operands[0].int64
        let right = operands[1].int64
        let nulls = NullMarks(operands, count)
        var values = [Int64](repeating: 0, count: count)
        let isProduct = operation == .multiply
        let first = isProduct ? 1 : Int64(DecimalMath.powers[scale - leftScale])
        let second = isProduct ? 1 : Int64(DecimalMath.powers[scale - rightScale])
        switch operation {
        case .add:
            for index in 0..<count {
                values[index] = left[index] &* first &+ right[index] &* second
            }
        case .subtract:
            for index in 0..<count {
                values[index] = left[index] &* first &- right[index] &* second
            }
        default:
            for index in 0..<count { values[index] = left[index] &* right[index] }
        }
        return Column(type, storage: .int64(values), validity: nulls.validity)
    }

    private func value(_ left: Int128, _ right: Int128) -> Int128? {
        switch operation {
        case .add: return sum(left, right)
        case .subtract: return sum(left, -right)
        case .multiply:
            return DecimalMath.product(left, right, drop: leftScale + rightScale - scale)
        case .divide, .wholeDivide:
            if right == 0 { return nil }
            return DecimalMath.quotient(left, right, shift: scale - leftScale + rightScale)
        case .remainder:
            if right == 0 { return nil }
            let rest = DecimalMath.remainder(left, scale: leftScale, right, scale: rightScale)
            return rest.flatMap {
                DecimalMath.rescaled($0, from: max(leftScale, rightScale), to: scale)
            }
        }
    }

    private func sum(_ left: Int128, _ right: Int128) -> Int128? {
        let common = max(leftScale, rightScale)
        if let first = DecimalMath.rescaled(left, from: leftScale, to: common),
            let second = DecimalMath.rescaled(right, from: rightScale, to: common)
        {
            let (total, overflow) = first.addingReportingOverflow(second)
            if !overflow { return DecimalMath.rescaled(total, from: common, to: scale) }
        }
        return wideSum(left, right, common)
    }

    /// The sum past 128 bits: whole parts and fractions are added apart.
    private func wideSum(_ left: Int128, _ right: Int128, _ common: Int) -> Int128? {
        let one = DecimalMath.powers[common]
        let first = left.quotientAndRemainder(dividingBy: DecimalMath.powers[leftScale])
        let second = right.quotientAndRemainder(dividingBy: DecimalMath.powers[rightScale])
        var (whole, overflow) = first.quotient.addingReportingOverflow(second.quotient)
        if overflow { return nil }
        var fraction = first.remainder * DecimalMath.powers[common - leftScale]
        let added = second.remainder * DecimalMath.powers[common - rightScale]
        // The carry is taken before adding, so that 38 digits and 38 digits stay in 128 bits.
        if fraction > 0, added > 0 {
            fraction -= one
            whole += 1
        } else if fraction < 0, added < 0 {
            fraction += one
            whole -= 1
        }
        fraction += added
        // Half up is away from zero: both parts must share the sum's sign.
        if whole > 0, fraction < 0 {
            whole -= 1
            fraction += one
        } else if whole < 0, fraction > 0 {
            whole += 1
            fraction -= one
        }
        let (lifted, lost) = whole.multipliedReportingOverflow(by: DecimalMath.powers[scale])
        if lost { return nil }
        return lifted + DecimalMath.roundedQuotient(fraction, DecimalMath.powers[common - scale])
    }
}
