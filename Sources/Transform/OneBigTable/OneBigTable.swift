public import Collations
public import Columnar
public import Delta
import JSON
public import Storage

/// A One Big Table and what it is made of, all as they are now: the fact's columns, then each
/// dimension's chosen columns as `<dimension>_<column>`, partitioned by the fact's date.
public struct OneBigTable: Sendable {
    public let spec: OneBigTableSpec
    public let table: DeltaTable
    /// The table before the run; nil when there is none yet.
    public let snapshot: Snapshot?
    /// The fact's silver table.
    public let fact: Snapshot
    public let partition: DatePartition
    public let schema: Schema
    let factPartition: DatePartition
    /// The dimensions, in the order of the joins.
    let dimensions: [Snapshot]
    /// By join and pair of its columns what texts are compared by: that of the dimension's key.
    let collations: [[Collation?]]
    /// The columns of the fact that are taken over.
    let factFields: [Field]

    /// Says what the table was built from; another text needs a full build.
    static let joinProperty = "sluice.joins"
    /// The periods whose rows show older values of dimensions, a JSON array of first days.
    private static let staleProperty = "sluice.stale_partitions"

    /// The folder of a table of gold.
    public static func path(_ name: String) -> String { "gold/" + name }

    /// Opens the tables. Throws `.configuration` when the fact or a dimension has no silver table
    /// yet, or a column is not there.
    public init(
        _ spec: OneBigTableSpec, fact factSpec: FactSpec, storage: any LakeStorage,
        collations library: CollationLibrary? = nil
    ) throws(TransformError) {
        let table = DeltaTable(storage: storage, path: OneBigTable.path(spec.name))
        self.table = table
        snapshot = try inLake { () throws(DeltaError) in try table.snapshot() }
        fact = try OneBigTable.silver(spec.fact, spec.name, storage)
        var dimensions: [Snapshot] = []
        for join in spec.joins {
            dimensions.append(try OneBigTable.silver(join.dimension, spec.name, storage))
        }
        self.dimensions = dimensions
        // What a dimension is joined on is named as its key is; below it goes by silver's names.
        var spec = spec
        for (index, dimension) in dimensions.enumerated() {
            let names = StoredNames(stored: dimension.schema)
            spec.joins[index].on = spec.joins[index].on.map { ($0.fact, names.stored($0.key)) }
        }
        self.spec = spec
        let library = library ?? CollationLibrary(storage: storage)
        var collations: [[Collation?]] = []
        for (join, dimension) in zip(spec.joins, dimensions) {
            collations.append(
                try library.collations(
                    of: dimension,
                    columns: join.on.map(\.key).map(StoredNames(stored: dimension.schema).entity),
                    for: spec.name))
        }
        self.collations = collations
        guard let date = fact.schema[factSpec.date] else {
            throw OneBigTable.unknown(factSpec.date, in: spec.fact, spec.name)
        }
        factPartition = DatePartition(date: date.name, type: date.type, grain: factSpec.grain)
        partition = DatePartition(date: date.name, type: date.type, grain: spec.grain)
        let column = partition.column
        factFields = OneBigTable.taken(fact.schema, factPartition, partition)
        var fields = factFields
        let isTaken = fields.contains { $0.name == column }
        if partition.isDerived, !isTaken || factPartition.column != column {
            fields.append(Field(column, .date))
        }
        for (join, dimension) in zip(spec.joins, dimensions) {
            try OneBigTable.check(join, fact.schema, dimension.schema, spec)
            fields += try JoinedDimension.fields(join, dimension)
        }
        schema = Schema(fields)
        try checkNames()
    }

    /// The silver tables that it is made of, by their names.
    var inputs: [(name: String, table: Snapshot)] {
        [(spec.fact, fact)] + zip(spec.joins, dimensions).map { ($0.dimension, $1) }
    }

    /// The columns of the data files.
    var fileSchema: Schema { Schema(schema.fields.filter { $0.name != partition.column }) }

    /// The grain of the periods that are built as a whole: no row of one is in two of either table.
    var unitGrain: DatePartition {
        let order: [PartitionGrain] = [.day, .month, .year]
        let isCoarser =
            (order.firstIndex(of: spec.grain) ?? 0)
            > (order.firstIndex(of: factPartition.grain) ?? 0)
        return isCoarser ? partition : factPartition
    }

    /// The period that a file's rows are of; nil when the log does not say.
    func unit(_ file: [String: String?], _ column: String) -> Int32? {
        guard let text = file[column] ?? nil, let date = CivilDate(text),
            let day = Int32(exactly: date.daysSinceEpoch)
        else { return nil }
        return unitGrain.start(day)
    }

    /// The joins in a text that changes when the content of the table would.
    var joinText: String {
        zip(spec.joins, collations).map { join, collations in
            let on = join.on.map { "\($0.fact)=\($0.key)" }.joined(separator: ",")
            let version = join.isAsOf ? "as_of" : "latest"
            let names = collations.compactMap { $0?.name }
            let compared = names.isEmpty ? "" : ":" + names.joined(separator: ",")
            return "\(join.dimension)(\(on)):\(join.columns.joined(separator: ",")):\(version)"
                + compared
        }.joined(separator: ";")
    }

    /// The first days of the periods that earlier runs left stale.
    var stale: Set<Int32> {
        guard let text = snapshot?.configuration[OneBigTable.staleProperty],
            let value = try? JSONValue(parsing: Array(text.utf8))
        else { return [] }
        return Set(
            (value.array ?? []).compactMap { day in
                day.string.flatMap { CivilDate($0) }.flatMap { Int32(exactly: $0.daysSinceEpoch) }
            })
    }

    /// The table's properties after a run that leaves `stale`.
    func configuration(
        _ properties: [String: String], stale: [Int32]
    ) -> [String: String] {
        var configuration = snapshot?.configuration ?? properties
        configuration[OneBigTable.joinProperty] = joinText
        let days = stale.map { JSONValue.string(DatePartition.text($0)) }
        configuration[OneBigTable.staleProperty] =
            days.isEmpty ? nil : JSONValue.array(days).description
        return configuration
    }

    /// The transaction that keeps which version of the fact is in the table.
    var factTransaction: String { OneBigTable.factTransaction(spec) }

    static func factTransaction(_ spec: OneBigTableSpec) -> String {
        "sluice/\(spec.name)/fact/\(spec.fact)"
    }

    /// The transaction that keeps which commit the version was that `transaction` tells.
    func mark(_ transaction: String) -> String { transaction + "/commit" }

    /// Whether `source` is not, or no more, the table of which `transaction` tells the version.
    func isAnother(_ source: Snapshot, _ transaction: String) -> Bool {
        guard let snapshot, let consumed = snapshot.transactions[transaction],
            consumed <= source.version
        else { return true }
        guard let mark = snapshot.transactions[mark(transaction)], mark >= 0,
            let found = source.table.mark(ofVersion: consumed)
        else { return false }
        return mark != found
    }

    /// The transaction that keeps which version of a dimension is in the table.
    func dimensionTransaction(_ name: String) -> String { "sluice/\(spec.name)/dimension/\(name)" }

    private static func silver(
        _ name: String, _ subject: String, _ storage: any LakeStorage
    ) throws(TransformError) -> Snapshot {
        let table = DeltaTable(storage: storage, path: FactTable.path(name))
        guard let snapshot = try inLake({ () throws(DeltaError) in try table.snapshot() }) else {
            throw TransformError(
                .configuration, operation: "join", subject: subject,
                message: "there is no silver table of '\(name)' yet",
                hint: "Run sluice transform --only \(name) first.")
        }
        return snapshot
    }

    /// The fact's columns without a partition column that only its own folders need.
    private static func taken(
        _ schema: Schema, _ own: DatePartition, _ partition: DatePartition
    ) -> [Field] {
        schema.fields.filter { field in
            !own.isDerived || field.name != own.column || own.column == partition.column
        }
    }

    private static func check(
        _ join: JoinSpec, _ fact: Schema, _ dimension: Schema, _ spec: OneBigTableSpec
    ) throws(TransformError) {
        for pair in join.on {
            guard let left = fact[pair.fact] else {
                throw unknown(pair.fact, in: spec.fact, spec.name)
            }
            guard let right = dimension[pair.key] else {
                throw unknown(pair.key, in: join.dimension, spec.name)
            }
            if (left.type == .string) != (right.type == .string) {
                throw TransformError(
                    .configuration, operation: "join", subject: spec.name,
                    message: "'\(pair.fact)' of \(spec.fact) is a \(left.type), '\(pair.key)' of "
                        + "\(join.dimension) a \(right.type): they are never equal",
                    hint: "Cast one of them in clean.")
            }
        }
        if join.on.isEmpty {
            throw TransformError(
                .configuration, operation: "join", subject: spec.name,
                message: "the join with \(join.dimension) has no columns to join on")
        }
    }

    private func checkNames() throws(TransformError) {
        var seen: Set<String> = []
        for field in schema.fields where !seen.insert(field.name.lowercased()).inserted {
            throw TransformError(
                .configuration, operation: "join", subject: spec.name,
                message: "two columns would be named '\(field.name)'",
                hint: "Rename the fact's column in clean, or leave the dimension's out.")
        }
    }

    private static func unknown(
        _ column: String, in table: String, _ subject: String
    ) -> TransformError {
        TransformError(
            .configuration, operation: "join", subject: subject,
            message: "\(table) has no column '\(column)'")
    }
}
