internal import Columnar

/// A value written in an expression: a column of one row. NULL alone has no type.
struct Literal: Hashable, Sendable {
    var type: ColumnType?
    var column: Column

    static let null = Literal(type: nil, column: Column.nulls(.boolean, count: 1))

    init(type: ColumnType?, column: Column) {
        self.type = type
        self.column = column
    }

    init(_ type: ColumnType, _ storage: ColumnStorage) {
        self.init(type: type, column: Column(type, storage: storage))
    }

    static func text(_ bytes: [UInt8]) -> Literal {
        var values = ByteVector()
        values.append(bytes)
        return Literal(.string, .bytes(values))
    }

    static func boolean(_ value: Bool) -> Literal { Literal(.boolean, .bool([value ? 1 : 0])) }
}
