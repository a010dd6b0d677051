import Columnar

/// The columns of a classic checkpoint: one nullable structure for each kind of action, exactly
/// one of them present in a row.
enum CheckpointSchema {
    static func schema(_ tableProtocol: TableProtocol, hasDomains: Bool) -> Schema {
        var fields = [
            Field("txn", .structure(txn)), Field("add", .structure(add)),
            Field("remove", .structure(remove)), Field("metaData", .structure(metaData)),
            Field("protocol", .structure(self.tableProtocol(tableProtocol))),
        ]
        if hasDomains { fields.append(Field("domainMetadata", .structure(domainMetadata))) }
        return Schema(fields)
    }

    static let txn = [
        Field("appId", .string), Field("version", .long), Field("lastUpdated", .long),
    ]

    static let add = [
        Field("path", .string), Field("partitionValues", textMap), Field("size", .long),
        Field("modificationTime", .long), Field("dataChange", .boolean), Field("tags", textMap),
        Field("stats", .string),
    ]

    /// Without statistics and tags, which tombstones do not need.
    static let remove = [
        Field("path", .string), Field("deletionTimestamp", .long), Field("dataChange", .boolean),
        Field("extendedFileMetadata", .boolean), Field("partitionValues", textMap),
        Field("size", .long),
    ]

    static let format = [Field("provider", .string), Field("options", textMap)]

    static let metaData = [
        Field("id", .string), Field("name", .string), Field("description", .string),
        Field("format", .structure(format)), Field("schemaString", .string),
        Field("partitionColumns", textList), Field("configuration", textMap),
        Field("createdTime", .long),
    ]

    static let domainMetadata = [
        Field("domain", .string), Field("configuration", .string), Field("removed", .boolean),
    ]

    /// Feature lists only where the versions have them: an empty list breaks readers.
    static func tableProtocol(_ value: TableProtocol) -> [Field] {
        var fields = [Field("minReaderVersion", .integer), Field("minWriterVersion", .integer)]
        if value.readerFeatures != nil { fields.append(Field("readerFeatures", textList)) }
        if value.writerFeatures != nil { fields.append(Field("writerFeatures", textList)) }
        return fields
    }

    static let textMap = ColumnType.map(
        key: Field("key", .string, isNullable: false), value: Field("value", .string))
    static let textList = ColumnType.list(element: Field("element", .string))
}
