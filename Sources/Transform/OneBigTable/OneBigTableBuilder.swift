import Columnar
import Delta
import Parquet

/// One period, built.
struct BuiltUnit: Sendable {
    var files: [AddFile]
    var rowCount: Int64
    /// By join.
    var missing: [Int]
    var early: [Int]
}

/// Builds the periods of a One Big Table, each on its own.
///
/// Where all facts of a period go to one partition, the fact's column chunks are taken over as they
/// are stored, compressed and encoded, and only the joined columns are made: the cost is that of
/// reading the key columns and of writing the joined ones. Row groups that are too small to stay as
/// they are, or that cannot be copied, are read and written anew.
struct OneBigTableBuilder: Sendable {
    private let table: OneBigTable
    private let dimensions: [JoinedDimension]
    private let options: OneBigTableOptions
    /// The fact's files of each period.
    private let files: [Int32: [AddFile]]
    /// Where each joined column comes from: the join and which of its columns.
    private let joined: [String: (join: Int, column: Int)]
    /// The fact's columns that its files do not have: its partition column, where that is its date.
    private let unstored: [String]
    private let keys: [String]
    /// `keys`, and the date where a join depends on it.
    private let keyColumns: Set<String>
    /// Periods of which the table's rows show what the dimensions hold now.
    private let current: Set<Int32>

    init(
        _ table: OneBigTable, _ dimensions: [JoinedDimension], _ options: OneBigTableOptions,
        current: Set<Int32>
    ) {
        self.current = current
        self.table = table
        self.dimensions = dimensions
        self.options = options
        var files: [Int32: [AddFile]] = [:]
        for file in table.fact.files {
            let unit = table.unit(file.partitionValues, table.factPartition.column)
            files[unit ?? DatePartition.none, default: []].append(file)
        }
        self.files = files
        var joined: [String: (join: Int, column: Int)] = [:]
        for (join, dimension) in dimensions.enumerated() {
            for (column, field) in dimension.fields.enumerated() {
                joined[field.name] = (join, column)
            }
        }
        self.joined = joined
        keys = Set(table.spec.joins.flatMap { $0.on.map(\.fact) }).sorted()
        let needsDates = table.spec.joins.contains(where: \.isAsOf)
        keyColumns = Set(keys + (needsDates ? [table.partition.date] : []))
        let partitions = Set(table.fact.partitionColumns)
        unstored = table.fileSchema.fields.map(\.name).filter(partitions.contains)
    }

    /// Joins and writes the facts of one period. Throws `.receipt` when they are not as many rows.
    func build(_ unit: Int32) throws(TransformError) -> BuiltUnit {
        let files = files[unit] ?? []
        var cursors = dimensions.map { JoinCursor($0) }
        var built = BuiltUnit(files: [], rowCount: 0, missing: [], early: [])
        if !files.isEmpty {
            // Of a finer table than the fact a period is several partitions.
            if table.unitGrain == table.partition {
                try copy(unit, files, &cursors, &built)
            } else {
                try spread(files, &cursors, &built)
            }
        }
        let expected = files.reduce(Int64(0)) { $0 + ($1.rowCount ?? 0) }
        guard built.rowCount == expected else {
            throw TransformError(
                .receipt, operation: "join", subject: table.spec.name,
                message: "\(expected) facts of \(DatePartition.text(unit)) gave "
                    + "\(built.rowCount) rows",
                hint: "Nothing was published; this is a defect, please report it.")
        }
        built.missing = cursors.map(\.missing)
        built.early = cursors.map(\.early)
        return built
    }

    private var layout: PartitionLayout {
        var layout = PartitionLayout(
            table: table.table, schema: table.fileSchema, partitionColumn: table.partition.column)
        layout.configuration = table.snapshot?.configuration ?? options.configuration
        layout.options = options.writer
        layout.memoryBytes = options.memoryBytes / max(1, options.threads)
        layout.sharesDictionaries = false
        return layout
    }

    // MARK: Periods of several partitions

    private func spread(
        _ files: [AddFile], _ cursors: inout [JoinCursor], _ built: inout BuiltUnit
    ) throws(TransformError) {
        let scan = try inLake { () throws(DeltaError) in
            try DeltaScan(table.fact, files: files, columns: readColumns)
        }
        let writer = PartitionedWriter(layout, threads: 0)
        while let batch = try inLake({ () throws(DeltaError) in try scan.next() }) {
            guard let dates = batch[table.partition.date] else { continue }
            try writer.write(wide(batch, &cursors), days: table.partition.days(dates))
        }
        built.files = try writer.finish()
        built.rowCount = writer.rowCount
    }

    /// The fact's columns that are taken over or joined by.
    private var readColumns: [String] {
        Array(Set(table.factFields.map(\.name) + keys + [table.partition.date])).sorted()
    }

    /// Facts with their joined columns, as the files have them.
    private func wide(_ batch: RecordBatch, _ cursors: inout [JoinCursor]) -> RecordBatch {
        let rows = cursors.indices.map { JoinedRows(joinedRows($0, batch, &cursors)) }
        let columns = table.fileSchema.fields.compactMap { field in
            joined[field.name].map { dimensions[$0.join].column($0.column, rows[$0.join]) }
                ?? batch[field.name]
        }
        return RecordBatch(schema: table.fileSchema, columns: columns, count: batch.count)
    }

    private func joinedRows(
        _ join: Int, _ batch: RecordBatch, _ cursors: inout [JoinCursor]
    ) -> [Int32] {
        let columns = dimensions[join].join.on.compactMap { batch[$0.fact] }
        return cursors[join].rows(columns, dates: batch[table.partition.date], count: batch.count)
    }

    // MARK: Periods of one partition

    private func copy(
        _ unit: Int32, _ files: [AddFile], _ cursors: inout [JoinCursor], _ built: inout BuiltUnit
    ) throws(TransformError) {
        do throws(DeltaError) {
            let output = PartitionFiles(layout, day: unit)
            let old = OneBigTableRemains(
                table, current.contains(unit) ? unit : nil, keys: keyColumns,
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
                while let batch = try scan.next() { try output.write(wide(batch, &cursors)) }
            }
            built.files = try output.finish()
            built.rowCount = output.rowCount
        } catch {
            throw TransformError(lake: error)
        }
    }

    /// Takes over a row group of the fact and adds the joined columns; false, with nothing written
    /// and nothing counted, when it cannot be copied.
    private func copy(
        _ rowGroup: Int, of reader: FileReader, _ file: AddFile, to output: PartitionFiles,
        _ old: OneBigTableRemains, _ cursors: inout [JoinCursor]
    ) throws(DeltaError) -> Bool {
        var found = cursors
        var rows = found.map { _ in [Int32]() }
        var given: [String: [Column]] = [:]
        let columns = keyColumns.union(unstored).sorted()
        let scan = try DeltaScan(
            table.fact, files: [file], columns: columns, rowGroups: [rowGroup])
        while let batch = try scan.next() {
            for join in found.indices { rows[join] += joinedRows(join, batch, &found) }
            for name in unstored { given[name, default: []] += batch[name].map { [$0] } ?? [] }
        }
        let joinedRows = rows.map { JoinedRows($0) }
        let taken = old.columns(for: reader, rowGroup: rowGroup)
        let isCopied = try output.copy(
            reader, rowGroup: rowGroup,
            replacing: taken == nil ? Set(joined.keys).union(unstored) : Set(unstored),
            taking: taken
        ) { name in
            guard let (join, column) = joined[name] else { return given[name] ?? [] }
            return [dimensions[join].column(column, joinedRows[join])]
        }
        if isCopied { cursors = found }
        return isCopied
    }
}

/// The files of one partition, one after the other. One owner; letting go before `finish` leaves
/// orphans only.
final class PartitionFiles {
    private let layout: PartitionLayout
    private let day: Int32
    private var open: DataFileWriter?
    private var files: [AddFile] = []
    private(set) var rowCount: Int64 = 0

    init(_ layout: PartitionLayout, day: Int32) {
        self.layout = layout
        self.day = day
    }

    func write(_ batch: RecordBatch) throws(DeltaError) {
        try writer().write(batch)
        rowCount += Int64(batch.count)
        try endIfFull()
    }

    /// See `DataFileWriter.copy`.
    func copy(
        _ file: FileReader, rowGroup: Int, replacing replaced: Set<String>,
        taking taken: StoredColumns?, with column: (String) -> [Column]
    ) throws(DeltaError) -> Bool {
        let isCopied = try writer().copy(
            file, rowGroup: rowGroup, replacing: replaced, taking: taken, with: column)
        if isCopied {
            rowCount += Int64(file.rowGroups[rowGroup].rowCount)
            try endIfFull()
        }
        return isCopied
    }

    /// Ends the last file and returns all of them, ready to be committed.
    func finish() throws(DeltaError) -> [AddFile] {
        if let open, open.rowCount > 0 { try end(open) }
        open = nil
        return files
    }

    private func writer() throws(DeltaError) -> DataFileWriter {
        if let open { return open }
        let writer = try layout.file(day)
        open = writer
        return writer
    }

    private func endIfFull() throws(DeltaError) {
        if let open, open.bytesWritten >= layout.fileBytes { try end(open) }
    }

    private func end(_ writer: DataFileWriter) throws(DeltaError) {
        open = nil
        try writer.finish()
        files.append(try writer.publish())
    }
}
