public import Columnar

/// Writes record batches as one Parquet file: V1 data pages, dictionary or PLAIN values,
/// statistics, column and offset index, page checksums.
///
/// Pages are compressed as they fill and held until their row group ends, so memory is bounded by
/// `WriterOptions.rowGroupBytes`. Dropping a writer before `finish` leaves the sink with an
/// unfinished file. One writer belongs to one task at a time.
public final class FileWriter {
    /// The columns of the file.
    public let schema: Schema
    /// The rows taken so far.
    public private(set) var rowCount: Int64 = 0

    let tree: SchemaTree
    let columns: [ColumnChunkWriter]
    private(set) var position: Int64 = 0
    private(set) var isFinished = false
    let options: WriterOptions
    private let sink: any ByteSink
    let codec: CompressionCodec
    private var groupRowCount = 0
    private var rowGroups: [RowGroup] = []
    private var indexes: [[ChunkIndexes]] = []
    private var totals: [ColumnTotals]

    /// The indexes of one chunk, written after all row groups.
    struct ChunkIndexes {
        var offsets: OffsetIndex
        /// The column index as it is stored.
        var bounds: [UInt8]?
        /// The Bloom filter as it is stored.
        var filter: [UInt8]?
    }

    private struct ColumnTotals {
        var bounds = Bounds()
        var valueCount = 0
        var nullCount = 0
    }

    private static let magic: [UInt8] = Array("PAR1".utf8)
    /// Memory is checked after so many rows or bytes, so that one large batch cannot pass the
    /// budget.
    private static let sliceRows = 16_384
    private static let slicesPerRowGroup = 8
    /// Rows of nested columns are taken in smaller slices: one row may hold many values.
    private static let nestedSliceRows = 1024

    /// A writer of `schema` to `sink`; throws `schema` when a column cannot be stored.
    public init(
        schema: Schema, options: WriterOptions, sink: any ByteSink
    ) throws(ParquetError) {
        self.schema = schema
        self.options = options
        self.sink = sink
        tree = try SchemaTree(schema)
        let compressor = try PageCompressor(options)
        codec = compressor.codec
        // Open pages of very wide tables must not fill the budget by themselves.
        let share = options.rowGroupBytes / 2 / max(1, tree.leaves.count)
        let pageBytes = max(16_384, min(options.pageBytes, share))
        columns = tree.leaves.map { leaf in
            ColumnChunkWriter(leaf, options, pageBytes: pageBytes, compressor)
        }
        totals = tree.leaves.map { _ in ColumnTotals() }
        try write(FileWriter.magic)
    }

    /// About how long the file would be if it were finished now: for rolling to the next one.
    public var bytesWritten: Int64 { position + Int64(bufferedBytes) }

    private var bufferedBytes: Int { columns.reduce(0) { $0 + $1.bufferedBytes } }

    /// Appends the rows of `batch`, whose columns must be of the schema's types in its order.
    ///
    /// Throws `schema` for other columns and `value` for values outside their type; the file is
    /// then unfinished and to be dropped.
    public func write(_ batch: RecordBatch) throws(ParquetError) {
        precondition(!isFinished, "write after finish")
        try check(batch)
        let bytesPerRow = batch.columns.reduce(1) { $0 + $1.heldBytes / max(1, batch.count) }
        let sliceBytes = options.rowGroupBytes / FileWriter.slicesPerRowGroup
        let sliceRows = max(1, min(FileWriter.sliceRows, sliceBytes / bytesPerRow))
        var start = 0
        while start < batch.count {
            let room = options.rowGroupRows - groupRowCount
            let end = min(batch.count, start + min(room, sliceRows))
            try append(batch, start..<end)
            groupRowCount += end - start
            rowCount += Int64(end - start)
            start = end
            if groupRowCount >= options.rowGroupRows || bufferedBytes >= options.rowGroupBytes {
                try finishRowGroup()
            }
        }
    }

    private func check(_ batch: RecordBatch) throws(ParquetError) {
        guard batch.columns.count == schema.fields.count else {
            throw mismatch("batch", "\(batch.columns.count) columns")
        }
        for (field, column) in zip(schema.fields, batch.columns)
        where !field.type.isStored(as: column.type) {
            throw mismatch(field.name, "\(column.type) instead of \(field.type)")
        }
    }

    private func mismatch(_ subject: String, _ message: String) -> ParquetError {
        ParquetError(
            .schema, operation: "write batch", subject: subject,
            message: "the batch does not fit the file's schema: \(message)")
    }

    private func append(_ batch: RecordBatch, _ range: Range<Int>) throws(ParquetError) {
        var leafIndex = 0
        for (field, column) in zip(schema.fields, batch.columns) {
            if field.type.isNested {
                leafIndex += try appendNested(field, column, range, firstLeaf: leafIndex)
            } else {
                try columns[leafIndex].append(column, range)
                leafIndex += 1
            }
        }
    }

    /// Returns the number of leaves below the field.
    private func appendNested(
        _ field: Field, _ column: Column, _ range: Range<Int>, firstLeaf: Int
    ) throws(ParquetError) -> Int {
        var leafCount = 0
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(range.upperBound, start + FileWriter.nestedSliceRows)
            let walk = try LevelWalk(field, column, start..<end)
            for (offset, levels) in walk.leaves.enumerated() {
                try columns[firstLeaf + offset].append(levels, rowCount: end - start)
            }
            leafCount = walk.leaves.count
            start = end
        }
        return leafCount
    }

    // MARK: Row groups

    /// The chunks of one row group on their way into the file.
    struct OpenRowGroup {
        let rowCount: Int
        let start: Int64
        var chunks: [ColumnChunk] = []
        var indexes: [ChunkIndexes] = []
        var rawBytes: Int64 = 0
        /// Whether its rows came through `write`, in the order they were given.
        var isWritten = false
    }

    func finishRowGroup() throws(ParquetError) {
        if groupRowCount == 0 { return }
        var group = OpenRowGroup(rowCount: groupRowCount, start: position, isWritten: true)
        for index in columns.indices { try finishChunk(index, of: &group) }
        finish(group)
        groupRowCount = 0
    }

    /// Writes what column `index` has buffered as its chunk.
    func finishChunk(_ index: Int, of group: inout OpenRowGroup) throws(ParquetError) {
        try write(columns[index].finishChunk(), of: columns[index].leaf, to: &group)
    }

    /// Writes the next column's chunk.
    func write(
        _ chunk: PendingChunk, of leaf: Leaf, to group: inout OpenRowGroup
    ) throws(ParquetError) {
        let metaData = chunk.metaData(leaf, codec: codec, at: position)
        if let dictionary = chunk.dictionaryPage { try write(dictionary.bytes) }
        for page in chunk.pages { try write(page.bytes) }
        let bounds = chunk.columnIndex(leaf).map { index in
            var writer = CompactWriter()
            index.write(to: &writer)
            return writer.bytes
        }
        let offsets = chunk.offsetIndex(at: metaData.dataPageOffset)
        add(
            metaData, ChunkIndexes(offsets: offsets, bounds: bounds, filter: chunk.bloomFilter),
            bounds: chunk.bounds, nullCount: chunk.nullCount, to: &group)
    }

    /// Takes note of a chunk that was written.
    func add(
        _ metaData: ColumnMetaData, _ chunkIndexes: ChunkIndexes, bounds: Bounds, nullCount: Int,
        to group: inout OpenRowGroup
    ) {
        let index = group.chunks.count
        // As parquet-java and Spark do. The format calls the field deprecated and ignored, but some
        // readers take it for the place of the first page.
        let offset = min(metaData.dataPageOffset, metaData.dictionaryPageOffset ?? .max)
        group.chunks.append(ColumnChunk(fileOffset: offset, metaData: metaData))
        group.indexes.append(chunkIndexes)
        group.rawBytes += metaData.totalUncompressedSize
        totals[index].bounds.merge(bounds)
        totals[index].nullCount += nullCount
        totals[index].valueCount += Int(metaData.valueCount)
    }

    /// Takes note of a row group whose chunks are all written.
    func finish(_ group: OpenRowGroup) {
        rowGroups.append(
            RowGroup(
                columns: group.chunks, totalByteSize: group.rawBytes,
                rowCount: Int64(group.rowCount),
                sortingColumns: group.isWritten ? sortingColumns : nil, fileOffset: group.start,
                totalCompressedSize: position - group.start,
                ordinal: Int16(exactly: rowGroups.count)))
        indexes.append(group.indexes)
    }

    /// The columns the rows are sorted by, as far as readers order their values as we do; nil when
    /// there are none.
    private var sortingColumns: [SortingColumn]? {
        var columns: [SortingColumn] = []
        for name in options.sortedBy {
            guard let index = tree.leaves.firstIndex(where: { $0.path == [name] }),
                ![.float, .double].contains(tree.leaves[index].type)
            else { break }
            columns.append(
                SortingColumn(columnIndex: Int32(index), isDescending: false, isNullsFirst: true))
        }
        return columns.isEmpty ? nil : columns
    }

    /// Counts rows that did not come through `write`.
    func count(copied rows: Int) { rowCount += Int64(rows) }

    // MARK: End

    /// Writes what is buffered and the footer, and returns what the file holds.
    public func finish() throws(ParquetError) -> FileSummary {
        precondition(!isFinished, "finish after finish")
        try finishRowGroup()
        isFinished = true
        try writeIndexes()
        var footer = CompactWriter()
        metaData.write(to: &footer)
        let length = UInt32(footer.bytes.count)
        try write(footer.bytes)
        try write((0..<4).map { UInt8(truncatingIfNeeded: length >> UInt32($0 * 8)) })
        try write(FileWriter.magic)
        return FileSummary(
            rows: rowCount, bytes: position,
            columns: zip(tree.leaves, totals).map { FileWriter.summary($0, $1) },
            rowGroups: rowGroups.map {
                RowGroupSummary(rows: $0.rowCount, bytes: $0.totalCompressedSize ?? 0)
            })
    }

    /// All filters, then all column indexes, then all offset indexes, before the footer that points
    /// to them.
    private func writeIndexes() throws(ParquetError) {
        for (group, chunkIndexes) in indexes.enumerated() {
            for (column, chunk) in chunkIndexes.enumerated() {
                guard let filter = chunk.filter else { continue }
                rowGroups[group].columns[column].metaData?.bloomFilterOffset = position
                rowGroups[group].columns[column].metaData?.bloomFilterLength = Int32(filter.count)
                try write(filter)
            }
        }
        for (group, chunkIndexes) in indexes.enumerated() {
            for (column, chunk) in chunkIndexes.enumerated() {
                guard let bounds = chunk.bounds else { continue }
                rowGroups[group].columns[column].columnIndexOffset = position
                rowGroups[group].columns[column].columnIndexLength = Int32(bounds.count)
                try write(bounds)
            }
        }
        for (group, chunkIndexes) in indexes.enumerated() {
            for (column, chunk) in chunkIndexes.enumerated() {
                var writer = CompactWriter()
                chunk.offsets.write(to: &writer)
                rowGroups[group].columns[column].offsetIndexOffset = position
                rowGroups[group].columns[column].offsetIndexLength = Int32(writer.bytes.count)
                try write(writer.bytes)
            }
        }
    }

    private var metaData: FileMetaData {
        let pairs = options.keyValueMetadata.map { KeyValue(key: $0.key, value: $0.value) }
        return FileMetaData(
            version: 2, schema: tree.elements, rowCount: rowCount, rowGroups: rowGroups,
            keyValueMetadata: pairs.isEmpty ? nil : pairs, createdBy: options.createdBy,
            columnOrders: tree.leaves.map { _ in true })
    }

    private static func summary(_ leaf: Leaf, _ totals: ColumnTotals) -> ColumnSummary {
        let usable = totals.bounds.usable
        return ColumnSummary(
            path: leaf.path, type: leaf.type, isRepeated: leaf.maxRepetitionLevel > 0,
            valueCount: Int64(totals.valueCount), nullCount: Int64(totals.nullCount),
            min: usable?.min, max: usable?.max,
            isMinTruncated: totals.bounds.isMinTruncated,
            isMaxTruncated: totals.bounds.isMaxTruncated, hasNaN: totals.bounds.hasNaN)
    }

    func write(_ bytes: [UInt8]) throws(ParquetError) {
        try sink.write(bytes)
        position += Int64(bytes.count)
    }
}

extension ColumnType {
    /// Whether a column of `other` can be written as this type: equal but for names of list
    /// elements, nullability and metadata, which values do not carry.
    fileprivate func isStored(as other: ColumnType) -> Bool {
        switch (self, other) {
        case (.structure(let fields), .structure(let others)):
            fields.count == others.count
                && zip(fields, others).allSatisfy {
                    $0.name == $1.name && $0.type.isStored(as: $1.type)
                }
        case (.list(let element), .list(let other)): element.type.isStored(as: other.type)
        case (.map(let key, let value), .map(let otherKey, let otherValue)):
            key.type.isStored(as: otherKey.type) && value.type.isStored(as: otherValue.type)
        default: self == other
        }
    }
}
