internal import Columnar

enum Comparison: String, Sendable, CaseIterable {
    case equal = "="
    case notEqual = "<>"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
}

/// Compares two operands of one type. Texts and binaries compare by bytes; NaN equals itself and
/// is above every number; the zeros are equal. Rows that are null have any result.
enum ComparisonKernel {
    static func compare(
        _ comparison: Comparison, _ left: Operand, _ right: Operand, _ count: Int
    ) -> [UInt8] {
        switch left.column.storage {
        case .bool: lanes(comparison, left.booleans, right.booleans, count)
        case .int32: lanes(comparison, left.int32, right.int32, count)
        case .int64: lanes(comparison, left.int64, right.int64, count)
        case .int128: lanes(comparison, left.int128, right.int128, count)
        case .float:
            lanes(
                comparison, left.floats.map { order(Double($0)) },
                right.floats.map { order(Double($0)) }, count)
        case .double: lanes(comparison, left.doubles.map(order), right.doubles.map(order), count)
        case .bytes, .dictionary: texts(comparison, left.texts, right.texts, count)
        case .structure, .list, .map: preconditionFailure("nested values are not compared")
        }
    }

    /// A whole number that orders as the double does.
    static func order(_ value: Double) -> Int64 {
        if value == 0 { return 0 }
        if value.isNaN { return .max }
        let bits = Int64(bitPattern: value.bitPattern)
        return bits >= 0 ? bits : bits ^ .max
    }

    private static func lanes<Value: Comparable & Sendable>(
        _ comparison: Comparison, _ left: Lanes<Value>, _ right: Lanes<Value>, _ count: Int
    ) -> [UInt8] {
        switch comparison {
        case .equal: rows(count) { left[$0] == right[$0] }
        case .notEqual: rows(count) { left[$0] != right[$0] }
        case .less: rows(count) { left[$0] < right[$0] }
        case .lessOrEqual: rows(count) { left[$0] <= right[$0] }
        case .greater: rows(count) { left[$0] > right[$0] }
        case .greaterOrEqual: rows(count) { left[$0] >= right[$0] }
        }
    }

    @inline(__always)
    private static func rows(_ count: Int, _ test: (Int) -> Bool) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: count)
        for index in 0..<count { result[index] = test(index) ? 1 : 0 }
        return result
    }

    private static func texts(
        _ comparison: Comparison, _ left: TextLanes, _ right: TextLanes, _ count: Int
    ) -> [UInt8] {
        switch comparison {
        case .equal: rows(count) { isEqual(left, right, $0) }
        case .notEqual: rows(count) { !isEqual(left, right, $0) }
        case .less: rows(count) { order(left, right, $0) < 0 }
        case .lessOrEqual: rows(count) { order(left, right, $0) <= 0 }
        case .greater: rows(count) { order(left, right, $0) > 0 }
        case .greaterOrEqual: rows(count) { order(left, right, $0) >= 0 }
        }
    }

    private static func isEqual(_ left: TextLanes, _ right: TextLanes, _ index: Int) -> Bool {
        let first = left.range(index)
        let second = right.range(index)
        guard first.count == second.count else { return false }
        for step in 0..<first.count
        where left.bytes[first.lowerBound + step] != right.bytes[second.lowerBound + step] {
            return false
        }
        return true
    }

    /// Negative, zero or positive, by bytes.
    private static func order(_ left: TextLanes, _ right: TextLanes, _ index: Int) -> Int {
        let first = left.range(index)
        let second = right.range(index)
        for step in 0..<min(first.count, second.count) {
            let one = left.bytes[first.lowerBound + step]
            let other = right.bytes[second.lowerBound + step]
            if one != other { return Int(one) - Int(other) }
        }
        return first.count - second.count
    }
}
