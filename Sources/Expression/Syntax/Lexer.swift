/// A word, number, text or sign of an expression and where it stands.
struct Token: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// A word outside of quotes: keyword, function or column.
        case word(String)
        /// A column in backquotes.
        case quotedName(String)
        /// A number as written, its suffix included.
        case number(String)
        case text([UInt8])
        /// `X'…'`.
        case binary([UInt8])
        case sign(String)
        case end
    }

    var kind: Kind
    /// Bytes from the start of the expression.
    var offset: Int
}

/// Cuts the text of an expression into tokens as Spark's lexer does (its grammar `SqlBaseLexer`),
/// for the part of the language this target knows.
struct Lexer {
    private let bytes: [UInt8]
    private var position = 0

    /// Texts longer than this are refused.
    static let byteCountMax = 64 * 1024

    init(_ text: String) { bytes = Array(text.utf8) }

    /// Every token of the text, the last of kind `end`.
    static func tokens(_ text: String) throws(ExpressionError) -> [Token] {
        guard text.utf8.count <= byteCountMax else {
            throw ExpressionError(.syntax, at: 0, "the expression is longer than 64 KiB")
        }
        var lexer = Lexer(text)
        // Spark puts the value of a setting in place of it, even within quotes.
        if let place = lexer.bytes.indices.first(where: {
            lexer.bytes[$0...].starts(with: [36, 123])
        }) {
            throw ExpressionError(
                .syntax, at: place, "${ is not allowed: Spark replaces it by a setting")
        }
        var tokens: [Token] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token.kind == .end { return tokens }
        }
    }

    /// Where `${` stands.
    private var setting: Int? {
        zip(bytes, bytes.dropFirst()).enumerated()
            .first { $0.element == (UInt8(ascii: "$"), UInt8(ascii: "{")) }?.offset
    }

    private func peek(_ ahead: Int = 0) -> UInt8 {
        position + ahead < bytes.count ? bytes[position + ahead] : 0
    }

    private mutating func next() throws(ExpressionError) -> Token {
        try skipBlanks()
        let start = position
        guard start < bytes.count else { return Token(kind: .end, offset: start) }
        let kind = try scan()
        return Token(kind: kind, offset: start)
    }

    private mutating func scan() throws(ExpressionError) -> Token.Kind {
        let byte = peek()
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return .text(try quotedText())
        case UInt8(ascii: "`"): return .quotedName(try quotedName())
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        case UInt8(ascii: ".") where ASCII.isDigit(peek(1)): return .number(try number())
        case _ where ASCII.isWordStart(byte):
            let quote = peek(1)
            let isQuote = quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"")
            if isQuote, byte | 32 == UInt8(ascii: "r") { return .text(try rawText()) }
            if isQuote, byte | 32 == UInt8(ascii: "x") { return .binary(try hexText()) }
            let start = position
            while ASCII.isWordPart(peek()) { position += 1 }
            return .word(String(decoding: bytes[start..<position], as: UTF8.self))
        default: return .sign(try sign())
        }
    }

    private mutating func skipBlanks() throws(ExpressionError) {
        while position < bytes.count {
            switch (peek(), peek(1)) {
            case (9...13, _), (32, _): position += 1
            case (UInt8(ascii: "-"), UInt8(ascii: "-")):
                while position < bytes.count, peek() != 10 { position += 1 }
            case (UInt8(ascii: "/"), UInt8(ascii: "*")):
                let start = position
                position += 2
                while !(peek() == UInt8(ascii: "*") && peek(1) == UInt8(ascii: "/")) {
                    guard position < bytes.count else {
                        throw ExpressionError(.syntax, at: start, "the comment has no end")
                    }
                    position += 1
                }
                position += 2
            default: return
            }
        }
    }

    private static let signs = [
        "<=>", "<=", ">=", "<>", "!=", "==", "||", "::", "=", "<", ">", "+", "-", "*", "/", "%",
        "(", ")", ",", ".", "!",
    ]

    private mutating func sign() throws(ExpressionError) -> String {
        for sign in Lexer.signs where bytes[position...].starts(with: sign.utf8) {
            position += sign.utf8.count
            return sign
        }
        let rest = String(decoding: bytes[position...].prefix(4), as: UTF8.self)
        let shown = rest.first.map(String.init) ?? ""
        throw ExpressionError(.syntax, at: position, "\(shown) has no meaning here")
    }

    private mutating func number() throws(ExpressionError) -> String {
        let start = position
        while ASCII.isDigit(peek()) { position += 1 }
        if peek() == UInt8(ascii: ".") {
            position += 1
            while ASCII.isDigit(peek()) { position += 1 }
        }
        if peek() | 32 == UInt8(ascii: "e") {
            let isSigned = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-")
            if ASCII.isDigit(peek(isSigned ? 2 : 1)) {
                position += isSigned ? 3 : 2
                while ASCII.isDigit(peek()) { position += 1 }
            }
        }
        while ASCII.isWordPart(peek()) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func quotedName() throws(ExpressionError) -> String {
        let start = position
        var name: [UInt8] = []
        position += 1
        while position < bytes.count {
            if peek() == UInt8(ascii: "`") {
                position += 1
                if peek() != UInt8(ascii: "`") { return String(decoding: name, as: UTF8.self) }
            }
            name.append(peek())
            position += 1
        }
        throw ExpressionError(.syntax, at: start, "the quoted name has no end")
    }

    private mutating func rawText() throws(ExpressionError) -> [UInt8] {
        let start = position
        let quote = peek(1)
        position += 2
        let first = position
        while position < bytes.count, peek() != quote { position += 1 }
        guard position < bytes.count else { throw unterminated(start) }
        position += 1
        return Array(bytes[first..<position - 1])
    }

    private mutating func hexText() throws(ExpressionError) -> [UInt8] {
        let start = position
        var digits = try rawText()
        if digits.count % 2 == 1 { digits.insert(UInt8(ascii: "0"), at: 0) }
        var value: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = Lexer.codePoint(digits[index..<index + 2], radix: 16) else {
                throw ExpressionError(.syntax, at: start, "X'…' holds hexadecimal digits only")
            }
            value.append(UInt8(truncatingIfNeeded: byte))
        }
        return value
    }

    private func unterminated(_ start: Int) -> ExpressionError {
        ExpressionError(.syntax, at: start, "the text has no closing quote")
    }

    /// A text in quotes, its escapes resolved as Spark does: `\n`, `\\`, `\u0041`, a doubled
    /// quote; `\%` and `\_` stay, for LIKE.
    private mutating func quotedText() throws(ExpressionError) -> [UInt8] {
        let start = position
        let quote = peek()
        var text: [UInt8] = []
        position += 1
        while position < bytes.count {
            let byte = peek()
            position += 1
            if byte == quote {
                guard peek() == quote, position < bytes.count else { return text }
                position += 1
                text.append(quote)
            } else if byte == UInt8(ascii: "\\") {
                guard position < bytes.count else { break }
                escape(into: &text)
            } else {
                text.append(byte)
            }
        }
        throw unterminated(start)
    }

    private mutating func escape(into text: inout [UInt8]) {
        let byte = peek()
        let rest = bytes[(position + 1)...]
        if byte | 32 == UInt8(ascii: "u") {
            let length = byte == UInt8(ascii: "u") ? 4 : 8
            if rest.count >= length,
                let code = Lexer.codePoint(rest.prefix(length), radix: 16),
                let scalar = Unicode.Scalar(code)
            {
                text.append(contentsOf: String(scalar).utf8)
                position += 1 + length
                return
            }
        }
        if byte == UInt8(ascii: "0") || byte == UInt8(ascii: "1"), rest.count >= 2,
            let code = Lexer.codePoint(bytes[position..<position + 3], radix: 8),
            let scalar = Unicode.Scalar(code)
        {
            text.append(contentsOf: String(scalar).utf8)
            position += 3
            return
        }
        position += 1
        switch byte {
        case UInt8(ascii: "0"): text.append(0)
        case UInt8(ascii: "b"): text.append(8)
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "Z"): text.append(26)
        case UInt8(ascii: "%"), UInt8(ascii: "_"): text.append(contentsOf: [92, byte])
        default: text.append(byte)
        }
    }

    private static func codePoint(_ digits: ArraySlice<UInt8>, radix: UInt32) -> UInt32? {
        var value: UInt32 = 0
        for digit in digits {
            let worth: UInt32
            switch digit {
            case 48...57: worth = UInt32(digit) - 48
            case 65...70: worth = UInt32(digit) - 55
            case 97...102: worth = UInt32(digit) - 87
            default: return nil
            }
            guard worth < radix else { return nil }
            value = value &* radix &+ worth
        }
        return value
    }
}
