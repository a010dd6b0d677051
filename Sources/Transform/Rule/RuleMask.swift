import Columnar

/// Bits over the rows of a batch, built and combined 64 rows at a time.
struct RuleMask: Hashable, Sendable {
    private(set) var words: [UInt64]
    let count: Int

    /// No row.
    init(count: Int) {
        self.count = count
        words = [UInt64](repeating: 0, count: (count + 63) / 64)
    }

    /// Every row.
    static func all(_ count: Int) -> RuleMask {
        RuleMask(Bitmap(repeating: true, count: count))
    }

    init(_ bitmap: Bitmap) {
        count = bitmap.count
        words = bitmap.words
    }

    /// The rows for which `holds` says so.
    @inline(__always)
    init(count: Int, where holds: (Int) -> Bool) {
        self.count = count
        var words: [UInt64] = []
        words.reserveCapacity((count + 63) / 64)
        var start = 0
        while start < count {
            let end = min(start + 64, count)
            var word: UInt64 = 0
            for row in start..<end where holds(row) { word |= 1 << UInt64(row - start) }
            words.append(word)
            start = end
        }
        self.words = words
    }

    var bitmap: Bitmap { Bitmap(words: words, count: count) }
    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }
    var setCount: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    subscript(row: Int) -> Bool { words[row >> 6] >> UInt64(row & 63) & 1 == 1 }

    mutating func insert(_ row: Int) { words[row >> 6] |= 1 << UInt64(row & 63) }

    mutating func remove(_ row: Int) { words[row >> 6] &= ~(1 << UInt64(row & 63)) }

    mutating func formUnion(_ other: RuleMask) {
        for index in words.indices { words[index] |= other.words[index] }
    }

    mutating func formIntersection(_ other: RuleMask) {
        for index in words.indices { words[index] &= other.words[index] }
    }

    mutating func subtract(_ other: RuleMask) {
        for index in words.indices { words[index] &= ~other.words[index] }
    }

    /// The rows set, ascending. O(count / 64 + rows set).
    var rows: [Int] {
        var rows: [Int] = []
        for (index, word) in words.enumerated() where word != 0 {
            var rest = word
            while rest != 0 {
                rows.append(index << 6 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
        return rows
    }
}

extension Column {
    /// The rows with a value.
    var present: RuleMask { validity.map(RuleMask.init) ?? .all(count) }

    /// The rows for which a test of the slot holds; nulls are tested too, their slots being
    /// unspecified. Of a dictionary column each distinct value is tested once, when it is met.
    func mask(ofBytes holds: (ArraySlice<UInt8>) -> Bool) -> RuleMask {
        switch storage {
        case .bytes(let values): return RuleMask(count: count) { holds(values[$0]) }
        case .dictionary(let codes, let values):
            let known = values.values.count
            var memory = [UInt8](repeating: 0, count: known)
            return RuleMask(count: count) { row in
                let code = Int(codes[row])
                guard code < known else { return false }
                if memory[code] == 0 { memory[code] = holds(values.values[code]) ? 1 : 2 }
                return memory[code] == 1
            }
        default: preconditionFailure("a column of bytes")
        }
    }
}
