extension JSONValue {
    /// The compact UTF-8 text: no white space, members in their order.
    public var bytes: [UInt8] {
        var text: [UInt8] = []
        append(to: &text)
        return text
    }

    /// The text over several lines, two spaces a level, without a final line feed.
    public var prettyBytes: [UInt8] {
        var text: [UInt8] = []
        appendPretty(to: &text, level: 0)
        return text
    }

    /// Appends the compact UTF-8 text.
    ///
    /// Only what must be escaped is: control characters, `"` and `\`.
    public func append(to text: inout [UInt8]) {
        switch self {
        case .array(let values):
            text.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { text.append(UInt8(ascii: ",")) }
                value.append(to: &text)
            }
            text.append(UInt8(ascii: "]"))
        case .object(let object):
            text.append(UInt8(ascii: "{"))
            for (index, member) in object.members.enumerated() {
                if index > 0 { text.append(UInt8(ascii: ",")) }
                JSONValue.appendQuoted(member.key, to: &text)
                text.append(UInt8(ascii: ":"))
                member.value.append(to: &text)
            }
            text.append(UInt8(ascii: "}"))
        default: appendScalar(to: &text)
        }
    }

    /// Appends `string` as a JSON string with its quotes.
    public static func appendQuoted(_ string: String, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        let utf8 = string.utf8Span
        let span = utf8.span
        for index in span.indices {
            let byte = span[index]
            if byte >= 32 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") {
                text.append(byte)
            } else {
                appendEscaped(byte, to: &text)
            }
        }
        text.append(UInt8(ascii: "\""))
    }

    private static func appendEscaped(_ byte: UInt8, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\\"))
        switch byte {
        case 8: text.append(UInt8(ascii: "b"))
        case 9: text.append(UInt8(ascii: "t"))
        case 10: text.append(UInt8(ascii: "n"))
        case 12: text.append(UInt8(ascii: "f"))
        case 13: text.append(UInt8(ascii: "r"))
        case 0..<32:
            text.append(contentsOf: "u00".utf8)
            text.append(byte < 16 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
            text.append(contentsOf: String(byte & 15, radix: 16).utf8)
        default: text.append(byte)
        }
    }

    private func appendScalar(to text: inout [UInt8]) {
        switch self {
        case .null: text.append(contentsOf: "null".utf8)
        case .bool(let value): text.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let digits): text.append(contentsOf: digits.utf8)
        case .string(let string): JSONValue.appendQuoted(string, to: &text)
        case .array, .object: append(to: &text)
        }
    }

    private func appendPretty(to text: inout [UInt8], level: Int) {
        switch self {
        case .array(let values) where !values.isEmpty:
            text.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                JSONValue.appendBreak(to: &text, level: level + 1, comma: index > 0)
                value.appendPretty(to: &text, level: level + 1)
            }
            JSONValue.appendBreak(to: &text, level: level, comma: false)
            text.append(UInt8(ascii: "]"))
        case .object(let object) where !object.isEmpty:
            text.append(UInt8(ascii: "{"))
            for (index, member) in object.members.enumerated() {
                JSONValue.appendBreak(to: &text, level: level + 1, comma: index > 0)
                JSONValue.appendQuoted(member.key, to: &text)
                text.append(contentsOf: ": ".utf8)
                member.value.appendPretty(to: &text, level: level + 1)
            }
            JSONValue.appendBreak(to: &text, level: level, comma: false)
            text.append(UInt8(ascii: "}"))
        default: append(to: &text)
        }
    }

    private static func appendBreak(to text: inout [UInt8], level: Int, comma: Bool) {
        if comma { text.append(UInt8(ascii: ",")) }
        text.append(10)
        for _ in 0..<level * 2 { text.append(32) }
    }
}
