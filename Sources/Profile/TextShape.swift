/// The hash of a text and what is odd about it, found in one pass over its bytes.
struct TextShape {
    let hash: UInt64
    /// A control character is in it.
    let hasControl: Bool
    /// A blank or a control character is its first or last.
    let isPadded: Bool

    init(_ bytes: Span<UInt8>, _ range: Range<Int>, isText: Bool) {
        var hash = 0xCBF2_9CE4_8422_2325 ^ UInt64(range.count)
        var hasControl = false
        var previous: UInt8 = 0
        for index in range {
            let byte = bytes[index]
            // U+0080…U+009F are C2 80…9F.
            if byte < 0x20 || byte == 0x7F || (previous == 0xC2 && byte < 0xA0) {
                hasControl = true
            }
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
            previous = byte
        }
        self.hash = Hash64.of(hash)
        self.hasControl = isText && hasControl
        isPadded = isText && TextShape.isPadded(bytes, range)
    }

    private static func isPadded(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard let first = range.first, let last = range.last else { return false }
        if isBlank(bytes[first]) || isBlank(bytes[last]) { return true }
        if bytes[first] < 0x80, bytes[last] < 0x80 { return false }
        return [2, 3].contains { count in
            guard range.count >= count else { return false }
            let head = (0..<count).map { bytes[first + $0] }
            let tail = (0..<count).map { bytes[last - count + 1 + $0] }
            return isBlank(head) || isBlank(tail)
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte <= 0x20 || byte == 0x7F }

    /// Whether the bytes are one blank or control character beyond ASCII.
    private static func isBlank(_ bytes: [UInt8]) -> Bool {
        switch (bytes[0], bytes[1]) {
        case (0xC2, 0x80...0xA0): return bytes.count == 2
        case (0xE1, 0x9A): return bytes.last == 0x80
        case (0xE2, 0x80): return bytes.count == 3 && isSpace(bytes[2])
        case (0xE2, 0x81): return bytes.last == 0x9F
        case (0xE3, 0x80): return bytes.last == 0x80
        case (0xEF, 0xBB): return bytes.last == 0xBF
        default: return false
        }
    }

    /// U+2000…U+200B, U+2028, U+2029, U+202F by their last byte.
    private static func isSpace(_ byte: UInt8) -> Bool {
        (0x80...0x8B).contains(byte) || [0xA8, 0xA9, 0xAF].contains(byte)
    }
}
