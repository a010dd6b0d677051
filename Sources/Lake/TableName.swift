import Names

/// A table of a source: its schema and its name, both with the server's own bytes.
public struct TableName: Hashable, Sendable {
    public let schema: String
    public let name: String

    public init(schema: String, name: String) {
        self.schema = schema
        self.name = name
    }

    /// `schema.name`, as the lake and messages spell it. Where a schema's name holds a dot, two
    /// tables can have the same text.
    public var text: String { schema + "." + name }

    public static func == (left: TableName, right: TableName) -> Bool {
        left.schema.isSame(as: right.schema) && left.name.isSame(as: right.name)
    }
}
