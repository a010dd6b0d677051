import Columnar
import Keys

/// Inclusive bounds of a column in the column's own representation.
enum RuleRange: Hashable, Sendable {
    /// Whole numbers, dates, times, and decimals by their unscaled value.
    case exact(ClosedRange<Int128>)
    case real(ClosedRange<Double>)
    /// Compared byte by byte; nil is open.
    case bytes(minimum: [UInt8]?, maximum: [UInt8]?)
    /// Bounds with nothing between them: every value fails.
    case empty

    /// The bounds `minimum` and `maximum`, SQL literals, for a column of `type`; nil when one is
    /// not a literal of it.
    init?(minimum: String?, maximum: String?, type: ColumnType) {
        switch type {
        case .string:
            let low = minimum.map { RuleRange.unquoted($0) ?? $0 }
            let high = maximum.map { RuleRange.unquoted($0) ?? $0 }
            self = .bytes(minimum: low.map { Array($0.utf8) }, maximum: high.map { Array($0.utf8) })
        case .float, .double:
            guard let low = RuleRange.double(minimum, or: -.infinity),
                let high = RuleRange.double(maximum, or: .infinity)
            else { return nil }
            self = low <= high ? .real(low...high) : .empty
        case .binary, .boolean, .structure, .list, .map: return nil
        default:
            guard let low = RuleRange.exact(minimum, type, isUpper: false),
                let high = RuleRange.exact(maximum, type, isUpper: true)
            else { return nil }
            self = low <= high ? .exact(low...high) : .empty
        }
    }

    /// The rows whose value lies outside; the slots of nulls are tested too.
    func failures(_ column: Column) -> RuleMask {
        switch (self, column.storage) {
        case (.exact(let range), .int32(let values)):
            guard let range = RuleRange.narrowed(range) else { return .all(column.count) }
            return RuleMask(count: column.count) { !range.contains(Int64(values[$0])) }
        case (.exact(let range), .int64(let values)):
            guard let range = RuleRange.narrowed(range) else { return .all(column.count) }
            return RuleMask(count: column.count) { !range.contains(values[$0]) }
        case (.exact(let range), .int128(let values)):
            return RuleMask(count: column.count) { !range.contains(values[$0]) }
        case (.real(let range), .float(let values)):
            return RuleMask(count: column.count) { !range.contains(Double(values[$0])) }
        case (.real(let range), .double(let values)):
            return RuleMask(count: column.count) { !range.contains(values[$0]) }
        case (.bytes(let minimum, let maximum), .bytes),
            (.bytes(let minimum, let maximum), .dictionary):
            return column.mask { value in
                if let minimum, value.lexicographicallyPrecedes(minimum) { return true }
                if let maximum, maximum.lexicographicallyPrecedes(value) { return true }
                return false
            }
        default: return .all(column.count)
        }
    }

    /// The part of the bounds that 64 bits can hold; nil when there is none.
    private static func narrowed(_ range: ClosedRange<Int128>) -> ClosedRange<Int64>? {
        let low = max(range.lowerBound, Int128(Int64.min))
        let high = min(range.upperBound, Int128(Int64.max))
        guard low <= high, let from = Int64(exactly: low), let to = Int64(exactly: high) else {
            return nil
        }
        return from...to
    }

    private static func double(_ text: String?, or open: Double) -> Double? {
        guard let text else { return open }
        guard let value = Double(unquoted(text) ?? text), !value.isNaN else { return nil }
        return value
    }

    /// A bound with more digits than the column is moved inwards to the nearest value it can have.
    private static func exact(_ text: String?, _ type: ColumnType, isUpper: Bool) -> Int128? {
        guard let text else { return isUpper ? .max : .min }
        let literal = unquoted(text) ?? text
        switch type {
        case .date:
            if let date = CivilDate(literal) { return Int128(date.daysSinceEpoch) }
            return nil
        case .timestamp, .timestampNtz: return RuleLiteral.instant(literal).map { Int128($0) }
        default: break
        }
        let scale = if case .decimal(_, let scale) = type { scale } else { 0 }
        let parts = literal.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        let kept = String(parts[0]) + "." + fraction.prefix(scale)
        let cut = fraction.dropFirst(scale)
        guard cut.utf8.allSatisfy({ (48...57).contains($0) }),
            let value = Decimal.unscaled(kept.utf8, scale: scale)
        else { return nil }
        if cut.allSatisfy({ $0 == "0" }) { return value }
        let isNegative = literal.hasPrefix("-")
        if isUpper { return isNegative ? value - 1 : value }
        return isNegative ? value : value + 1
    }

    /// The text of `'…'`, perhaps after DATE or TIMESTAMP; nil when it is not quoted.
    private static func unquoted(_ text: String) -> String? {
        var rest = text[...]
        for word in ["TIMESTAMP", "DATE"] where rest.uppercased().hasPrefix(word) {
            rest = rest.dropFirst(word.count).drop { $0 == " " }
        }
        guard rest.count >= 2, rest.first == "'", rest.last == "'" else { return nil }
        let inner = rest.dropFirst().dropLast()
        var plain = ""
        var isQuote = false
        for character in inner {
            if character == "'", !isQuote {
                isQuote = true
                continue
            }
            if isQuote, character != "'" { return nil }
            isQuote = false
            plain.append(character)
        }
        return isQuote ? nil : plain
    }
}
