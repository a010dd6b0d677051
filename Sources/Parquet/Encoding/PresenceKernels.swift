import Columnar

// Bits of present rows: gathering them into pages, and leaving out the slots of null rows.

/// Bits appended from bitmaps, for one page: bit `i` is set when row `i` has a value.
struct PresenceBits {
    /// 64 bits to a word, least significant first; bits past `count` are zero.
    private(set) var words: [UInt64] = []
    private(set) var count = 0

    mutating func removeAll() {
        words.removeAll(keepingCapacity: true)
        count = 0
    }

    /// Appends `count` set bits.
    mutating func appendPresent(_ count: Int) {
        var rest = count
        while rest > 0 {
            let step = min(64, rest)
            append(step == 64 ? .max : (1 << UInt64(step)) - 1, step)
            rest -= step
        }
    }

    /// Appends the bits `range` of `source`; returns how many of them are set.
    mutating func append(_ source: Bitmap, _ range: Range<Int>) -> Int {
        precondition(range.lowerBound >= 0 && range.upperBound <= source.count)
        var set = 0
        var position = range.lowerBound
        while position < range.upperBound {
            let step = min(64, range.upperBound - position)
            let bits = source.bits(at: position, count: step)
            set += bits.nonzeroBitCount
            append(bits, step)
            position += step
        }
        return set
    }

    /// Appends the low `step` bits of `bits`, 1…64; the others must be zero.
    private mutating func append(_ bits: UInt64, _ step: Int) {
        let used = count & 63
        if used == 0 {
            words.append(bits)
        } else {
            words[words.count - 1] |= bits << UInt64(used)
            if used + step > 64 { words.append(bits >> UInt64(64 - used)) }
        }
        count += step
    }
}

extension Bitmap {
    /// The `count` bits (1…64) from `position` on, in the low bits of a word.
    fileprivate func bits(at position: Int, count: Int) -> UInt64 {
        let shift = UInt64(position & 63)
        var bits = words[position >> 6] >> shift
        if shift > 0, position >> 6 + 1 < words.count {
            bits |= words[position >> 6 + 1] << (64 - shift)
        }
        return count == 64 ? bits : bits & ((1 << UInt64(count)) - 1)
    }
}

extension ColumnStorage {
    /// The `present` slots of `range` whose bit in `validity` is set, without the others; nested
    /// storage is not asked for. O(range).
    func compacted(_ range: Range<Int>, _ validity: Bitmap, present: Int) -> ColumnStorage {
        precondition(range.lowerBound >= 0 && range.upperBound <= validity.count)
        switch self {
        case .bool(let values): return .bool(compact(values, range, validity, present))
        case .int32(let values): return .int32(compact(values, range, validity, present))
        case .int64(let values): return .int64(compact(values, range, validity, present))
        case .int128(let values): return .int128(compact(values, range, validity, present))
        case .float(let values): return .float(compact(values, range, validity, present))
        case .double(let values): return .double(compact(values, range, validity, present))
        case .bytes(let values): return .bytes(compact(values, range, validity, present))
        case .dictionary(let codes, let values):
            return .dictionary(codes: compact(codes, range, validity, present), values: values)
        case .structure, .list, .map: preconditionFailure("nested storage has no slots of values")
        }
    }
}

/// Copies without branching: every slot is written, the position moves on for present ones only.
@inline(__always)
private func compact<Value: BitwiseCopyable>(
    _ values: [Value], _ range: Range<Int>, _ validity: Bitmap, _ present: Int
) -> [Value] {
    precondition(range.upperBound <= values.count)
    return unsafe [Value](unsafeUninitializedCapacity: present + 1) { target, made in
        var position = 0
        unsafe values.withUnsafeBufferPointer { source in
            unsafe validity.words.withUnsafeBufferPointer { words in
                for index in range {
                    unsafe target[position] = source[index]
                    position &+= unsafe Int(words[index >> 6] &>> UInt64(index & 63) & 1)
                }
            }
        }
        made = position
    }
}

private func compact(
    _ values: ByteVector, _ range: Range<Int>, _ validity: Bitmap, _ present: Int
) -> ByteVector {
    var offsets: [UInt32] = [0]
    offsets.reserveCapacity(present + 1)
    var bytes: [UInt8] = []
    unsafe values.bytes.withUnsafeBufferPointer { content in
        var position = range.lowerBound
        while position < range.upperBound {
            let step = min(64, range.upperBound - position)
            var bits = validity.bits(at: position, count: step)
            while bits != 0 {
                let place = values.range(position + bits.trailingZeroBitCount)
                unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: content[place]))
                offsets.append(UInt32(bytes.count))
                bits &= bits - 1
            }
            position += step
        }
    }
    return ByteVector(offsets: offsets, bytes: bytes)
}
