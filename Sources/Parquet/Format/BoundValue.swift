/// A bound of a column's values, in its own type.
public enum BoundValue: Hashable, Sendable {
    case boolean(Bool)
    /// Whole numbers, dates (days) and timestamps (microseconds).
    case integer(Int64)
    /// Decimals: the unscaled value.
    case decimal(Int128)
    /// Floating point; a `float` is exact as a double.
    case double(Double)
    /// Strings and binary: the bytes, or their first 256.
    case bytes([UInt8])
}

extension BoundValue {
    /// The order of the type; values of one column are always of one case.
    static func < (left: BoundValue, right: BoundValue) -> Bool {
        switch (left, right) {
        case (.boolean(let left), .boolean(let right)): !left && right
        case (.integer(let left), .integer(let right)): left < right
        case (.decimal(let left), .decimal(let right)): left < right
        case (.double(let left), .double(let right)): left < right
        case (.bytes(let left), .bytes(let right)): left.lexicographicallyPrecedes(right)
        default: preconditionFailure("bounds of different types")
        }
    }
}
