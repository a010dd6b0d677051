/// Strings: RFC 8259 section 7.
extension JSONParser {
    mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        var unescaped: [UInt8] = []
        var runStart = start
        while true {
            guard position < text.endIndex else { throw unexpected("a closing quote") }
            let byte = text[position]
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\") {
                unescaped.append(contentsOf: text[runStart..<position])
                try escape(into: &unescaped)
                runStart = position
            } else if byte < 32 {
                throw unexpected("an escaped control character")
            } else {
                position += 1
            }
        }
        let end = position
        position += 1
        if runStart == start { return try utf8(text[start..<end], start: start) }
        unescaped.append(contentsOf: text[runStart..<end])
        return try utf8(unescaped[...], start: start)
    }

    private func utf8(_ bytes: ArraySlice<UInt8>, start: Int) throws(JSONError) -> String {
        if let string = String(validating: bytes, as: UTF8.self) { return string }
        throw JSONError(.encoding, "a string that is not UTF-8", offset: start - text.startIndex)
    }

    private mutating func escape(into bytes: inout [UInt8]) throws(JSONError) {
        position += 1
        switch peek {
        case UInt8(ascii: "\""): bytes.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): bytes.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): bytes.append(8)
        case UInt8(ascii: "f"): bytes.append(12)
        case UInt8(ascii: "n"): bytes.append(10)
        case UInt8(ascii: "r"): bytes.append(13)
        case UInt8(ascii: "t"): bytes.append(9)
        case UInt8(ascii: "u"):
            position += 1
            let scalar = try escapedScalar()
            bytes.append(contentsOf: Character(scalar).utf8)
            return
        default: throw unexpected("an escape letter")
        }
        position += 1
    }

    /// The scalar of `XXXX` or of the pair `XXXX\uXXXX`; position is at the first digit.
    private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(UInt32(first)) { return scalar }
        guard first < 0xDC00, peek == UInt8(ascii: "\\"), position + 1 < text.endIndex,
            text[position + 1] == UInt8(ascii: "u")
        else { throw loneSurrogate() }
        position += 2
        let second = try codeUnit()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(
                0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
        else { throw loneSurrogate() }
        return scalar
    }

    private mutating func codeUnit() throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = hexDigit(byte) else {
                throw unexpected("a hexadecimal digit")
            }
            unit = unit << 4 | digit
            position += 1
        }
        return unit
    }

    private func loneSurrogate() -> JSONError {
        JSONError(.encoding, "half of a surrogate pair", offset: offset)
    }

    private func hexDigit(_ byte: UInt8) -> UInt16? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte) - 48
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte) - 87
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte) - 55
        default: nil
        }
    }
}
