/// An expression's text and where it stands, for errors that name file, line and column.
public struct ExpressionSpec: Hashable, Sendable {
    public var text: String
    public var file: String
    /// 1-based.
    public var line: Int
    public var column: Int

    public init(text: String, file: String = "", line: Int = 0, column: Int = 0) {
        self.text = text
        self.file = file
        self.line = line
        self.column = column
    }
}
