import Columnar
import JSON

/// How `lake cat` writes rows.
enum RowFormat: String, CaseIterable {
    case csv
    case jsonl
    case table
}

/// Rows as CSV (RFC 4180) or JSON lines, made into bytes without a value tree.
///
/// CSV: a null is an empty field, an empty text is `""`. JSON: whole numbers and decimals keep all
/// their digits, what is not finite becomes a string, binary becomes hex digits.
struct RowText {
    let schema: Schema
    let format: RowFormat
    private let keys: [[UInt8]]

    init(schema: Schema, format: RowFormat) {
        self.schema = schema
        self.format = format
        keys = schema.fields.map { field in
            var text: [UInt8] = []
            JSONValue.appendQuoted(field.name, to: &text)
            return text + Array(": ".utf8)
        }
    }

    /// The line before the rows, if the format has one.
    var header: [UInt8] {
        guard format == .csv else { return [] }
        var text: [UInt8] = []
        for (position, field) in schema.fields.enumerated() {
            if position > 0 { text.append(UInt8(ascii: ",")) }
            CSVText.append(field.name.utf8, to: &text)
        }
        text.append(contentsOf: "\r\n".utf8)
        return text
    }

    /// Appends row `index` of `batch`.
    func append(_ batch: RecordBatch, row index: Int, to text: inout [UInt8]) {
        if format == .csv {
            for (position, column) in batch.columns.enumerated() {
                if position > 0 { text.append(UInt8(ascii: ",")) }
                if !column.isNull(index) { CSVText.append(field(column, index), to: &text) }
            }
            text.append(contentsOf: "\r\n".utf8)
            return
        }
        text.append(UInt8(ascii: "{"))
        for (position, column) in batch.columns.enumerated() {
            if position > 0 { text.append(contentsOf: ", ".utf8) }
            text += keys[position]
            appendJSON(column, index, to: &text)
        }
        text.append(contentsOf: "}\n".utf8)
    }

    private func field(_ column: Column, _ index: Int) -> [UInt8] {
        column.type == .string ? column.textBytes(index) : Array(column.text(index).utf8)
    }

    private func appendJSON(_ column: Column, _ index: Int, to text: inout [UInt8]) {
        if column.isNull(index) {
            text.append(contentsOf: "null".utf8)
            return
        }
        switch (column.storage, column.type) {
        case (.structure(let children), .structure(let fields)):
            text.append(UInt8(ascii: "{"))
            for (position, field) in fields.enumerated() {
                if position > 0 { text.append(contentsOf: ", ".utf8) }
                JSONValue.appendQuoted(field.name, to: &text)
                text.append(contentsOf: ": ".utf8)
                appendJSON(children[position], index, to: &text)
            }
            text.append(UInt8(ascii: "}"))
        case (.list(let offsets, let element), _):
            appendItems(offsets, index, to: &text) { appendJSON(element, $0, to: &$1) }
        case (.map(let offsets, let key, let value), _):
            appendItems(offsets, index, to: &text) { item, text in
                text.append(contentsOf: "{\"key\": ".utf8)
                appendJSON(key, item, to: &text)
                text.append(contentsOf: ", \"value\": ".utf8)
                appendJSON(value, item, to: &text)
                text.append(UInt8(ascii: "}"))
            }
        default: appendScalar(column, index, to: &text)
        }
    }

    private func appendItems(
        _ offsets: [UInt32], _ index: Int, to text: inout [UInt8],
        _ item: (Int, inout [UInt8]) -> Void
    ) {
        text.append(UInt8(ascii: "["))
        for position in offsets[index]..<offsets[index + 1] {
            if position > offsets[index] { text.append(contentsOf: ", ".utf8) }
            item(Int(position), &text)
        }
        text.append(UInt8(ascii: "]"))
    }

    private func appendScalar(_ column: Column, _ index: Int, to text: inout [UInt8]) {
        let value = column.text(index)
        switch column.storage {
        case .bool: text += Array(value.utf8)
        case .float(let values) where values[index].isFinite: text += Array(value.utf8)
        case .double(let values) where values[index].isFinite: text += Array(value.utf8)
        case .int32 where column.type != .date: text += Array(value.utf8)
        case .int64 where !isTime(column.type), .int128: text += Array(value.utf8)
        default: JSONValue.appendQuoted(value, to: &text)
        }
    }

    private func isTime(_ type: ColumnType) -> Bool {
        type == .timestamp || type == .timestampNtz
    }
}
