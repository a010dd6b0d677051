import Columnar

/// A schema flattened into the file's elements and leaves.
///
/// Lists take the three-level form `<name> (LIST) { repeated group list { element } }`, maps
/// `<name> (MAP) { repeated group key_value { required key; value } }` (LogicalTypes.md).
struct SchemaTree {
    private(set) var elements: [SchemaElement] = []
    /// In depth-first order: the order of column chunks.
    private(set) var leaves: [Leaf] = []

    /// The deepest nesting written; levels and recursion stay small.
    private static let depthLimit = 64

    /// Throws `schema` when a name is empty or taken twice in a group, a structure has no fields,
    /// or a decimal's digits are outside 1…38.
    init(_ schema: Schema) throws(ParquetError) {
        elements.append(
            SchemaElement(name: "schema", childCount: Int32(schema.fields.count)))
        try addAll(schema.fields, Place(path: [], definition: 0, repetition: 0))
    }

    private struct Place {
        var path: [String]
        var definition: Int
        var repetition: Int

        func below(_ name: String, _ frequency: Repetition) -> Place {
            Place(
                path: path + [name],
                definition: definition + (frequency == .required ? 0 : 1),
                repetition: repetition + (frequency == .repeated ? 1 : 0))
        }
    }

    private mutating func addAll(_ fields: [Field], _ place: Place) throws(ParquetError) {
        var names: Set<String> = []
        for field in fields {
            guard !field.name.isEmpty, names.insert(field.name).inserted else {
                throw SchemaTree.refused(
                    place.path + [field.name], "the name is empty or taken twice")
            }
            try add(field, named: field.name, place)
        }
    }

    private mutating func add(
        _ field: Field, named name: String, _ parent: Place
    ) throws(ParquetError) {
        let frequency: Repetition = field.isNullable ? .optional : .required
        let place = parent.below(name, frequency)
        guard place.path.count <= SchemaTree.depthLimit else {
            throw SchemaTree.refused(place.path, "nested too deeply")
        }
        var element = SchemaElement(
            repetition: frequency, name: name, convertedType: field.type.convertedType,
            logicalType: field.type.logicalType)
        switch field.type {
        case .structure(let fields):
            guard !fields.isEmpty else {
                throw SchemaTree.refused(place.path, "a structure without fields")
            }
            element.childCount = Int32(fields.count)
            elements.append(element)
            try addAll(fields, place)
        case .list(let item):
            element.childCount = 1
            elements.append(element)
            elements.append(SchemaElement(repetition: .repeated, name: "list", childCount: 1))
            try add(item, named: "element", place.below("list", .repeated))
        case .map(var key, let value):
            key.isNullable = false
            element.childCount = 1
            elements.append(element)
            elements.append(
                SchemaElement(repetition: .repeated, name: "key_value", childCount: 2))
            try add(key, named: "key", place.below("key_value", .repeated))
            try add(value, named: "value", place.below("key_value", .repeated))
        default: try addLeaf(field.type, element, place)
        }
    }

    private mutating func addLeaf(
        _ type: ColumnType, _ element: SchemaElement, _ place: Place
    ) throws(ParquetError) {
        var element = element
        if case .decimal(let precision, let scale) = type {
            guard (1...38).contains(precision), (0...precision).contains(scale) else {
                throw SchemaTree.refused(place.path, "decimal(\(precision),\(scale))")
            }
            element.precision = Int32(precision)
            element.scale = Int32(scale)
        }
        let physical = type.physical
        element.type = physical.type
        element.typeLength = physical.length > 0 ? Int32(physical.length) : nil
        elements.append(element)
        leaves.append(
            Leaf(
                path: place.path, type: type, physicalType: physical.type,
                typeLength: physical.length, maxDefinitionLevel: place.definition,
                maxRepetitionLevel: place.repetition))
    }

    private static func refused(_ path: [String], _ message: String) -> ParquetError {
        ParquetError(
            .schema, operation: "create file", subject: path.joined(separator: "."),
            message: message)
    }
}
