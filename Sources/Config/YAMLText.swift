/// Spells values in YAML so that they read back as the same text.
public enum YAMLText {
    /// A scalar in block or flow context: bare where it is a plain word, else in double quotes.
    public static func scalar(_ text: String) -> String { isWord(text) ? text : quoted(text) }

    /// A list in flow style.
    public static func list(_ texts: [String]) -> String {
        "[" + texts.map(scalar).joined(separator: ", ") + "]"
    }

    /// A text in double quotes with YAML's escapes.
    public static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _ where needsEscape(scalar): result += escape(scalar)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// A text for a comment: one line without control characters.
    public static func comment(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { needsEscape($0) ? " " : $0 }))
    }

    private static func isWord(_ text: String) -> Bool {
        let reserved = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
        guard let first = text.utf8.first, text.utf8.count <= 64,
            !reserved.contains(text.lowercased())
        else { return false }
        let allowed = text.utf8.allSatisfy { byte in
            isLetter(byte) || (48...57).contains(byte) || "_./-".utf8.contains(byte)
        }
        return allowed
            && (isLetter(first) || first == UInt8(ascii: "_") || text.hasPrefix("./")
                || first == UInt8(ascii: "/"))
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte)
    }

    /// What YAML may not hold bare: controls, separators, and what lies outside the first plane.
    private static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD: false
        default: true
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let (letter, width) =
            scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
        return "\\\(letter)" + String(repeating: "0", count: width - digits.count) + digits
    }
}
