// Least and greatest number of a range, in one pass.

/// The bounds of the values of `range`, which must not be empty.
func bounds<Value: FixedWidthInteger & BitwiseCopyable>(
    _ values: [Value], _ range: Range<Int>
) -> (min: Value, max: Value) {
    precondition(!range.isEmpty && range.lowerBound >= 0 && range.upperBound <= values.count)
    return unsafe values.withUnsafeBufferPointer { values in
        var low = unsafe values[range.lowerBound]
        var high = low
        for index in range {
            let value = unsafe values[index]
            low = min(low, value)
            high = max(high, value)
        }
        return (low, high)
    }
}

/// The bounds of the values of `range` that are numbers, and whether any is not: nil bounds when
/// none is. Zeros of both signs are equal here.
func bounds<Value: BinaryFloatingPoint & BitwiseCopyable>(
    _ values: [Value], _ range: Range<Int>
) -> (bounds: (min: Value, max: Value)?, hasNaN: Bool) {
    precondition(range.lowerBound >= 0 && range.upperBound <= values.count)
    return unsafe values.withUnsafeBufferPointer { values in
        var low = Value.infinity
        var high = -Value.infinity
        var nanCount = 0
        for index in range {
            let value = unsafe values[index]
            if value < low { low = value }
            if value > high { high = value }
            nanCount += value == value ? 0 : 1
        }
        return (nanCount == range.count ? nil : (low, high), nanCount > 0)
    }
}
