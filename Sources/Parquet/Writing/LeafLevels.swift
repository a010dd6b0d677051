import Columnar

/// Levels of one leaf for some rows and its present values: nesting flattened as the format does
/// (the record shredding of the Dremel paper, Nested Encoding in the format's README).
struct LeafLevels {
    /// One a value, null or empty list.
    var definition: [UInt32]
    /// As many as `definition`, or none when the leaf is not repeated.
    var repetition: [UInt32]
    /// The present values only.
    var values: Column
}

/// Walks a nested column once and hands every leaf its levels.
struct LevelWalk {
    /// The leaves in depth-first order.
    private(set) var leaves: [LeafLevels] = []

    /// The slots of a node, in order of rows.
    private struct Slots {
        /// The slot of the node's column, or -1 where an ancestor is null or empty.
        var slots: [Int]
        var definition: [UInt32]
        var repetition: [UInt32]
    }

    /// Walks the rows `range` of a top-level column; throws `value` for nulls that the schema
    /// excludes.
    init(_ field: Field, _ column: Column, _ range: Range<Int>) throws(ParquetError) {
        let zeros = [UInt32](repeating: 0, count: range.count)
        let slots = Slots(slots: Array(range), definition: zeros, repetition: zeros)
        try visit(field, column, slots, repetitionLevel: 0)
    }

    private mutating func visit(
        _ field: Field, _ column: Column, _ parent: Slots, repetitionLevel: Int
    ) throws(ParquetError) {
        let slots = try LevelWalk.present(field, column, parent)
        switch (field.type, column.storage) {
        case (.structure(let fields), .structure(let children)):
            for (field, child) in zip(fields, children) {
                try visit(field, child, slots, repetitionLevel: repetitionLevel)
            }
        case (.list(let item), .list(let offsets, let element)):
            let level = repetitionLevel + 1
            let elements = LevelWalk.elements(offsets, slots, UInt32(level))
            try visit(item, element, elements, repetitionLevel: level)
        case (.map(var keyField, let valueField), .map(let offsets, let key, let value)):
            keyField.isNullable = false
            let level = repetitionLevel + 1
            let entries = LevelWalk.elements(offsets, slots, UInt32(level))
            try visit(keyField, key, entries, repetitionLevel: level)
            try visit(valueField, value, entries, repetitionLevel: level)
        default:
            let present = slots.slots.filter { $0 >= 0 }
            leaves.append(
                LeafLevels(
                    definition: slots.definition,
                    repetition: repetitionLevel > 0 ? slots.repetition : [],
                    values: column.withoutValidity.gather(present)))
        }
    }

    /// Takes the field's own nulls out; a nullable field that is there is one level deeper.
    private static func present(
        _ field: Field, _ column: Column, _ parent: Slots
    ) throws(ParquetError) -> Slots {
        var result = parent
        for index in parent.slots.indices {
            let slot = parent.slots[index]
            if slot < 0 { continue }
            if column.isNull(slot) {
                guard field.isNullable else {
                    throw ParquetError(
                        .value, operation: "write column", subject: field.name,
                        message: "a null in a field that is not nullable")
                }
                result.slots[index] = -1
            } else if field.isNullable {
                result.definition[index] += 1
            }
        }
        return result
    }

    /// The slots of the elements; an empty list keeps one entry, without a slot.
    private static func elements(_ offsets: [UInt32], _ lists: Slots, _ level: UInt32) -> Slots {
        var result = Slots(slots: [], definition: [], repetition: [])
        for (index, slot) in lists.slots.enumerated() {
            let range = slot < 0 ? 0..<0 : Int(offsets[slot])..<Int(offsets[slot + 1])
            if range.isEmpty {
                result.slots.append(-1)
                result.definition.append(lists.definition[index])
                result.repetition.append(lists.repetition[index])
            }
            for element in range {
                result.slots.append(element)
                result.definition.append(lists.definition[index] + 1)
                result.repetition.append(
                    element == range.lowerBound ? lists.repetition[index] : level)
            }
        }
        return result
    }
}

extension Column {
    fileprivate var withoutValidity: Column {
        validity == nil ? self : Column(type, storage: storage)
    }
}
