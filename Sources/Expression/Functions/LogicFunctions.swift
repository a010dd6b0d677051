internal import Columnar

/// AND, OR, NOT and IS NULL in three-valued logic.
enum LogicFunctions {
    static let table: [String: FunctionDefinition] = [
        "AND": FunctionDefinition(2...Int.max, connective),
        "OR": FunctionDefinition(2...Int.max, connective),
        "NOT": FunctionDefinition(1...1, negation),
        "IS NULL": FunctionDefinition(1...1, isNull),
    ]

    private static func condition(_ call: Call, _ index: Int) throws(ExpressionError) -> Node {
        let node = call.arguments[index]
        guard node.type == nil || node.type == .boolean else {
            throw ExpressionError(
                .type, at: node.offset,
                "\(call.name) takes conditions, not \(node.type?.description ?? "NULL")")
        }
        return try Cast.implicit(node, to: .boolean)
    }

    private static func connective(_ call: Call) throws(ExpressionError) -> Node {
        var conditions: [Node] = []
        for index in call.arguments.indices { conditions.append(try condition(call, index)) }
        let isAnd = call.name == "AND"
        return try Node(.boolean, conditions, at: call.offset) {
            operands, count throws(ExpressionError) in
            connect(operands, count, isAnd: isAnd)
        }
    }

    /// FALSE decides an AND and TRUE an OR, whatever the others are; else NULL spreads. In the
    /// order FALSE, NULL, TRUE an AND is the least and an OR the greatest.
    static func connect(_ operands: [Operand], _ count: Int, isAnd: Bool) -> Column {
        var result = truth(operands[0], count)
        for operand in operands.dropFirst() {
            let other = truth(operand, count)
            result =
                isAnd
                ? zip(result, other).map { min($0, $1) } : zip(result, other).map { max($0, $1) }
        }
        var validity: Bitmap?
        if result.contains(unknown) { validity = Bitmap(count: count) { result[$0] != unknown } }
        return Column(.boolean, storage: .bool(result.map { $0 >> 1 }), validity: validity)
    }

    private static let unknown: UInt8 = 1

    /// 0 for FALSE, 1 for NULL, 2 for TRUE.
    private static func truth(_ operand: Operand, _ count: Int) -> [UInt8] {
        let values = operand.booleans
        if operand.isConstant {
            let value = operand.column.isNull(0) ? unknown : values[0] << 1
            return [UInt8](repeating: value, count: count)
        }
        var truth = values.values.map { $0 << 1 }
        guard let validity = operand.column.validity else { return truth }
        for index in 0..<count where !validity[index] { truth[index] = unknown }
        return truth
    }

    private static func negation(_ call: Call) throws(ExpressionError) -> Node {
        try Node(.boolean, [condition(call, 0)], at: call.offset) {
            operands, count throws(ExpressionError) in
            let values = operands[0].booleans.values.map { $0 ^ 1 }
            return Column(
                .boolean, storage: .bool(values), validity: operands[0].column.validity)
        }
    }

    private static func isNull(_ call: Call) throws(ExpressionError) -> Node {
        try Node(.boolean, call.arguments, at: call.offset) {
            operands, count throws(ExpressionError) in
            var values = [UInt8](repeating: 0, count: count)
            if let validity = operands[0].column.validity {
                for index in 0..<count where !validity[index & operands[0].mask] {
                    values[index] = 1
                }
            }
            return Column(.boolean, storage: .bool(values))
        }
    }
}
