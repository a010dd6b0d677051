internal import Columnar

/// An expression that has been read but knows no types yet.
///
/// The language is a subset of Spark SQL 4 with `spark.sql.ansi.enabled=false`: what cannot be
/// computed (a division by zero, an impossible cast, a decimal that does not fit) is NULL, whole
/// numbers wrap around, and timestamps are read in UTC. Whatever is accepted here means the same
/// there.
public struct ParsedExpression: Sendable {
    /// The text as given.
    public let text: String
    let root: SyntaxNode
    /// The columns as written, each once, in the order of their first mention.
    public let columns: [String]

    /// Reads a whole expression; throws `.syntax` with the place of what was not expected.
    public init(parsing text: String) throws(ExpressionError) {
        self.text = text
        root = try Parser.parse(text)
        var names: [String] = []
        root.collectColumns(into: &names)
        columns = names
    }

    /// Whether the whole text is one written value: a number, text, date, timestamp, boolean or
    /// NULL. Bounds of ranges must be.
    public var isLiteral: Bool {
        if case .literal = root.kind { true } else { false }
    }

    /// Reads a text that must be one written value.
    public static func literal(_ text: String) throws(ExpressionError) -> ParsedExpression {
        let parsed = try ParsedExpression(parsing: text)
        guard parsed.isLiteral else {
            throw ExpressionError(
                .syntax, at: 0, "\(text) is not a value",
                hint:
                    "Write a number, 'text', DATE '2026-01-31' or TIMESTAMP '2026-01-31 12:00:00'.")
        }
        return parsed
    }
}

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

/// What an expression may know beside its columns: the same for a whole run.
public struct EvaluationContext: Hashable, Sendable {
    /// `current_timestamp`, microseconds since 1970-01-01T00:00:00Z; `current_date` is its UTC day.
    public var now: Int64

    public init(now: Int64) { self.now = now }
}
