internal import Columnar

extension ParsedExpression {
    /// A text that is the same for every way of writing the expression: blanks, comments, the case
    /// of keywords and needless brackets leave no trace. For comparing, not for reading.
    public var canonical: String { root.canonical }
}

extension SyntaxNode {
    fileprivate var canonical: String {
        switch kind {
        case .literal(let literal):
            guard let type = literal.type, !literal.column.isNull(0) else { return "NULL" }
            return "\(type):" + ExpressionText.string(literal.column.text(0))
        case .column(let name): return ExpressionText.name(name)
        case .call(let name, let arguments):
            return "(\(name)" + arguments.map { " " + $0.canonical }.joined() + ")"
        case .cast(let node, let type): return "(cast \(node.canonical) \(type))"
        }
    }
}
