/// A value that was met in a column, exact and comparable.
public enum SampledValue: Hashable, Sendable {
    /// A number, a decimal's unscaled value, a date's days, a time's microseconds, 0 or 1 of a
    /// boolean.
    case number(Int128)
    /// The bytes of a text or of a binary value.
    case text([UInt8])
}

extension SampledValue: Comparable {
    /// Numbers by value before texts by bytes.
    public static func < (left: SampledValue, right: SampledValue) -> Bool {
        switch (left, right) {
        case (.number(let left), .number(let right)): left < right
        case (.text(let left), .text(let right)): left.lexicographicallyPrecedes(right)
        case (.number, .text): true
        case (.text, .number): false
        }
    }
}

/// What the numbers of a column count when they are times.
public enum UnixUnit: String, Hashable, Sendable {
    case seconds
    case milliseconds

    /// Microseconds in one of it.
    public var microseconds: Int64 { self == .seconds ? 1_000_000 : 1_000 }
}
