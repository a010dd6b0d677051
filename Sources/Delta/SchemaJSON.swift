public import Columnar
import JSON

/// A schema as Delta's log spells it: `{"type":"struct","fields":[…]}`.
public enum SchemaJSON {
    /// The schema string of a table.
    public static func text(_ schema: Schema) -> String { json(schema).description }

    static func json(_ schema: Schema) -> JSONValue { json(structure: schema.fields) }

    static func json(field: Field) -> JSONValue {
        let metadata = field.metadata.sorted { $0.key < $1.key }
        return [
            "name": .string(field.name), "type": json(type: field.type),
            "nullable": .bool(field.isNullable),
            "metadata": .object(JSONObject(metadata.map { ($0.key, .string($0.value)) })),
        ]
    }

    /// Parses a schema string; `subject` names the table in errors.
    public static func schema(_ text: String, subject: String) throws(DeltaError) -> Schema {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: Array(text.utf8))
        } catch {
            throw damaged(subject, "schemaString is not JSON: \(error)")
        }
        guard case .structure(let fields) = try type(value, subject) else {
            throw damaged(subject, "schemaString is not a struct")
        }
        return Schema(fields)
    }

    private static func json(structure fields: [Field]) -> JSONValue {
        ["type": "struct", "fields": .array(fields.map(json(field:)))]
    }

    private static func json(type: ColumnType) -> JSONValue {
        switch type {
        case .boolean: "boolean"
        case .byte: "byte"
        case .short: "short"
        case .integer: "integer"
        case .long: "long"
        case .float: "float"
        case .double: "double"
        case .decimal(let precision, let scale): .string("decimal(\(precision),\(scale))")
        case .string: "string"
        case .binary: "binary"
        case .date: "date"
        case .timestamp: "timestamp"
        case .timestampNtz: "timestamp_ntz"
        case .structure(let fields): json(structure: fields)
        case .list(let element):
            [
                "type": "array", "elementType": json(type: element.type),
                "containsNull": .bool(element.isNullable),
            ]
        case .map(let key, let value):
            [
                "type": "map", "keyType": json(type: key.type), "valueType": json(type: value.type),
                "valueContainsNull": .bool(value.isNullable),
            ]
        }
    }

    private static func type(_ value: JSONValue, _ subject: String) throws(DeltaError) -> ColumnType
    {
        if let name = value.string { return try primitive(name, subject) }
        switch value["type"]?.string {
        case "struct":
            guard let members = value["fields"]?.array else {
                throw damaged(subject, "a struct in the schema has no fields")
            }
            var fields: [Field] = []
            for member in members { fields.append(try field(member, subject)) }
            return .structure(fields)
        case "array":
            let element = try type(value["elementType"] ?? .null, subject)
            let isNullable = value["containsNull"]?.bool ?? true
            return .list(element: Field("element", element, isNullable: isNullable))
        case "map":
            let key = try type(value["keyType"] ?? .null, subject)
            let item = try type(value["valueType"] ?? .null, subject)
            let isNullable = value["valueContainsNull"]?.bool ?? true
            return .map(
                key: Field("key", key, isNullable: false),
                value: Field("value", item, isNullable: isNullable))
        default: throw damaged(subject, "the schema has an unknown type \(value)")
        }
    }

    private static func field(_ value: JSONValue, _ subject: String) throws(DeltaError) -> Field {
        guard let name = value["name"]?.string else {
            throw damaged(subject, "a field of the schema has no name")
        }
        var metadata: [String: String] = [:]
        for member in value["metadata"]?.object?.members ?? [] {
            metadata[member.key] = member.value.string ?? member.value.description
        }
        return Field(
            name, try type(value["type"] ?? .null, subject),
            isNullable: value["nullable"]?.bool ?? true, metadata: metadata)
    }

    private static func primitive(_ name: String, _ subject: String) throws(DeltaError)
        -> ColumnType
    {
        if let type = primitives[name] { return type }
        if name == "decimal" { return .decimal(precision: 10, scale: 0) }
        if name.hasPrefix("decimal("), name.hasSuffix(")") {
            let parts = name.dropFirst(8).dropLast().split(separator: ",").map {
                Int($0.trimming(" "))
            }
            if parts.count == 2, let precision = parts[0], let scale = parts[1],
                (1...38).contains(precision), (0...precision).contains(scale)
            {
                return .decimal(precision: precision, scale: scale)
            }
        }
        throw DeltaError(
            .unsupported, operation: "read schema", subject: subject,
            message: "the schema has the type \"\(name)\", which is not known here",
            hint: "Read the table with Spark, or rewrite that column.")
    }

    private static let primitives: [String: ColumnType] = [
        "boolean": .boolean, "byte": .byte, "short": .short, "integer": .integer, "long": .long,
        "float": .float, "double": .double, "string": .string, "binary": .binary, "date": .date,
        "timestamp": .timestamp, "timestamp_ntz": .timestampNtz,
    ]

    private static func damaged(_ subject: String, _ message: String) -> DeltaError {
        DeltaError(
            .damagedLog, operation: "read schema", subject: subject, message: message,
            hint: "The table's metaData action is damaged; restore the log from a backup.")
    }
}

extension Substring {
    fileprivate func trimming(_ character: Character) -> Substring {
        var part = drop { $0 == character }
        while part.last == character { part.removeLast() }
        return part
    }
}
