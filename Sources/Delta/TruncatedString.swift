/// Bounds for long strings in file statistics, by the rules of
/// `docs/specification/delta.md#statistics`.
///
/// Lengths count UTF-16 code units, as the JVM readers do; a surrogate pair is never split.
enum TruncatedString {
    /// Units kept before cutting.
    static let prefixUnits = 32
    /// Units a maximum may take before it is left out.
    static let limitUnits = 64

    /// The longest prefix of at most 32 units: not greater than `text`.
    static func minimum(_ text: String) -> String {
        String(text.unicodeScalars[..<cut(text, after: prefixUnits)])
    }

    /// A string of at most about 64 units that is not less than `text`, or nil when there is none.
    ///
    /// The prefix is followed by U+007F when the first scalar cut off sorts below it, else by
    /// U+10FFFF; a cut before a U+10FFFF itself would not be greater, so the prefix grows past it.
    static func maximum(_ text: String) -> String? {
        let scalars = text.unicodeScalars
        var end = cut(text, after: prefixUnits)
        if end == scalars.endIndex { return text }
        var units = text[..<end].utf16.count
        while end < scalars.endIndex, scalars[end].value == 0x10FFFF {
            units += 2
            if units >= limitUnits { return nil }
            end = scalars.index(after: end)
        }
        if end == scalars.endIndex { return text }
        let tail: Unicode.Scalar = scalars[end].value < 0x7F ? "\u{7F}" : "\u{10FFFF}"
        var bound = String(scalars[..<end])
        bound.unicodeScalars.append(tail)
        return bound
    }

    private static func cut(_ text: String, after limit: Int) -> String.Index {
        let scalars = text.unicodeScalars
        var units = 0
        var index = scalars.startIndex
        while index < scalars.endIndex {
            units += scalars[index].value > 0xFFFF ? 2 : 1
            if units > limit { break }
            index = scalars.index(after: index)
        }
        return index
    }
}
