/// A node of the file's schema tree with the levels its values have (Dremel's encoding: README of
/// the format, "Nested Encoding").
struct SchemaNode {
    let element: SchemaElement
    /// The definition level of a value of this node that is there.
    let definition: UInt8
    /// The number of repeated nodes from the root to this one.
    let repetition: UInt8
    let children: [SchemaNode]
    /// The position among the leaves, that of the chunk in every row group; nil for groups.
    let leafIndex: Int?
    /// Names from the top-level column to this node.
    let path: [String]

    var isRepeated: Bool { element.repetition == .repeated }
    var isLeaf: Bool { leafIndex != nil }

    /// The tree behind the footer's depth-first list; its root holds the top-level columns.
    static func tree(_ elements: [SchemaElement]) throws(Damage) -> SchemaNode {
        var builder = Builder(elements: elements)
        let root = try builder.root()
        guard builder.next == elements.count else {
            throw Damage("the schema has \(elements.count - builder.next) stray elements")
        }
        return root
    }

    private struct Builder {
        let elements: [SchemaElement]
        var next = 0
        var leafCount = 0

        init(elements: [SchemaElement]) { self.elements = elements }

        mutating func root() throws(Damage) -> SchemaNode {
            guard let element = elements.first else { throw Damage("the schema is empty") }
            next = 1
            let children = try nodes(
                element.childCount ?? 0, definition: 0, repetition: 0, path: [])
            return SchemaNode(
                element: element, definition: 0, repetition: 0, children: children,
                leafIndex: nil, path: [])
        }

        private mutating func nodes(
            _ count: Int32, definition: UInt8, repetition: UInt8, path: [String]
        ) throws(Damage) -> [SchemaNode] {
            guard count >= 0, Int(count) <= elements.count - next else {
                throw Damage("a group of the schema has \(count) children")
            }
            var out: [SchemaNode] = []
            for _ in 0..<count {
                out.append(try node(definition: definition, repetition: repetition, path: path))
            }
            return out
        }

        private mutating func node(
            definition: UInt8, repetition: UInt8, path: [String]
        ) throws(Damage) -> SchemaNode {
            guard next < elements.count else { throw Damage("the schema is cut off") }
            guard path.count < ReadLimits.schemaDepth else {
                throw Damage("the schema nests deeper than \(ReadLimits.schemaDepth) groups")
            }
            let element = elements[next]
            next += 1
            let path = path + [element.name]
            var definition = definition
            var repetition = repetition
            switch element.repetition {
            case .required: break
            case .optional: definition += 1
            case .repeated:
                definition += 1
                repetition += 1
            default: throw Damage("\(path.joined(separator: ".")) has no known repetition")
            }
            if element.type != nil, (element.childCount ?? 0) == 0 {
                leafCount += 1
                return SchemaNode(
                    element: element, definition: definition, repetition: repetition,
                    children: [], leafIndex: leafCount - 1, path: path)
            }
            let children = try nodes(
                element.childCount ?? 0, definition: definition, repetition: repetition,
                path: path)
            guard !children.isEmpty else {
                throw Damage("\(path.joined(separator: ".")) has neither type nor children")
            }
            return SchemaNode(
                element: element, definition: definition, repetition: repetition,
                children: children, leafIndex: nil, path: path)
        }
    }
}

extension SchemaNode {
    /// The node's number as its field's metadata; empty when the writer gave none.
    var metadata: [String: String] {
        element.fieldID.map { [FileReader.fieldIDKey: String($0)] } ?? [:]
    }

    /// The number of leaves in this subtree.
    var leafCount: Int { isLeaf ? 1 : children.reduce(0) { $0 + $1.leafCount } }

    var isList: Bool {
        element.logicalType == .list || element.convertedType == .list
    }

    var isMap: Bool {
        element.logicalType == .map || element.convertedType == .map
            || element.convertedType == .mapKeyValue
    }
}
