internal import Columnar

/// Casts to text.
enum TextCasts {
    static func text(
        _ operand: Operand, _ count: Int, at offset: Int
    ) throws(ExpressionError) -> Column {
        let column = operand.column
        if column.type == .binary {
            return Column(.string, storage: column.storage, validity: column.validity)
        }
        var builder = TextBuilder(count: count)
        for index in 0..<count {
            if !column.isNull(index) {
                builder.bytes.append(contentsOf: text(column, index).utf8)
            }
            try builder.finishRow(at: offset)
        }
        return builder.column(.string, column.validity)
    }

    private static func text(_ column: Column, _ index: Int) -> String {
        switch (column.storage, column.type) {
        case (.int32(let values), .date): TimeText.text(days: Int(values[index]))
        case (.int64(let values), .timestamp), (.int64(let values), .timestampNtz):
            TimeText.text(microseconds: values[index])
        case (.int64(let values), .decimal(_, let scale)):
            NumberText.java(decimal: Int128(values[index]), scale: scale)
        case (.int128(let values), .decimal(_, let scale)):
            NumberText.java(decimal: values[index], scale: scale)
        case (.float(let values), _): NumberText.java(values[index].description)
        case (.double(let values), _): NumberText.java(values[index].description)
        default: column.text(index)
        }
    }
}
