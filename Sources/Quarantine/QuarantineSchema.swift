public import Columnar
public import Lake
import Names

/// The schema of an entity's quarantine and the names its columns have there.
public struct QuarantineSchema: Hashable, Sendable {
    public let schema: Schema
    /// The entity's columns in order, with the name each has in the table.
    public let names: [(entity: String, stored: String)]

    /// The table's schema for cleaned rows of `rows`, over what the table has already. An entity's
    /// column that is called as one of the table's own gets `_2` behind its name.
    public init(rows: Schema, over known: Schema? = nil) {
        let stored = StoredNames(
            rows, own: QuarantineColumn.system.map(\.name), known: known)
        let fields = stored.stored(rows).fields.map { field in
            Field(field.name, field.type, metadata: field.metadata)
        }
        schema = Schema(fields + QuarantineColumn.system)
        names = rows.fields.map { ($0.name, stored.stored($0.name)) }
    }

    /// The names of a table that is there already.
    public init(stored: Schema) {
        schema = stored
        let own = Set(QuarantineColumn.system.map(\.name))
        names = stored.fields.filter { !own.contains($0.name) }
            .map { ($0.metadata[StoredNames.metadata] ?? $0.name, $0.name) }
    }

    /// The entity's columns that have another name in the table.
    public var changes: [(entity: String, stored: String)] {
        names.filter { !$0.entity.isSame(as: $0.stored) }
    }

    /// The stored name of an entity's column.
    public func stored(_ entity: String) -> String? {
        names.first { $0.entity == entity }?.stored
    }

    public static func == (left: QuarantineSchema, right: QuarantineSchema) -> Bool {
        left.schema == right.schema && left.names.elementsEqual(right.names, by: ==)
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(schema) }

    /// What a table of schema `known` must become to take rows of this one as well: columns it
    /// lacks are added, narrower ones widened, those the entity lost stay.
    ///
    /// - Parameter retypes: whether a column may become any other type, as in a rebuild.
    public func merged(
        into known: Schema, subject: String, retypes: Bool = false
    ) throws(LakeError) -> Schema {
        let fields = try known.merged(with: schema, foldsNames: true) {
            (known, new) throws(LakeError) in
            if new.type.widens(to: known.type) { return known.type }
            if retypes { return new.type }
            throw LakeError(
                .drift, operation: "open quarantine", subject: subject,
                message: "the column \"\(new.name)\" was a \(known.type) and is now a \(new.type)",
                hint: "Set the type back, or run `sluice transform --rebuild`.")
        }.fields
        let own = Set(QuarantineColumn.system.map(\.name))
        let entity = fields.filter { !own.contains($0.name) }
        return Schema(entity + fields.filter { own.contains($0.name) })
    }
}
