/// Times and sizes as a configuration spells them.
public enum Units {
    private static let durations: [(suffix: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    private static let sizes: [(suffix: String, bytes: Int)] = [
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
        ("kB", 1000), ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000),
        ("TB", 1_000_000_000_000), ("B", 1), ("", 1),
    ]

    /// A whole number with `ms`, `s`, `m`, `h` or `d`, at most 100 years; a bare 0 is none at all.
    public static func duration(_ text: String) -> Duration? {
        if text == "0" { return .zero }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let suffix = text.dropFirst(digits.count)
        guard let number = Int64(digits),
            let unit = durations.first(where: { $0.suffix == suffix })
        else { return nil }
        let (milliseconds, overflow) = number.multipliedReportingOverflow(by: unit.milliseconds)
        guard !overflow, milliseconds <= 36_525 * 86_400_000 else { return nil }
        return .milliseconds(milliseconds)
    }

    /// The shortest exact spelling of a time of whole milliseconds.
    public static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        if milliseconds == 0 { return "0s" }
        let unit = durations.last { milliseconds % $0.milliseconds == 0 } ?? ("ms", 1)
        return "\(milliseconds / unit.milliseconds)\(unit.suffix)"
    }

    /// A span of time as pipelines and runs count it.
    public static func microseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }

    /// A whole number of bytes, bare or with `B`, `kB`, `KiB`, `MB`, `MiB`, `GB`, `GiB`, `TB`,
    /// `TiB`.
    public static func size(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let suffix = String(text.dropFirst(digits.count).drop { $0 == " " })
        guard let number = Int(digits), let unit = sizes.first(where: { $0.suffix == suffix })
        else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: unit.bytes)
        return overflow ? nil : bytes
    }

    /// A number from 0 to 100 with or without a `%`, for example `2%` or `0.5`.
    public static func percent(_ text: String) -> Double? {
        var digits = text.hasSuffix("%") ? text.dropLast() : text[...]
        while digits.hasSuffix(" ") { digits.removeLast() }
        let isPlain = digits.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
        guard isPlain, let number = Double(digits), (0...100).contains(number) else { return nil }
        return number
    }

    /// Minutes east of UTC of `+HH:MM`, `-HH:MM`, `UTC` or `Z`, at most 14 hours; nil for others,
    /// names of zones among them.
    public static func zoneOffsetMinutes(_ text: String) -> Int? {
        if text == "UTC" || text == "Z" { return 0 }
        let bytes = Array(text.utf8)
        guard bytes.count == 6, bytes[3] == UInt8(ascii: ":"),
            bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-")
        else { return nil }
        let digits = [1, 2, 4, 5].map { Int(bytes[$0]) - 48 }
        guard digits.allSatisfy({ (0...9).contains($0) }) else { return nil }
        let minutes = (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3]
        guard digits[2] < 6, minutes <= 14 * 60 else { return nil }
        return bytes[0] == UInt8(ascii: "-") ? -minutes : minutes
    }

    /// Whether `text` has the form of an IANA name: letters, digits, `_`, `+` and `-` in parts
    /// between slashes, at most 64 bytes.
    public static func isZoneName(_ text: String) -> Bool {
        guard text.utf8.count <= 64, text.first?.isLetter == true else { return false }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.allSatisfy { part in
            !part.isEmpty
                && part.allSatisfy {
                    $0.isASCII && ($0.isLetter || $0.isNumber || "_+-".contains($0))
                }
        }
    }
}
