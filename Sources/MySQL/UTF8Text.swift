import Columnar
import Source

/// Checks text that the server calls UTF-8.
enum UTF8Text {
    /// Whether all bytes from `start` on are below 128: then every slice of them is valid.
    static func isASCII(_ bytes: [UInt8], from start: Int) -> Bool {
        let span = bytes.span
        var union: UInt8 = 0
        for index in start..<span.count { union |= span[index] }
        return union < 128
    }

    /// Whether a range is well-formed UTF-8 (Unicode 16, table 3-7).
    static func isValid(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        unsafe bytes.withUnsafeBytes {
            unsafe isValid(UnsafeRawBufferPointer(rebasing: $0[range]))
        }
    }

    static func isValid(_ text: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        let count = text.count
        while index < count {
            let lead = unsafe text[index]
            if lead < 128 {
                index += 1
                while index + 8 <= count,
                    unsafe text.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                        & 0x8080_8080_8080_8080 == 0
                {
                    index += 8
                }
                continue
            }
            // The second byte's range keeps out overlong forms, surrogates and what is beyond
            // U+10FFFF.
            let length: Int
            var second: ClosedRange<UInt8> = 0x80...0xBF
            switch lead {
            case 0xC2...0xDF: length = 2
            case 0xE0: (length, second) = (3, 0xA0...0xBF)
            case 0xED: (length, second) = (3, 0x80...0x9F)
            case 0xE1...0xEF: length = 3
            case 0xF0: (length, second) = (4, 0x90...0xBF)
            case 0xF1...0xF3: length = 4
            case 0xF4: (length, second) = (4, 0x80...0x8F)
            default: return false
            }
            guard index + length <= count, second.contains(unsafe text[index + 1]) else {
                return false
            }
            for next in (index + 2)..<(index + max(2, length))
            where unsafe text[next] & 0xC0 != 0x80 {
                return false
            }
            index += length
        }
        return true
    }

    /// `hex:` and the bytes as capital hexadecimal digits.
    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        Array("hex:".utf8) + Array(SQLText.hexadecimal(bytes).utf8)
    }
}
