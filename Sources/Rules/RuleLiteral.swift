public import Columnar

/// Text of single values turned into typed ones: a rule's list and bounds, a steward's cells.
public enum RuleLiteral {
    /// The column of `texts`, nil being NULL; nil when one of them is no value of `type`. Numbers
    /// are read exactly and must fit; times are ISO 8601, UTC unless they say another offset.
    public static func column(_ type: ColumnType, _ texts: [String?]) -> Column? {
        let present = Bitmap(texts.map { $0 != nil })
        let validity = present.setCount == texts.count ? nil : present
        func each<T>(_ zero: T, _ parse: (String) -> T?) -> [T]? {
            var values: [T] = []
            for text in texts {
                guard let text else {
                    values.append(zero)
                    continue
                }
                guard let value = parse(text) else { return nil }
                values.append(value)
            }
            return values
        }
        let storage: ColumnStorage?
        switch type {
        case .boolean: storage = each(0, boolean).map(ColumnStorage.bool)
        case .byte: storage = each(0) { Int8(plain($0)).map(Int32.init) }.map(ColumnStorage.int32)
        case .short: storage = each(0) { Int16(plain($0)).map(Int32.init) }.map(ColumnStorage.int32)
        case .integer: storage = each(0) { Int32(plain($0)) }.map(ColumnStorage.int32)
        case .date:
            storage = each(0) { CivilDate($0).map { Int32($0.daysSinceEpoch) } }
                .map(ColumnStorage.int32)
        case .long: storage = each(0) { Int64(plain($0)) }.map(ColumnStorage.int64)
        case .timestamp, .timestampNtz: storage = each(0, instant).map(ColumnStorage.int64)
        case .float: storage = each(0) { Float($0) }.map(ColumnStorage.float)
        case .double: storage = each(0) { Double($0) }.map(ColumnStorage.double)
        case .decimal(let precision, let scale):
            let wide = each(0) { decimal($0, precision: precision, scale: scale) }
            storage =
                precision <= 18
                ? wide.map { .int64($0.map { Int64(truncatingIfNeeded: $0) }) }
                : wide.map(ColumnStorage.int128)
        case .string: storage = .bytes(ByteVector(texts.map { $0 ?? "" }))
        case .binary: storage = each([]) { binary($0) }.map(vector)
        case .structure, .list, .map: storage = nil
        }
        return storage.map { Column(type, storage: $0, validity: validity) }
    }

    private static func vector(_ values: [[UInt8]]) -> ColumnStorage {
        var vector = ByteVector()
        for value in values { vector.append(value) }
        return .bytes(vector)
    }

    private static func boolean(_ text: String) -> UInt8? {
        switch text.lowercased() {
        case "true": 1
        case "false": 0
        default: nil
        }
    }

    /// Without `.0…` at the end, which makes no number less whole.
    private static func plain(_ text: String) -> Substring {
        guard let point = text.firstIndex(of: "."),
            text[point...].dropFirst().allSatisfy({ $0 == "0" }), point > text.startIndex
        else { return text[...] }
        return text[..<point]
    }

    /// Zeros behind the last digit that counts do not count.
    public static func decimal(_ text: String, precision: Int, scale: Int) -> Int128? {
        var bytes = Array(text.utf8)
        if let point = bytes.firstIndex(of: UInt8(ascii: ".")) {
            while bytes.count - point - 1 > scale, bytes.last == UInt8(ascii: "0") {
                bytes.removeLast()
            }
        }
        guard let value = Decimal.unscaled(bytes, scale: scale),
            value.magnitude < Decimal.powerOfTen(precision).magnitude
        else { return nil }
        return value
    }

    private static func binary(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            let pair = String(decoding: digits[index..<(index + 2)], as: UTF8.self)
            guard pair.first != "+", let byte = UInt8(pair, radix: 16) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    /// Microseconds of `YYYY-MM-DD`, `YYYY-MM-DD[T ]HH:MM[:SS[.ffffff]]` with `Z`, `±HH:MM` or
    /// nothing behind it.
    public static func instant(_ text: String) -> Int64? {
        var rest = text[...]
        guard let date = CivilDate(rest.prefix(10)) else { return nil }
        let day = Int64(date.daysSinceEpoch) * Timestamp.microsecondsPerDay
        rest = rest.dropFirst(10)
        guard let mark = rest.first else { return day }
        guard mark == "T" || mark == " " else { return nil }
        rest = rest.dropFirst()
        guard let (offset, clock) = zone(rest) else { return nil }
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let hours = digits(parts[0], 2), hours < 24,
            let minutes = digits(parts[1], 2), minutes < 60
        else { return nil }
        var microseconds: Int64 = 0
        if parts.count == 3 {
            guard let read = seconds(parts[2]) else { return nil }
            microseconds = read
        }
        return day + (hours * 3600 + minutes * 60 - offset) * 1_000_000 + microseconds
    }

    private static func seconds(_ text: Substring) -> Int64? {
        guard let whole = digits(text.prefix(2), 2), whole < 60 else { return nil }
        let rest = text.dropFirst(2)
        guard let point = rest.first else { return whole * 1_000_000 }
        let fraction = rest.dropFirst()
        guard point == ".", (1...6).contains(fraction.count),
            let value = digits(fraction, fraction.count)
        else { return nil }
        return whole * 1_000_000 + value * Int64(Decimal.powerOfTen(6 - fraction.count))
    }

    /// The seconds east of UTC and what stands before them.
    private static func zone(_ text: Substring) -> (Int64, Substring)? {
        if text.hasSuffix("Z") { return (0, text.dropLast()) }
        let tail = text.suffix(6)
        guard let sign = tail.first, sign == "+" || sign == "-" else { return (0, text) }
        let parts = tail.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let hours = digits(parts[0], 2), let minutes = digits(parts[1], 2)
        else { return nil }
        let seconds = hours * 3600 + minutes * 60
        return (sign == "-" ? -seconds : seconds, text.dropLast(6))
    }

    private static func digits(_ text: Substring, _ count: Int) -> Int64? {
        guard text.utf8.count == count, text.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        return Int64(text)
    }
}
