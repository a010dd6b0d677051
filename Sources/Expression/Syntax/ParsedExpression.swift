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
        self.init(try Parser.parse(text), text)
    }

    /// Whether a column of text matches a regular expression. `$` is the very end of the text, not
    /// also the place before a line feed that ends it, as it is for RLIKE.
    public init(column: String, matching pattern: String) throws(ExpressionError) {
        let arguments = [
            SyntaxNode(column: column, at: 0),
            SyntaxNode(literal: .text(Array(pattern.utf8)), at: 0),
        ]
        self.init(
            try SyntaxNode(call: SyntaxNode.matches, arguments, at: 0),
            ExpressionText.name(column) + " RLIKE " + ExpressionText.string(pattern))
    }

    private init(_ root: SyntaxNode, _ text: String) {
        self.text = text
        self.root = root
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
