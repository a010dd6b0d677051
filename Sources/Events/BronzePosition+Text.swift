public import Keys

extension BronzePosition {
    /// Of a row that does not tell where it came from.
    public static let unknown = BronzePosition(version: -1, file: 0, row: 0)

    /// Another one for every place, in a table of less than 2^40 versions of 2^24 files.
    public var hash: ValueHash {
        let file = UInt64(bitPattern: version) << 24 ^ UInt64(UInt32(bitPattern: self.file))
        let high = file &* 0x9E37_79B9_7F4A_7C15
        return ValueHash(high: high, low: UInt64(bitPattern: row) &* 0xD6E8_FEB8_6659_FD93 ^ high)
    }

    /// Reads `version.file.row`.
    public init?(_ text: String) { self.init(Array(text.utf8)[...]) }

    /// The same of the text's bytes.
    public init?(_ text: ArraySlice<UInt8>) {
        var numbers: (Int64, Int64, Int64) = (0, 0, 0)
        var dots = 0
        var digits = 0
        for byte in text {
            if byte == UInt8(ascii: "."), digits > 0, dots < 2 {
                numbers = (numbers.1, numbers.2, 0)
                dots += 1
                digits = 0
                continue
            }
            let digit = Int64(byte) - 48
            guard 0...9 ~= digit, digits < 18 else { return nil }
            numbers.2 = numbers.2 * 10 + digit
            digits += 1
        }
        guard dots == 2, digits > 0, let file = Int32(exactly: numbers.1) else { return nil }
        self.init(version: numbers.0, file: file, row: numbers.2)
    }
}
