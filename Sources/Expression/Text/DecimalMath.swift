internal import Columnar

/// Exact decimals: unscaled 128-bit integers whose scale the caller keeps; rounding is half up
/// (away from zero), as everywhere in Spark. Nil means "does not fit", which is NULL there.
enum DecimalMath {
    /// Ten to the 0…38.
    static let powers: [Int128] = (0...38).map { Decimal.powerOfTen($0) }

    /// The decimal digits of a magnitude, at least 1.
    static func digitCount(_ magnitude: UInt128) -> Int {
        if let small = UInt64(exactly: magnitude) {
            var rest = small
            var count = 1
            while rest >= 10 {
                rest /= 10
                count += 1
            }
            return count
        }
        return (powers.firstIndex { UInt128($0) > magnitude }) ?? 39
    }

    /// Whether the value has at most `precision` digits.
    static func fits(_ value: Int128, _ precision: Int) -> Bool {
        value.magnitude < UInt128(powers[precision])
    }

    /// The value at another scale, rounded half up.
    static func rescaled(_ value: Int128, from: Int, to: Int) -> Int128? {
        if from == to { return value }
        if to > from {
            guard to - from <= 38 else { return value == 0 ? 0 : nil }
            let (scaled, overflow) = value.multipliedReportingOverflow(by: powers[to - from])
            return overflow ? nil : scaled
        }
        guard from - to <= 38 else { return 0 }
        return roundedQuotient(value, powers[from - to])
    }

    /// `value / divisor` rounded half up; the divisor is positive.
    static func roundedQuotient(_ value: Int128, _ divisor: Int128) -> Int128 {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        let isUp = rest.magnitude >= (divisor - Int128(rest.magnitude)).magnitude
        return isUp ? quotient + (value < 0 ? -1 : 1) : quotient
    }

    /// The product of two unscaled values, `drop` digits cut off its end. Spark rounds products to
    /// 39 digits first, and so does this.
    static func product(_ left: Int128, _ right: Int128, drop: Int) -> Int128? {
        let wide = left.magnitude.multipliedFullWidth(by: right.magnitude)
        let isNegative = (left < 0) != (right < 0)
        var dropped = drop
        var magnitude: UInt128
        if wide.high == 0 {
            magnitude = wide.low
        } else {
            // 10^38 < 2^128 <= the product < 10^76; cut to 39 digits, or all of `drop` when more.
            let first = max(0, wideDigitCount(wide) - 39)
            guard first <= dropped else { return nil }
            if let cut = wideQuotient(wide, UInt128(powers[first])) {
                magnitude = cut
                dropped -= first
            } else {
                // 39 digits past 2^128: round once.
                let all = min(dropped, 38)
                guard let cut = wideQuotient(wide, UInt128(powers[all])) else { return nil }
                magnitude = cut
                dropped -= all
            }
        }
        if dropped > 38 { return 0 }
        let (quotient, rest) = magnitude.quotientAndRemainder(dividingBy: UInt128(powers[dropped]))
        magnitude = quotient
        if dropped > 0, rest >= UInt128(powers[dropped]) - rest { magnitude += 1 }
        guard let value = Int128(exactly: magnitude) else { return nil }
        return isNegative ? -value : value
    }

    private typealias Wide = (high: UInt128, low: UInt128.Magnitude)

    /// Half-up quotient of a wide number, nil past 128 bits.
    private static func wideQuotient(_ wide: Wide, _ divisor: UInt128) -> UInt128? {
        guard wide.high < divisor else { return nil }
        let (quotient, rest) = divisor.dividingFullWidth((wide.high, wide.low))
        guard rest >= divisor - rest else { return quotient }
        let (up, overflow) = quotient.addingReportingOverflow(1)
        return overflow ? nil : up
    }

    private static func wideDigitCount(_ wide: Wide) -> Int {
        // Dividing by 10^38 leaves at most 10^38, which has a place in the table.
        let (quotient, _) = UInt128(powers[38]).dividingFullWidth((wide.high, wide.low))
        return 38 + digitCount(quotient)
    }

    /// `left × 10^shift / right`, rounded half up; `right` is not zero, `shift` not negative.
    static func quotient(_ left: Int128, _ right: Int128, shift: Int) -> Int128? {
        if shift <= 38 {
            // Mostly the numerator has room.
            let (scaled, overflow) = left.multipliedReportingOverflow(by: powers[shift])
            if !overflow {
                let quotient = roundedQuotient(scaled, right < 0 ? -right : right)
                return right < 0 ? -quotient : quotient
            }
        }
        let divisor = right.magnitude
        var wide: Wide = left.magnitude.multipliedFullWidth(by: UInt128(powers[min(shift, 38)]))
        if shift > 38 {
            let factor = UInt128(powers[min(shift - 38, 38)])
            let high = wide.high.multipliedFullWidth(by: factor)
            let low = wide.low.multipliedFullWidth(by: factor)
            let (sum, overflow) = high.low.addingReportingOverflow(low.high)
            if high.high != 0 || overflow { return nil }
            wide = (sum, low.low)
        }
        guard let magnitude = wideQuotient(wide, divisor), let value = Int128(exactly: magnitude)
        else { return nil }
        return (left < 0) != (right < 0) ? -value : value
    }

    /// The remainder with the sign of `left`, both taken to the larger scale; `right` is not zero.
    static func remainder(
        _ left: Int128, scale leftScale: Int, _ right: Int128, scale rightScale: Int
    ) -> Int128? {
        let rest: UInt128
        if leftScale < rightScale {
            let factor = UInt128(powers[rightScale - leftScale])
            let divisor = right.magnitude
            let wide = left.magnitude.multipliedFullWidth(by: factor)
            rest = divisor.dividingFullWidth((wide.high % divisor, wide.low)).remainder
        } else {
            let factor = UInt128(powers[leftScale - rightScale])
            let (divisor, overflow) = right.magnitude.multipliedReportingOverflow(by: factor)
            rest = overflow ? left.magnitude : left.magnitude % divisor
        }
        guard let value = Int128(exactly: rest) else { return nil }
        return left < 0 ? -value : value
    }

    /// A column of unscaled values; every one must fit the type's precision.
    static func column(_ values: [Int128], _ type: ColumnType, _ validity: Bitmap?) -> Column {
        if case .decimal(let precision, _) = type, precision > 18 {
            return Column(type, storage: .int128(values), validity: validity)
        }
        let narrow = values.map { Int64(truncatingIfNeeded: $0) }
        return Column(type, storage: .int64(narrow), validity: validity)
    }

    /// The nearest double of a decimal.
    static func double(_ value: Int128, scale: Int) -> Double {
        if value.magnitude < 1 << 53, scale <= 22 {
            // Both exact, so one rounding.
            return Double(value) / tens[scale]
        }
        return Double(Decimal.text(unscaled: value, scale: scale)) ?? .nan
    }

    private static let tens: [Double] = (0...22).map { Double(powers[$0]) }
}
