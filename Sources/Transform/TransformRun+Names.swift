public import Columnar
import Delta
import Dimensions
import Events
import Facts
import Gold
public import Lake
public import Pipeline
import Quarantine

// Columns that silver or quarantine call otherwise, because the name is one of the table's own.
extension TransformRun {
    /// Says which columns of the configured dimensions and facts are kept by other names, and finds
    /// what of their tables' layout, and that of the One Big Tables over them, could not be
    /// written. Cost: the logs of bronze and silver.
    ///
    /// - Parameter sources: by `schema.table` the columns of sources that may not be in bronze yet.
    /// Throws as a run would of the first table that could not be laid out.
    public func renamings(
        _ sources: [String: Schema] = [:]
    ) throws(LakeError) -> [String] {
        var texts: [String] = []
        var schemas: [String: Schema] = [:]
        for spec in pipeline.dimensions where options.includes(spec.entity.name) {
            guard let columns = try cleaned(spec.entity, sources) else { continue }
            let before = try silver(spec.entity.name)
            let layout = try DimensionLayout(
                spec, given: columns, snapshot: before, acceptsTracking: true)
            schemas[spec.entity.name] = layout.schema
            texts += try renamed(spec.entity, columns, layout.names).map {
                "\(spec.entity.name): \($0)"
            }
        }
        for spec in pipeline.facts where options.includes(spec.entity.name) {
            guard let columns = try cleaned(spec.entity, sources) else { continue }
            let table = try FactTable(
                spec, cleaned: columns, sequenceColumn: nil,
                over: try silver(spec.entity.name), storage: world.storage)
            schemas[spec.entity.name] = table.schema
            texts += try renamed(spec.entity, columns, table.names).map {
                "\(spec.entity.name): \($0)"
            }
        }
        try checkOneBigTables(schemas)
        return texts
    }

    /// Throws where a One Big Table does not fit the columns of its fact and members, by their
    /// names.
    private func checkOneBigTables(_ schemas: [String: Schema]) throws(LakeError) {
        for spec in pipeline.oneBigTables where options.includes(spec.name) {
            let members = spec.joins.compactMap { schemas[$0.dimension] }
            guard let fact = pipeline.facts.first(where: { $0.entity.name == spec.fact }),
                let columns = schemas[spec.fact], members.count == spec.joins.count
            else { continue }
            _ = try OneBigTableLayout(spec, fact, fact: columns, members: members)
        }
    }

    /// The cleaned columns, of bronze where it is there, else of the source; nil when it is not
    /// among `sources` either.
    private func cleaned(
        _ entity: EntitySpec, _ sources: [String: Schema]
    ) throws(LakeError) -> Schema? {
        var columns = sources[entity.source]
        do throws(LakeError) {
            columns = try BronzeEvents(entity, storage: world.storage, consumed: nil).schema
        } catch {
            guard columns != nil else {
                if error.operation == "read bronze", error.code == .configuration { return nil }
                throw error
            }
        }
        guard let columns else { return nil }
        return try Clean(entity, bronze: columns, now: world.startedAt).schema
    }

    /// What is called otherwise in silver and in quarantine.
    private func renamed(
        _ entity: EntitySpec, _ columns: Schema, _ names: StoredNames
    ) throws(LakeError) -> [String] {
        let known = try QuarantineTable(entity.name, storage: world.storage).snapshot()
        let aside = QuarantineSchema(rows: columns, over: known?.schema)
        return TransformRun.texts(names.changes, "silver")
            + TransformRun.texts(aside.changes, "quarantine")
    }

    /// Notes the renamings that a run makes: those of columns that silver does not have yet.
    func noteRenamings(
        _ entity: EntitySpec, _ columns: Schema, _ names: StoredNames, over before: Snapshot?,
        _ result: inout TransformResult
    ) throws(LakeError) {
        let new = columns.fields.filter { before?.schema[names.stored($0.name)] == nil }
        if new.isEmpty { return }
        let silver = names.changes.filter { change in new.contains { $0.name == change.entity } }
        let known = try QuarantineTable(entity.name, storage: world.storage).snapshot()
        let aside = QuarantineSchema(rows: columns, over: known?.schema).changes.filter { change in
            new.contains { $0.name == change.entity }
        }
        result.notes +=
            TransformRun.texts(silver, "silver") + TransformRun.texts(aside, "quarantine")
    }

    private static func texts(
        _ changes: [(entity: String, stored: String)], _ place: String
    ) -> [String] {
        if changes.isEmpty { return [] }
        let names = changes.map { "'\($0.entity)' as '\($0.stored)'" }
        return [
            "\(place) has columns of these names itself and keeps the source's "
                + names.joined(separator: ", ")
        ]
    }
}

extension DimensionSpec {
    /// Which of a source's columns a dimension keeps by another name in silver.
    public static func renamings(_ columns: Schema) -> [(entity: String, stored: String)] {
        DimensionLayout.storedNames(columns, over: nil).changes
    }
}
