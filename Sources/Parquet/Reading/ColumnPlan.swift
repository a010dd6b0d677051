import Columnar

/// How one column is put together from the leaves of the file.
indirect enum ColumnPlan: Sendable {
    case leaf(LeafPlan)
    case structure(type: ColumnType, levels: NodeLevels, children: [ColumnPlan])
    case list(type: ColumnType, levels: NodeLevels, element: ColumnPlan)
    case map(type: ColumnType, levels: NodeLevels, key: ColumnPlan, value: ColumnPlan)

    var type: ColumnType {
        switch self {
        case .leaf(let leaf): leaf.leaf.type
        case .structure(let type, _, _), .list(let type, _, _), .map(let type, _, _, _): type
        }
    }

    /// The leaves in schema order.
    var leaves: [LeafPlan] {
        switch self {
        case .leaf(let leaf): [leaf]
        case .structure(_, _, let children): children.flatMap(\.leaves)
        case .list(_, _, let element): element.leaves
        case .map(_, _, let key, let value): key.leaves + value.leaves
        }
    }
}

/// Which level entries are slots of a node's column, and which of those are values.
struct NodeLevels: Hashable, Sendable {
    /// An entry starts a slot when its repetition level is at most this …
    let slotRepetition: UInt8
    /// … and its definition level at least this: the innermost list around it has an element.
    let slotDefinition: UInt8
    /// The slot holds a value, not null, from this definition level on.
    let present: UInt8
}

/// A leaf to read: its chunk, its type and its levels.
struct LeafPlan: Sendable {
    let index: Int
    let path: [String]
    let physicalType: PhysicalType
    let leaf: LeafType
    let levels: NodeLevels
    let maxRepetition: UInt8
    /// The definition level of a value that is there.
    var maxDefinition: UInt8 { levels.present }
}

extension ColumnPlan {
    /// The plan of a field as its parent sees it: a repeated one without annotation is a list.
    ///
    /// `around` are the slots of the innermost list that holds the field.
    static func field(
        _ node: SchemaNode, slotRepetition: UInt8, slotDefinition: UInt8
    ) throws(Damage) -> (Field, ColumnPlan) {
        if node.isRepeated {
            let (element, plan) = try listElement(node)
            let levels = NodeLevels(
                slotRepetition: slotRepetition, slotDefinition: slotDefinition,
                present: node.definition - 1)
            let type = ColumnType.list(element: element)
            return (
                Field(node.element.name, type, isNullable: false, metadata: node.metadata),
                .list(type: type, levels: levels, element: plan)
            )
        }
        let plan = try value(
            node, slotRepetition: slotRepetition, slotDefinition: slotDefinition)
        let isNullable = node.element.repetition == .optional
        return (
            Field(node.element.name, plan.type, isNullable: isNullable, metadata: node.metadata),
            plan
        )
    }

    /// The plan of a repeated node's elements when each of them is the node itself.
    private static func listElement(_ node: SchemaNode) throws(Damage) -> (Field, ColumnPlan) {
        let plan = try value(
            node, slotRepetition: node.repetition, slotDefinition: node.definition)
        return (Field("element", plan.type, isNullable: false), plan)
    }

    private static func value(
        _ node: SchemaNode, slotRepetition: UInt8, slotDefinition: UInt8
    ) throws(Damage) -> ColumnPlan {
        let levels = NodeLevels(
            slotRepetition: slotRepetition, slotDefinition: slotDefinition,
            present: node.definition)
        if let index = node.leafIndex, let physicalType = node.element.type {
            do {
                return .leaf(
                    LeafPlan(
                        index: index, path: node.path, physicalType: physicalType,
                        leaf: try LeafType(node.element), levels: levels,
                        maxRepetition: node.repetition))
            } catch {
                let name = node.path.joined(separator: ".")
                throw error.prefixed("column \(name): ")
            }
        }
        do { try node.element.checkAnnotations() } catch {
            throw error.prefixed("column \(node.path.joined(separator: ".")): ")
        }
        if node.isMap, let map = try map(node, levels) { return map }
        // A map without values is the list of its keys.
        if node.isList || node.isMap, let list = try list(node, levels) { return list }
        var fields: [Field] = []
        var children: [ColumnPlan] = []
        for child in node.children {
            let (field, plan) = try field(
                child, slotRepetition: slotRepetition, slotDefinition: slotDefinition)
            fields.append(field)
            children.append(plan)
        }
        return .structure(type: .structure(fields), levels: levels, children: children)
    }

    /// A LIST group: three levels, or one of the older forms (LogicalTypes.md, "Lists", backward
    /// compatibility), where the repeated node is itself the element. Nil when it is neither.
    private static func list(
        _ node: SchemaNode, _ levels: NodeLevels
    ) throws(Damage) -> ColumnPlan? {
        guard node.children.count == 1, node.children[0].isRepeated else { return nil }
        let repeated = node.children[0]
        let element: Field
        let plan: ColumnPlan
        if isElement(repeated, of: node) {
            (element, plan) = try listElement(repeated)
        } else {
            (element, plan) = try child(repeated.children[0], of: repeated, named: "element")
        }
        return .list(type: .list(element: element), levels: levels, element: plan)
    }

    private static func isElement(_ repeated: SchemaNode, of list: SchemaNode) -> Bool {
        repeated.isLeaf || repeated.children.count > 1 || repeated.isList || repeated.isMap
            || repeated.children[0].isRepeated || repeated.element.name == "array"
            || repeated.element.name == list.element.name + "_tuple"
    }

    /// A MAP group of repeated pairs; nil when it is not one.
    private static func map(
        _ node: SchemaNode, _ levels: NodeLevels
    ) throws(Damage) -> ColumnPlan? {
        guard node.children.count == 1, node.children[0].isRepeated,
            node.children[0].children.count == 2, !node.children[0].children[0].isRepeated
        else { return nil }
        let pair = node.children[0]
        let (keyField, key) = try child(pair.children[0], of: pair, named: "key")
        let (valueField, value) = try child(pair.children[1], of: pair, named: "value")
        return .map(
            type: .map(key: keyField, value: valueField), levels: levels, key: key, value: value)
    }

    /// Writers name these children differently; Delta's names are given to all.
    private static func child(
        _ node: SchemaNode, of repeated: SchemaNode, named name: String
    ) throws(Damage) -> (Field, ColumnPlan) {
        var (field, plan) = try field(
            node, slotRepetition: repeated.repetition, slotDefinition: repeated.definition)
        field.name = name
        return (field, plan)
    }
}
