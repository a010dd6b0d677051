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

/// How many of `levels` equal `level`.
func count(of level: UInt8, in levels: [UInt8]) -> Int {
    var count = 0
    unsafe levels.withUnsafeBufferPointer { levels in
        for index in levels.indices where unsafe levels[index] == level { count += 1 }
    }
    return count
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
                unsafe (to + start).copyMemory(
                    from: from + Int(offsets[Int(codes[index])]),
                    byteCount: Int(out[index + 1]) - start)
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
