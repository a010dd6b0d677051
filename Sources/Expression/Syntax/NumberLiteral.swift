internal import Columnar

/// Numbers as Spark types them: `1` is an integer (a long or decimal when it needs the room),
/// `1.0` an exact decimal, `1e0` a double; suffixes `Y S L F D BD` name the type.
enum NumberLiteral {
    static func parse(_ text: String, at offset: Int) throws(ExpressionError) -> Literal {
        let upper = text.uppercased()
        let (digits, suffix) = split(upper)
        let literal: Literal?
        switch suffix {
        case "": literal = plain(digits)
        case "Y": literal = Int8(digits).map { Literal(.byte, .int32([Int32($0)])) }
        case "S": literal = Int16(digits).map { Literal(.short, .int32([Int32($0)])) }
        case "L": literal = Int64(digits).map { Literal(.long, .int64([$0])) }
        case "F":
            literal = Float(digits).flatMap { $0.isFinite ? Literal(.float, .float([$0])) : nil }
        case "D": literal = double(digits)
        case "BD": literal = decimal(digits)
        default: literal = nil
        }
        guard let literal else {
            throw ExpressionError(.syntax, at: offset, "\(text) is not a number of the language")
        }
        return literal
    }

    /// The number and the letters behind it; the `E` of an exponent belongs to the number.
    private static func split(_ text: String) -> (String, String) {
        var digits = text[...]
        var suffix = ""
        while let last = digits.last, last.isLetter || last == "_" {
            suffix = String(last) + suffix
            digits = digits.dropLast()
        }
        return (String(digits), suffix)
    }

    private static func plain(_ digits: String) -> Literal? {
        if digits.contains("E") { return double(digits) }
        if digits.contains(".") { return decimal(digits) }
        if let value = Int32(digits) { return Literal(.integer, .int32([value])) }
        if let value = Int64(digits) { return Literal(.long, .int64([value])) }
        return decimal(digits)
    }

    private static func double(_ digits: String) -> Literal? {
        // Swift reads neither `1.` nor `.5e1`.
        let bytes = Array(digits.utf8)
        guard let value = NumberText.double(bytes, bytes.indices), value.isFinite else {
            return nil
        }
        return Literal(.double, .double([value]))
    }

    private static func decimal(_ digits: String) -> Literal? {
        let bytes = Array(digits.utf8)
        guard let (unscaled, scale) = NumberText.exact(bytes, bytes.indices) else { return nil }
        // A negative scale (1E3BD) is written out.
        var value = unscaled
        for _ in 0..<max(0, -scale) {
            let (next, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            value = next
        }
        let kept = max(0, scale)
        let precision = max(DecimalMath.digitCount(value.magnitude), kept, 1)
        guard precision <= 38 else { return nil }
        let type = ColumnType.decimal(precision: precision, scale: kept)
        return Literal(type: type, column: DecimalMath.column([value], type, nil))
    }
}
