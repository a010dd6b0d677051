internal import Columnar

/// Recursive descent over the tokens, with the precedence of Spark's grammar: OR, AND, NOT, the
/// predicates (IN, LIKE, BETWEEN, IS), comparison, `+ - ||`, `* / % DIV`, sign, primary.
struct Parser {
    var tokens: [Token]
    var position = 0
    private var nesting = 0

    init(_ tokens: [Token]) { self.tokens = tokens }

    /// The tree of a whole expression.
    static func parse(_ text: String) throws(ExpressionError) -> SyntaxNode {
        var parser = Parser(try Lexer.tokens(text))
        let node = try parser.expression()
        guard parser.current.kind == .end else {
            throw parser.unexpected("an operator or the end")
        }
        return node
    }

    var current: Token { tokens[position] }
    var offset: Int { tokens[position].offset }

    func following(_ ahead: Int) -> Token { tokens[min(position + ahead, tokens.count - 1)] }

    mutating func advance() { if position < tokens.count - 1 { position += 1 } }

    func isSign(_ sign: String) -> Bool { current.kind == .sign(sign) }

    func isKeyword(_ keyword: String, ahead: Int = 0) -> Bool {
        guard case .word(let word) = following(ahead).kind else { return false }
        return word.utf8.count == keyword.utf8.count && word.uppercased() == keyword
    }

    mutating func take(sign: String) -> Bool {
        guard isSign(sign) else { return false }
        advance()
        return true
    }

    mutating func take(keyword: String) -> Bool {
        guard isKeyword(keyword) else { return false }
        advance()
        return true
    }

    mutating func expect(sign: String) throws(ExpressionError) {
        if !take(sign: sign) { throw unexpected(sign) }
    }

    mutating func expect(keyword: String) throws(ExpressionError) {
        if !take(keyword: keyword) { throw unexpected(keyword) }
    }

    /// What stands at the current token, against what could.
    func unexpected(_ wanted: String) -> ExpressionError {
        let found: String
        switch current.kind {
        case .end: found = "the end of the expression"
        case .word(let text), .quotedName(let text), .number(let text), .sign(let text):
            found = text
        case .text(let bytes): found = "'" + String(decoding: bytes, as: UTF8.self) + "'"
        case .binary: found = "a binary literal"
        }
        return ExpressionError(.syntax, at: offset, "expected \(wanted), found \(found)")
    }

    mutating func expression() throws(ExpressionError) -> SyntaxNode {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= SyntaxNode.depthMax else {
            throw ExpressionError(.syntax, at: offset, "the expression is nested too deeply")
        }
        return try disjunction()
    }

    private mutating func disjunction() throws(ExpressionError) -> SyntaxNode {
        let start = offset
        var parts = [try conjunction()]
        while take(keyword: "OR") { parts.append(try conjunction()) }
        return parts.count == 1 ? parts[0] : try SyntaxNode(call: "OR", parts, at: start)
    }

    private mutating func conjunction() throws(ExpressionError) -> SyntaxNode {
        let start = offset
        var parts = [try negation()]
        while take(keyword: "AND") { parts.append(try negation()) }
        return parts.count == 1 ? parts[0] : try SyntaxNode(call: "AND", parts, at: start)
    }

    private mutating func negation() throws(ExpressionError) -> SyntaxNode {
        let start = offset
        var count = 0
        while isKeyword("NOT") || isSign("!") {
            advance()
            count += 1
        }
        var node = try predicate()
        for _ in 0..<count { node = try SyntaxNode(call: "NOT", [node], at: start) }
        return node
    }

    private mutating func predicate() throws(ExpressionError) -> SyntaxNode {
        let left = try comparison()
        let start = offset
        if take(keyword: "IS") { return try isPredicate(left, at: start) }
        let isNegated = take(keyword: "NOT")
        let node: SyntaxNode
        if take(keyword: "IN") {
            try expect(sign: "(")
            node = try SyntaxNode(call: "IN", [left] + list(), at: start)
        } else if take(keyword: "BETWEEN") {
            let low = try comparison()
            try expect(keyword: "AND")
            let high = try comparison()
            let above = try SyntaxNode(call: ">=", [left, low], at: start)
            let below = try SyntaxNode(call: "<=", [left, high], at: start)
            node = try SyntaxNode(call: "AND", [above, below], at: start)
        } else if take(keyword: "LIKE") {
            var arguments = [left, try comparison()]
            if take(keyword: "ESCAPE") { arguments.append(try primary()) }
            node = try SyntaxNode(call: "LIKE", arguments, at: start)
        } else if isKeyword("RLIKE") || isKeyword("REGEXP") {
            advance()
            node = try SyntaxNode(call: "RLIKE", [left, comparison()], at: start)
        } else if isNegated {
            throw unexpected("IN, BETWEEN, LIKE or RLIKE after NOT")
        } else {
            return left
        }
        return isNegated ? try SyntaxNode(call: "NOT", [node], at: start) : node
    }

    private mutating func isPredicate(
        _ left: SyntaxNode, at start: Int
    ) throws(ExpressionError) -> SyntaxNode {
        let isNegated = take(keyword: "NOT")
        let node: SyntaxNode
        if take(keyword: "NULL") || take(keyword: "UNKNOWN") {
            node = try SyntaxNode(call: "IS NULL", [left], at: start)
        } else if isKeyword("TRUE") || isKeyword("FALSE") {
            let value = SyntaxNode(literal: .boolean(isKeyword("TRUE")), at: offset)
            advance()
            node = try SyntaxNode(call: "<=>", [left, value], at: start)
        } else if take(keyword: "DISTINCT") {
            try expect(keyword: "FROM")
            let same = try SyntaxNode(call: "<=>", [left, comparison()], at: start)
            node = try SyntaxNode(call: "NOT", [same], at: start)
        } else {
            throw unexpected("NULL, TRUE, FALSE or DISTINCT FROM after IS")
        }
        return isNegated ? try SyntaxNode(call: "NOT", [node], at: start) : node
    }

    /// Arguments up to the closing parenthesis, at least one.
    private mutating func list() throws(ExpressionError) -> [SyntaxNode] {
        var items = [try expression()]
        while take(sign: ",") { items.append(try expression()) }
        try expect(sign: ")")
        return items
    }

    private static let comparisons: [String: String] = [
        "=": "=", "==": "=", "<=>": "<=>", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=",
        ">": ">", ">=": ">=",
    ]

    mutating func comparison() throws(ExpressionError) -> SyntaxNode {
        var left = try additive()
        while case .sign(let sign) = current.kind, let name = Parser.comparisons[sign] {
            let start = offset
            advance()
            left = try SyntaxNode(call: name, [left, additive()], at: start)
        }
        return left
    }

    private mutating func additive() throws(ExpressionError) -> SyntaxNode {
        var left = try multiplicative()
        while case .sign(let sign) = current.kind, ["+", "-", "||"].contains(sign) {
            let start = offset
            advance()
            left = try SyntaxNode(call: sign, [left, multiplicative()], at: start)
        }
        return left
    }

    private mutating func multiplicative() throws(ExpressionError) -> SyntaxNode {
        var left = try signed()
        while true {
            let start = offset
            let name: String
            if case .sign(let sign) = current.kind, ["*", "/", "%"].contains(sign) {
                name = sign
            } else if isKeyword("DIV") {
                name = "DIV"
            } else {
                return left
            }
            advance()
            left = try SyntaxNode(call: name, [left, signed()], at: start)
        }
    }

    private mutating func signed() throws(ExpressionError) -> SyntaxNode {
        let start = offset
        if take(sign: "+") {
            return try nested { parser throws(ExpressionError) in
                try parser.signed()
            }
        }
        guard take(sign: "-") else { return try primary() }
        if case .number(let text) = current.kind {
            advance()
            return SyntaxNode(literal: try NumberLiteral.parse("-" + text, at: start), at: start)
        }
        let operand = try nested { parser throws(ExpressionError) in try parser.signed() }
        return try SyntaxNode(call: "negative", [operand], at: start)
    }

    private mutating func nested(
        _ body: (inout Parser) throws(ExpressionError) -> SyntaxNode
    ) throws(ExpressionError) -> SyntaxNode {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= SyntaxNode.depthMax else {
            throw ExpressionError(.syntax, at: offset, "the expression is nested too deeply")
        }
        return try body(&self)
    }
}
