import Columnar

/// What a schema must hold to be written as a table of writer version 2.
enum SchemaRules {
    /// Characters a column name may not hold without column mapping.
    private static let forbidden = Set(" ,;{}()\n\t=".utf8)

    /// Throws `.schema` unless a table of this schema can be written.
    static func check(
        _ schema: Schema, partitionColumns: [String], mayHoldZoneless: Bool, subject: String
    ) throws(DeltaError) {
        guard !schema.fields.isEmpty else { throw refused(subject, "a table needs a column") }
        try check(schema.fields, mayHoldZoneless, subject)
        for name in partitionColumns {
            guard let field = schema[name] else {
                throw refused(subject, "the partition column \"\(name)\" is not in the schema")
            }
            if field.type.isNested || field.type == .binary {
                throw refused(subject, "the partition column \"\(name)\" has a type without text")
            }
        }
        if Set(partitionColumns).count != partitionColumns.count {
            throw refused(subject, "a partition column is named twice")
        }
        if partitionColumns.count >= schema.fields.count {
            throw refused(subject, "every column is a partition column, so files would be empty")
        }
    }

    /// Throws `.schema` unless rows written under `old` can be read under `new`: columns may be
    /// added (nullable), their order and metadata changed; none may go or change its type.
    static func checkEvolution(from old: Schema, to new: Schema, subject: String)
        throws(DeltaError)
    {
        for field in old.fields {
            guard let now = new[field.name] else {
                throw refused(subject, "the column \"\(field.name)\" would disappear")
            }
            if plain(now.type) != plain(field.type) {
                throw refused(
                    subject,
                    "the column \"\(field.name)\" would change from \(field.type) to "
                        + "\(now.type)")
            }
            if field.isNullable, !now.isNullable {
                throw refused(subject, "the column \"\(field.name)\" would forbid NULL")
            }
        }
        for field in new.fields where old[field.name] == nil && !field.isNullable {
            throw refused(
                subject, "the new column \"\(field.name)\" forbids NULL, older files have none")
        }
    }

    private static func check(_ fields: [Field], _ mayHoldZoneless: Bool, _ subject: String)
        throws(DeltaError)
    {
        var seen: Set<String> = []
        for field in fields {
            if field.name.isEmpty { throw refused(subject, "a column has no name") }
            if field.name.utf8.contains(where: { forbidden.contains($0) }) {
                throw refused(
                    subject, "the column name \"\(field.name)\" holds a character of  ,;{}()=")
            }
            if !seen.insert(field.name.lowercased()).inserted {
                throw refused(
                    subject, "two columns are named \"\(field.name)\" but for upper and lower case")
            }
            try check(field.type, field.name, mayHoldZoneless, subject)
        }
    }

    private static func check(
        _ type: ColumnType, _ name: String, _ mayHoldZoneless: Bool, _ subject: String
    ) throws(DeltaError) {
        switch type {
        case .decimal(let precision, let scale):
            guard (1...38).contains(precision), (0...precision).contains(scale) else {
                throw refused(subject, "the column \"\(name)\" is a decimal(\(precision),\(scale))")
            }
        case .timestampNtz where !mayHoldZoneless:
            throw refused(
                subject, "the column \"\(name)\" is a timestamp without zone, which needs reader 3")
        case .structure(let fields): try check(fields, mayHoldZoneless, subject)
        case .list(let element): try check(element.type, name, mayHoldZoneless, subject)
        case .map(let key, let value):
            try check(key.type, name, mayHoldZoneless, subject)
            try check(value.type, name, mayHoldZoneless, subject)
        default: break
        }
    }

    /// The type without the metadata of nested fields.
    private static func plain(_ type: ColumnType) -> ColumnType {
        func plain(_ field: Field) -> Field {
            Field(field.name, self.plain(field.type), isNullable: field.isNullable)
        }
        switch type {
        case .structure(let fields): return .structure(fields.map(plain))
        case .list(let element): return .list(element: plain(element))
        case .map(let key, let value): return .map(key: plain(key), value: plain(value))
        default: return type
        }
    }

    private static func refused(_ subject: String, _ message: String) -> DeltaError {
        DeltaError(
            .schema, operation: "check schema", subject: subject, message: message,
            hint: "Rename or exclude the column, or write to a new table.")
    }
}
