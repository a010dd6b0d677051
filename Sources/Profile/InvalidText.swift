/// Reads `_sluice_invalid`: one flat JSON object of column name and raw text.
struct InvalidText {
    private let bytes: ArraySlice<UInt8>
    private var place: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        place = bytes.startIndex
    }

    /// The names and texts up to the first byte that does not have this form.
    mutating func members() -> [(name: [UInt8], text: [UInt8])] {
        var members: [(name: [UInt8], text: [UInt8])] = []
        while let name = string(), let text = string() { members.append((name, text)) }
        return members
    }

    /// The next string of the object, unescaped.
    private mutating func string() -> [UInt8]? {
        while let byte = next(), byte != UInt8(ascii: "\"") {}
        guard place < bytes.endIndex else { return nil }
        var string: [UInt8] = []
        while let byte = next(), byte != UInt8(ascii: "\"") {
            string.append(byte == UInt8(ascii: "\\") ? escaped() : byte)
        }
        return string
    }

    /// The character behind a backslash; only control characters are written by number.
    private mutating func escaped() -> UInt8 {
        guard let byte = next(), byte == UInt8(ascii: "u") else {
            return place > bytes.startIndex ? bytes[place - 1] : 0
        }
        let digits = String(decoding: bytes[place..<min(place + 4, bytes.endIndex)], as: UTF8.self)
        place = min(place + 4, bytes.endIndex)
        return UInt8(truncatingIfNeeded: Int(digits, radix: 16) ?? 0)
    }

    private mutating func next() -> UInt8? {
        guard place < bytes.endIndex else { return nil }
        defer { place += 1 }
        return bytes[place]
    }
}
