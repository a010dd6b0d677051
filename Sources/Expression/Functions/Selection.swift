internal import Columnar

/// Puts a column together from rows of several.
enum Selection {
    /// Row `i` of operand `choice[i]`; NULL where that is negative.
    static func column(
        _ choice: [Int], _ operands: [Operand], _ type: ColumnType, at offset: Int
    ) throws(ExpressionError) -> Column {
        var nulls = NullMarks(count: choice.count)
        for row in choice.indices where choice[row] < 0 || operands[choice[row]].isNull(row) {
            nulls.mark(row)
        }
        func lanes<Value>(_ read: (Operand) -> Lanes<Value>, _ zero: Value) -> [Value] {
            let sources = operands.map(read)
            var values = [Value](repeating: zero, count: choice.count)
            for row in choice.indices where choice[row] >= 0 {
                values[row] = sources[choice[row]][row]
            }
            return values
        }
        let storage: ColumnStorage
        switch operands[0].column.storage {
        case .bool: storage = .bool(lanes(\.booleans, 0))
        case .int32: storage = .int32(lanes(\.int32, 0))
        case .int64: storage = .int64(lanes(\.int64, 0))
        case .int128: storage = .int128(lanes(\.int128, 0))
        case .float: storage = .float(lanes(\.floats, 0))
        case .double: storage = .double(lanes(\.doubles, 0))
        case .bytes, .dictionary:
            let sources = operands.map(\.texts)
            var builder = TextBuilder(count: choice.count)
            for row in choice.indices {
                if !nulls.isNull(row) {
                    let source = sources[choice[row]]
                    builder.bytes.append(contentsOf: source.bytes[source.range(row)])
                }
                try builder.finishRow(at: offset)
            }
            return builder.column(type, nulls.validity)
        case .structure, .list, .map: preconditionFailure("expressions have no nested values")
        }
        return Column(type, storage: storage, validity: nulls.validity)
    }
}
