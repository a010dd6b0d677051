/// Classes of bytes of a text in ASCII; bytes from 128 on are parts of letters of UTF-8.
enum ASCII {
    static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    static func isWordStart(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte) || byte == 95 || byte >= 128
    }

    static func isWordPart(_ byte: UInt8) -> Bool { isWordStart(byte) || isDigit(byte) }
}
