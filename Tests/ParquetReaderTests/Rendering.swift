import Columnar
import Parquet

/// The text of a value as the fixture scripts write it.
func rendered(_ column: Column, _ row: Int) -> String? {
    if column.isNull(row) { return nil }
    switch (column.storage, column.type) {
    case (.bool(let values), _): return values[row] == 0 ? "false" : "true"
    case (.int32(let values), _): return String(values[row])
    case (.int64(let values), .decimal(_, let scale)):
        return Decimal.text(unscaled: Int128(values[row]), scale: scale)
    case (.int64(let values), _): return String(values[row])
    case (.float(let values), _):
        return values[row].isNaN ? "nan" : hexadecimal(values[row].bitPattern)
    case (.double(let values), _):
        return values[row].isNaN ? "nan" : hexadecimal(values[row].bitPattern)
    case (.structure(let children), .structure(let fields)):
        let members = zip(fields, children).map {
            "\($0.name): \(rendered($1, row) ?? "null")"
        }
        return "{" + members.joined(separator: ", ") + "}"
    case (.list(let offsets, let element), _):
        let range = Int(offsets[row])..<Int(offsets[row + 1])
        return "[" + range.map { rendered(element, $0) ?? "null" }.joined(separator: ", ") + "]"
    case (.map(let offsets, let key, let value), _):
        let range = Int(offsets[row])..<Int(offsets[row + 1])
        let entries = range.map {
            "\(rendered(key, $0) ?? "null"): \(rendered(value, $0) ?? "null")"
        }
        return "{" + entries.joined(separator: ", ") + "}"
    default: return column.text(row)
    }
}

private func hexadecimal(_ bits: some FixedWidthInteger & UnsignedInteger) -> String {
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: bits.bitWidth / 4 - digits.count) + digits
}

/// All values of a file by column, read in batches of `batchRowCount`.
func readAll(
    _ file: FileReader, columns: [String]? = nil, batchRowCount: Int = 65_536
) throws -> [String: [String?]] {
    var out: [String: [String?]] = [:]
    for name in columns ?? file.schema.fields.map(\.name) { out[name] = [] }
    for group in file.rowGroups.indices {
        let reader = try file.read(
            rowGroup: group, columns: columns, batchRowCount: batchRowCount)
        while let batch = try reader.next() {
            for (field, column) in zip(batch.schema.fields, batch.columns) {
                for row in 0..<batch.count {
                    out[field.name]?.append(rendered(column, row))
                }
            }
        }
    }
    return out
}
