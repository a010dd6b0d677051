internal import Columnar

extension Parser {
    /// Words that are part of the grammar; a column of such a name needs backquotes.
    private static let reserved: Set<String> = [
        "AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "RLIKE", "REGEXP", "IS", "CASE", "WHEN",
        "THEN", "ELSE", "END", "CAST", "FROM", "AS", "DIV", "INTERVAL",
    ]

    mutating func primary() throws(ExpressionError) -> SyntaxNode {
        let start = offset
        switch current.kind {
        case .number(let text):
            advance()
            return SyntaxNode(literal: try NumberLiteral.parse(text, at: start), at: start)
        case .text: return SyntaxNode(literal: .text(texts()), at: start)
        case .binary(let bytes):
            advance()
            var values = ByteVector()
            values.append(bytes)
            return SyntaxNode(literal: Literal(.binary, .bytes(values)), at: start)
        case .quotedName(let name):
            advance()
            return try column(name, at: start)
        case .sign("("):
            advance()
            let node = try expression()
            try expect(sign: ")")
            return node
        case .word(let word): return try wordPrimary(word, at: start)
        case .sign, .end: throw unexpected("a value")
        }
    }

    private func column(_ name: String, at start: Int) throws(ExpressionError) -> SyntaxNode {
        if isSign(".") {
            throw ExpressionError(
                .syntax, at: offset, "qualified names and fields of structures are not supported",
                hint: "Put a column whose name has a dot into backquotes.")
        }
        return SyntaxNode(column: name, at: start)
    }

    /// Texts beside each other are one text.
    private mutating func texts() -> [UInt8] {
        var joined: [UInt8] = []
        while case .text(let bytes) = current.kind {
            joined.append(contentsOf: bytes)
            advance()
        }
        return joined
    }

    private mutating func wordPrimary(
        _ word: String, at start: Int
    ) throws(ExpressionError) -> SyntaxNode {
        let upper = word.uppercased()
        if case .text = following(1).kind {
            if let node = try typedLiteral(upper, at: start) { return node }
        }
        switch upper {
        case "TRUE", "FALSE":
            advance()
            return SyntaxNode(literal: .boolean(upper == "TRUE"), at: start)
        case "NULL":
            advance()
            return SyntaxNode(literal: .null, at: start)
        case "CASE": return try caseExpression(at: start)
        case "CAST": return try cast(at: start)
        case "INTERVAL":
            throw ExpressionError(
                .syntax, at: start, "intervals are not supported", hint: "Use date_add(date, days)."
            )
        case _ where Parser.reserved.contains(upper): throw unexpected("a value")
        default: break
        }
        advance()
        if take(sign: "(") { return try call(word.lowercased(), at: start) }
        if ["CURRENT_DATE", "CURRENT_TIMESTAMP"].contains(upper) {
            return try SyntaxNode(call: word.lowercased(), [], at: start)
        }
        return try column(word, at: start)
    }

    /// `DATE '…'` and `TIMESTAMP '…'`, nil for other words.
    private mutating func typedLiteral(
        _ word: String, at start: Int
    ) throws(ExpressionError) -> SyntaxNode? {
        guard ["DATE", "TIMESTAMP", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ"].contains(word) else {
            return nil
        }
        advance()
        let text = texts()
        if word == "DATE" {
            guard let days = TimeText.date(text, text.indices) else {
                throw invalidLiteral("date", text, at: start)
            }
            return SyntaxNode(literal: Literal(.date, .int32([days])), at: start)
        }
        guard let value = TimeText.timestamp(text, text.indices) else {
            throw invalidLiteral("timestamp", text, at: start)
        }
        let type = word == "TIMESTAMP_NTZ" ? ColumnType.timestampNtz : .timestamp
        return SyntaxNode(literal: Literal(type, .int64([value])), at: start)
    }

    private func invalidLiteral(
        _ type: String, _ text: [UInt8], at offset: Int
    ) -> ExpressionError {
        let shown = String(decoding: text, as: UTF8.self)
        return ExpressionError(.syntax, at: offset, "'\(shown)' is not a \(type)")
    }

    private mutating func caseExpression(at start: Int) throws(ExpressionError) -> SyntaxNode {
        advance()
        let subject = isKeyword("WHEN") ? nil : try expression()
        var arguments: [SyntaxNode] = []
        while take(keyword: "WHEN") {
            let whenOffset = offset
            var condition = try expression()
            if let subject {
                condition = try SyntaxNode(call: "=", [subject, condition], at: whenOffset)
            }
            try expect(keyword: "THEN")
            arguments.append(condition)
            arguments.append(try expression())
        }
        if arguments.isEmpty { throw unexpected("WHEN") }
        if take(keyword: "ELSE") {
            arguments.append(try expression())
        }
        try expect(keyword: "END")
        return try SyntaxNode(call: "CASE", arguments, at: start)
    }

    private mutating func cast(at start: Int) throws(ExpressionError) -> SyntaxNode {
        advance()
        try expect(sign: "(")
        let node = try expression()
        try expect(keyword: "AS")
        let type = try typeName()
        try expect(sign: ")")
        return try SyntaxNode(cast: node, to: type, at: start)
    }

    private mutating func call(
        _ name: String, at start: Int
    ) throws(ExpressionError) -> SyntaxNode {
        if name == "trim" {
            for (keyword, function) in [
                ("BOTH", "trim"), ("LEADING", "ltrim"), ("TRAILING", "rtrim"),
            ] where isKeyword(keyword) {
                advance()
                return try trim(function, at: start)
            }
        }
        if take(sign: ")") { return try SyntaxNode(call: name, [], at: start) }
        var arguments = [try expression()]
        if isKeyword("FROM"), name == "trim" {
            advance()
            arguments.append(try expression())
        } else if isKeyword("FROM"), name == "substring" || name == "substr" {
            advance()
            arguments.append(try expression())
            if take(keyword: "FOR") { arguments.append(try expression()) }
        } else {
            while take(sign: ",") { arguments.append(try expression()) }
        }
        if !isSign(")") { throw unexpected(", or )") }
        advance()
        return try SyntaxNode(call: name, arguments, at: start)
    }

    private mutating func trim(
        _ name: String, at start: Int
    ) throws(ExpressionError) -> SyntaxNode {
        var arguments: [SyntaxNode] = []
        if !isKeyword("FROM") { arguments.append(try expression()) }
        try expect(keyword: "FROM")
        arguments.append(try expression())
        try expect(sign: ")")
        return try SyntaxNode(call: name, arguments, at: start)
    }

    private static let types: [String: ColumnType] = [
        "BOOLEAN": .boolean, "TINYINT": .byte, "BYTE": .byte, "SMALLINT": .short, "SHORT": .short,
        "INT": .integer, "INTEGER": .integer, "BIGINT": .long, "LONG": .long, "FLOAT": .float,
        "REAL": .float, "DOUBLE": .double, "STRING": .string, "BINARY": .binary, "DATE": .date,
        "TIMESTAMP": .timestamp, "TIMESTAMP_LTZ": .timestamp, "TIMESTAMP_NTZ": .timestampNtz,
    ]

    private mutating func typeName() throws(ExpressionError) -> ColumnType {
        let start = offset
        guard case .word(let word) = current.kind else { throw unexpected("a type") }
        advance()
        let upper = word.uppercased()
        if let type = Parser.types[upper] { return type }
        guard ["DECIMAL", "DEC", "NUMERIC"].contains(upper) else {
            throw ExpressionError.unknown(
                "type", word, at: start, known: Parser.types.keys.sorted())
        }
        guard take(sign: "(") else { return .decimal(precision: 10, scale: 0) }
        let precision = try digits()
        let scale = take(sign: ",") ? try digits() : 0
        try expect(sign: ")")
        guard (1...38).contains(precision), scale <= precision else {
            throw ExpressionError(
                .type, at: start, "decimal(\(precision),\(scale)) is not a type",
                hint: "It has 1 to 38 digits, no more of them after the point than in all.")
        }
        return .decimal(precision: precision, scale: scale)
    }

    private mutating func digits() throws(ExpressionError) -> Int {
        guard case .number(let text) = current.kind, text.utf8.count <= 2, let value = Int(text)
        else { throw unexpected("a number of digits") }
        advance()
        return value
    }
}

extension ExpressionError {
    /// An unknown name with the nearest known one.
    static func unknown(
        _ kind: String, _ name: String, at offset: Int, known: [String]
    ) -> ExpressionError {
        ExpressionError(
            .unknownName, at: offset, "there is no \(kind) \(name)",
            hint: Suggestion.text(name, known))
    }
}
