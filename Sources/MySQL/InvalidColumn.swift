import Columnar
import Names
import Source

/// Builds `_sluice_invalid`: null for nearly every row, else one JSON object of column name and
/// raw text (docs/specification/lake.md#types).
struct InvalidColumn {
    static let name = BronzeColumn.invalid

    /// The names as JSON strings.
    private let names: [[UInt8]]
    /// The column of a whole batch without any, kept because nearly all are that.
    private var allNull: Column?

    init(_ columns: [SourceColumn]) {
        names = columns.map { InvalidColumn.quoted(Array($0.name.utf8)) }
    }

    mutating func column(_ invalid: InvalidValues, count: Int) -> Column {
        if invalid.entries.isEmpty {
            if let allNull, allNull.count == count { return allNull }
            let nulls = Column.nulls(.string, count: count)
            allNull = nulls
            return nulls
        }
        var objects: [Int: [UInt8]] = [:]
        for entry in invalid.entries.sorted(by: { ($0.row, $0.column) < ($1.row, $1.column) }) {
            objects[entry.row, default: []] +=
                [objects[entry.row] == nil ? UInt8(ascii: "{") : UInt8(ascii: ",")]
            objects[entry.row, default: []] +=
                names[entry.column] + [UInt8(ascii: ":")] + InvalidColumn.quoted(entry.text)
        }
        var values = BytesBuilder()
        var validity = Bitmap(repeating: false, count: count)
        for row in objects.keys.sorted() {
            values.pad(to: row)
            values.append((objects[row] ?? []) + [UInt8(ascii: "}")])
            validity.set(row, to: true)
        }
        values.pad(to: count)
        return Column(.string, storage: .bytes(values.take()), validity: validity)
    }

    /// A JSON string of UTF-8 bytes.
    private static func quoted(_ text: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        var quoted: [UInt8] = [34]
        for byte in text {
            switch byte {
            case 34, 92: quoted += [92, byte]
            case 0..<32:
                quoted += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: quoted.append(byte)
            }
        }
        return quoted + [34]
    }
}
