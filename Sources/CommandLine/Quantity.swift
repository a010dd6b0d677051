/// Numbers, bytes and times as people read them.
public enum Quantity {
    /// Digits in groups of three: `1,234,567`.
    public static func count(_ value: some BinaryInteger) -> String {
        let digits = String(value.magnitude)
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// Three significant digits and a unit of 1000: `1.23M`, `45.6k`, `999`.
    public static func short(_ value: Double) -> String {
        scaled(value, step: 1000, units: ["", "k", "M", "G", "T", "P"], space: "")
    }

    /// Bytes in units of 1000: `0 B`, `1.23 MB`, `167 MB`.
    public static func bytes(_ value: some BinaryInteger) -> String {
        scaled(Double(value), step: 1000, units: ["B", "kB", "MB", "GB", "TB", "PB"], space: " ")
    }

    /// Seconds: `0.123 s`, `12.3 s`, `2m 05s`, `1h 02m`, `3d 04h`.
    public static func seconds(_ value: Double) -> String {
        guard value.isFinite, value >= 0 else { return "–" }
        if value < 1 { return decimal(value, digits: 3) + " s" }
        if value < 59.95 { return decimal(value, digits: 1) + " s" }
        let whole = Int(min(value, 1e12) + 0.5)
        if whole < 3600 { return "\(whole / 60)m \(twoDigits(whole % 60))s" }
        let minutes = whole / 60
        if minutes < 1440 { return "\(minutes / 60)h \(twoDigits(minutes % 60))m" }
        return "\(minutes / 1440)d \(twoDigits(minutes / 60 % 24))h"
    }

    /// A decimal with exactly `digits` digits after the point, rounded half away from zero.
    public static func decimal(_ value: Double, digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return String(value) }
        var factor = 1.0
        for _ in 0..<digits { factor *= 10 }
        let scaled = Int64(abs(value) * factor + 0.5)
        let sign = value < 0 && scaled > 0 ? "-" : ""
        if digits == 0 { return sign + String(scaled) }
        let whole = scaled / Int64(factor)
        let fraction = String(scaled % Int64(factor))
        let zeros = String(repeating: "0", count: digits - fraction.count)
        return "\(sign)\(whole).\(zeros)\(fraction)"
    }

    private static func scaled(
        _ value: Double, step: Double, units: [String], space: String
    ) -> String {
        guard value.isFinite else { return "–" }
        var rest = abs(value)
        var unit = 0
        while rest >= 999.5, unit < units.count - 1 {
            rest /= step
            unit += 1
        }
        let digits = unit == 0 || rest >= 99.95 ? 0 : rest >= 9.995 ? 1 : 2
        return (value < 0 ? "-" : "") + decimal(rest, digits: digits) + space + units[unit]
    }

    static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
