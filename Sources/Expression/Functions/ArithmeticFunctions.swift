internal import Columnar

/// `+ - * / % DIV` and the sign. Whole numbers wrap around as Spark's do with ANSI mode off;
/// exact results that do not fit, and every division by zero, are NULL.
enum ArithmeticFunctions {
    static let table: [String: FunctionDefinition] = [
        "+": FunctionDefinition(2...2, binary), "-": FunctionDefinition(2...2, binary),
        "*": FunctionDefinition(2...2, binary), "/": FunctionDefinition(2...2, binary),
        "%": FunctionDefinition(2...2, binary), "DIV": FunctionDefinition(2...2, binary),
        "negative": FunctionDefinition(1...1, negative),
        "abs": FunctionDefinition(1...1, absolute),
    ]

    /// The digits of a node that takes part in an exact operation.
    static func exactDigits(
        _ node: Node, beside other: ColumnType?
    ) -> (precision: Int, scale: Int)? {
        guard let type = node.type else { return nil }
        if node.isWritten, TypeRules.isIntegral(type), let other, TypeRules.isDecimal(other),
            let column = node.constant
        {
            let value = Operand(constant: column).int128[0]
            return (DecimalMath.digitCount(value.magnitude), 0)
        }
        return TypeRules.exact(type)
    }

    private static func binary(_ call: Call) throws(ExpressionError) -> Node {
        guard let operation = Arithmetic(rawValue: call.name) else { throw call.mismatch() }
        var nodes = call.arguments
        let known = nodes.compactMap(\.type)
        for index in nodes.indices {
            if nodes[index].type == nil {
                nodes[index] = try Cast.implicit(nodes[index], to: known.first ?? .double)
            }
            if nodes[index].type == .string {
                nodes[index] = try Cast.implicit(nodes[index], to: .double)
            }
        }
        guard let left = nodes[0].type, let right = nodes[1].type, TypeRules.isNumeric(left),
            TypeRules.isNumeric(right)
        else { throw call.mismatch() }
        let isExact = TypeRules.isDecimal(left) || TypeRules.isDecimal(right)
        if operation == .wholeDivide {
            guard TypeRules.isIntegral(left), TypeRules.isIntegral(right) else {
                throw call.mismatch()
            }
            return try typed(operation, .long, nodes, call)
        }
        if isExact, let first = exactDigits(nodes[0], beside: right),
            let second = exactDigits(nodes[1], beside: left)
        {
            return try exact(operation, nodes, first, second, call)
        }
        if isExact || operation == .divide { return try typed(operation, .double, nodes, call) }
        guard let type = TypeRules.wider(left, right) else { throw call.mismatch() }
        return try typed(operation, type, nodes, call)
    }

    private static func typed(
        _ operation: Arithmetic, _ type: ColumnType, _ nodes: [Node], _ call: Call
    ) throws(ExpressionError) -> Node {
        let operands = [
            try Cast.implicit(nodes[0], to: type), try Cast.implicit(nodes[1], to: type),
        ]
        return try Node(type, operands, at: call.offset) {
            operands, count throws(ExpressionError) in
            ArithmeticKernel.compute(operation, type, operands, count)
        }
    }

    private static func exact(
        _ operation: Arithmetic, _ nodes: [Node], _ left: (precision: Int, scale: Int),
        _ right: (precision: Int, scale: Int), _ call: Call
    ) throws(ExpressionError) -> Node {
        let type = TypeRules.result(operation, left, right)
        let operands = [
            try Cast.implicit(nodes[0], to: .decimal(precision: left.precision, scale: left.scale)),
            try Cast.implicit(
                nodes[1], to: .decimal(precision: right.precision, scale: right.scale)),
        ]
        let kernel = ExactKernel(operation, type, left.scale, right.scale)
        return try Node(type, operands, at: call.offset) {
            operands, count throws(ExpressionError) in kernel.compute(operands, count)
        }
    }

    /// The argument as a number; text is a double.
    static func number(_ call: Call) throws(ExpressionError) -> Node {
        let node = call.arguments[0]
        guard let type = node.type else { return try Cast.implicit(node, to: .double) }
        if type == .string { return try Cast.implicit(node, to: .double) }
        guard TypeRules.isNumeric(type) else { throw call.mismatch() }
        return node
    }

    private static func negative(_ call: Call) throws(ExpressionError) -> Node {
        let node = try number(call)
        guard let type = node.type else { throw call.mismatch() }
        return try Node(type, [node], at: call.offset) {
            operands, count throws(ExpressionError) in
            ArithmeticKernel.sign(type, operands[0], isAbsolute: false)
        }
    }

    private static func absolute(_ call: Call) throws(ExpressionError) -> Node {
        let node = try number(call)
        guard let type = node.type else { throw call.mismatch() }
        return try Node(type, [node], at: call.offset) {
            operands, count throws(ExpressionError) in
            ArithmeticKernel.sign(type, operands[0], isAbsolute: true)
        }
    }
}
