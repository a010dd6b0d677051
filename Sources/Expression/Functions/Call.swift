internal import Columnar

/// A function or operator and its typed arguments.
struct Call {
    let name: String
    let arguments: [Node]
    let offset: Int
    let context: EvaluationContext

    init(_ name: String, _ arguments: [Node], at offset: Int, _ context: EvaluationContext) {
        self.name = name
        self.arguments = arguments
        self.offset = offset
        self.context = context
    }

    /// The arguments' types as an error shows them.
    var typeList: String {
        arguments.map { $0.type?.description ?? "NULL" }.joined(separator: " and ")
    }

    func mismatch() -> ExpressionError {
        ExpressionError(.type, at: offset, "\(name) does not go with \(typeList)")
    }

    /// Argument `index` as `type`, when it converts by itself.
    func argument(_ index: Int, as type: ColumnType) throws(ExpressionError) -> Node {
        let node = arguments[index]
        if let own = node.type, !TypeRules.isImplicit(own, to: type) {
            throw ExpressionError(
                .type, at: node.offset, "\(name) takes \(type) here, not \(own)",
                hint: "CAST(… AS …) converts.")
        }
        return try Cast.implicit(node, to: type)
    }

    /// Argument `index`, which must be written out or computed from constants; nil for NULL.
    func constantText(_ index: Int) throws(ExpressionError) -> [UInt8]? {
        let node = try argument(index, as: .string)
        guard let column = node.constant else {
            throw ExpressionError(
                .type, at: node.offset, "argument \(index + 1) of \(name) must be a constant")
        }
        if column.isNull(0) { return nil }
        let texts = Operand(constant: column).texts
        return Array(texts.bytes[texts.range(0)])
    }

    /// As `constantText`, of a whole number.
    func constantInteger(_ index: Int) throws(ExpressionError) -> Int? {
        let node = try argument(index, as: .integer)
        guard let column = node.constant else {
            throw ExpressionError(
                .type, at: node.offset, "argument \(index + 1) of \(name) must be a constant")
        }
        return column.isNull(0) ? nil : Int(Operand(constant: column).int32[0])
    }

    /// A NULL of a type, in place of a call that can be nothing else.
    func null(_ type: ColumnType) -> Node {
        Node(literal: Literal(type: type, column: Column.nulls(type, count: 1)), at: offset)
    }

    /// The type all of the nodes convert to, nil when each is NULL.
    func commonType(
        of nodes: [Node], withText: Bool = true
    ) throws(ExpressionError) -> ColumnType? {
        let types = nodes.compactMap(\.type)
        guard var common = types.first else { return nil }
        // Text first, as Spark does, so that the order of the others does not matter.
        if withText, types.contains(.string) { common = .string }
        for type in types {
            guard
                let next = withText
                    ? TypeRules.common(common, type) : TypeRules.wider(common, type)
            else {
                throw ExpressionError(
                    .type, at: offset, "\(common) and \(type) have no common type",
                    hint: "CAST(… AS …) converts.")
            }
            common = next
        }
        return common
    }
}
