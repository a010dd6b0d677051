/// How many arguments a function takes and how its call is typed.
struct FunctionDefinition: Sendable {
    let arity: ClosedRange<Int>
    let build: @Sendable (Call) throws(ExpressionError) -> Node

    init(
        _ arity: ClosedRange<Int>,
        _ build: @escaping @Sendable (Call) throws(ExpressionError) -> Node
    ) {
        self.arity = arity
        self.build = build
    }
}
