import Columnar

/// Collects which rows of a batch have a value, 64 at a time.
struct ValidityBuilder {
    private var words: [UInt64] = []
    private(set) var count = 0
    private var hasNull = false

    /// Appends `count` (1…64) bits, the lowest first; bits above them must be zero.
    @inline(__always)
    mutating func append(_ bits: UInt64, count added: Int) {
        let full: UInt64 = added == 64 ? .max : (1 << UInt64(added)) - 1
        if bits != full { hasNull = true }
        let shift = UInt64(count & 63)
        if shift == 0 {
            words.append(bits)
        } else {
            words[words.count - 1] |= bits << shift
            if Int(shift) + added > 64 { words.append(bits >> (64 - shift)) }
        }
        count += added
    }

    /// Row `index` turned out to have no typed form.
    mutating func clear(_ index: Int) {
        words[index >> 6] &= ~(1 << UInt64(index & 63))
        hasNull = true
    }

    /// The bitmap so far, nil when every row has a value; starts anew.
    mutating func take() -> Bitmap? {
        let bitmap = hasNull ? Bitmap(words: words, count: count) : nil
        words.removeAll(keepingCapacity: true)
        count = 0
        hasNull = false
        return bitmap
    }
}
