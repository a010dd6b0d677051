/// How figures and examples of a profile are written for people.
public enum ProfileWords {
    /// A count with its thousands apart: `12,345`.
    public static func count(_ number: Int64) -> String {
        var digits = String(number)
        var place = digits.count - 3
        while place > (number < 0 ? 1 : 0) {
            digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
            place -= 3
        }
        return digits
    }

    /// The same of an `Int`.
    public static func count(_ number: Int) -> String { count(Int64(number)) }

    /// `1,611 of 150,283`.
    public static func part(_ number: Int, of whole: Int) -> String {
        "\(count(number)) of \(count(whole))"
    }

    /// `1 row`, `12,345 rows`.
    public static func rows(_ number: Int64) -> String {
        count(number) + (number == 1 ? " row" : " rows")
    }

    /// `count` of `rows` as a part of a hundred: `1.07 %`.
    public static func percent(_ count: Int64, of rows: Int64) -> String {
        guard rows > 0 else { return "0 %" }
        let hundredths = Int((Double(count) / Double(rows) * 10_000).rounded())
        let (whole, rest) = (hundredths / 100, hundredths % 100)
        return rest == 0 ? "\(whole) %" : "\(whole).\(rest < 10 ? "0" : "")\(rest) %"
    }

    /// The beginning of a text in quotes, what cannot be seen spelt out: `'INR\r'`.
    public static func example(_ bytes: [UInt8]) -> String {
        var text = "'"
        for scalar in String(decoding: bytes.prefix(160), as: UTF8.self).unicodeScalars.prefix(40) {
            switch scalar {
            case "\r": text += "\\r"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case _ where scalar.value < 32 || (127..<161).contains(scalar.value):
                text += "\\x" + String(scalar.value, radix: 16)
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "'"
    }
}
