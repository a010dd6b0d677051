public import Columnar

/// Partition values as the log spells them: `docs/specification/delta.md#partition-values`.
public enum PartitionText {
    /// The text of row `row` of `column`; nil for NULL (and for an empty string, which means NULL).
    ///
    /// Throws `.value` for types Delta cannot partition by.
    public static func text(_ column: Column, row: Int) throws(DeltaError) -> String? {
        if column.isNull(row) { return nil }
        switch (column.type, column.storage) {
        case (.boolean, .bool(let values)):
            return values[row] != 0 ? "true" : "false"
        case (.date, .int32(let values)):
            return CivilDate(daysSinceEpoch: Int(values[row])).text
        case (_, .int32(let values)):
            return String(values[row])
        case (.timestamp, .int64(let values)):
            return Timestamp.text(microseconds: values[row])
        case (.timestampNtz, .int64(let values)):
            return Timestamp.text(microseconds: values[row], separator: " ", suffix: "")
        case (.decimal(_, let scale), .int64(let values)):
            return Decimal.text(unscaled: Int128(values[row]), scale: scale)
        case (.decimal(_, let scale), .int128(let values)):
            return Decimal.text(unscaled: values[row], scale: scale)
        case (_, .int64(let values)):
            return String(values[row])
        case (_, .float(let values)):
            return javaText(values[row].description, Double(values[row]))
        case (_, .double(let values)):
            return javaText(values[row].description, values[row])
        case (.string, .bytes(let values)):
            return try string(values[row])
        case (.string, .dictionary(let codes, let dictionary)):
            return try string(dictionary.values[Int(codes[row])])
        default:
            throw DeltaError(
                .value, operation: "partition", subject: "\(column.type)",
                message: "a table cannot be partitioned by this type",
                hint: "Partition by a date.")
        }
    }

    /// A column of `count` equal values parsed from the log's text; nil or empty text is NULL.
    public static func column(_ type: ColumnType, text: String?, count: Int) throws(DeltaError)
        -> Column
    {
        guard let text, !text.isEmpty else { return Column.nulls(type, count: count) }
        guard let storage = storage(type, text, count) else {
            throw DeltaError(
                .damagedLog, operation: "read partition value", subject: text,
                message: "the text is not a \(type)",
                hint: "The add action in the log carries a damaged partition value.")
        }
        return Column(type, storage: storage)
    }

    private static func storage(_ type: ColumnType, _ text: String, _ count: Int) -> ColumnStorage?
    {
        func int32(_ value: Int32?) -> ColumnStorage? {
            value.map { .int32([Int32](repeating: $0, count: count)) }
        }
        func int64(_ value: Int64?) -> ColumnStorage? {
            value.map { .int64([Int64](repeating: $0, count: count)) }
        }
        switch type {
        case .boolean:
            guard text == "true" || text == "false" else { return nil }
            return .bool([UInt8](repeating: text == "true" ? 1 : 0, count: count))
        case .byte: return int32(Int8(text).map { Int32($0) })
        case .short: return int32(Int16(text).map { Int32($0) })
        case .integer: return int32(Int32(text))
        case .long: return int64(Int64(text))
        case .date: return int32(CivilDate(text).flatMap { Int32(exactly: $0.daysSinceEpoch) })
        case .timestampNtz where text.utf8.count == 10:
            // The column was a date when the value was written.
            return int64(TimestampText.microseconds(text + " 00:00:00"))
        case .timestamp, .timestampNtz: return int64(TimestampText.microseconds(text))
        case .float: return Float(text).map { .float([Float](repeating: $0, count: count)) }
        case .double: return Double(text).map { .double([Double](repeating: $0, count: count)) }
        case .decimal(let precision, let scale):
            guard let value = Decimal.unscaled(text.utf8, scale: scale),
                value.magnitude < Decimal.powerOfTen(precision).magnitude
            else { return nil }
            if precision <= 18 { return int64(Int64(exactly: value)) }
            return .int128([Int128](repeating: value, count: count))
        case .string, .binary:
            let bytes = Array(text.utf8)
            guard bytes.count < Int(UInt32.max) else { return nil }
            let values = ByteVector(offsets: [0, UInt32(bytes.count)], bytes: bytes)
            return .dictionary(
                codes: [UInt32](repeating: 0, count: count),
                values: DictionaryValues(lineage: .none, values: values))
        case .structure, .list, .map: return nil
        }
    }

    private static func string(_ bytes: ArraySlice<UInt8>) throws(DeltaError) -> String? {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw DeltaError(
                .value, operation: "partition", subject: "string",
                message: "a partition value is not valid UTF-8")
        }
        return text.isEmpty ? nil : text
    }

    /// A number in the form of Java's `Double.toString`, from Swift's shortest digits.
    static func javaText(_ shortest: String, _ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        if value == 0 { return value.sign == .minus ? "-0.0" : "0.0" }
        let unsigned = shortest.drop { $0 == "-" }
        let parts = unsigned.split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let whole = String(mantissa[0])
        let fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
        // Digits d with the point after `point` of them.
        var digits = Array(whole + fraction)
        var point = whole.count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        while digits.count > 1, digits.first == "0" {
            digits.removeFirst()
            point -= 1
        }
        while digits.count > 1, digits.last == "0" { digits.removeLast() }
        let sign = value < 0 ? "-" : ""
        if value.magnitude >= 1e-3, value.magnitude < 1e7 {
            while digits.count < point { digits.append("0") }
            let leading = point > 0 ? String(digits[..<point]) : "0"
            let zeros = String(repeating: "0", count: max(0, -point))
            let tail = zeros + String(digits[max(0, point)...])
            return sign + leading + "." + (tail.isEmpty ? "0" : tail)
        }
        let tail = digits.count > 1 ? String(digits[1...]) : "0"
        return sign + String(digits[0]) + "." + tail + "E" + String(point - 1)
    }
}
