public import Columnar
public import Delta
import Dimensions
public import Events
import Keys
public import Lake
import Parquet
public import Pipeline
import Rules

// Rules of kind `unique` compare with silver. What they need of it is bounded by what is new in
// bronze: first the values that come are found, then who holds these.
extension TransformRun {
    /// The new events of an entity, ready to be judged. Where a rule asks for unique values and
    /// silver has rows, bronze is read once more before, for the values that come: only of these
    /// is kept who holds them.
    ///
    /// - Parameters:
    ///   - isFact: see `EntityFlow`.
    ///   - date: a fact's date column.
    ///   - silver: what the events are merged with; nil when they are all there are.
    public func flow(
        _ entity: EntitySpec, isFact: Bool, date: String?, _ events: BronzeEvents,
        over silver: Snapshot?
    ) throws(LakeError) -> EntityFlow {
        let flow = try EntityFlow(
            entity, isFact: isFact, date: date, events: events,
            probes: try probes(entity, silver), world: world)
        // Whole rows come with all others: what silver has besides is gone.
        guard let silver, !events.files.isEmpty, !events.entity.isWholeRow else { return flow }
        let sets = uniqueColumns(entity, silver)
        if sets.isEmpty { return flow }
        var names: [String] = []
        for name in sets.joined() where !names.contains(name) { names.append(name) }
        var values = HashedValues(by: entity.collations)
        try flow.eachRow(of: names) { (rows) throws(LakeError) in
            for columns in sets { values.expect(rows, columns: columns) }
        }
        flow.hold(try held(values, entity, silver))
        return flow
    }

    /// The sets of columns that the rules of an entity ask to be unique; silver has them all.
    func uniqueColumns(_ entity: EntitySpec, _ silver: Snapshot) -> [[String]] {
        var sets: [[String]] = []
        let names = StoredNames(stored: silver.schema)
        for rule in entity.rules {
            guard case .unique(let columns) = rule.kind, !columns.isEmpty,
                !sets.contains(columns),
                columns.allSatisfy({ silver.schema[names.stored($0)] != nil })
            else { continue }
            sets.append(columns)
        }
        return sets
    }

    /// Who holds the expected values in the current rows of silver. Cost: their columns and the
    /// key's, of row groups that may hold one of the values by their statistics.
    func held(
        _ values: HashedValues, _ entity: EntitySpec, _ silver: Snapshot
    ) throws(LakeError) -> HashedValues {
        var held = values
        let isDimension = pipeline.dimensions.contains { $0.entity.name == entity.name }
        let names = StoredNames(stored: silver.schema)
        let key = entity.key.filter { silver.schema[names.stored($0)] != nil }
        for columns in uniqueColumns(entity, silver) where held.expects(columns) {
            let range = held.range(columns)
            let first = names.stored(columns[0])
            for file in silver.files {
                if let range, let field = silver.schema[first], !range.mayMeet(file, field) {
                    continue
                }
                try world.checkStopping(entity.name)
                try inLake { () throws(DeltaError) in
                    let reader = try silver.table.reader(of: file)
                    for (number, group) in reader.rowGroups.enumerated() {
                        if let range, !range.mayMeet(group, first) { continue }
                        let scan = try DeltaScan(
                            silver, file, reader: reader, rowGroup: number,
                            columns: TransformRun.holding(columns, key, isDimension, names))
                        while let rows = try scan.next() {
                            let rows = names.entity(isDimension ? rows.current() : rows)
                            held.insert(rows, columns: columns, keys: entity.keyHashes(rows))
                        }
                    }
                }
            }
        }
        return held
    }

    /// The columns of silver that tell who holds values of `columns` now.
    private static func holding(
        _ columns: [String], _ key: [String], _ isDimension: Bool, _ names: StoredNames
    ) -> [String] {
        (columns + key.filter { !columns.contains($0) }).map { names.stored($0) }
            + (isDimension ? [DimensionLayout.isCurrent] : [])
    }
}

extension RecordBatch {
    /// The rows of a dimension that are its members' current versions.
    public func current() -> RecordBatch {
        guard case .bool(let values)? = self[DimensionLayout.isCurrent]?.storage else {
            return self
        }
        return gather(values.indices.filter { values[$0] != 0 })
    }
}
