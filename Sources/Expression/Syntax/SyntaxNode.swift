internal import Columnar

/// A node of the tree as parsed: no types yet. Operators are calls of functions named by their
/// sign, so that typing has one table for all.
struct SyntaxNode: Sendable {
    indirect enum Kind: Sendable {
        case literal(Literal)
        case column(String)
        case call(String, [SyntaxNode])
        case cast(SyntaxNode, ColumnType)
    }

    let kind: Kind
    /// Where it is written, bytes from the start.
    let offset: Int
    /// The longest way down to a leaf; bounded, because typing and evaluation recurse.
    let depth: Int

    /// The function of a rule's pattern; no text can call it, since calls are in lower case.
    static let matches = "MATCHES"

    /// Trees deeper than this are refused.
    static let depthMax = 200

    init(literal: Literal, at offset: Int) {
        kind = .literal(literal)
        self.offset = offset
        depth = 1
    }

    init(column: String, at offset: Int) {
        kind = .column(column)
        self.offset = offset
        depth = 1
    }

    init(call name: String, _ arguments: [SyntaxNode], at offset: Int) throws(ExpressionError) {
        depth = try SyntaxNode.depth(arguments, at: offset)
        kind = .call(name, arguments)
        self.offset = offset
    }

    init(cast node: SyntaxNode, to type: ColumnType, at offset: Int) throws(ExpressionError) {
        depth = try SyntaxNode.depth([node], at: offset)
        kind = .cast(node, type)
        self.offset = offset
    }

    private static func depth(
        _ children: [SyntaxNode], at offset: Int
    ) throws(ExpressionError) -> Int {
        let depth = 1 + (children.map(\.depth).max() ?? 0)
        guard depth <= depthMax else {
            throw ExpressionError(.syntax, at: offset, "the expression is nested too deeply")
        }
        return depth
    }

    /// The columns named below this node, in the order of their first mention.
    func collectColumns(into names: inout [String]) {
        switch kind {
        case .literal: return
        case .column(let name): if !names.contains(name) { names.append(name) }
        case .call(_, let arguments):
            for argument in arguments { argument.collectColumns(into: &names) }
        case .cast(let node, _): node.collectColumns(into: &names)
        }
    }
}
