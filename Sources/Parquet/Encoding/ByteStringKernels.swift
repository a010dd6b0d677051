import Columnar
import Glibc

// Comparing and hashing byte strings.

/// The first eight bytes as a big-endian number, zeros where the string is shorter: two prefixes
/// that differ order their strings as unsigned bytes do.
@inline(__always)
func prefix(_ string: UnsafeRawBufferPointer) -> UInt64 {
    if string.count >= 8 {
        return unsafe UInt64(bigEndian: string.loadUnaligned(as: UInt64.self))
    }
    var value: UInt64 = 0
    for index in 0..<string.count {
        unsafe value |= UInt64(string[index]) << UInt64(56 - index * 8)
    }
    return value
}

/// Negative, zero or positive as `left` is before, equal to or after `right`, by unsigned bytes.
func compareBytes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
    let common = min(left.count, right.count)
    if common > 0, let leftBase = left.baseAddress, let rightBase = right.baseAddress {
        let order = unsafe memcmp(leftBase, rightBase, common)
        if order != 0 { return Int(order) }
    }
    return left.count - right.count
}

/// A 64-bit hash: eight bytes at a time through a full-width multiplication, so that both halves
/// of the result depend on every byte. Not keyed: it never leaves the process.
func hashBytes(_ string: UnsafeRawBufferPointer) -> UInt64 {
    let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15
    var state = UInt64(string.count) &* 0xA076_1D64_78BD_642F ^ multiplier
    var position = 0
    while position + 8 <= string.count {
        let word = unsafe string.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        let product = (state ^ word).multipliedFullWidth(by: multiplier)
        state = product.high ^ product.low
        position += 8
    }
    var last: UInt64 = 0
    for index in position..<string.count {
        unsafe last = last << 8 | UInt64(string[index])
    }
    let product = (state ^ last).multipliedFullWidth(by: multiplier)
    return product.high ^ product.low
}

/// The indices of the least and the greatest string of `range`, which must not be empty.
func bounds(_ strings: ByteVector, _ range: Range<Int>) -> (min: Int, max: Int) {
    precondition(!range.isEmpty && range.upperBound <= strings.count)
    return bounds(strings, range) { $0 }
}

/// The codes of the least and the greatest string that the codes of `range` stand for.
func bounds(
    _ codes: [UInt32], _ range: Range<Int>, of strings: ByteVector
) -> (min: Int, max: Int) {
    bounds(strings, range) { Int(codes[$0]) }
}

@inline(__always)
private func bounds(
    _ strings: ByteVector, _ range: Range<Int>, _ place: (Int) -> Int
) -> (min: Int, max: Int) {
    var low = place(range.lowerBound)
    var high = low
    unsafe strings.bytes.withUnsafeBytes { content in
        func string(_ index: Int) -> UnsafeRawBufferPointer {
            unsafe UnsafeRawBufferPointer(rebasing: content[strings.range(index)])
        }
        var lowPrefix = unsafe prefix(string(low))
        var highPrefix = lowPrefix
        for position in range.dropFirst() {
            let index = place(position)
            let candidate = unsafe string(index)
            let first = unsafe prefix(candidate)
            if first < lowPrefix
                || first == lowPrefix && (unsafe compareBytes(candidate, string(low))) < 0
            {
                low = index
                lowPrefix = first
            }
            if first > highPrefix
                || first == highPrefix && (unsafe compareBytes(candidate, string(high))) > 0
            {
                high = index
                highPrefix = first
            }
        }
    }
    return (low, high)
}
