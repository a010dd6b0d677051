/// Text of exact decimals held as an unscaled integer and a scale.
public enum Decimal {
    /// The decimal text of `unscaled` × 10^-`scale`, with exactly `scale` digits after the point.
    public static func text(unscaled: Int128, scale: Int) -> String {
        let digits = String(unscaled.magnitude)
        let sign = unscaled < 0 ? "-" : ""
        guard scale > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        return sign + padded.dropLast(scale) + "." + padded.suffix(scale)
    }

    /// The unscaled value of decimal `text` at `scale`, or nil when the text is not a plain
    /// decimal number, has more fraction digits than `scale`, or leaves 38 digits.
    public static func unscaled(_ text: some Sequence<UInt8>, scale: Int) -> Int128? {
        var value: Int128 = 0
        var fractionDigits = -1
        var digitCount = 0
        var isNegative = false
        var isFirst = true
        for byte in text {
            defer { isFirst = false }
            switch byte {
            case 45 where isFirst: isNegative = true
            case 43 where isFirst: break
            case 46 where fractionDigits < 0: fractionDigits = 0
            case 48...57:
                guard let next = appending(digit: byte - 48, to: value) else { return nil }
                value = next
                digitCount += 1
                if fractionDigits >= 0 { fractionDigits += 1 }
            default: return nil
            }
        }
        let fraction = max(0, fractionDigits)
        guard digitCount > 0, fraction <= scale else { return nil }
        for _ in fraction..<scale {
            guard let next = appending(digit: 0, to: value) else { return nil }
            value = next
        }
        return isNegative ? -value : value
    }

    /// Ten to the `exponent`, 0…38.
    public static func powerOfTen(_ exponent: Int) -> Int128 {
        var power: Int128 = 1
        for _ in 0..<exponent { power *= 10 }
        return power
    }

    /// What has room for one more digit within 38.
    private static let limit = powerOfTen(37)

    private static func appending(digit: UInt8, to value: Int128) -> Int128? {
        value < limit ? value * 10 + Int128(digit) : nil
    }
}
