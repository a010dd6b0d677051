import Columnar
import Delta
import Lake
import Parquet
import Pipeline
import Tables

/// One period, built.
struct BuiltUnit: Sendable {
    var files: [AddFile]
    /// Paths of old files that stay.
    var kept: Set<String> = []
    var keptRows: Int64 = 0
    /// Of `files`.
    var rowCount: Int64 = 0
    /// By join.
    var missing: [Int]
    var early: [Int]

    /// Takes over what was counted while rows were joined.
    mutating func count(_ cursors: [JoinCursor]) {
        missing = cursors.map(\.missing)
        early = cursors.map(\.early)
    }
}

/// Builds the periods of a One Big Table, each on its own.
///
/// Where all facts of a period go to one partition, the fact's column chunks are taken over as they
/// are stored, compressed and encoded, and only the joined columns are made: the cost is that of
/// reading the key columns and of writing the joined ones. Row groups that are too small to stay as
/// they are, or that cannot be copied, are read and written anew.
struct OneBigTableBuilder: Sendable {
    let table: OneBigTable
    let members: [JoinedMember]
    let options: OneBigTableOptions
    /// The fact's files of each period.
    private let files: [Int32: [AddFile]]
    /// Where each joined column comes from: the join and which of its columns.
    let joined: [String: (join: Int, column: Int)]
    /// The fact's columns that its files do not have: its partition column, where that is its date.
    private let unstored: [String]
    /// The fact's columns that the joined ones depend on.
    let keys: Set<String>
    /// Periods of which the table's rows show what the members hold now.
    private let current: Set<Int32>
    /// Whether old partitions stay that hold the very rows of now.
    let comparesRows: Bool

    init(
        _ table: OneBigTable, _ members: [JoinedMember], _ options: OneBigTableOptions,
        _ plan: OneBigTablePlan
    ) {
        current = plan.current
        comparesRows = plan.fullBuildReason == nil
        self.table = table
        self.members = members
        self.options = options
        var files: [Int32: [AddFile]] = [:]
        for file in table.fact.files {
            let unit = table.unit(ofFact: file.partitionValues)
            files[unit ?? DatePartition.none, default: []].append(file)
        }
        self.files = files
        var joined: [String: (join: Int, column: Int)] = [:]
        for (join, member) in members.enumerated() {
            for (column, field) in member.fields.enumerated() {
                joined[field.name] = (join, column)
            }
        }
        self.joined = joined
        let needsDates = table.spec.joins.contains(where: \.isAsOf)
        let needed =
            table.spec.joins.flatMap { $0.on.map(\.fact) }
            + (needsDates ? [table.layout.asOfDate].compactMap(\.self) : [])
        keys = Set(needed.filter { table.fact.schema[$0] != nil })
        let partitions = Set(table.fact.partitionColumns)
        unstored = table.layout.fileSchema.fields.map(\.name).filter(partitions.contains)
    }

    /// Joins and writes the facts of one period. Throws `.receipt` when they are not as many rows.
    func build(_ unit: Int32) throws(LakeError) -> BuiltUnit {
        let files = files[unit] ?? []
        let zeros = members.map { _ in 0 }
        var built = BuiltUnit(files: [], missing: zeros, early: zeros)
        if !files.isEmpty {
            // Of a finer table than the fact a period is several partitions.
            if table.unitGrain == table.partition {
                try copy(unit, files, &built)
            } else {
                try spread(files, &built)
            }
        }
        let expected = files.reduce(Int64(0)) { $0 + ($1.rowCount ?? 0) }
        let count = built.rowCount + built.keptRows
        guard count == expected else {
            throw LakeError(
                .receipt, operation: "join", subject: table.spec.name,
                message: "\(expected) facts of \(table.text(unit)) gave \(count) rows",
                hint: "Nothing was published; this is a defect, please report it.")
        }
        return built
    }

    /// Whether the table is one period, so that no other is built beside it.
    var isWhole: Bool { table.unitGrain == .whole }

    var layout: PartitionLayout {
        var layout = PartitionLayout(
            table: table.table, schema: table.layout.fileSchema,
            partitionColumn: table.partition.column)
        layout.configuration = table.snapshot?.configuration ?? options.configuration
        layout.options = options.writer
        layout.memoryBytes =
            isWhole ? options.memoryBytes : options.memoryBytes / max(1, options.threads)
        layout.sharesDictionaries = false
        return layout
    }

    /// A column that others are joined by: of a batch of the fact, or joined to it before.
    private func value(_ name: String, _ batch: RecordBatch, _ rows: [[Int32]]) -> Column? {
        if let column = batch[name] { return column }
        guard let (join, column) = joined[name], join < rows.count else { return nil }
        return members[join].column(column, JoinedRows(rows[join]))
    }

    /// Facts with their joined columns, as the files have them.
    func wide(_ batch: RecordBatch, _ rows: [JoinedRows]) -> RecordBatch {
        let schema = table.layout.fileSchema
        let columns = schema.fields.compactMap { shown($0.name, batch, rows) }
        return RecordBatch(schema: schema, columns: columns, count: batch.count)
    }

    /// A column of the table.
    func shown(_ name: String, _ batch: RecordBatch, _ rows: [JoinedRows]) -> Column? {
        joined[name].map { members[$0.join].column($0.column, rows[$0.join]) } ?? batch[name]
    }

    /// By join the member's row for each fact of a batch.
    func joinedRows(_ batch: RecordBatch, _ cursors: inout [JoinCursor]) -> [[Int32]] {
        var rows: [[Int32]] = []
        for join in cursors.indices {
            let spec = members[join].join
            let columns = spec.on.compactMap { value($0.fact, batch, rows) }
            let date = spec.isAsOf ? table.layout.asOfDate : nil
            rows.append(
                cursors[join].rows(
                    columns, dates: date.flatMap { value($0, batch, rows) }, count: batch.count))
        }
        return rows
    }

    // MARK: Periods of one partition

    private func copy(
        _ unit: Int32, _ files: [AddFile], _ built: inout BuiltUnit
    ) throws(LakeError) {
        var cursors = members.map { JoinCursor($0) }
        do throws(DeltaError) {
            let output = layout.files(unit)
            let old = OneBigTableRemains(
                table, current.contains(unit) ? unit : nil, keys: keys,
                joined: Set(joined.keys))
            var rest: [(file: AddFile, rowGroups: Set<Int>)] = []
            for file in files {
                let reader = try table.fact.table.reader(of: file)
                var left: Set<Int> = []
                for (number, group) in reader.rowGroups.enumerated() {
                    if group.rowCount >= options.copiedRows,
                        try copy(number, of: reader, file, to: output, old, &cursors)
                    {
                        continue
                    }
                    left.insert(number)
                }
                if !left.isEmpty { rest.append((file, left)) }
            }
            // A small row group that is alone has none to be joined with.
            if rest.count == 1, let (file, rowGroups) = rest.first, rowGroups.count == 1,
                let number = rowGroups.first,
                try copy(
                    number, of: table.fact.table.reader(of: file), file, to: output, old, &cursors)
            {
                rest = []
            }
            for (file, rowGroups) in rest {
                let scan = try DeltaScan(
                    table.fact, files: [file], columns: readColumns, rowGroups: rowGroups)
                while let batch = try scan.next() {
                    let rows = joinedRows(batch, &cursors).map { JoinedRows($0) }
                    try output.write(wide(batch, rows))
                }
            }
            built.files = try output.finish()
            built.rowCount = output.rowCount
            built.count(cursors)
        } catch {
            throw LakeError(lake: error)
        }
    }

    /// Takes over a row group of the fact and adds the joined columns; false, with nothing written
    /// and nothing counted, when it cannot be copied.
    private func copy(
        _ rowGroup: Int, of reader: FileReader, _ file: AddFile, to output: RollingFiles,
        _ old: OneBigTableRemains, _ cursors: inout [JoinCursor]
    ) throws(DeltaError) -> Bool {
        var found = cursors
        var rows = found.map { _ in [Int32]() }
        var given: [String: [Column]] = [:]
        let columns = keys.union(unstored).sorted()
        let scan = try DeltaScan(
            table.fact, files: [file], columns: columns, rowGroups: [rowGroup])
        while let batch = try scan.next() {
            for (join, more) in joinedRows(batch, &found).enumerated() { rows[join] += more }
            for name in unstored { given[name, default: []] += batch[name].map { [$0] } ?? [] }
        }
        let joinedRows = rows.map { JoinedRows($0) }
        var replaced: [String: ChunkSource] = [:]
        for name in unstored { replaced[name] = .made { given[name] ?? [] } }
        if let taken = old.columns(for: reader, rowGroup: rowGroup) {
            for name in taken.names {
                replaced[name] = .stored(taken.file, rowGroup: taken.rowGroup)
            }
        } else {
            for (name, (join, column)) in joined {
                replaced[name] = .made { [members[join].column(column, joinedRows[join])] }
            }
        }
        let isCopied = try output.copy(reader, rowGroup: rowGroup, replacing: replaced)
        if isCopied { cursors = found }
        return isCopied
    }
}
