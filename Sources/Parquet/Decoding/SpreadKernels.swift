// Unsafe: loops over levels and codes run over unchecked buffers. Every function checks its ranges
// first; callers see arrays only.

import Columnar

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
    precondition(!values.isEmpty, "nothing to spread")
    var out = [T](repeating: zero, count: levels.count)
    unsafe out.withUnsafeMutableBufferPointer { target in
        unsafe values.withUnsafeBufferPointer { values in
            unsafe levels.withUnsafeBufferPointer { levels in
                // Without a branch on the level, which no processor predicts; the clamp keeps a
                // wrong count of values within them.
                let last = values.count - 1
                var next = 0
                for index in levels.indices {
                    let isPresent = unsafe levels[index] == present
                    let value = unsafe values[min(next, last)]
                    unsafe target[index] = isPresent ? value : zero
                    next += isPresent ? 1 : 0
                }
            }
        }
    }
    return out
}

/// `parts[i] + base` for every offset but the first, into `out[start...]`.
func shiftOffsets(_ part: [UInt32], by base: UInt32, to out: inout [UInt32], at start: Int) {
    precondition(start >= 0 && start + part.count - 1 <= out.count)
    unsafe part.withUnsafeBufferPointer { part in
        unsafe out.withUnsafeMutableBufferPointer { out in
            for index in 1..<max(1, part.count) {
                unsafe out[start + index - 1] = unsafe part[index] &+ base
            }
        }
    }
}

/// The bits `levels[i] >= threshold`, 64 to a word, and how many are set.
///
/// Levels and threshold are below 128, as `ReadLimits.schemaDepth` sees to.
func bits(of levels: [UInt8], atLeast threshold: UInt8) -> (words: [UInt64], setCount: Int) {
    var words = [UInt64](repeating: 0, count: (levels.count + 63) / 64)
    var setCount = 0
    unsafe levels.withUnsafeBytes { levels in
        for word in words.indices {
            var packed: UInt64 = 0
            var index = word * 64
            let end = min(index + 64, levels.count)
            while index < end {
                let eight = unsafe highBits(levels, at: index, end: end, threshold)
                // Gathers the lowest bit of each byte in the top byte.
                let gathered = ((eight >> 7) &* 0x0102_0408_1020_4080) >> 56
                packed |= gathered << UInt64(index & 63)
                index += 8
            }
            words[word] = packed
            setCount += packed.nonzeroBitCount
        }
    }
    return (words, setCount)
}

/// How many of `levels` are at least `threshold`; bounds as for `bits`.
func countAtLeast(_ threshold: UInt8, in levels: [UInt8]) -> Int {
    var count = 0
    unsafe levels.withUnsafeBytes { levels in
        for index in stride(from: 0, to: levels.count, by: 8) {
            count += unsafe highBits(levels, at: index, end: levels.count, threshold)
                .nonzeroBitCount
        }
    }
    return count
}

/// The high bit of each of the eight bytes from `index` that is at least `threshold`; bytes from
/// `end` on are not.
@inline(__always)
private func highBits(
    _ levels: UnsafeRawBufferPointer, at index: Int, end: Int, _ threshold: UInt8
) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let high: UInt64 = 0x8080_8080_8080_8080
    if end - index >= 8 {
        let eight = unsafe levels.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        // No byte borrows from the next: each is 128 and more before, and at least 1 after.
        return ((eight | high) &- ones &* UInt64(threshold)) & high
    }
    var out: UInt64 = 0
    for offset in 0..<(end - index) where unsafe levels[index + offset] >= threshold {
        out |= 0x80 << UInt64(8 * offset)
    }
    return out
}

/// The byte strings at `codes`, one after the other; nil when a code is past the end or the result
/// would pass `limit` bytes.
func lookUpBytes(
    _ codes: [UInt32], offsets: [UInt32], bytes: [UInt8], limit: Int
) -> (offsets: [UInt32], bytes: [UInt8])? {
    var out = [UInt32](repeating: 0, count: codes.count + 1)
    var total = 0
    for index in codes.indices {
        let code = Int(codes[index])
        guard code < offsets.count - 1 else { return nil }
        total += Int(offsets[code + 1]) - Int(offsets[code])
        guard total <= limit else { return nil }
        out[index + 1] = UInt32(total)
    }
    precondition(Int(offsets.last ?? 0) <= bytes.count)
    var joined = [UInt8](repeating: 0, count: total)
    unsafe bytes.withUnsafeBytes { source in
        unsafe joined.withUnsafeMutableBytes { target in
            guard let from = source.baseAddress, let to = target.baseAddress else {
                return
            }
            for index in codes.indices {
                let start = Int(out[index])
                let source = Int(offsets[Int(codes[index])])
                unsafe copyString(
                    from + source, to + start, count: Int(out[index + 1]) - start,
                    room: min(bytes.count - source, total - start))
            }
        }
    }
    return (out, joined)
}

/// Whether no two strings of `values` are equal. O(bytes); hashes are seeded, so a file cannot be
/// made to collide.
func areDistinct(_ values: ByteVector) -> Bool {
    var capacity = 16
    while capacity < values.count * 2 { capacity *= 2 }
    var slots = [Int32](repeating: -1, count: capacity)
    guard values.count <= Int(Int32.max) else { return false }
    return unsafe values.bytes.withUnsafeBytes { bytes in
        for index in 0..<values.count {
            let range = values.range(index)
            let value = unsafe UnsafeRawBufferPointer(rebasing: bytes[range])
            var hasher = Hasher()
            unsafe hasher.combine(bytes: value)
            var slot = hasher.finalize() & (capacity - 1)
            while slots[slot] >= 0 {
                let other = values.range(Int(slots[slot]))
                if other.count == range.count,
                    unsafe UnsafeRawBufferPointer(rebasing: bytes[other]).elementsEqual(value)
                {
                    return false
                }
                slot = (slot + 1) & (capacity - 1)
            }
            slots[slot] = Int32(index)
        }
        return true
    }
}
