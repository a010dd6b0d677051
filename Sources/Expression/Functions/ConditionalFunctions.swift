internal import Columnar

/// CASE, if, coalesce, nullif, greatest and least: which argument a row takes.
enum ConditionalFunctions {
    static let table: [String: FunctionDefinition] = [
        "CASE": FunctionDefinition(2...Int.max, branches),
        "if": FunctionDefinition(3...3, branches),
        "coalesce": FunctionDefinition(1...Int.max, coalesce),
        "ifnull": FunctionDefinition(2...2, coalesce), "nvl": FunctionDefinition(2...2, coalesce),
        "nullif": FunctionDefinition(2...2, nullif),
        "greatest": FunctionDefinition(2...Int.max, extreme),
        "least": FunctionDefinition(2...Int.max, extreme),
    ]

    private static func converted(
        _ nodes: [Node], _ type: ColumnType
    ) throws(ExpressionError) -> [Node] {
        var converted: [Node] = []
        for node in nodes { converted.append(try Cast.implicit(node, to: type)) }
        return converted
    }

    private static func branches(_ call: Call) throws(ExpressionError) -> Node {
        var conditions: [Node] = []
        var values: [Node] = []
        let pairs = call.arguments.count / 2
        for pair in 0..<pairs {
            let condition = call.arguments[2 * pair]
            guard condition.type == nil || condition.type == .boolean else {
                throw ExpressionError(
                    .type, at: condition.offset,
                    "a condition is boolean, not \(condition.type?.description ?? "NULL")")
            }
            conditions.append(try Cast.implicit(condition, to: .boolean))
            values.append(call.arguments[2 * pair + 1])
        }
        if call.arguments.count % 2 == 1, let last = call.arguments.last { values.append(last) }
        guard let type = try call.commonType(of: values) else {
            return Node(literal: .null, at: call.offset)
        }
        let nodes = conditions + (try converted(values, type))
        return try Node(type, nodes, at: call.offset) {
            operands, count throws(ExpressionError) in
            let conditions = operands[..<pairs]
            let values = Array(operands[pairs...])
            var choice = [Int](repeating: values.count > pairs ? pairs : -1, count: count)
            for (index, condition) in conditions.enumerated().reversed() {
                let truth = condition.booleans
                for row in 0..<count where truth[row] == 1 && !condition.isNull(row) {
                    choice[row] = index
                }
            }
            return try Selection.column(choice, values, type, at: call.offset)
        }
    }

    private static func coalesce(_ call: Call) throws(ExpressionError) -> Node {
        guard let type = try call.commonType(of: call.arguments) else {
            return Node(literal: .null, at: call.offset)
        }
        let nodes = try converted(call.arguments, type)
        return try Node(type, nodes, at: call.offset) {
            operands, count throws(ExpressionError) in
            if operands[0].column.nullCount == 0, !operands[0].isConstant {
                return operands[0].column
            }
            var choice = [Int](repeating: -1, count: count)
            for (index, operand) in operands.enumerated().reversed() {
                for row in 0..<count where !operand.isNull(row) { choice[row] = index }
            }
            return try Selection.column(choice, operands, type, at: call.offset)
        }
    }

    private static func nullif(_ call: Call) throws(ExpressionError) -> Node {
        let first = call.arguments[0]
        guard let type = first.type else { return Node(literal: .null, at: call.offset) }
        let same = try ComparisonFunctions.compare(.equal, call, first, call.arguments[1])
        return try Node(type, [first, same], at: call.offset) {
            operands, count throws(ExpressionError) in
            let truth = operands[1].booleans
            var choice = [Int](repeating: 0, count: count)
            for row in 0..<count where truth[row] == 1 && !operands[1].isNull(row) {
                choice[row] = -1
            }
            return try Selection.column(choice, [operands[0]], type, at: call.offset)
        }
    }

    private static func extreme(_ call: Call) throws(ExpressionError) -> Node {
        guard let type = try call.commonType(of: call.arguments, withText: false) else {
            return Node(literal: .null, at: call.offset)
        }
        let nodes = try converted(call.arguments, type)
        let comparison: Comparison = call.name == "greatest" ? .greater : .less
        return try Node(type, nodes, at: call.offset) {
            operands, count throws(ExpressionError) in
            var best = operands[0]
            for operand in operands.dropFirst() {
                let isBetter = ComparisonKernel.compare(comparison, operand, best, count)
                var choice = [Int](repeating: 0, count: count)
                for row in 0..<count where !operand.isNull(row) {
                    if isBetter[row] == 1 || best.isNull(row) { choice[row] = 1 }
                }
                best = Operand(
                    try Selection.column(choice, [best, operand], type, at: call.offset))
            }
            return best.column
        }
    }
}
