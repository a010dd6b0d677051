public import Columnar
public import Delta
public import Lake
public import Parquet

/// What the files of a partitioned table look like.
public struct PartitionLayout: Sendable {
    public var table: DeltaTable
    /// The columns of the files, without the partition column.
    public var schema: Schema
    /// A `date` column whose values are in the log; nil where the table is one partition.
    public var partitionColumn: String?
    /// Columns that get statistics wherever they stand.
    public var alwaysIndexed: Set<String> = []
    /// The table's properties.
    public var configuration: [String: String] = [:]
    public var options = WriterOptions()
    /// A file ends when it holds this many bytes.
    public var fileBytes: Int64 = 128 << 20
    /// What all open partitions together may hold in memory, about.
    public var memoryBytes = 256 << 20
    /// Whether the dictionaries of the files that rows come from are joined to one: pays when many
    /// partitions are written at once.
    public var sharesDictionaries = true

    public init(table: DeltaTable, schema: Schema, partitionColumn: String?) {
        self.table = table
        self.schema = schema
        self.partitionColumn = partitionColumn
    }

    /// The files of a partition, one after the other.
    public func files(_ day: Int32) -> RollingFiles {
        RollingFiles(limit: fileBytes) { () throws(DeltaError) in try file(day) }
    }

    /// A new file of the partition of a day, or of that of rows without one.
    public func file(_ day: Int32) throws(DeltaError) -> DataFileWriter {
        let value = day == DatePartition.none ? nil : DatePartition.text(day)
        return try DataFileWriter(
            table: table, schema: schema,
            placement: .init(
                partition: partitionColumn.map { [($0, value)] } ?? [],
                alwaysIndexed: alwaysIndexed, configuration: configuration),
            options: options)
    }
}

/// Spreads rows over the files of a table partitioned by a date, in one pass and bounded memory.
///
/// Rows wait in their partition until there are enough of them to encode; when all partitions
/// together hold too much, the largest gives its rows up to a file of its own. Encoding runs on
/// threads of its own, each with its share of the partitions. Nothing is part of the table before
/// the returned files are committed. One owner; letting go before `finish` leaves orphans only.
public final class PartitionedWriter {
    private let schema: Schema
    private let lanes: [PartitionLane]
    private var unions: [DictionaryUnion]
    /// The lane and place of each partition seen so far.
    private var places: [Int32: Int] = [:]
    private var days: [Int32] = []
    /// Rows taken so far.
    public private(set) var rowCount: Int64 = 0

    /// - Parameter threads: 0 encodes in the caller's thread.
    public init(_ layout: PartitionLayout, threads: Int = 1) {
        schema = layout.schema
        unions =
            layout.sharesDictionaries ? layout.schema.fields.map { _ in DictionaryUnion() } : []
        var share = layout
        // Open files share the memory: pages of all of them wait for their row groups to fill.
        share.options.rowGroupBytes = min(
            layout.options.rowGroupBytes, max(4 << 20, layout.memoryBytes / 32))
        share.memoryBytes = layout.memoryBytes / max(1, threads)
        let layout = share
        lanes = (0..<max(1, threads)).map {
            PartitionLane(layout, number: $0, isAsynchronous: threads > 0)
        }
    }

    /// Takes the rows of a batch of the layout's columns.
    ///
    /// - Parameters:
    ///   - rows: which of them; nil for all.
    ///   - days: the partition of every row of the batch, days since 1970-01-01;
    ///     `DatePartition.none` for rows of none.
    /// Throws `.lake` when an earlier batch could not be written.
    public func write(
        _ batch: RecordBatch, rows: [Int]? = nil, days: [Int32]
    ) throws(LakeError) {
        precondition(days.count == batch.count, "a partition for every row")
        var columns = batch.columns
        for index in unions.indices { columns[index] = unions[index].unify(columns[index]) }
        let unified = RecordBatch(schema: schema, columns: columns, count: batch.count)
        var slices: [[PartitionSlice]] = Array(repeating: [], count: lanes.count)
        for (place, rows) in groups(rows, days).enumerated() where !rows.isEmpty {
            rowCount += Int64(rows.count)
            slices[place % lanes.count].append(PartitionSlice(day: self.days[place], rows: rows))
        }
        for (lane, slices) in zip(lanes, slices) where !slices.isEmpty {
            try lane.take(slices, of: unified)
        }
    }

    /// Takes a row group over into partition `day`. Whether it can be is known by `refused` only.
    public func copy(_ group: StoredRowGroup, day: Int32) throws(LakeError) {
        try lanes[place(day) % lanes.count].copy(group, day: day)
        rowCount += Int64(group.reader.rowGroups[group.number].rowCount)
    }

    /// The row groups that could not be taken over (`FileWriter.copy`), of which nothing is
    /// written. Waits until all are tried.
    public func refused() throws(LakeError) -> [StoredRowGroup] {
        var refused: [StoredRowGroup] = []
        for lane in lanes { refused += try lane.refused() }
        for group in refused {
            rowCount -= Int64(group.reader.rowGroups[group.number].rowCount)
        }
        return refused
    }

    /// Ends all files and returns them, ready to be committed, ordered by partition.
    public func finish() throws(LakeError) -> [AddFile] {
        for lane in lanes { lane.end() }
        var files: [AddFile] = []
        for lane in lanes { files.append(contentsOf: try lane.files()) }
        return files.sorted { $0.path < $1.path }
    }

    /// The row numbers of each partition, by its place.
    private func groups(_ rows: [Int]?, _ days: [Int32]) -> [[Int]] {
        var groups: [[Int]] = Array(repeating: [], count: self.days.count)
        var lastDay = DatePartition.none
        var lastPlace = -1
        func put(_ row: Int) {
            let day = days[row]
            if day != lastDay || lastPlace < 0 {
                lastDay = day
                lastPlace = place(day)
                if lastPlace == groups.count { groups.append([]) }
            }
            groups[lastPlace].append(row)
        }
        if let rows {
            for row in rows { put(row) }
        } else {
            for row in days.indices { put(row) }
        }
        return groups
    }

    private func place(_ day: Int32) -> Int {
        if let place = places[day] { return place }
        places[day] = days.count
        days.append(day)
        return days.count - 1
    }
}

/// A row group of a file of the layout's columns, to be taken over as it is stored.
public struct StoredRowGroup: Sendable {
    public var reader: FileReader
    /// Among the file's row groups.
    public var number: Int
    /// Columns that take the place of stored ones.
    public var replaced: [String: EncodedColumn] = [:]
    /// What the owner knows it by.
    public var tag = 0

    public init(
        reader: FileReader, number: Int, replaced: [String: EncodedColumn] = [:], tag: Int = 0
    ) {
        self.reader = reader
        self.number = number
        self.replaced = replaced
        self.tag = tag
    }
}

/// Rows of a batch that belong to one partition.
struct PartitionSlice: Sendable {
    var day: Int32
    var rows: [Int]
}
