public import Columnar

/// Bits over the rows of a batch, built and combined 64 rows at a time.
public struct RuleMask: Hashable, Sendable {
    public private(set) var words: [UInt64]
    public let count: Int

    /// No row.
    public init(count: Int) {
        self.count = count
        words = [UInt64](repeating: 0, count: (count + 63) / 64)
    }

    /// Every row.
    public static func all(_ count: Int) -> RuleMask {
        RuleMask(Bitmap(repeating: true, count: count))
    }

    public init(_ bitmap: Bitmap) {
        count = bitmap.count
        words = bitmap.words
    }

    /// The rows for which `holds` says so.
    @inline(__always)
    public init(count: Int, where holds: (Int) -> Bool) {
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

    public var bitmap: Bitmap { Bitmap(words: words, count: count) }
    public var isEmpty: Bool { words.allSatisfy { $0 == 0 } }
    public var setCount: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    public subscript(row: Int) -> Bool { words[row >> 6] >> UInt64(row & 63) & 1 == 1 }

    public mutating func insert(_ row: Int) { words[row >> 6] |= 1 << UInt64(row & 63) }

    public mutating func remove(_ row: Int) { words[row >> 6] &= ~(1 << UInt64(row & 63)) }

    public mutating func formUnion(_ other: RuleMask) {
        for index in words.indices { words[index] |= other.words[index] }
    }

    public mutating func formIntersection(_ other: RuleMask) {
        for index in words.indices { words[index] &= other.words[index] }
    }

    public mutating func subtract(_ other: RuleMask) {
        for index in words.indices { words[index] &= ~other.words[index] }
    }

    /// The rows set, ascending. O(count / 64 + rows set).
    public var rows: [Int] {
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
    public var present: RuleMask { validity.map(RuleMask.init) ?? .all(count) }

    /// The rows for which a test of the slot holds; nulls are tested too, their slots being
    /// unspecified. Of a dictionary column each distinct value is tested once, when it is met.
    public func mask(ofBytes holds: (ArraySlice<UInt8>) -> Bool) -> RuleMask {
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
