public import Columnar
import Names

/// What an entity's columns are called in a table that has columns of its own: one that is called
/// as one of these, in whatever case, gets a number behind its name (`is_deleted_2`).
///
/// The configuration speaks of columns as the source does; only what is stored goes by these names.
/// The field's metadata keep the source's name, so a column keeps the name it once got, whatever
/// columns come later.
public struct StoredNames: Sendable {
    public static let metadata = "sluice.entity_column"

    /// Of columns that are called otherwise: the entity's name → the table's.
    private var renamed: [ByteName: String] = [:]
    private var entities: [ByteName: String] = [:]

    /// - Parameters:
    ///   - columns: the entity's, by its own names.
    ///   - own: the names of the table's own columns.
    ///   - known: the table as it is; nil when there is none.
    public init(_ columns: Schema, own: [String], known: Schema? = nil) {
        self.init(stored: known ?? Schema([]))
        let own = Set(own.map(ColumnName.folded))
        let others = columns.fields.map(\.name) + (known?.fields.map(\.name) ?? [])
        var taken = own.union(others.map(ColumnName.folded))
        // A name that another column got before it is not free either.
        let given = Set(entities.keys.map { ColumnName.folded($0.text) })
        for field in columns.fields where renamed[ByteName(field.name)] == nil {
            let folded = ColumnName.folded(field.name)
            guard own.contains(folded) || given.contains(folded) else { continue }
            let name = freeName(field.name) { taken.contains(ColumnName.folded($0)) }
            taken.insert(ColumnName.folded(name))
            note(field.name, name)
        }
    }

    /// The names that a table tells.
    public init(stored: Schema) {
        for field in stored.fields {
            if let entity = field.metadata[StoredNames.metadata] { note(entity, field.name) }
        }
    }

    private mutating func note(_ entity: String, _ stored: String) {
        renamed[ByteName(entity)] = stored
        entities[ByteName(stored)] = entity
    }

    /// The columns that are called otherwise, by the entity's names.
    public var changes: [(entity: String, stored: String)] {
        renamed.sorted { $0.key < $1.key }.map { ($0.key.text, $0.value) }
    }

    /// Whether every column keeps its name.
    public var isEmpty: Bool { renamed.isEmpty }

    public func stored(_ name: String) -> String { renamed[ByteName(name)] ?? name }
    public func entity(_ name: String) -> String { entities[ByteName(name)] ?? name }

    public func stored(_ schema: Schema) -> Schema {
        if renamed.isEmpty { return schema }
        return Schema(
            schema.fields.map { field in
                guard let name = renamed[ByteName(field.name)] else { return field }
                var metadata = field.metadata
                metadata[StoredNames.metadata] = field.name
                return Field(
                    name, field.type, isNullable: field.isNullable, metadata: metadata)
            })
    }

    /// The table's columns by the entity's names; columns of the table's own are left out where
    /// one of the entity's has their name.
    public func entity(_ schema: Schema) -> Schema {
        if renamed.isEmpty { return schema }
        return Schema(kept(schema).map { entity(schema.fields[$0]) })
    }

    private func entity(_ field: Field) -> Field {
        var field = field
        field.name = entity(field.name)
        return field
    }

    /// The columns but those of the table's own that are called as one of the entity's.
    private func kept(_ schema: Schema) -> [Int] {
        schema.fields.indices.filter { index in
            let name = ByteName(schema.fields[index].name)
            return entities[name] != nil || renamed[name] == nil
        }
    }

    public func stored(_ batch: RecordBatch) -> RecordBatch {
        if renamed.isEmpty { return batch }
        return RecordBatch(
            schema: stored(batch.schema), columns: batch.columns, count: batch.count)
    }

    public func entity(_ batch: RecordBatch) -> RecordBatch {
        if renamed.isEmpty { return batch }
        let columns = kept(batch.schema)
        return RecordBatch(
            schema: Schema(columns.map { entity(batch.schema.fields[$0]) }),
            columns: columns.map { batch.columns[$0] }, count: batch.count)
    }
}
