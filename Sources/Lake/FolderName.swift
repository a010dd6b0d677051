import Names

/// The folder that a name of the source asks for (docs/specification/lake.md#folders).
public enum FolderName {
    /// `name` with every character but Unicode letters and digits, `_`, `-` and `.` replaced by
    /// `_`, and with `t` before it when it would begin with `_` or `.`: readers of lakes pass over
    /// such folders, and `_delta_log` is a log. Case and bytes of what stays are kept.
    public static func clean(_ name: String) -> String {
        var cleaned = String.UnicodeScalarView()
        for scalar in name.unicodeScalars { cleaned.append(isPlain(scalar) ? scalar : "_") }
        let text = String(cleaned)
        return text.isEmpty || text.begins(with: "_") || text.begins(with: ".") ? "t" + text : text
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "_" || scalar == "-" || scalar == "." { return true }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .decimalNumber:
            return true
        default: return scalar.properties.numericType == .digit
        }
    }
}
