internal import Columnar

/// Gives the nodes of a parsed tree their types and kernels.
struct Typer {
    let schema: Schema
    let context: EvaluationContext

    func node(_ syntax: SyntaxNode) throws(ExpressionError) -> Node {
        switch syntax.kind {
        case .literal(let literal):
            return Node(literal: literal, at: syntax.offset, isWritten: true)
        case .column(let name): return try column(name, at: syntax.offset)
        case .cast(let inner, let type):
            return try Cast.explicit(try node(inner), to: type, at: syntax.offset)
        case .call(let name, let arguments):
            var nodes: [Node] = []
            for argument in arguments { nodes.append(try node(argument)) }
            return try call(Call(name, nodes, at: syntax.offset, context))
        }
    }

    /// Names are exact first, then without regard to case, as Spark's are.
    private func column(_ name: String, at offset: Int) throws(ExpressionError) -> Node {
        if let field = schema[name] { return try column(field, at: offset) }
        let lowered = name.lowercased()
        let fields = schema.fields.filter { $0.name.lowercased() == lowered }
        if fields.count == 1 { return try column(fields[0], at: offset) }
        if fields.count > 1 {
            let names = fields.map(\.name).joined(separator: ", ")
            throw ExpressionError(
                .unknownName, at: offset, "\(name) could be any of \(names)",
                hint: "Write the name with its capitals.")
        }
        throw ExpressionError.unknown("column", name, at: offset, known: schema.fields.map(\.name))
    }

    private func column(_ field: Field, at offset: Int) throws(ExpressionError) -> Node {
        if field.type.isNested {
            throw ExpressionError(
                .type, at: offset,
                "\(field.name) is \(field.type): nested values have no operations")
        }
        return Node(column: field.name, field.type, at: offset)
    }

    private func call(_ call: Call) throws(ExpressionError) -> Node {
        guard let function = FunctionTable.all[call.name] else {
            let known = FunctionTable.names
            throw ExpressionError.unknown("function", call.name, at: call.offset, known: known)
        }
        guard function.arity.contains(call.arguments.count) else {
            let low = function.arity.lowerBound
            let high = function.arity.upperBound
            let wanted =
                low == high ? "\(low)" : high == .max ? "\(low) or more" : "\(low) to \(high)"
            throw ExpressionError(
                .type, at: call.offset,
                "\(call.name) takes \(wanted) argument(s), not \(call.arguments.count)")
        }
        return try function.build(call)
    }
}
