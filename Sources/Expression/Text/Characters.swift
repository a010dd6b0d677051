/// UTF-8 by characters: a character starts at every byte that is no continuation byte.
enum Characters {
    @inline(__always)
    private static func isStart(_ byte: UInt8) -> Bool { byte & 0xC0 != 0x80 }

    static func count(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
        var count = 0
        for index in range where isStart(bytes[index]) { count += 1 }
        return count
    }

    /// The range of every character.
    static func split(_ bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
        var characters: [Range<Int>] = []
        var start = range.lowerBound
        while start < range.upperBound {
            var end = start + 1
            while end < range.upperBound, !isStart(bytes[end]) { end += 1 }
            characters.append(start..<end)
            start = end
        }
        return characters
    }

    /// SQL's substring: positions count from 1, negative ones from the end, 0 is 1; a start before
    /// the text uses up length.
    static func slice(
        _ bytes: [UInt8], _ range: Range<Int>, from position: Int, length: Int
    ) -> Range<Int> {
        let start: Int
        if position > 0 {
            start = position - 1
        } else if position < 0 {
            start = count(bytes, range) + position
        } else {
            start = 0
        }
        let end = min(start + length, Int(Int32.max))
        guard end > max(start, 0) else { return range.lowerBound..<range.lowerBound }
        let low = advanced(bytes, range, by: start)
        let high = advanced(bytes, low..<range.upperBound, by: end - max(0, start))
        return low..<high
    }

    private static func advanced(_ bytes: [UInt8], _ range: Range<Int>, by count: Int) -> Int {
        var left = count
        var index = range.lowerBound
        while left > 0, index < range.upperBound {
            index += 1
            while index < range.upperBound, !isStart(bytes[index]) { index += 1 }
            left -= 1
        }
        return index
    }
}

/// Upper and lower case by Unicode's full mappings, as Java's in the root locale.
enum LetterCase {
    static func append(
        _ bytes: [UInt8], _ range: Range<Int>, isUpper: Bool, to result: inout [UInt8]
    ) {
        let start = result.count
        let letters: ClosedRange<UInt8> = isUpper ? 97...122 : 65...90
        for index in range {
            let byte = bytes[index]
            guard byte < 128 else {
                result.removeSubrange(start...)
                appendUnicode(bytes, range, isUpper: isUpper, to: &result)
                return
            }
            result.append(letters.contains(byte) ? byte ^ 32 : byte)
        }
    }

    private static func appendUnicode(
        _ bytes: [UInt8], _ range: Range<Int>, isUpper: Bool, to result: inout [UInt8]
    ) {
        let scalars = Array(String(decoding: bytes[range], as: UTF8.self).unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            if isUpper {
                result.append(contentsOf: scalar.properties.uppercaseMapping.utf8)
            } else if scalar.value == 0x3A3, isFinal(scalars, index) {
                result.append(contentsOf: "\u{3C2}".utf8)
            } else {
                result.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
            }
        }
    }

    /// Whether a sigma ends its word: letters before it and none behind it.
    private static func isFinal(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
        let behind = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
        return before?.properties.isCased == true && behind?.properties.isCased != true
    }
}
