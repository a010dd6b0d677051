/// Names and texts as they are written in an expression.
public enum ExpressionText {
    /// A column's name in backquotes.
    public static func name(_ name: String) -> String {
        "`" + name.split(separator: "`", omittingEmptySubsequences: false).joined(separator: "``")
            + "`"
    }

    /// A text in quotes, its quotes and backslashes escaped.
    public static func string(_ text: String) -> String {
        var quoted = "'"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'": quoted += "\\'"
            case "\\": quoted += "\\\\"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "'"
    }
}
