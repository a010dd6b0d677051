public import Columnar

/// CAST with ANSI mode off: what does not convert is NULL, whole numbers wrap around.
enum Cast {
    static func explicit(
        _ node: Node, to type: ColumnType, at offset: Int
    ) throws(ExpressionError) -> Node {
        if let own = node.type, !TypeRules.canCast(own, to: type) {
            throw ExpressionError(.type, at: offset, "\(own) cannot be cast to \(type)")
        }
        return try convert(node, to: type, at: offset)
    }

    /// The node in a type it converts to by itself.
    static func implicit(_ node: Node, to type: ColumnType) throws(ExpressionError) -> Node {
        try convert(node, to: type, at: node.offset)
    }

    private static func convert(
        _ node: Node, to type: ColumnType, at offset: Int
    ) throws(ExpressionError) -> Node {
        guard let own = node.type else {
            return Node(
                literal: Literal(type: type, column: Column.nulls(type, count: 1)), at: offset)
        }
        if own == type { return node }
        return try Node(type, [node], at: offset) { operands, count throws(ExpressionError) in
            let rows = operands[0].isConstant ? 1 : count
            return try column(operands[0], to: type, rows, at: offset)
        }
    }

    fileprivate static func column(
        _ operand: Operand, to type: ColumnType, _ count: Int, at offset: Int
    ) throws(ExpressionError) -> Column {
        switch type {
        case .string: return try TextCasts.text(operand, count, at: offset)
        case .binary:
            return Column(
                .binary, storage: operand.column.storage,
                validity: operand.column.validity)
        case .boolean: return NumberCasts.boolean(operand, count)
        case .byte, .short, .integer, .long: return NumberCasts.whole(operand, type, count)
        case .float, .double: return NumberCasts.floating(operand, type, count)
        case .decimal: return NumberCasts.exact(operand, type, count)
        case .date: return TimeCasts.date(operand, count)
        case .timestamp, .timestampNtz: return TimeCasts.timestamp(operand, type, count)
        case .structure, .list, .map: preconditionFailure("there are no casts to nested types")
        }
    }
}

extension Column {
    /// The values as CAST has them with ANSI mode off: what does not convert is NULL. Nil where
    /// there is no cast between the types. Throws `.value` when the texts grow too long.
    public func cast(to type: ColumnType) throws(ExpressionError) -> Column? {
        if self.type == type { return self }
        guard TypeRules.canCast(self.type, to: type) else { return nil }
        return try Cast.column(Operand(self), to: type, count, at: 0)
    }
}
