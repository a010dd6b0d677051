public import Columnar

/// The results of a condition as three bitmaps; every row is set in exactly one.
public struct ConditionMask: Hashable, Sendable {
    /// The rows where the condition holds.
    public let isTrue: Bitmap
    /// The rows where it does not.
    public let isFalse: Bitmap
    /// The rows where that is unknown.
    public let isNull: Bitmap

    /// The bitmaps of a `boolean` column. O(rows).
    public init(_ column: Column) {
        guard case .bool(let values) = column.storage else {
            preconditionFailure("a mask is made of a boolean column, not of \(column.type)")
        }
        let count = column.count
        var trueWords = [UInt64](repeating: 0, count: (count + 63) / 64)
        for word in trueWords.indices {
            var bits: UInt64 = 0
            let start = word * 64
            for row in start..<min(start + 64, count) where values[row] != 0 {
                bits |= 1 << UInt64(row - start)
            }
            trueWords[word] = bits
        }
        let present = column.validity?.words
        var falseWords = trueWords
        var nullWords = trueWords
        for word in trueWords.indices {
            let valid = present?[word] ?? .max
            falseWords[word] = ~trueWords[word] & valid
            nullWords[word] = ~valid
            trueWords[word] &= valid
        }
        isTrue = Bitmap(words: trueWords, count: count)
        isFalse = Bitmap(words: falseWords, count: count)
        isNull = Bitmap(words: nullWords, count: count)
    }

    /// The rows a check passes: TRUE, and NULL unless that fails.
    public func passes(failsOnNull: Bool) -> Bitmap {
        if failsOnNull { return isTrue }
        let words = isFalse.words.map { ~$0 }
        return Bitmap(words: words, count: isFalse.count)
    }
}
