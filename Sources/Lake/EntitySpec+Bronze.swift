public import Names
public import Pipeline

extension EntitySpec {
    /// The source's table.
    public var table: TableName {
        let schema = self.schema ?? String(decoding: source.utf8.prefix { $0 != 46 }, as: UTF8.self)
        let name = source.utf8.dropFirst(schema.utf8.count + 1)
        return TableName(schema: schema, name: String(decoding: name, as: UTF8.self))
    }

    /// The path of the bronze table: where it was found, else where the source's name puts it.
    public var bronze: String { bronzePath ?? BronzeFolders.usualPath(table) }
}
