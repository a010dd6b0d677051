public import Columnar
public import Delta
public import Events
import Keys
public import Lake
public import Pipeline
public import Storage
public import Tables

/// A fact's silver table: where it is, what its columns are and how it is partitioned.
public struct FactTable: Sendable {
    public let spec: FactSpec
    public let table: DeltaTable
    /// The table before the run; nil when there is none yet.
    public let snapshot: Snapshot?
    public let partition: DatePartition
    /// What cleaned columns are called in the table.
    public let names: StoredNames
    /// All columns: the cleaned ones, then the partition column where there is one that is not the
    /// date itself.
    public let schema: Schema
    /// What orders a key's events; nil when that is the time of extraction, which the table does
    /// not keep.
    public let sequence: RowSequence?
    /// Whether the rows to come take the place of all there are, so that nothing has to fit.
    let isReplaced: Bool

    /// - Parameters:
    ///   - cleaned: the columns of the rows to come.
    ///   - snapshot: the table as it was when what it has consumed was asked; nil when there was
    ///     none. Opened again it could hold another run's rows already.
    ///   - isReplaced: whether the table is built anew, so that it takes what is configured now.
    /// Throws `.configuration` when key or date are not among them, `.drift` when the table's
    /// key, columns or partitions do not go together with them.
    public init(
        _ spec: FactSpec, cleaned: Schema, sequenceColumn: String?, over snapshot: Snapshot?,
        storage: any LakeStorage, isReplaced: Bool = false
    ) throws(LakeError) {
        let cleaned = try FactTable.numbered(spec.entity, cleaned)
        var spec = spec
        if spec.entity.isWholeRow { spec.entity.key = [] }
        self.isReplaced = isReplaced
        let table = DeltaTable(storage: storage, path: TablePath.silver(spec.entity.name))
        self.table = table
        self.snapshot = snapshot
        for name in spec.entity.key + [spec.date].compactMap(\.self) where cleaned[name] == nil {
            throw LakeError(
                .configuration, operation: "plan", subject: spec.entity.name,
                message: "its rows have no column '\(name)'",
                hint: BronzeEvents.nearest(name, cleaned.fields.map(\.name))
                    .map { "Did you mean '\($0)'?" })
        }
        partition = try FactTable.partition(spec, cleaned)
        sequence =
            spec.entity.isWholeRow
            ? nil : try FactTable.sequence(spec.entity, sequenceColumn, cleaned)
        let names = partition.names(cleaned, over: snapshot)
        self.names = names
        let ordering = spec.entity.key + (sequence?.columns ?? [])
        if let clash = ordering.first(where: { names.stored($0) != $0 }) {
            throw LakeError(
                .configuration, operation: "plan", subject: spec.entity.name,
                message: "the column '\(clash)' of its key or sequence has the name of the "
                    + "column that the table is partitioned by",
                hint: "Choose another 'partition' or 'date'.")
        }
        var fields = names.stored(cleaned).fields
        if let column = partition.derivedColumn { fields.append(Field(column, .date)) }
        let wanted = Schema(fields)
        let schema =
            isReplaced ? wanted : try FactTable.merged(snapshot, wanted, partition, spec.entity)
        self.schema = schema
        if spec.entity.isWholeRow {
            // Those that the table has and the source has not any more tell rows apart too.
            let derived = partition.derivedColumn
            spec.entity.key = schema.fields.map(\.name).filter { $0 != derived }
        }
        self.spec = spec
    }

    /// The cleaned columns, with the number that tells equal rows apart where they are kept.
    private static func numbered(
        _ entity: EntitySpec, _ cleaned: Schema
    ) throws(LakeError) -> Schema {
        guard entity.equalRows == .keep else { return cleaned }
        let name = EqualRowNumbers.column
        if cleaned.fields.contains(where: { $0.name.lowercased() == name }) {
            throw LakeError(
                .configuration, operation: "plan", subject: entity.name,
                message: "'duplicates: keep' numbers equal rows in the column \(name), and the "
                    + "source has a column of this name",
                hint: "Exclude it in extract.tables, or write 'duplicates: drop'.")
        }
        return Schema(cleaned.fields + [Field(name, .integer)])
    }

    /// The key's columns that the table had before the run.
    func keyNames(in snapshot: Snapshot) -> [String] {
        spec.entity.key.filter { snapshot.schema[$0] != nil }
    }

    /// The key's columns of rows of the table; one that it has no values of yet is NULL.
    func keyColumns(_ rows: RecordBatch) -> [Column] {
        spec.entity.key.compactMap { name in
            rows[name] ?? schema[name].map { Column.nulls($0.type, count: rows.count) }
        }
    }

    private static func partition(
        _ spec: FactSpec, _ cleaned: Schema
    ) throws(LakeError) -> DatePartition {
        guard let date = spec.date else { return .whole }
        let type = cleaned[date]?.type ?? .date
        guard type == .date || type == .timestamp else {
            throw LakeError(
                .configuration, operation: "plan", subject: spec.entity.name,
                message: "'\(date)' is a \(type): a fact's date is a date or a timestamp",
                hint: "Clean it with to_date(…).")
        }
        return DatePartition(date: date, type: type, grain: spec.grain)
    }

    /// The configured sequence, else the column that is taken by default.
    private static func sequence(
        _ entity: EntitySpec, _ column: String?, _ cleaned: Schema
    ) throws(LakeError) -> RowSequence? {
        var entity = entity
        if entity.sequence == nil, let column,
            cleaned[column].map({ Column.isSequence($0.type) }) == true
        {
            entity.sequence = column
        }
        return try RowSequence(entity, cleaned)
    }

    /// Whether a column is wider than in the table, so that every file has to be written anew.
    public var isWidened: Bool {
        guard let snapshot, !isReplaced else { return false }
        return schema.fields.contains { field in
            snapshot.schema[field.name].map { $0.type != field.type } ?? false
        }
    }

    /// The columns of rows as they are merged: all but a partition column beside the date.
    var rowSchema: Schema {
        Schema(schema.fields.filter { !partition.isDerived || $0.name != partition.column })
    }

    /// The columns of the data files.
    public var fileSchema: Schema { Schema(schema.fields.filter { $0.name != partition.column }) }

    /// A batch of rows by the table's names, in the order of `rowSchema`; columns that it lacks are
    /// NULL.
    func conformed(_ batch: RecordBatch) throws(LakeError) -> RecordBatch {
        try batch.fitted(to: rowSchema) { (field, column) throws(LakeError) in
            throw FactTable.drift(spec.entity.name, field, column.type)
        }
    }

    /// The columns of a row batch that the data files hold.
    func fileColumns(_ rows: RecordBatch) -> RecordBatch {
        let wanted = fileSchema
        return RecordBatch(
            schema: wanted, columns: wanted.fields.compactMap { rows[$0.name] }, count: rows.count)
    }

    /// The table's columns, then those that are new. A column that the source dropped stays, one
    /// that became wider is so here too.
    private static func merged(
        _ snapshot: Snapshot?, _ wanted: Schema, _ partition: DatePartition, _ entity: EntitySpec
    ) throws(LakeError) -> Schema {
        guard let snapshot else { return wanted }
        let name = entity.name
        try entity.checkKey(of: snapshot)
        guard snapshot.partitionColumns == partition.columns else {
            func text(_ columns: [String]) -> String {
                columns.isEmpty ? "no column" : columns.joined(separator: ", ")
            }
            throw LakeError(
                .drift, operation: "plan", subject: name,
                message: "the table is partitioned by \(text(snapshot.partitionColumns)), the "
                    + "configuration says \(text(partition.columns))",
                hint: "Set date and partition back, or run `sluice transform --only \(name) "
                    + "--rebuild`.")
        }
        return try snapshot.schema.merged(with: wanted) { (known, new) throws(LakeError) in
            throw drift(name, known, new.type)
        }
    }

    private static func drift(_ name: String, _ field: Field, _ type: ColumnType) -> LakeError {
        LakeError(
            .drift, operation: "plan", subject: name,
            message: "the column '\(field.name)' is a \(field.type) in silver and now a \(type)",
            hint: "Cast it in clean, or run `sluice transform --only \(name) --rebuild`.")
    }
}
