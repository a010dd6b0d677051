internal import Columnar

/// LIKE, RLIKE and regexp_replace; patterns are constants, read once.
enum PatternFunctions {
    static let table: [String: FunctionDefinition] = [
        "LIKE": FunctionDefinition(2...3, like),
        "RLIKE": FunctionDefinition(2...2, regularMatch),
        "rlike": FunctionDefinition(2...2, regularMatch),
        "regexp_like": FunctionDefinition(2...2, regularMatch),
        SyntaxNode.matches: FunctionDefinition(2...2, regularMatch),
        "regexp_replace": FunctionDefinition(3...3, regularReplace),
    ]

    private static func like(_ call: Call) throws(ExpressionError) -> Node {
        let subject = try call.argument(0, as: .string)
        guard let text = try call.constantText(1) else { return call.null(.boolean) }
        var escape: [UInt8] = [92]
        if call.arguments.count == 3 { escape = try call.constantText(2) ?? [] }
        guard Characters.count(escape, escape.indices) == 1 else {
            throw ExpressionError(.value, at: call.offset, "ESCAPE takes one character")
        }
        guard let pattern = LikePattern(text, escape: escape) else {
            throw ExpressionError(
                .value, at: call.arguments[1].offset,
                "in a LIKE pattern the escape character stands before %, _ or itself only")
        }
        return try Node(.boolean, [subject], at: call.offset) {
            operands, count throws(ExpressionError) in
            let texts = operands[0].texts
            let nulls = NullMarks(operands, count)
            var values = [UInt8](repeating: 0, count: count)
            for index in 0..<count where !nulls.isNull(index) {
                values[index] = pattern.matches(texts.bytes, texts.range(index)) ? 1 : 0
            }
            return Column(.boolean, storage: .bool(values), validity: nulls.validity)
        }
    }

    private static func pattern(
        _ call: Call, _ index: Int
    ) throws(ExpressionError) -> RegularExpression? {
        guard let text = try call.constantText(index) else { return nil }
        do throws(RegexFailure) {
            return try RegularExpression(text, dollarIsEnd: call.name == SyntaxNode.matches)
        } catch {
            throw ExpressionError(
                .value, at: call.arguments[index].offset,
                "the regular expression is not usable: \(error.message)", hint: error.hint)
        }
    }

    private static func regularMatch(_ call: Call) throws(ExpressionError) -> Node {
        let subject = try call.argument(0, as: .string)
        guard let pattern = try pattern(call, 1) else { return call.null(.boolean) }
        let offset = call.offset
        return try Node(.boolean, [subject], at: offset) {
            operands, count throws(ExpressionError) in
            let texts = operands[0].texts
            let nulls = NullMarks(operands, count)
            let matcher = pattern.matcher()
            var values = [UInt8](repeating: 0, count: count)
            for index in 0..<count where !nulls.isNull(index) {
                do throws(RegexFailure) {
                    let isMatch = try matcher.matches(texts.bytes, texts.range(index))
                    values[index] = isMatch ? 1 : 0
                } catch {
                    throw ExpressionError(.value, at: offset, error.message, hint: error.hint)
                }
            }
            return Column(.boolean, storage: .bool(values), validity: nulls.validity)
        }
    }

    private static func regularReplace(_ call: Call) throws(ExpressionError) -> Node {
        let subject = try call.argument(0, as: .string)
        guard let pattern = try pattern(call, 1), let text = try call.constantText(2) else {
            return call.null(.string)
        }
        guard let replacement = Replacement(text, pattern) else {
            throw ExpressionError(
                .value, at: call.arguments[2].offset,
                "the replacement names a group that the regular expression does not have",
                hint: "$1 is the first group; a plain dollar sign is \\\\$.")
        }
        let offset = call.offset
        return try Node(.string, [subject], at: offset) { operands, count throws(ExpressionError) in
            let texts = operands[0].texts
            let nulls = NullMarks(operands, count)
            let matcher = pattern.matcher()
            var builder = TextBuilder(count: count)
            for index in 0..<count {
                if !nulls.isNull(index) {
                    do throws(RegexFailure) {
                        try matcher.replace(
                            texts.bytes, texts.range(index), replacement, into: &builder.bytes)
                    } catch {
                        throw ExpressionError(.value, at: offset, error.message, hint: error.hint)
                    }
                }
                try builder.finishRow(at: offset)
            }
            return builder.column(.string, nulls.validity)
        }
    }
}
