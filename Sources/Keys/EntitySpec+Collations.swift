public import Collations
public import Columnar
public import Delta
import JSON
public import Lake
public import Pipeline

// How the keys of an entity are compared: as the source compares them, by the collations that
// bronze notes of its columns, unless `compare: binary` asks for bytes.
extension EntitySpec {
    /// The property of a silver table that names the collations its keys were compared by: a JSON
    /// object of columns; none when all compare by their bytes.
    public static let collationsProperty = "sluice.collations"

    /// By column of the key; nil for columns that compare by their bytes, as those of whole rows.
    public var keyCollations: [Collation?] { key.map { isWholeRow ? nil : collations[$0] } }

    public var collationText: String? {
        var object = JSONObject()
        for (name, collation) in zip(key, keyCollations) {
            if let collation { object[name] = .string(collation.name) }
        }
        return object.members.isEmpty ? nil : JSONValue.object(object).description
    }

    /// The columns whose texts are compared: the key's and those that have to be unique.
    private var comparedColumns: [String] {
        var names = key
        for rule in rules {
            if case .unique(let columns) = rule.kind { names += columns }
        }
        return names
    }

    /// Whether a silver table was built by the same comparison.
    public func comparesAs(_ snapshot: Snapshot) -> Bool {
        snapshot.configuration[EntitySpec.collationsProperty] == collationText
    }

    /// The entity with what bronze's columns, `schema`, are compared by.
    public func collated(
        _ schema: Schema, _ library: CollationLibrary
    ) throws(LakeError) -> EntitySpec {
        var entity = self
        entity.collations = [:]
        entity.uncollated = []
        if comparesBytes { return entity }
        for name in comparedColumns {
            guard let field = schema[name], field.type == .string,
                let collation = field.metadata[CollationLibrary.metadata]
            else { continue }
            let found = try inLake { () throws(DeltaError) in try library.collation(collation) }
            if let found, found.unmatched == nil {
                if !found.isPlain { entity.collations[name] = found }
                continue
            }
            let reason =
                found?.unmatched ?? "its weights are not in the lake; sluice extract brings them"
            let note =
                "'\(name)' compares by bytes: its collation \(collation) cannot be matched "
                + "(\(reason))"
            if !entity.uncollated.contains(note) { entity.uncollated.append(note) }
        }
        return entity
    }

    /// Throws `.drift` when keys that the rows of `snapshot` tell apart are one by the collations
    /// of now, or the other way round: then its members are not those of now. Costs a pass over its
    /// key columns where the collations changed, as with the first run that knows of them.
    public func checkCollations(
        of snapshot: Snapshot, _ library: CollationLibrary
    ) throws(LakeError) {
        let columns = key.map(StoredNames(stored: snapshot.schema).stored)
        if comparesAs(snapshot) || columns.contains(where: { snapshot.schema[$0] == nil }) {
            return
        }
        let before = try library.collations(of: snapshot, columns: key, for: name)
        var (old, new, both) = (KeyIndex(), KeyIndex(), KeyIndex())
        var example: String?
        try inLake { () throws(DeltaError) in
            let scan = try DeltaScan(snapshot, columns: columns)
            var (one, other) = (KeyHasher(before), KeyHasher(keyCollations))
            while let batch = try scan.next() {
                let left = one.hashes(batch.columns, count: batch.count)
                let right = other.hashes(batch.columns, count: batch.count)
                for row in 0..<batch.count {
                    let isOld = !old.place(left[row]).isNew
                    let isNew = !new.place(right[row]).isNew
                    if both.place(left[row].then(right[row])).isNew, isOld || isNew {
                        let texts = batch.columns.map { $0.text(row) }
                        example = example ?? texts.joined(separator: ", ")
                    }
                }
            }
        }
        if old.count == both.count, new.count == both.count { return }
        throw LakeError(
            .drift, operation: "plan", subject: name,
            message: "its keys are now compared by \(collationText ?? "their bytes"), and that "
                + "makes \(new.count) of \(old.count) keys (for example of '\(example ?? "")')",
            hint: "Run `sluice transform --only \(name) --rebuild`, or write 'compare: binary' to "
                + "compare bytes.")
    }
}

extension CollationLibrary {
    /// What the keys in `columns` of a silver table are compared by. Throws `.lake` when the lake
    /// has lost the weights of one.
    public func collations(
        of silver: Snapshot, columns: [String], for subject: String
    ) throws(LakeError) -> [Collation?] {
        guard let text = silver.configuration[EntitySpec.collationsProperty],
            let object = (try? JSONValue(parsing: Array(text.utf8)))?.object
        else { return columns.map { _ in nil } }
        var found: [Collation?] = []
        for column in columns {
            guard let name = object[column]?.string else {
                found.append(nil)
                continue
            }
            let collation = try inLake { () throws(DeltaError) in try self.collation(name) }
            guard let collation, collation.unmatched == nil else {
                throw LakeError(
                    .lake, operation: "compare keys", subject: subject,
                    message: "'\(column)' compares by the collation \(name), and the lake has "
                        + "no weights of it",
                    hint: "Run sluice extract, which asks the source for them.")
            }
            found.append(collation)
        }
        return found
    }
}
