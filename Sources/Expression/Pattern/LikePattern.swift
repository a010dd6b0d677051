/// A LIKE pattern: `%` is any text, `_` one character.
struct LikePattern: Sendable {
    private enum Item: Sendable {
        case byte(UInt8)
        case character
        case anything
    }

    private let items: [Item]

    /// Nil when the escape character stands before nothing it escapes.
    init?(_ text: [UInt8], escape: [UInt8]) {
        var items: [Item] = []
        var index = 0
        while index < text.count {
            if text[index...].starts(with: escape) {
                index += escape.count
                let rest = text[index...]
                guard let next = rest.first else { return nil }
                if rest.starts(with: escape) {
                    items.append(contentsOf: escape.map { .byte($0) })
                    index += escape.count
                } else if next == UInt8(ascii: "%") || next == UInt8(ascii: "_") {
                    items.append(.byte(next))
                    index += 1
                } else {
                    return nil
                }
                continue
            }
            switch text[index] {
            case UInt8(ascii: "%"): items.append(.anything)
            case UInt8(ascii: "_"): items.append(.character)
            default: items.append(.byte(text[index]))
            }
            index += 1
        }
        self.items = items
    }

    /// Whether the whole text matches. O(text × pattern) at worst.
    func matches(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        var position = range.lowerBound
        var item = 0
        // Where the last `%` was, and how far it reaches so far.
        var star: Int?
        var reach = position
        while position < range.upperBound {
            if item < items.count, let next = step(items[item], bytes, position, range) {
                position = next
                item += 1
            } else if item < items.count, case .anything = items[item] {
                star = item
                reach = position
                item += 1
            } else if let star {
                reach += 1
                position = reach
                item = star + 1
            } else {
                return false
            }
        }
        return items[item...].allSatisfy { if case .anything = $0 { true } else { false } }
    }

    /// The position behind what one item takes, nil when it does not match.
    private func step(
        _ item: Item, _ bytes: [UInt8], _ position: Int, _ range: Range<Int>
    ) -> Int? {
        switch item {
        case .byte(let byte): return bytes[position] == byte ? position + 1 : nil
        case .anything: return nil
        case .character:
            // Inside a character there is no character to take.
            guard bytes[position] & 0xC0 != 0x80 || position == range.lowerBound else { return nil }
            var next = position + 1
            while next < range.upperBound, bytes[next] & 0xC0 == 0x80 { next += 1 }
            return next
        }
    }
}
