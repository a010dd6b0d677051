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
    let mask: UInt64 = bitWidth == 64 ? .max : (1 << UInt64(bitWidth)) - 1
    unsafe bytes.withUnsafeBytes { source in
        unsafe out.withUnsafeMutableBufferPointer { target in
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

/// Sets `out[start..<start + count]` to `value`.
func fill<T: BitwiseCopyable>(_ out: inout [T], at start: Int, count: Int, with value: T) {
    precondition(start >= 0 && count >= 0 && start + count <= out.count)
    unsafe out.withUnsafeMutableBufferPointer { target in
        guard let base = unsafe target.baseAddress else { return }
        unsafe (base + start).update(repeating: value, count: count)
    }
}

/// `values[code]` for every code, or nil when a code is past the end of `values`.
func lookUp<T: BitwiseCopyable>(_ codes: [UInt32], in values: [T], zero: T) -> [T]? {
    guard let highest = codes.max() else { return [] }
    guard Int(highest) < values.count else { return nil }
    var out = [T](repeating: zero, count: codes.count)
    unsafe codes.withUnsafeBufferPointer { codes in
        unsafe values.withUnsafeBufferPointer { values in
            unsafe out.withUnsafeMutableBufferPointer { target in
                for index in codes.indices {
                    unsafe target[index] = unsafe values[Int(codes[index])]
                }
            }
        }
    }
    return out
}

/// Spreads dense values over slots: slot `i` gets the next value where `levels[i] == present`.
///
/// `levels` must hold exactly `values.count` entries equal to `present`.
func spread<T: BitwiseCopyable>(
    _ values: [T], levels: [UInt8], present: UInt8, zero: T
) -> [T] {
    var out = [T](repeating: zero, count: levels.count)
    var next = 0
    unsafe out.withUnsafeMutableBufferPointer { target in
        unsafe values.withUnsafeBufferPointer { values in
            unsafe levels.withUnsafeBufferPointer { levels in
                for index in levels.indices where unsafe levels[index] == present {
                    precondition(next < values.count, "fewer values than present levels")
                    unsafe target[index] = unsafe values[next]
                    next += 1
                }
            }
        }
    }
    return out
}

/// The bits `levels[i] >= threshold`, 64 to a word, and how many are set.
func bits(of levels: [UInt8], atLeast threshold: UInt8) -> (words: [UInt64], setCount: Int) {
    var words = [UInt64](repeating: 0, count: (levels.count + 63) / 64)
    var setCount = 0
    unsafe levels.withUnsafeBufferPointer { levels in
        for word in words.indices {
            let first = word * 64
            var packed: UInt64 = 0
            for offset in 0..<min(64, levels.count - first) {
                let isSet: UInt64 = unsafe levels[first + offset] >= threshold ? 1 : 0
                packed |= isSet << UInt64(offset)
            }
            words[word] = packed
            setCount += packed.nonzeroBitCount
        }
    }
    return (words, setCount)
}
