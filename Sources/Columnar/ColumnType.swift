import Names

/// The type of a column, named as Delta Lake names it
/// (`docs/specification/delta.md#names-and-types`).
///
/// Nested types carry their fields, so a type describes its whole subtree.
public indirect enum ColumnType: Hashable, Sendable {
    case boolean
    /// 8-bit signed.
    case byte
    /// 16-bit signed.
    case short
    /// 32-bit signed.
    case integer
    /// 64-bit signed.
    case long
    case float
    case double
    /// Exact decimal; `precision` 1…38 digits in all, `scale` of them after the point.
    case decimal(precision: Int, scale: Int)
    /// UTF-8 text.
    case string
    case binary
    /// Days since 1970-01-01, proleptic Gregorian.
    case date
    /// Microseconds since 1970-01-01T00:00:00Z.
    case timestamp
    /// Microseconds since 1970-01-01T00:00:00 of an unnamed zone; read, never written.
    case timestampNtz
    case structure([Field])
    case list(element: Field)
    case map(key: Field, value: Field)

    /// Whether the type has child columns.
    public var isNested: Bool {
        switch self {
        case .structure, .list, .map: true
        default: false
        }
    }
}

/// A named, typed column of a schema or a child of a nested type.
public struct Field: Hashable, Sendable {
    /// The name, told from others by its bytes.
    public var name: String
    /// The type of its values.
    public var type: ColumnType
    /// Whether NULL may stand in it.
    public var isNullable: Bool
    /// Delta field metadata with string values, for example `sluice.source_type`.
    public var metadata: [String: String]

    /// A field, nullable unless it is said otherwise.
    public init(
        _ name: String, _ type: ColumnType, isNullable: Bool = true,
        metadata: [String: String] = [:]
    ) {
        self.name = name
        self.type = type
        self.isNullable = isNullable
        self.metadata = metadata
    }

    /// Names are compared by their bytes, as readers of the lake do.
    public static func == (left: Field, right: Field) -> Bool {
        left.name.isSame(as: right.name) && left.type == right.type
            && left.isNullable == right.isNullable && left.metadata == right.metadata
            && left.metadata.allSatisfy { right.metadata[$0.key]?.isSame(as: $0.value) ?? false }
    }
}

/// The ordered columns of a table or batch.
public struct Schema: Hashable, Sendable {
    /// The fields, in order.
    public var fields: [Field]

    /// A schema of the fields in their order.
    public init(_ fields: [Field]) { self.fields = fields }

    /// The position of the field with exactly this name, or nil. O(fields).
    public func index(of name: String) -> Int? { fields.firstIndex { $0.name.isSame(as: name) } }

    /// The field with exactly this name, or nil. O(fields).
    public subscript(name: String) -> Field? { fields.first { $0.name.isSame(as: name) } }
}

extension ColumnType: CustomStringConvertible {
    /// The type as Delta spells it; nested ones as `struct<name: type>`, `array<type>`,
    /// `map<key, value>`.
    public var description: String {
        switch self {
        case .boolean: "boolean"
        case .byte: "byte"
        case .short: "short"
        case .integer: "integer"
        case .long: "long"
        case .float: "float"
        case .double: "double"
        case .decimal(let precision, let scale): "decimal(\(precision),\(scale))"
        case .string: "string"
        case .binary: "binary"
        case .date: "date"
        case .timestamp: "timestamp"
        case .timestampNtz: "timestamp_ntz"
        case .structure(let fields):
            "struct<" + fields.map { "\($0.name): \($0.type)" }.joined(separator: ", ") + ">"
        case .list(let element): "array<\(element.type)>"
        case .map(let key, let value): "map<\(key.type), \(value.type)>"
        }
    }
}
