extension Column {
    /// The canonical text of the value at `index` as UTF-8 (the bytes themselves for `string` and
    /// `binary`): whole numbers and decimals exactly, dates as `YYYY-MM-DD`, timestamps in ISO
    /// 8601 with six fraction digits, floating point in the shortest form that reads back equal.
    ///
    /// For printing, masks and bounds; not for hot paths. The row must not be null.
    public func textBytes(_ index: Int) -> [UInt8] {
        switch storage {
        case .bytes(let values): Array(values[index])
        case .dictionary(let codes, let values): Array(values.values[Int(codes[index])])
        default: Array(text(index).utf8)
        }
    }

    /// As `textBytes`, as a string; invalid UTF-8 is repaired, binary becomes hex digits.
    public func text(_ index: Int) -> String {
        switch storage {
        case .bool(let values): values[index] == 0 ? "false" : "true"
        case .int32(let values):
            type == .date
                ? CivilDate(daysSinceEpoch: Int(values[index])).text : String(values[index])
        case .int64(let values): text(int64: values[index])
        case .int128(let values): decimalText(values[index])
        case .float(let values): Column.text(values[index])
        case .double(let values): Column.text(values[index])
        case .bytes, .dictionary: bytesText(textBytes(index))
        case .structure, .list, .map: nestedText(index)
        }
    }

    /// The digits, or `NaN`, `Infinity` and `-Infinity` as Spark and Java call them.
    private static func text<Number: BinaryFloatingPoint & CustomStringConvertible>(
        _ value: Number
    ) -> String {
        if value.isFinite { return value.description }
        return value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity"
    }

    private func text(int64 value: Int64) -> String {
        switch type {
        case .timestamp: Timestamp.text(microseconds: value)
        case .timestampNtz: Timestamp.text(microseconds: value, suffix: "")
        case .decimal: decimalText(Int128(value))
        default: String(value)
        }
    }

    private func decimalText(_ unscaled: Int128) -> String {
        guard case .decimal(_, let scale) = type else { return String(unscaled) }
        return Decimal.text(unscaled: unscaled, scale: scale)
    }

    private func bytesText(_ bytes: [UInt8]) -> String {
        guard type == .binary else { return String(decoding: bytes, as: UTF8.self) }
        return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private func nestedText(_ index: Int) -> String {
        func item(_ column: Column, _ row: Int) -> String {
            column.isNull(row) ? "null" : column.text(row)
        }
        switch (storage, type) {
        case (.structure(let children), .structure(let fields)):
            let members = zip(fields, children).map { "\($0.name): \(item($1, index))" }
            return "{" + members.joined(separator: ", ") + "}"
        case (.list(let offsets, let element), _):
            let range = Int(offsets[index])..<Int(offsets[index + 1])
            return "[" + range.map { item(element, $0) }.joined(separator: ", ") + "]"
        case (.map(let offsets, let key, let value), _):
            let range = Int(offsets[index])..<Int(offsets[index + 1])
            let entries = range.map { "\(item(key, $0)): \(item(value, $0))" }
            return "{" + entries.joined(separator: ", ") + "}"
        default: return ""
        }
    }
}
