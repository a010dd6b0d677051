internal import Columnar
private import Glibc

/// round, floor and ceil with Spark's result types.
enum RoundingFunctions {
    static let table: [String: FunctionDefinition] = [
        "round": FunctionDefinition(1...2, round),
        "floor": FunctionDefinition(1...1, toWhole), "ceil": FunctionDefinition(1...1, toWhole),
        "ceiling": FunctionDefinition(1...1, toWhole),
    ]

    private static func round(_ call: Call) throws(ExpressionError) -> Node {
        let node = try ArithmeticFunctions.number(call)
        guard let type = node.type else { throw call.mismatch() }
        var places = 0
        if call.arguments.count == 2 {
            guard let given = try call.constantInteger(1) else { return call.null(type) }
            places = given
        }
        let wanted = places
        if let (precision, scale) = TypeRules.digits(type) {
            let result = decimalType(precision, scale, places)
            return try Node(result, [node], at: call.offset) {
                operands, count throws(ExpressionError) in
                exact(operands[0], scale, min(wanted, scale), result)
            }
        }
        return try Node(type, [node], at: call.offset) { operands, count throws(ExpressionError) in
            let column = operands[0].column
            let storage: ColumnStorage
            switch column.storage {
            case .int32(let values):
                storage = .int32(
                    values.map {
                        let rounded = whole(Int64($0), wanted)
                        return ArithmeticKernel.wrapped(Int32(truncatingIfNeeded: rounded), type)
                    })
            case .int64(let values): storage = .int64(values.map { whole($0, wanted) })
            case .float(let values):
                // Of a float the digits of its value as a double count: 2.675 is a bit less.
                storage = .float(
                    values.map { value in
                        NumberText.rounded(Double(value).description, scale: wanted)
                            .flatMap { Float($0) } ?? value
                    })
            case .double(let values):
                storage = .double(
                    values.map { value in
                        NumberText.rounded(value.description, scale: wanted)
                            .flatMap { Double($0) } ?? value
                    })
            default: preconditionFailure("\(type) is not rounded")
            }
            return Column(type, storage: storage, validity: column.validity)
        }
    }

    /// Rounding may need one digit more before the point: 9.9 becomes 10.
    private static func decimalType(_ precision: Int, _ scale: Int, _ places: Int) -> ColumnType {
        let whole = precision - scale + 1
        if places < 0 {
            return .decimal(precision: min(max(whole, -places + 1), 38), scale: 0)
        }
        let kept = min(scale, places)
        return .decimal(precision: min(whole + kept, 38), scale: kept)
    }

    private static func exact(
        _ operand: Operand, _ scale: Int, _ places: Int, _ type: ColumnType
    ) -> Column {
        let values = operand.int128.values
        var nulls = NullMarks([Operand(operand.column)], values.count)
        var rounded = [Int128](repeating: 0, count: values.count)
        let (precision, kept) = TypeRules.digits(type) ?? (38, 0)
        for index in values.indices where !nulls.isNull(index) {
            if let cut = DecimalMath.rescaled(values[index], from: scale, to: places),
                let value = DecimalMath.rescaled(cut, from: places, to: kept),
                DecimalMath.fits(value, precision)
            {
                rounded[index] = value
            } else {
                nulls.mark(index)
            }
        }
        return DecimalMath.column(rounded, type, nulls.validity)
    }

    /// A whole number rounded half up to tens, hundreds and so on.
    private static func whole(_ value: Int64, _ places: Int) -> Int64 {
        if places >= 0 { return value }
        guard places >= -19 else { return 0 }
        let unit = DecimalMath.powers[-places]
        return Int64(
            truncatingIfNeeded: DecimalMath.roundedQuotient(Int128(value), unit) * unit)
    }

    private static func toWhole(_ call: Call) throws(ExpressionError) -> Node {
        let isFloor = call.name == "floor"
        var node = try ArithmeticFunctions.number(call)
        guard let own = node.type else { throw call.mismatch() }
        if let (precision, scale) = TypeRules.digits(own) {
            if scale == 0 { return node }
            let type = TypeRules.bounded(precision - scale + 1, 0)
            return try Node(type, [node], at: call.offset) {
                operands, count throws(ExpressionError) in
                let unit = DecimalMath.powers[scale]
                let values = operands[0].int128.values.map { value in
                    let (quotient, rest) = value.quotientAndRemainder(dividingBy: unit)
                    if rest == 0 { return quotient }
                    if isFloor { return rest < 0 ? quotient - 1 : quotient }
                    return rest > 0 ? quotient + 1 : quotient
                }
                return DecimalMath.column(values, type, operands[0].column.validity)
            }
        }
        if TypeRules.isIntegral(own) { return try Cast.implicit(node, to: .long) }
        node = try Cast.implicit(node, to: .double)
        return try Node(.long, [node], at: call.offset) { operands, count throws(ExpressionError) in
            let values = operands[0].doubles.values.map { value in
                NumberCasts.saturated(value.rounded(isFloor ? .down : .up))
            }
            return Column(.long, storage: .int64(values), validity: operands[0].column.validity)
        }
    }
}
