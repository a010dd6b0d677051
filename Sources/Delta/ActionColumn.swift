import Columnar

/// The rows of one kind of action in a checkpoint, by the names of its fields.
///
/// Whatever a file holds, asking is safe: a field that is missing, null or of another type is nil.
struct ActionColumn {
    private let column: Column
    private var children: [String: Column] = [:]

    /// Nil when `column` is not a structure.
    init?(_ name: String, _ column: Column) {
        guard case .structure(let fields) = column.type,
            case .structure(let columns) = column.storage
        else { return nil }
        self.column = column
        for (field, child) in zip(fields, columns) { children[field.name] = child }
    }

    /// Whether the row is an action of this kind. Some writers have structures that are never null
    /// themselves: one of nothing but nulls is as good as null.
    func isPresent(_ row: Int) -> Bool { ActionColumn.isPresent(column, row) }

    /// Whether the field has a value in the row.
    func holds(_ name: String, _ row: Int) -> Bool {
        child(name, row).map { ActionColumn.isPresent($0, row) } ?? false
    }

    private static func isPresent(_ column: Column, _ row: Int) -> Bool {
        if column.isNull(row) { return false }
        guard case .structure(let children) = column.storage else { return true }
        return children.contains { isPresent($0, row) }
    }

    /// A field that is a structure itself; nil when there is none.
    func structure(_ name: String) -> ActionColumn? {
        children[name].flatMap { ActionColumn(name, $0) }
    }

    func text(_ name: String, _ row: Int) -> String? {
        child(name, row).flatMap { ActionColumn.text($0, row) }
    }

    func long(_ name: String, _ row: Int) -> Int64? {
        guard let child = child(name, row) else { return nil }
        switch child.storage {
        case .int64(let values): return values[row]
        case .int32(let values): return Int64(values[row])
        default: return nil
        }
    }

    func boolean(_ name: String, _ row: Int) -> Bool? {
        guard let child = child(name, row), case .bool(let values) = child.storage else {
            return nil
        }
        return values[row] != 0
    }

    func list(_ name: String, _ row: Int) -> [String]? {
        guard let child = child(name, row), case .list(let offsets, let element) = child.storage
        else { return nil }
        let range = Int(offsets[row])..<Int(offsets[row + 1])
        return range.compactMap { ActionColumn.text(element, $0) }
    }

    func map(_ name: String, _ row: Int) -> [String: String?]? {
        guard let child = child(name, row),
            case .map(let offsets, let key, let value) = child.storage
        else { return nil }
        var map: [String: String?] = [:]
        for index in Int(offsets[row])..<Int(offsets[row + 1]) {
            guard let key = ActionColumn.text(key, index) else { continue }
            map.updateValue(ActionColumn.text(value, index), forKey: key)
        }
        return map
    }

    private func child(_ name: String, _ row: Int) -> Column? {
        guard let child = children[name], !child.isNull(row) else { return nil }
        return child
    }

    private static func text(_ column: Column, _ row: Int) -> String? {
        if column.isNull(row) { return nil }
        switch column.storage {
        case .bytes(let values): return String(validating: values[row], as: UTF8.self)
        case .dictionary(let codes, let dictionary):
            guard Int(codes[row]) < dictionary.values.count else { return nil }
            return String(validating: dictionary.values[Int(codes[row])], as: UTF8.self)
        default: return nil
        }
    }
}
