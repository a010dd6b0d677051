internal import Columnar

/// Numbers and booleans in text, read as Spark's casts read them (ANSI off): blanks around are
/// ignored, what is no number is nil.
enum NumberText {
    /// The range without blanks and control characters at its ends.
    static func trimmed(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
        var low = range.lowerBound
        var high = range.upperBound
        while low < high, bytes[low] <= 32 || bytes[low] == 127 { low += 1 }
        while low < high, bytes[high - 1] <= 32 || bytes[high - 1] == 127 { high -= 1 }
        return low..<high
    }

    /// A whole number; digits after a point are allowed and cut off.
    static func integer(_ bytes: [UInt8], _ range: Range<Int>) -> Int64? {
        let range = trimmed(bytes, range)
        var index = range.lowerBound
        guard index < range.upperBound else { return nil }
        let isNegative = bytes[index] == UInt8(ascii: "-")
        if isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }
        guard index < range.upperBound else { return nil }
        var value: Int64 = 0
        while index < range.upperBound, bytes[index] != UInt8(ascii: ".") {
            guard ASCII.isDigit(bytes[index]) else { return nil }
            let (tenfold, first) = value.multipliedReportingOverflow(by: 10)
            let (next, second) = tenfold.subtractingReportingOverflow(Int64(bytes[index] - 48))
            if first || second { return nil }
            value = next
            index += 1
        }
        for rest in bytes[min(index + 1, range.upperBound)..<range.upperBound]
        where !ASCII.isDigit(rest) { return nil }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    /// Digits and where the point stands.
    private struct Digits {
        var isNegative = false
        /// Significant digits, 0…9.
        var digits: [UInt8] = []
        /// How many of them stand before the point; may be negative or past their end.
        var point = 0

        init?(_ bytes: [UInt8], _ range: Range<Int>) {
            var index = range.lowerBound
            let end = range.upperBound
            if index < end, bytes[index] == 45 || bytes[index] == 43 {
                isNegative = bytes[index] == 45
                index += 1
            }
            var seen = 0
            var isFraction = false
            while index < end {
                if bytes[index] == 46, !isFraction {
                    isFraction = true
                } else if ASCII.isDigit(bytes[index]) {
                    seen += 1
                    if !(digits.isEmpty && bytes[index] == 48) {
                        digits.append(bytes[index] - 48)
                        if !isFraction { point += 1 }
                    } else if isFraction {
                        point -= 1
                    }
                } else {
                    break
                }
                index += 1
            }
            if seen == 0 { return nil }
            if index < end {
                guard bytes[index] | 32 == UInt8(ascii: "e"), end - index <= 8 else { return nil }
                let text = String(decoding: bytes[(index + 1)..<end], as: UTF8.self)
                guard let exponent = Int(text) else { return nil }
                point += exponent
            }
        }

        /// The first `count` digits as a number, zeros added.
        func leading(_ count: Int) -> Int128? {
            if digits.isEmpty || count <= 0 { return 0 }
            guard count <= 38 else { return nil }
            var value: Int128 = 0
            for index in 0..<count {
                value = value * 10 + (index < digits.count ? Int128(digits[index]) : 0)
            }
            return value
        }
    }

    /// A decimal at `scale`, rounded half up; nil when it is none or has more than 38 digits.
    static func decimal(_ bytes: [UInt8], _ range: Range<Int>, scale: Int) -> Int128? {
        guard let parsed = Digits(bytes, trimmed(bytes, range)) else { return nil }
        let kept = parsed.point + scale
        guard var value = parsed.leading(kept) else { return nil }
        if kept >= 0, kept < parsed.digits.count, parsed.digits[kept] >= 5 { value += 1 }
        return parsed.isNegative ? -value : value
    }

    /// A decimal with all its digits, nil when they are more than 38.
    static func exact(_ bytes: [UInt8], _ range: Range<Int>) -> (Int128, scale: Int)? {
        guard let parsed = Digits(bytes, range) else { return nil }
        var scale = parsed.digits.count - parsed.point
        if parsed.digits.isEmpty { scale = -parsed.point }
        guard let value = parsed.leading(parsed.digits.count) else { return nil }
        return (parsed.isNegative ? -value : value, scale)
    }

    /// A double as Java reads it: digits with point and exponent, a suffix `d` or `f`, and the
    /// words nan, inf and infinity in any case.
    static func double(_ bytes: [UInt8], _ range: Range<Int>) -> Double? {
        let range = trimmed(bytes, range)
        guard let last = range.last else { return nil }
        var end = range.upperBound
        if range.count > 1, [68, 70, 100, 102].contains(bytes[last]),
            ASCII.isDigit(bytes[last - 1]) || bytes[last - 1] == 46
        {
            end -= 1
        }
        var index = range.lowerBound
        let isSigned = bytes[index] == 45 || bytes[index] == 43
        if isSigned { index += 1 }
        let first = index
        var hasDigits = false
        var text: [UInt8] = bytes[range.lowerBound] == 45 ? [45] : []
        scan: while index < end {
            switch bytes[index] {
            case 48...57:
                hasDigits = true
                text.append(bytes[index])
            case 46:
                if !hasDigits { text.append(48) }
                text.append(46)
                if index + 1 == end || !ASCII.isDigit(bytes[index + 1]) {
                    if !hasDigits { return nil }
                    text.append(48)
                }
            case 69, 101: break scan
            default: return word(bytes, first..<range.upperBound, isNegative: text.first == 45)
            }
            index += 1
        }
        guard hasDigits else { return nil }
        text.append(contentsOf: bytes[index..<end])
        return Double(String(decoding: text, as: UTF8.self))
    }

    private static func word(
        _ bytes: [UInt8], _ range: Range<Int>, isNegative: Bool
    ) -> Double? {
        guard range.count <= 8 else { return nil }
        switch String(decoding: bytes[range], as: UTF8.self).lowercased() {
        case "nan": return .nan
        case "inf", "infinity": return isNegative ? -.infinity : .infinity
        default: return nil
        }
    }

    /// t, true, y, yes, 1 and their opposites.
    static func boolean(_ bytes: [UInt8], _ range: Range<Int>) -> Bool? {
        let range = trimmed(bytes, range)
        guard range.count <= 5 else { return nil }
        switch String(decoding: bytes[range], as: UTF8.self).lowercased() {
        case "t", "true", "y", "yes", "1": return true
        case "f", "false", "n", "no", "0": return false
        default: return nil
        }
    }

    /// A double as Java prints it: `1.0`, `1.0E10`, `NaN`; `description` is Swift's text of it.
    static func java(_ description: String) -> String {
        switch description {
        case "nan", "-nan": return "NaN"
        case "inf": return "Infinity"
        case "-inf": return "-Infinity"
        default: break
        }
        let bytes = Array(description.utf8)
        guard let parsed = Digits(bytes, bytes.indices) else { return description }
        let sign = parsed.isNegative ? "-" : ""
        var digits = parsed.digits.map { Character(Unicode.Scalar($0 + 48)) }
        while digits.last == "0" { digits.removeLast() }
        guard !digits.isEmpty else { return sign + "0.0" }
        let exponent = parsed.point - 1
        if exponent >= -3, exponent < 7 {
            if exponent < 0 {
                return sign + "0." + String(repeating: "0", count: -exponent - 1) + String(digits)
            }
            while digits.count < exponent + 2 { digits.append("0") }
            return sign + String(digits[...exponent]) + "." + String(digits[(exponent + 1)...])
        }
        let rest = digits.count > 1 ? String(digits[1...]) : "0"
        return sign + String(digits[0]) + "." + rest + "E" + String(exponent)
    }

    /// A decimal as Java's `BigDecimal.toString`: with an exponent when more than six zeros would
    /// follow the point.
    static func java(decimal unscaled: Int128, scale: Int) -> String {
        let digits = String(unscaled.magnitude)
        let exponent = digits.utf8.count - 1 - scale
        if exponent >= -6 { return Decimal.text(unscaled: unscaled, scale: scale) }
        let fraction = digits.utf8.count > 1 ? "." + digits.dropFirst() : ""
        return (unscaled < 0 ? "-" : "") + digits.prefix(1) + fraction + "E" + String(exponent)
    }

    /// A number's text rounded half up to `scale` digits, as Spark's `round` has it; nil when it
    /// has no more digits than that, or is none.
    static func rounded(_ text: String, scale: Int) -> String? {
        let bytes = Array(text.utf8)
        guard let parsed = Digits(bytes, bytes.indices) else { return nil }
        if parsed.digits.isEmpty { return "0" }
        let kept = parsed.point + scale
        if kept >= parsed.digits.count { return nil }
        guard kept >= 0, var rounded = parsed.leading(kept) else { return "0" }
        if parsed.digits[kept] >= 5 { rounded += 1 }
        return rounded == 0 ? "0" : "\(parsed.isNegative ? "-" : "")\(rounded)e\(-scale)"
    }
}
