// Unsafe: bit fields are read by unaligned 64-bit loads. Every function checks the ranges it is
// given before it touches memory; callers see arrays only.

/// Unpacks `count` fields of `bitWidth` bits, least significant bit first, that start at bit
/// `firstBit` of `bytes`, to `out[start...]`.
///
/// The caller has checked that the bits are there; `bitWidth` is 1 to the width of `T`.
func unpackBits<T: FixedWidthInteger>(
    _ bytes: [UInt8], firstBit: Int, bitWidth: Int, to out: inout [T], at start: Int, count: Int
) {
    precondition(bitWidth >= 1 && bitWidth <= T.bitWidth && firstBit >= 0 && count >= 0)
    precondition(firstBit + count * bitWidth <= bytes.count * 8, "bit fields outside the bytes")
    precondition(start >= 0 && start + count <= out.count, "bit fields outside the target")
    unsafe bytes.withUnsafeBytes { source in
        unsafe out.withUnsafeMutableBufferPointer { target in
            unsafe unpackBits(
                source, firstBit: firstBit, bitWidth: bitWidth, to: target, at: start,
                count: count)
        }
    }
}

/// As above over buffers; the caller has checked every range.
@inline(__always)
func unpackBits<T: FixedWidthInteger>(
    _ source: UnsafeRawBufferPointer, firstBit: Int, bitWidth: Int,
    to target: UnsafeMutableBufferPointer<T>, at start: Int, count: Int
) {
    let mask: UInt64 = bitWidth == 64 ? .max : (1 << UInt64(bitWidth)) - 1
    var bit = firstBit
    var index = start
    let end = start + count
    // A field of up to 57 bits lies within the 8 bytes from its first one.
    let lastWholeLoad = bitWidth <= 57 ? source.count - 8 : -1
    while index < end, bit >> 3 <= lastWholeLoad {
        let word = unsafe source.loadUnaligned(fromByteOffset: bit >> 3, as: UInt64.self)
        unsafe target[index] = T(
            truncatingIfNeeded: UInt64(littleEndian: word) >> UInt64(bit & 7) & mask)
        index += 1
        bit += bitWidth
    }
    while index < end {
        let word = unsafe assembleField(source, bit: bit, bitWidth: bitWidth)
        unsafe target[index] = T(truncatingIfNeeded: word & mask)
        index += 1
        bit += bitWidth
    }
}

/// The field byte by byte, for the last bytes of a buffer and for fields over 57 bits.
private func assembleField(
    _ source: UnsafeRawBufferPointer, bit: Int, bitWidth: Int
) -> UInt64 {
    var word: UInt64 = 0
    var filled = 0
    var position = bit
    while filled < bitWidth {
        let inByte = position & 7
        let taken = min(8 - inByte, bitWidth - filled)
        let part = unsafe UInt64(source[position >> 3]) >> UInt64(inByte)
        word |= (part & ((1 << UInt64(taken)) - 1)) << UInt64(filled)
        filled += taken
        position += taken
    }
    return word
}

/// Turns differences less `step` into values: each is the one before plus `step` plus the
/// difference, wrapping, after `first`. Returns the last.
func prefixSums(
    _ out: inout [Int64], at start: Int, count: Int, first: Int64, step: Int64
) -> Int64 {
    precondition(start >= 0 && count >= 0 && start + count <= out.count)
    return unsafe out.withUnsafeMutableBufferPointer { out in
        var value = first
        for index in start..<start + count {
            value = unsafe value &+ step &+ out[index]
            unsafe out[index] = value
        }
        return value
    }
}
