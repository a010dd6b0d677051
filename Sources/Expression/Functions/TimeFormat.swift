internal import Columnar

/// A format of to_date and to_timestamp: the letters `y M d H m s S` of Java's
/// `DateTimeFormatter`, quoted text, and signs that stand for themselves. Other letters are
/// refused rather than read differently.
struct TimeFormat: Sendable {
    private enum Item: Sendable {
        case number(Letter, least: Int, most: Int)
        case sign(UInt8)
    }

    private enum Letter: UInt8, Sendable {
        case year = 121
        case month = 77
        case day = 100
        case hour = 72
        case minute = 109
        case second = 115
        case fraction = 83
    }

    private let items: [Item]

    init(_ text: [UInt8], at offset: Int) throws(ExpressionError) {
        var items: [Item] = []
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "'") {
                guard let close = text[(index + 1)...].firstIndex(of: byte) else {
                    throw ExpressionError(.value, at: offset, "the format has an open quote")
                }
                // Two quotes are one.
                let quoted = close == index + 1 ? [byte] : Array(text[(index + 1)..<close])
                items.append(contentsOf: quoted.map { .sign($0) })
                index = close + 1
            } else if (65...90).contains(byte & ~32) {
                var end = index
                while end < text.count, text[end] == byte { end += 1 }
                items.append(try TimeFormat.item(byte, end - index, at: offset))
                index = end
            } else if Array("[]{}#".utf8).contains(byte) {
                throw TimeFormat.refused([byte], at: offset)
            } else {
                items.append(.sign(byte))
                index += 1
            }
        }
        self.items = items
    }

    private static func refused(_ bytes: [UInt8], at offset: Int) -> ExpressionError {
        let shown = String(decoding: bytes, as: UTF8.self)
        return ExpressionError(
            .value, at: offset, "\(shown) is not supported in a time format",
            hint: "Known are yyyy MM M dd d HH H mm m ss s and S for digits of the fraction.")
    }

    private static func item(
        _ byte: UInt8, _ count: Int, at offset: Int
    ) throws(ExpressionError) -> Item {
        switch Letter(rawValue: byte) {
        case .year where count == 4: return .number(.year, least: 4, most: 4)
        case .fraction where count <= 9: return .number(.fraction, least: count, most: count)
        case .some(let letter) where letter != .year && letter != .fraction && count <= 2:
            return .number(letter, least: count, most: 2)
        default: throw refused([UInt8](repeating: byte, count: count), at: offset)
        }
    }

    /// Microseconds since 1970-01-01T00:00:00Z; parts not in the format are those of that moment.
    func parse(_ bytes: [UInt8], _ range: Range<Int>) -> Int64? {
        var scanner = TimeScanner(bytes, range)
        var date = CivilDate(year: 1970, month: 1, day: 1)
        var time: (hour: Int, minute: Int, second: Int, fraction: Int) = (0, 0, 0, 0)
        for item in items {
            switch item {
            case .sign(let byte): if !scanner.take(byte) { return nil }
            case .number(let letter, let least, let most):
                guard let value = scanner.digits(least, most) else { return nil }
                switch letter {
                case .year: date.year = value
                case .month: date.month = value
                case .day: date.day = value
                case .hour: time.hour = value
                case .minute: time.minute = value
                case .second: time.second = value
                case .fraction:
                    var scaled = value
                    for _ in most..<max(6, most) { scaled *= 10 }
                    for _ in 6..<max(6, most) { scaled /= 10 }
                    time.fraction = scaled
                }
            }
        }
        guard scanner.isAtEnd, date.exists, time.hour < 24, time.minute < 60, time.second < 60
        else { return nil }
        let seconds = (time.hour * 60 + time.minute) * 60 + time.second
        return TimeText.microseconds(
            date.daysSinceEpoch, Int64(seconds) * 1_000_000 + Int64(time.fraction))
    }
}

extension TimeScanner {
    /// A number of at least `least` digits; it takes at most `most`, more may follow.
    mutating func digits(_ least: Int, _ most: Int) -> Int? {
        var value = 0
        var count = 0
        while count < most, ASCII.isDigit(peek), !isAtEnd {
            value = value * 10 + Int(peek - 48)
            _ = take(peek)
            count += 1
        }
        return count >= least ? value : nil
    }
}
