internal import Columnar

/// Which type two types meet in, as Spark decides it with ANSI mode off (its `TypeCoercion` and
/// `DecimalPrecision`), and the precision and scale of exact results.
enum TypeRules {
    static func isIntegral(_ type: ColumnType) -> Bool { rank(type).map { $0 < 4 } ?? false }

    static func isFractional(_ type: ColumnType) -> Bool { type == .float || type == .double }

    static func isDecimal(_ type: ColumnType) -> Bool { digits(type) != nil }

    static func isNumeric(_ type: ColumnType) -> Bool { rank(type) != nil || isDecimal(type) }

    static func isTime(_ type: ColumnType) -> Bool {
        type == .date || type == .timestamp || type == .timestampNtz
    }

    /// The order in which binary numbers widen.
    private static func rank(_ type: ColumnType) -> Int? {
        switch type {
        case .byte: 0
        case .short: 1
        case .integer: 2
        case .long: 3
        case .float: 4
        case .double: 5
        default: nil
        }
    }

    /// Precision and scale of a decimal.
    static func digits(_ type: ColumnType) -> (precision: Int, scale: Int)? {
        guard case .decimal(let precision, let scale) = type else { return nil }
        return (precision, scale)
    }

    /// The decimal that holds every value of a decimal or whole-number type.
    static func exact(_ type: ColumnType) -> (precision: Int, scale: Int)? {
        switch type {
        case .byte: (3, 0)
        case .short: (5, 0)
        case .integer: (10, 0)
        case .long: (20, 0)
        default: digits(type)
        }
    }

    /// The type both numbers, or both times, convert to; nil when there is none.
    static func wider(_ left: ColumnType, _ right: ColumnType) -> ColumnType? {
        if left == right { return left }
        if let first = rank(left), let second = rank(right) { return first > second ? left : right }
        if isNumeric(left), isNumeric(right) {
            if isFractional(left) || isFractional(right) { return .double }
            guard let first = exact(left), let second = exact(right) else { return nil }
            return wider(first, second)
        }
        if isTime(left), isTime(right) {
            return left == .timestamp || right == .timestamp ? .timestamp : .timestampNtz
        }
        return nil
    }

    static func wider(
        _ left: (precision: Int, scale: Int), _ right: (precision: Int, scale: Int)
    ) -> ColumnType {
        let scale = max(left.scale, right.scale)
        let whole = max(left.precision - left.scale, right.precision - right.scale)
        return bounded(whole + scale, scale)
    }

    /// As `wider`, and text takes what it meets (CASE, COALESCE, IN).
    static func common(_ left: ColumnType, _ right: ColumnType) -> ColumnType? {
        if let type = wider(left, right) { return type }
        let others = [left, right].filter { $0 != .string }
        guard others.count == 1, others[0] != .binary, others[0] != .boolean,
            !others[0].isNested
        else { return nil }
        return .string
    }

    /// The type in which two values are compared.
    static func comparison(_ left: ColumnType, _ right: ColumnType) -> ColumnType? {
        if let type = wider(left, right) { return type }
        let others = [left, right].filter { $0 != .string }
        guard others.count == 1, !others[0].isNested else { return nil }
        return isDecimal(others[0]) ? .double : others[0]
    }

    /// A decimal cut to 38 digits, those before the point kept first.
    static func bounded(_ precision: Int, _ scale: Int) -> ColumnType {
        if precision <= 38 { return .decimal(precision: precision, scale: scale) }
        return .decimal(precision: 38, scale: max(0, scale - (precision - 38)))
    }

    /// A result type cut to 38 digits: at least six digits after the point are kept where the
    /// operation has them (`spark.sql.decimalOperations.allowPrecisionLoss`).
    static func adjusted(_ precision: Int, _ scale: Int) -> ColumnType {
        if precision <= 38 { return .decimal(precision: precision, scale: scale) }
        let whole = precision - scale
        return .decimal(precision: 38, scale: max(38 - whole, min(scale, 6)))
    }

    /// The type of an exact operation.
    static func result(
        _ operation: Arithmetic, _ left: (precision: Int, scale: Int),
        _ right: (precision: Int, scale: Int)
    ) -> ColumnType {
        let scale = max(left.scale, right.scale)
        let leftWhole = left.precision - left.scale
        let rightWhole = right.precision - right.scale
        switch operation {
        case .add, .subtract: return adjusted(max(leftWhole, rightWhole) + scale + 1, scale)
        case .multiply:
            return adjusted(left.precision + right.precision + 1, left.scale + right.scale)
        case .divide, .wholeDivide:
            let fraction = max(6, left.scale + right.precision + 1)
            return adjusted(leftWhole + right.scale + fraction, fraction)
        case .remainder: return adjusted(min(leftWhole, rightWhole) + scale, scale)
        }
    }

    /// Whether a CAST between the types exists in the language.
    static func canCast(_ from: ColumnType, to: ColumnType) -> Bool {
        if from == to { return true }
        if from.isNested || to.isNested { return false }
        if from == .string || to == .string { return true }
        let fromNumber = isNumeric(from) || from == .boolean
        if fromNumber, isNumeric(to) || to == .boolean { return true }
        if isTime(from), isTime(to) { return true }
        if from == .timestamp, isNumeric(to) { return true }
        return isNumeric(from) && to == .timestamp
    }

    /// Whether an argument of one type is taken where another is asked for.
    static func isImplicit(_ from: ColumnType, to: ColumnType) -> Bool {
        if from == to { return true }
        if from.isNested || to.isNested { return false }
        if from == .string || to == .string { return true }
        return isNumeric(from) && isNumeric(to) || isTime(from) && isTime(to)
    }
}
