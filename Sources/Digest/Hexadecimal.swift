/// Lower-case hexadecimal text of bytes.
public enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Two digits a byte, as ASCII bytes.
    public static func bytes(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return text
    }

    /// Two digits a byte.
    public static func text(_ bytes: [UInt8]) -> String {
        String(decoding: Hexadecimal.bytes(bytes), as: UTF8.self)
    }
}
