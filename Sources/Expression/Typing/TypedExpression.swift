public import Columnar

/// An expression checked against a schema, ready for batches of it. Pure: one value may be used by
/// any number of threads.
public struct TypedExpression: Sendable {
    /// The type of the results; NULL alone is a `string`.
    public let type: ColumnType
    /// The columns it reads, by the schema's names, each once.
    public let columns: [String]
    private let root: Node
    private let schema: Schema

    /// Types an expression; throws `.unknownName` with the nearest known name, `.type` when
    /// operands do not go together, `.value` for a pattern or literal that cannot be.
    public init(
        _ parsed: ParsedExpression, schema: Schema, context: EvaluationContext
    ) throws(ExpressionError) {
        let typer = Typer(schema: schema, context: context)
        let node = try typer.node(parsed.root)
        let type = node.type ?? .string
        let root = try Cast.implicit(node, to: type)
        self.init(root, type, schema)
    }

    private init(_ root: Node, _ type: ColumnType, _ schema: Schema) {
        self.root = root
        self.type = type
        columns = root.columns
        self.schema = Schema(schema.fields.filter { root.columns.contains($0.name) })
    }

    /// Types an expression that must be a condition: `boolean`, or NULL.
    public static func condition(
        _ parsed: ParsedExpression, schema: Schema, context: EvaluationContext
    ) throws(ExpressionError) -> TypedExpression {
        let node = try Typer(schema: schema, context: context).node(parsed.root)
        if let type = node.type, type != .boolean {
            throw ExpressionError(
                .type, at: node.offset, "the expression is \(type), a condition is boolean")
        }
        let root = try Cast.implicit(node, to: .boolean)
        return TypedExpression(root, .boolean, schema)
    }

    /// The same expression with its results cast to `type`, as CAST does.
    public func cast(to type: ColumnType) throws(ExpressionError) -> TypedExpression {
        let node = try Cast.explicit(root, to: type, at: root.offset)
        return TypedExpression(node, type, schema)
    }

    /// Whether the result is the same for every row.
    public var isConstant: Bool { root.constant != nil }

    /// The results over a batch that has at least `columns`, of the schema's types; as many as it
    /// has rows. What depends on one dictionary column is computed once a distinct value, and is
    /// again a dictionary when it is text. O(rows × nodes).
    public func evaluate(_ batch: RecordBatch) throws(ExpressionError) -> Column {
        for field in schema.fields {
            guard let column = batch[field.name] else {
                throw ExpressionError(
                    .unknownName, at: root.offset, "the batch has no column \(field.name)")
            }
            guard column.type == field.type else {
                throw ExpressionError(
                    .type, at: root.offset,
                    "\(field.name) is \(column.type) in the batch, \(field.type) in the schema")
            }
        }
        return try root.evaluate(batch).spread(batch.count)
    }

    /// The results of a condition as bitmaps.
    public func mask(_ batch: RecordBatch) throws(ExpressionError) -> ConditionMask {
        ConditionMask(try evaluate(batch))
    }
}
