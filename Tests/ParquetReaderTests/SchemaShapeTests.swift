import Columnar
import Testing

@testable import Parquet

/// The list and map forms of LogicalTypes.md with its backward-compatibility rules.
@Suite("Schema shapes")
struct SchemaShapeTests {
    /// A schema as its elements in depth-first order, without the root.
    struct Row: Sendable, CustomStringConvertible {
        let description: String
        let elements: [SchemaElement]
        let type: ColumnType
    }

    private static func group(
        _ name: String, _ repetition: Repetition, _ children: Int32, _ logical: LogicalType? = nil,
        converted: ConvertedType? = nil
    ) -> SchemaElement {
        SchemaElement(
            repetition: repetition, name: name, childCount: children, convertedType: converted,
            logicalType: logical)
    }

    private static func leaf(
        _ name: String, _ repetition: Repetition, _ type: PhysicalType = .int32
    ) -> SchemaElement {
        SchemaElement(type: type, repetition: repetition, name: name)
    }

    private static func list(_ type: ColumnType, nullable: Bool) -> ColumnType {
        .list(element: Field("element", type, isNullable: nullable))
    }

    private static let pair = ColumnType.structure([
        Field("x", .integer, isNullable: false), Field("y", .long, isNullable: true),
    ])

    static let rows: [Row] = [
        Row(
            description: "three levels",
            elements: [
                group("l", .optional, 1, .list), group("list", .repeated, 1),
                leaf("element", .optional),
            ], type: list(.integer, nullable: true)),
        Row(
            description: "three levels of other names, required elements",
            elements: [
                group("l", .required, 1, converted: .list), group("bag", .repeated, 1),
                leaf("item", .required),
            ], type: list(.integer, nullable: false)),
        Row(
            description: "two levels of a leaf",
            elements: [group("l", .optional, 1, converted: .list), leaf("element", .repeated)],
            type: list(.integer, nullable: false)),
        Row(
            description: "two levels of a structure of two",
            elements: [
                group("l", .optional, 1, converted: .list), group("element", .repeated, 2),
                leaf("x", .required), leaf("y", .optional, .int64),
            ], type: list(pair, nullable: false)),
        Row(
            description: "two levels named array",
            elements: [
                group("l", .optional, 1, converted: .list), group("array", .repeated, 1),
                leaf("x", .required),
            ],
            type: list(
                .structure([Field("x", .integer, isNullable: false)]), nullable: false)),
        Row(
            description: "two levels named after the list",
            elements: [
                group("l", .optional, 1, converted: .list), group("l_tuple", .repeated, 1),
                leaf("x", .optional),
            ], type: list(.structure([Field("x", .integer)]), nullable: false)),
        Row(
            description: "a repeated leaf without annotation",
            elements: [leaf("l", .repeated)], type: list(.integer, nullable: false)),
        Row(
            description: "a repeated group without annotation",
            elements: [
                group("l", .repeated, 2), leaf("x", .required), leaf("y", .optional, .int64),
            ], type: list(pair, nullable: false)),
        Row(
            description: "two-level lists of lists",
            elements: [
                group("l", .optional, 1, converted: .list),
                group("array", .repeated, 1, converted: .list), leaf("array", .repeated),
            ], type: list(list(.integer, nullable: false), nullable: false)),
        Row(
            description: "a map",
            elements: [
                group("m", .optional, 1, .map), group("key_value", .repeated, 2),
                leaf("key", .required), leaf("value", .optional, .int64),
            ],
            type: .map(
                key: Field("key", .integer, isNullable: false), value: Field("value", .long))),
        Row(
            description: "an old map with other names",
            elements: [
                group("m", .optional, 1, converted: .mapKeyValue), group("map", .repeated, 2),
                leaf("num", .required), leaf("name", .required, .int64),
            ],
            type: .map(
                key: Field("key", .integer, isNullable: false),
                value: Field("value", .long, isNullable: false))),
        Row(
            description: "a map of keys only",
            elements: [
                group("m", .optional, 1, .map), group("key_value", .repeated, 1),
                leaf("key", .required),
            ], type: list(.integer, nullable: false)),
        Row(
            description: "a list that holds no repeated field",
            elements: [group("l", .optional, 1, .list), leaf("x", .optional)],
            type: .structure([Field("x", .integer)])),
    ]

    @Test("present and older forms of nested columns are recognised", arguments: rows)
    func shapes(row: Row) throws {
        let root = SchemaElement(name: "schema", childCount: 1)
        let tree = try SchemaNode.tree([root] + row.elements)
        let (field, plan) = try ColumnPlan.field(
            tree.children[0], slotRepetition: 0, slotDefinition: 0)
        #expect(field.type == row.type)
        #expect(plan.leaves.map(\.index) == Array(0..<tree.leafCount))
    }

    @Test("trees that cannot be are refused")
    func broken() {
        let root = SchemaElement(name: "schema", childCount: 1)
        let cases: [[SchemaElement]] = [
            [], [root], [root, Self.group("g", .optional, 2), Self.leaf("a", .optional)],
            [root, Self.leaf("a", .optional), Self.leaf("b", .optional)],
            [root, Self.group("g", .optional, 0)],
            [root, Self.leaf("a", Repetition(rawValue: 9))],
            [root, Self.group("g", .optional, -1)],
            [root] + [SchemaElement](repeating: Self.group("g", .optional, 1), count: 200)
                + [Self.leaf("a", .required)],
        ]
        for elements in cases { #expect(throws: Damage.self) { try SchemaNode.tree(elements) } }
    }
}
