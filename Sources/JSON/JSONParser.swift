extension JSONValue {
    /// The nesting accepted when none is asked for.
    public static let defaultDepthLimit = 256

    /// Parses one JSON document with nothing but white space around it.
    ///
    /// Strict RFC 8259: no comments, no trailing commas, no byte order mark; strings must be UTF-8
    /// without lone surrogates. Of equal keys the last wins. O(bytes).
    public init(
        parsing text: ArraySlice<UInt8>, depthLimit: Int = defaultDepthLimit
    ) throws(JSONError) {
        var parser = JSONParser(text, depthLimit: depthLimit)
        self = try parser.document()
    }

    /// Parses one JSON document held in an array.
    public init(
        parsing text: [UInt8], depthLimit: Int = defaultDepthLimit
    ) throws(JSONError) {
        try self.init(parsing: text[...], depthLimit: depthLimit)
    }
}

/// A recursive descent over bytes. Offsets in errors count from the start of the slice.
struct JSONParser {
    let text: ArraySlice<UInt8>
    let depthLimit: Int
    var position: Int
    var depth = 0

    init(_ text: ArraySlice<UInt8>, depthLimit: Int) {
        self.text = text
        self.depthLimit = depthLimit
        position = text.startIndex
    }

    mutating func document() throws(JSONError) -> JSONValue {
        skipSpace()
        let result = try value()
        skipSpace()
        if position < text.endIndex { throw unexpected("the end of the document") }
        return result
    }

    mutating func value() throws(JSONError) -> JSONValue {
        switch peek {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"): return try number()
        case let digit? where digit &- 48 < 10: return try number()
        default: throw unexpected("a value")
        }
    }

    private mutating func object() throws(JSONError) -> JSONObject {
        try enter()
        var result = JSONObject()
        if accept(UInt8(ascii: "}")) { return leave(result) }
        while true {
            guard peek == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
            let key = try string()
            skipSpace()
            guard accept(UInt8(ascii: ":")) else { throw unexpected("a colon") }
            result[key] = try value()
            skipSpace()
            if accept(UInt8(ascii: "}")) { return leave(result) }
            guard accept(UInt8(ascii: ",")) else { throw unexpected("a comma or a closing brace") }
        }
    }

    private mutating func array() throws(JSONError) -> [JSONValue] {
        try enter()
        var result: [JSONValue] = []
        if accept(UInt8(ascii: "]")) { return leave(result) }
        while true {
            result.append(try value())
            skipSpace()
            if accept(UInt8(ascii: "]")) { return leave(result) }
            guard accept(UInt8(ascii: ",")) else {
                throw unexpected("a comma or a closing bracket")
            }
        }
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        if peek == UInt8(ascii: "-") { position += 1 }
        if peek == UInt8(ascii: "0") {
            position += 1
        } else {
            try digits()
        }
        if peek == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if let mark = peek, mark | 0x20 == UInt8(ascii: "e") {
            position += 1
            if let sign = peek, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
                position += 1
            }
            try digits()
        }
        return .number(String(decoding: text[start..<position], as: UTF8.self))
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while let byte = peek, byte &- 48 < 10 { position += 1 }
        if position == start { throw unexpected("a digit") }
    }

    private mutating func word(
        _ word: String, _ value: JSONValue
    ) throws(JSONError) -> JSONValue {
        for byte in word.utf8 {
            guard peek == byte else { throw unexpected(word) }
            position += 1
        }
        return value
    }

    private mutating func enter() throws(JSONError) {
        depth += 1
        if depth > depthLimit {
            throw JSONError(.depth, "nested deeper than \(depthLimit)", offset: offset)
        }
        position += 1
        skipSpace()
    }

    private mutating func leave<Result>(_ result: Result) -> Result {
        depth -= 1
        return result
    }

    /// The next byte, or nil at the end.
    var peek: UInt8? { position < text.endIndex ? text[position] : nil }

    /// Where the next byte is, from the start of the text.
    var offset: Int { position - text.startIndex }

    /// Takes `byte` and the white space after it, when it is next.
    private mutating func accept(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        skipSpace()
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 32 || byte == 10 || byte == 13 || byte == 9 {
            position += 1
        }
    }

    func unexpected(_ wanted: String) -> JSONError {
        guard let byte = peek else {
            return JSONError(.truncated, "the text ends where \(wanted) should be", offset: offset)
        }
        let found =
            (33...126).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
        return JSONError(.syntax, "\(found) where \(wanted) should be", offset: offset)
    }
}
