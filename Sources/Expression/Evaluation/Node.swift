internal import Columnar

/// Computes `count` rows from the values of the arguments.
typealias Kernel = @Sendable ([Operand], Int) throws(ExpressionError) -> Column

/// A node of the typed tree: pure, so that it may be evaluated on any thread.
struct Node: Sendable {
    enum Form: Sendable {
        case literal(Column)
        case column(String)
        case call(Kernel, [Node])
    }

    let form: Form
    /// Nil is the type of NULL alone.
    let type: ColumnType?
    let offset: Int
    /// Names of the columns below, each once.
    let columns: [String]
    /// Whether the text itself is this value: Spark gives such whole numbers the decimal of their
    /// own digits.
    let isWritten: Bool

    init(literal: Literal, at offset: Int, isWritten: Bool = false) {
        form = .literal(literal.column)
        type = literal.type
        self.offset = offset
        columns = []
        self.isWritten = isWritten
    }

    init(column name: String, _ type: ColumnType, at offset: Int) {
        form = .column(name)
        self.type = type
        self.offset = offset
        columns = [name]
        isWritten = false
    }

    /// A call; one whose arguments are all constants is computed here.
    init(
        _ type: ColumnType, _ arguments: [Node], at offset: Int, _ kernel: @escaping Kernel
    ) throws(ExpressionError) {
        self.type = type
        self.offset = offset
        isWritten = false
        var names: [String] = []
        for argument in arguments {
            for name in argument.columns where !names.contains(name) { names.append(name) }
        }
        columns = names
        let constants = arguments.compactMap(\.constant)
        if constants.count == arguments.count {
            let operands = constants.map { Operand(constant: $0) }
            form = .literal(try kernel(operands, 1))
        } else {
            form = .call(kernel, arguments)
        }
    }

    /// The one row of a constant.
    var constant: Column? {
        if case .literal(let column) = form { column } else { nil }
    }

    var isNullLiteral: Bool { constant?.isNull(0) ?? false }
}

extension Node {
    /// The value over a batch. What depends on one dictionary column is computed once a distinct
    /// value and spread by the codes.
    func evaluate(_ batch: RecordBatch) throws(ExpressionError) -> Operand {
        switch form {
        case .literal(let column): return Operand(constant: column)
        case .column(let name):
            guard let column = batch[name] else {
                throw ExpressionError(.unknownName, at: offset, "the batch has no column \(name)")
            }
            return Operand(column)
        case .call(let kernel, let arguments):
            if let spread = try evaluateDistinct(batch) { return Operand(spread) }
            var operands: [Operand] = []
            for argument in arguments { operands.append(try argument.evaluate(batch)) }
            return Operand(try kernel(operands, batch.count))
        }
    }

    private func evaluateDistinct(_ batch: RecordBatch) throws(ExpressionError) -> Column? {
        guard columns.count == 1, let type, let column = batch[columns[0]],
            case .dictionary(let codes, let values) = column.storage,
            values.values.count < batch.count
        else { return nil }
        let hasNulls = column.nullCount > 0
        let distinct = DistinctValues(column.type, values.values, withNull: hasNulls)
        let computed = try evaluate(distinct.batch(named: columns[0]))
        let result = computed.spread(distinct.count)
        let slots = distinct.slots(of: codes, hasNulls ? column.validity : nil)
        return DistinctValues.spread(result, type, slots)
    }
}
