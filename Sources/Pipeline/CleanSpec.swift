/// A column's cleaned value.
public struct CleanSpec: Hashable, Sendable {
    public var column: String
    public var expression: ExpressionSpec

    public init(column: String, expression: ExpressionSpec) {
        self.column = column
        self.expression = expression
    }
}
