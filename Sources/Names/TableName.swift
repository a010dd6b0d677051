/// A table of a source: its schema and its name, both with the server's own bytes.
public struct TableName: Hashable, Sendable {
    /// The schema in the source, byte by byte.
    public let schema: String
    /// The table in the source, byte by byte.
    public let name: String

    /// A table of the source, whatever folder it has.
    public init(schema: String, name: String) {
        self.schema = schema
        self.name = name
    }

    /// `schema.name`, as the lake and messages spell it. Where a schema's name holds a dot, two
    /// tables can have the same text.
    public var text: String { schema + "." + name }

    /// Whether the bytes of both parts are the same.
    public static func == (left: TableName, right: TableName) -> Bool {
        left.schema.isSame(as: right.schema) && left.name.isSame(as: right.name)
    }
}
