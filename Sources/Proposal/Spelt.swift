/// How names and texts are written in expressions.
enum Spelt {
    /// Words that mean something of their own where a column's name may stand.
    private static let reserved: Set<String> = [
        "all", "and", "as", "between", "both", "case", "cast", "date", "div", "else", "end",
        "escape", "false", "from", "in", "interval", "is", "leading", "like", "not", "null", "or",
        "regexp", "rlike", "then", "time", "timestamp", "trailing", "true", "when", "x", "r",
        "distinct", "filter", "over", "where",
    ]

    /// A column's name: bare where it is a plain word that means nothing else.
    static func column(_ name: String) -> String {
        let isBare = name.utf8.allSatisfy { byte in
            (97...122).contains(byte | 32) || byte == 95
        }
        return isBare && name.utf8.first != 95 && !reserved.contains(name.lowercased())
            ? name : "`\(name)`"
    }
}

extension Spelt {
    /// A text for a comment, in quotes, with what cannot be seen spelt out.
    static func example(_ bytes: [UInt8]) -> String {
        var text = "'"
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars.prefix(40) {
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

    /// A count with its thousands apart.
    static func count(_ number: Int64) -> String {
        var digits = String(number)
        var place = digits.count - 3
        while place > (number < 0 ? 1 : 0) {
            digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
            place -= 3
        }
        return digits
    }

    static func rows(_ number: Int64) -> String { count(number) + (number == 1 ? " row" : " rows") }

    static func count(_ number: Int) -> String { count(Int64(number)) }

    /// `count` of `rows` as a part of a hundred.
    static func percent(_ count: Int, of rows: Int) -> String {
        guard rows > 0 else { return "0 %" }
        let hundredths = (Double(count) / Double(rows) * 10_000).rounded()
        let whole = Int(hundredths) / 100
        let rest = Int(hundredths) % 100
        let padded = rest < 10 ? "0\(rest)" : "\(rest)"
        return rest == 0 ? "\(whole) %" : "\(whole).\(padded) %"
    }
}
