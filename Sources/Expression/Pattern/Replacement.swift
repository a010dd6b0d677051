/// The replacement of regexp_replace as Java reads it: `$1` and `${name}` are groups, `\` takes
/// the next character as it is.
struct Replacement: Sendable {
    enum Part: Sendable {
        case text([UInt8])
        case group(Int)
    }

    let parts: [Part]

    /// Nil when it names a group the pattern does not have, or ends in the middle.
    init?(_ text: [UInt8], _ pattern: RegularExpression) {
        var parts: [Part] = []
        var plain: [UInt8] = []
        var index = 0
        func flush() {
            if !plain.isEmpty { parts.append(.text(plain)) }
            plain = []
        }
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte == UInt8(ascii: "\\") {
                guard index < text.count else { return nil }
                plain.append(text[index])
                index += 1
            } else if byte == UInt8(ascii: "$") {
                guard index < text.count,
                    let number = Replacement.group(text, &index, pattern)
                else { return nil }
                flush()
                parts.append(.group(number))
            } else {
                plain.append(byte)
            }
        }
        flush()
        self.parts = parts
    }

    private static func group(
        _ text: [UInt8], _ index: inout Int, _ pattern: RegularExpression
    ) -> Int? {
        if text[index] == UInt8(ascii: "{") {
            guard let close = text[index...].firstIndex(of: UInt8(ascii: "}")) else { return nil }
            let name = String(decoding: text[(index + 1)..<close], as: UTF8.self)
            index = close + 1
            return pattern.groupNames[name]
        }
        guard ASCII.isDigit(text[index]) else { return nil }
        var number = Int(text[index] - 48)
        index += 1
        guard number <= pattern.groupCount else { return nil }
        // Further digits belong to it as long as there is such a group.
        while index < text.count, ASCII.isDigit(text[index]) {
            let longer = number * 10 + Int(text[index] - 48)
            if longer > pattern.groupCount { break }
            number = longer
            index += 1
        }
        return number
    }
}
