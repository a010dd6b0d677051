import Columnar
import Rules

/// Cells of a column as spreadsheets write them: read where the column's type leaves one meaning,
/// refused where there are two.
struct SpreadsheetCell {
    let type: ColumnType
    /// What separates the cells of the file: with a semicolon the comma is a decimal mark.
    let separator: UInt8

    /// What a cell is beside the value that the row has.
    enum Likeness {
        case same
        /// The same with fewer digits than the row has: spreadsheets keep fifteen of a number, and
        /// of a time what its format shows.
        case shortened
        case other
    }

    /// The text of the value as `RuleLiteral` reads it; nil when it is no value of the type or
    /// could be two.
    func text(_ cell: String) -> String? {
        let plain: String?
        switch type {
        case .string: return cell
        case .binary, .boolean: plain = SpreadsheetCell.trimmed(cell)
        case .date: plain = date(SpreadsheetCell.trimmed(cell))
        case .timestamp, .timestampNtz: plain = time(SpreadsheetCell.trimmed(cell))
        default: plain = number(SpreadsheetCell.trimmed(cell))
        }
        return plain.flatMap { RuleLiteral.column(type, [$0]) == nil ? nil : $0 }
    }

    func likeness(_ cell: String, to before: String) -> Likeness {
        if cell == before { return .same }
        guard type != .string else { return .other }
        let short = SpreadsheetCell.trimmed(cell)
        guard let text = text(cell) else {
            return isShortened(number(short) ?? short, before) ? .shortened : .other
        }
        guard let cells = RuleLiteral.column(type, [text, before]) else { return .other }
        if cells.textBytes(0) == cells.textBytes(1) { return .same }
        if type == .timestamp || type == .timestampNtz {
            return isShortened(time: short, cells) ? .shortened : .other
        }
        return isShortened(text, before) ? .shortened : .other
    }

    /// The form that is always read.
    var wanted: String {
        switch type {
        case .byte: return "a whole number from \(Int8.min) to \(Int8.max)"
        case .short: return "a whole number from \(Int16.min) to \(Int16.max)"
        case .integer: return "a whole number from \(Int32.min) to \(Int32.max)"
        case .long: return "a whole number like 1234"
        case .float, .double: return "1234.5"
        case .decimal(let precision, let scale):
            if scale == 0 { return "a whole number of at most \(precision) digits like 1234" }
            return "1234.50 (at most \(precision - scale) digits before the point and \(scale) "
                + "behind it)"
        case .date: return "YYYY-MM-DD"
        case .timestamp, .timestampNtz: return "YYYY-MM-DD HH:MM:SS, in UTC"
        case .boolean: return "true or false"
        case .binary: return "two hexadecimal digits a byte"
        default: return "text"
        }
    }

    /// Without blanks around it, those that do not break a line included.
    static func trimmed(_ text: String) -> String {
        var rest = text[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }

    // MARK: Numbers

    /// The number with a decimal point and without marks between thousands.
    private func number(_ text: String) -> String? {
        let points = text.count { $0 == "." }
        let commas = text.count { $0 == "," }
        if points > 0, commas > 0 {
            // The last mark is the decimal one, the other stands between groups of three.
            let last = text.last { $0 == "." || $0 == "," } ?? "."
            return SpreadsheetCell.ungrouped(text, decimal: last)
        }
        if commas == 0 {
            return isGroupOrFraction(text, ".") && separator == UInt8(ascii: ";") ? nil : text
        }
        guard commas == 1, separator != UInt8(ascii: ",") else { return nil }
        if separator != UInt8(ascii: ";"), isGroupOrFraction(text, ",") { return nil }
        return text.replacing(",", with: ".")
    }

    /// Whether the mark may be one between thousands as well: `1.234`.
    private func isGroupOrFraction(_ text: String, _ mark: Character) -> Bool {
        let parts = text.split(separator: mark, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].count == 3 else { return false }
        let digits = parts[0].drop { $0 == "-" || $0 == "+" }
        return (1...3).contains(digits.count) && digits.first != "0"
            && parts[1].allSatisfy(\.isNumber)
    }

    private static func ungrouped(_ text: String, decimal: Character) -> String? {
        let parts = text.split(separator: decimal, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let groups = parts[0].split(
            separator: decimal == "." ? "," : ".", omittingEmptySubsequences: false)
        let first = groups[0].drop { $0 == "-" || $0 == "+" }
        guard (1...3).contains(first.count), groups.dropFirst().allSatisfy({ $0.count == 3 })
        else { return nil }
        return groups.joined() + "." + parts[1]
    }

    /// Whether `cell` is what a spreadsheet makes of `before`: `1.23457E+18`, or the digits that it
    /// keeps and then zeros.
    private func isShortened(_ cell: String, _ before: String) -> Bool {
        guard let short = SignificantDigits(cell), let long = SignificantDigits(before),
            !short.digits.isEmpty
        else { return false }
        let mantissa = cell.prefix { $0 != "E" && $0 != "e" }
        let isPower = mantissa.endIndex < cell.endIndex
        let kept = isPower ? mantissa.count(where: \.isNumber) : SpreadsheetCell.keptDigits
        guard kept < long.digits.count else { return false }
        return short == long.cut(to: kept) || short == long.rounded(to: kept)
    }

    private static let keptDigits = 15

    // MARK: Times

    /// `2026-01-31` of the forms that begin with the year, and of `31.1.2026`, which is written
    /// nowhere with the month first; what stands behind it.
    private func day(_ text: String) -> (day: String, rest: Substring)? {
        let day = text.prefix { $0 != " " && $0 != "T" }
        let rest = text[day.endIndex...]
        for mark: Character in ["-", "/", "."] {
            var parts = day.split(separator: mark, omittingEmptySubsequences: false)
            guard parts.count == 3,
                parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } })
            else { continue }
            if mark == ".", parts[2].count == 4 { parts.reverse() }
            guard parts[0].count == 4, (1...2).contains(parts[1].count),
                (1...2).contains(parts[2].count)
            else { return nil }
            let digits = parts.map { $0.count == 1 ? "0\($0)" : String($0) }
            return (digits.joined(separator: "-"), rest)
        }
        return nil
    }

    /// A day, at most with a midnight behind it.
    private func date(_ text: String) -> String? {
        guard let (day, rest) = day(text), let date = CivilDate(day) else { return nil }
        if rest.isEmpty { return day }
        let start = Int64(date.daysSinceEpoch) * Timestamp.microsecondsPerDay
        guard !rest.contains("+"), !rest.contains("-"),
            RuleLiteral.instant(day + SpreadsheetCell.clock(rest)) == start
        else { return nil }
        return day
    }

    private func time(_ text: String) -> String? {
        day(text).map { day, rest in day + SpreadsheetCell.clock(rest) }
    }

    /// ` 9:30` as ` 09:30`.
    private static func clock(_ rest: Substring) -> String {
        let clock = rest.dropFirst()
        guard clock.prefix(while: { $0 != ":" }).count == 1 else { return String(rest) }
        return rest.prefix(1) + "0" + clock
    }

    /// Whether the first of two times, written as `cell`, is the second one cut off.
    private func isShortened(time cell: String, _ times: Column) -> Bool {
        guard case .int64(let values) = times.storage, let (_, rest) = day(cell), !rest.isEmpty
        else { return false }
        let colons = rest.count { $0 == ":" }
        let fraction = rest.drop { $0 != "." }.dropFirst().prefix(while: \.isNumber).count
        var unit: Int64 = colons < 2 ? 60_000_000 : 1_000_000
        for _ in 0..<min(fraction, 6) { unit /= 10 }
        return (0..<unit).contains(values[1] - values[0])
    }
}

/// The digits of a number that count, and where its point is.
private struct SignificantDigits: Equatable {
    var isNegative = false
    var digits: [UInt8] = []
    /// The power of ten above the first digit.
    var exponent = 0

    /// Nil when the text is no number.
    init?(_ text: String) {
        let parts = text.split(
            maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: { "eE".contains($0) })
        guard Double(text) != nil, let mantissa = parts.first else { return nil }
        var shift = 0
        if parts.count == 2 {
            guard let power = Int(parts[1]), abs(power) < 1000 else { return nil }
            shift = power
        }
        isNegative = mantissa.hasPrefix("-")
        var hasPoint = false
        for byte in mantissa.utf8 {
            switch byte {
            case UInt8(ascii: "."): hasPoint = true
            case 48...57:
                if digits.isEmpty, byte == 48 {
                    if hasPoint { shift -= 1 }
                } else {
                    digits.append(byte - 48)
                    if !hasPoint { shift += 1 }
                }
            case UInt8(ascii: "-"), UInt8(ascii: "+"): break
            default: return nil
            }
        }
        exponent = shift
        trim()
    }

    private mutating func trim() {
        while digits.last == 0 { digits.removeLast() }
    }

    func cut(to count: Int) -> SignificantDigits {
        var short = self
        short.digits = Array(digits.prefix(count))
        short.trim()
        return short
    }

    func rounded(to count: Int) -> SignificantDigits {
        var short = cut(to: count)
        guard count < digits.count, digits[count] >= 5 else { return short }
        short.digits = Array(digits.prefix(count))
        var place = count - 1
        while place >= 0, short.digits[place] == 9 {
            short.digits[place] = 0
            place -= 1
        }
        if place >= 0 {
            short.digits[place] += 1
        } else {
            short.digits = [1]
            short.exponent += 1
        }
        short.trim()
        return short
    }
}
