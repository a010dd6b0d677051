/// Names of columns as tables of a lake may have them.
public enum ColumnName {
    /// What Delta and Parquet do not take in the name of a column.
    private static let forbidden: Set<Unicode.Scalar> = [
        " ", ",", ";", "{", "}", "(", ")", "\n", "\t", "=",
    ]

    /// `name` with every character that a lake's column may not have replaced by `_`.
    public static func allowed(_ name: String) -> String {
        var allowed = String.UnicodeScalarView()
        for scalar in name.unicodeScalars {
            allowed.append(forbidden.contains(scalar) ? "_" : scalar)
        }
        return String(allowed)
    }

    /// The same, and never one that readers may take for one of `taken`, which are folded: if
    /// needed a number is appended. The result is added to `taken`.
    public static func allowed(_ name: String, besides taken: inout Set<String>) -> String {
        let free = freeName(allowed(name)) { taken.contains(folded($0)) }
        taken.insert(folded(free))
        return free
    }

    /// A text that is equal (as `String`, so in whatever normal form) for names that readers of a
    /// lake may take for one: they compare as Java does, by each character's upper case and that
    /// one's lower case. `ß` and `ss` are two names, `ı`, `I`, `i` and `İ` one.
    public static func folded(_ name: String) -> String {
        var folded = String.UnicodeScalarView()
        for scalar in name.unicodeScalars {
            let upper = single(scalar.properties.uppercaseMapping) ?? scalar
            let lower = upper.properties.lowercaseMapping.unicodeScalars
            folded.append(lower.first ?? upper)
        }
        return String(folded)
    }

    private static func single(_ text: String) -> Unicode.Scalar? {
        let scalars = text.unicodeScalars
        return scalars.count == 1 ? scalars.first : nil
    }
}
