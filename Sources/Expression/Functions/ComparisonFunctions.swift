internal import Columnar

/// The comparisons, `<=>` and IN.
enum ComparisonFunctions {
    static let table: [String: FunctionDefinition] = {
        var table: [String: FunctionDefinition] = [
            "<=>": FunctionDefinition(2...2, nullSafe),
            "IN": FunctionDefinition(2...Int.max, membership),
        ]
        for comparison in Comparison.allCases {
            table[comparison.rawValue] = FunctionDefinition(2...2, ordinary)
        }
        return table
    }()

    /// Both arguments in the type they are compared in.
    static func aligned(
        _ call: Call, _ left: Node, _ right: Node
    ) throws(ExpressionError) -> [Node] {
        guard let first = left.type, let second = right.type else {
            let type = left.type ?? right.type ?? .boolean
            return [try Cast.implicit(left, to: type), try Cast.implicit(right, to: type)]
        }
        var type = TypeRules.comparison(first, second)
        // A written whole number beside a decimal has the digits it shows, no more.
        if TypeRules.isDecimal(first) != TypeRules.isDecimal(second),
            let one = ArithmeticFunctions.exactDigits(left, beside: second),
            let other = ArithmeticFunctions.exactDigits(right, beside: first)
        {
            type = TypeRules.wider(one, other)
        }
        guard let type else {
            throw ExpressionError(
                .type, at: call.offset, "\(first) and \(second) cannot be compared",
                hint: "CAST(… AS …) converts.")
        }
        return [try Cast.implicit(left, to: type), try Cast.implicit(right, to: type)]
    }

    private static func ordinary(_ call: Call) throws(ExpressionError) -> Node {
        guard let comparison = Comparison(rawValue: call.name) else { throw call.mismatch() }
        return try compare(comparison, call, call.arguments[0], call.arguments[1])
    }

    static func compare(
        _ comparison: Comparison, _ call: Call, _ left: Node, _ right: Node
    ) throws(ExpressionError) -> Node {
        let nodes = try aligned(call, left, right)
        return try Node(.boolean, nodes, at: call.offset) {
            operands, count throws(ExpressionError) in
            let values = ComparisonKernel.compare(comparison, operands[0], operands[1], count)
            let nulls = NullMarks(operands, count)
            return Column(.boolean, storage: .bool(values), validity: nulls.validity)
        }
    }

    private static func nullSafe(_ call: Call) throws(ExpressionError) -> Node {
        let nodes = try aligned(call, call.arguments[0], call.arguments[1])
        return try Node(.boolean, nodes, at: call.offset) {
            operands, count throws(ExpressionError) in
            var values = ComparisonKernel.compare(.equal, operands[0], operands[1], count)
            for index in 0..<count {
                let left = operands[0].isNull(index)
                let right = operands[1].isNull(index)
                if left || right { values[index] = left && right ? 1 : 0 }
            }
            return Column(.boolean, storage: .bool(values))
        }
    }

    private static func membership(_ call: Call) throws(ExpressionError) -> Node {
        guard let type = try call.commonType(of: call.arguments) else {
            return call.null(.boolean)
        }
        var nodes: [Node] = []
        for argument in call.arguments { nodes.append(try Cast.implicit(argument, to: type)) }
        let items = nodes.dropFirst().map(\.constant)
        if type == .string, items.allSatisfy({ $0 != nil }) {
            return try textMembership(call, nodes[0], items.compactMap(\.self))
        }
        return try Node(.boolean, nodes, at: call.offset) {
            operands, count throws(ExpressionError) in
            var found: [Operand] = []
            for item in operands.dropFirst() {
                let values = ComparisonKernel.compare(.equal, operands[0], item, count)
                let nulls = NullMarks([operands[0], item], count)
                found.append(
                    Operand(
                        Column(.boolean, storage: .bool(values), validity: nulls.validity)))
            }
            return LogicFunctions.connect(found, count, isAnd: false)
        }
    }

    /// IN over written texts: one look into a set a row.
    private static func textMembership(
        _ call: Call, _ subject: Node, _ items: [Column]
    ) throws(ExpressionError) -> Node {
        let hasNull = items.contains { $0.isNull(0) }
        let texts = Set(
            items.filter { !$0.isNull(0) }.map { item in
                let lanes = Operand(constant: item).texts
                return Array(lanes.bytes[lanes.range(0)])[...]
            })
        return try Node(.boolean, [subject], at: call.offset) {
            operands, count throws(ExpressionError) in
            let lanes = operands[0].texts
            var nulls = NullMarks(operands, count)
            var values = [UInt8](repeating: 0, count: count)
            for index in 0..<count where !nulls.isNull(index) {
                if texts.contains(lanes.bytes[lanes.range(index)]) {
                    values[index] = 1
                } else if hasNull {
                    nulls.mark(index)
                }
            }
            return Column(.boolean, storage: .bool(values), validity: nulls.validity)
        }
    }
}
