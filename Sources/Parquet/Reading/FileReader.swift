public import Columnar

/// A Parquet file opened for reading: its schema, metadata and row groups.
///
/// Opening reads the footer only. Every length, offset and code of the file is checked; damage
/// throws and says where.
public struct FileReader: Sendable {
    /// The columns by Delta's names of types; see `LeafType` for what becomes of other types.
    public let schema: Schema
    /// Rows of all row groups; the footer's own total is not used, some writers leave it 0.
    public let rowCount: Int
    /// What the footer says of each row group, in order.
    public let rowGroups: [RowGroupMetadata]
    /// The file's free metadata; of a repeated key the last value.
    public let keyValueMetadata: [String: String]
    /// The writer's name and version, as it gave them.
    public let createdBy: String?

    /// The key under which the metadata of the schema's fields has the number (`field_id`) that the
    /// file gives them, where it does.
    public static let fieldIDKey = "parquet.field_id"

    let source: any ByteSource
    let metadata: FileMetaData
    let plans: [ColumnPlan]
    /// Where the footer starts: pages end before.
    let footerStart: Int

    /// Opens the file behind `source`; throws `.notParquet`, `.damaged`, `.unsupported` or what
    /// the source throws.
    public init(source: any ByteSource) throws(ParquetError) {
        let (metadata, footerStart) = try Footer.read(source)
        self.source = source
        self.metadata = metadata
        self.footerStart = footerStart
        createdBy = metadata.createdBy
        var pairs: [String: String] = [:]
        for pair in metadata.keyValueMetadata ?? [] { pairs[pair.key] = pair.value ?? "" }
        keyValueMetadata = pairs
        let subject = "footer at byte \(footerStart)"
        (schema, plans) = try decoding("read schema", subject) { () throws(Damage) in
            try FileReader.plan(metadata.schema)
        }
        let leaves = plans.flatMap(\.leaves)
        (rowGroups, rowCount) = try decoding("read footer", subject) { () throws(Damage) in
            var groups: [RowGroupMetadata] = []
            var rowCount = 0
            for group in metadata.rowGroups {
                groups.append(try RowGroupMetadata(group, leaves, footerStart: footerStart))
                let (sum, overflow) = rowCount.addingReportingOverflow(Int(group.rowCount))
                if overflow { throw Damage("the row counts overflow") }
                rowCount = sum
            }
            return (groups, rowCount)
        }
    }

    private static func plan(
        _ elements: [SchemaElement]
    ) throws(Damage) -> (Schema, [ColumnPlan]) {
        var fields: [Field] = []
        var plans: [ColumnPlan] = []
        for node in try SchemaNode.tree(elements).children {
            let (field, plan) = try ColumnPlan.field(node, slotRepetition: 0, slotDefinition: 0)
            fields.append(field)
            plans.append(plan)
        }
        return (Schema(fields), plans)
    }

    /// Reads row group `index` (of `rowGroups`) in batches.
    ///
    /// - Parameters:
    ///   - rows: which rows of the group; nil for all. Pages before them are passed over.
    ///   - columns: the top-level columns wanted, in the order wanted; nil for all. A name that is
    ///     not in the file throws `.schema`.
    ///   - batchRowCount: the most rows of a batch; wide rows make smaller batches.
    public func read(
        rowGroup index: Int, rows: Range<Int>? = nil, columns: [String]? = nil,
        batchRowCount: Int = 65_536
    ) throws(ParquetError) -> RowGroupReader {
        precondition(rowGroups.indices.contains(index), "no row group \(index)")
        precondition(batchRowCount > 0, "a batch needs at least one row")
        let all = 0..<rowGroups[index].rowCount
        let rows = rows ?? all
        precondition(all.lowerBound <= rows.lowerBound && rows.upperBound <= all.upperBound)
        var positions = Array(schema.fields.indices)
        if let columns {
            positions = []
            for name in columns {
                guard let position = schema.index(of: name) else {
                    throw ParquetError(
                        .schema, operation: "read", subject: "column \(name)",
                        message: "the file has no such column")
                }
                positions.append(position)
            }
        }
        return try RowGroupReader(
            self, group: index, rows: rows, positions: positions, batchRowCount: batchRowCount)
    }
}

extension FileReader {
    /// The NULLs of a flat column by the footer; nil when it does not tell for every row group, or
    /// has no such column.
    public func nullCount(column: String) -> Int? {
        var total = 0
        for group in rowGroups where group.rowCount > 0 {
            guard let chunk = group.columns.first(where: { $0.path == [column] }),
                let count = chunk.nullCount
            else { return nil }
            total += count
        }
        return total
    }
}

extension RowGroupMetadata {
    /// Checks the footer's row group: a chunk for every leaf, of its type, within the file.
    init(_ group: RowGroup, _ leaves: [LeafPlan], footerStart: Int) throws(Damage) {
        guard group.columns.count == leaves.count else {
            throw Damage("a row group of \(group.columns.count) columns, not \(leaves.count)")
        }
        var columns: [ColumnChunkMetadata] = []
        var compressed = 0
        var uncompressed = 0
        for (chunk, leaf) in zip(group.columns, leaves) {
            let name = leaf.path.joined(separator: ".")
            guard let metaData = chunk.metaData else {
                throw Damage("column \(name) has no metadata")
            }
            guard metaData.type == leaf.physicalType else {
                throw Damage("column \(name) differs in type from the schema")
            }
            guard metaData.valueCount >= 0, metaData.totalCompressedSize >= 0,
                leaf.maxRepetition > 0 || metaData.valueCount == group.rowCount
            else {
                throw Damage(
                    "column \(name) has \(metaData.valueCount) values in \(group.rowCount) rows")
            }
            if group.rowCount > 0 { _ = try metaData.range(footerStart: footerStart) }
            let column = ColumnChunkMetadata(metaData, leaf)
            columns.append(column)
            // Both sizes are below the file's or clamped, and a footer has few chunks.
            compressed += column.compressedSizeBytes
            uncompressed &+= column.uncompressedSizeBytes
        }
        rowCount = Int(group.rowCount)
        hasPageIndex = group.columns.allSatisfy { $0.offsetIndexOffset != nil }
        compressedSizeBytes = compressed
        uncompressedSizeBytes = max(0, uncompressed)
        self.columns = columns
    }
}

extension ColumnMetaData {
    /// Old writers left the dictionary page's header out of a chunk's size (PARQUET-816). The
    /// number of values says when a chunk is read, so a little more does no harm.
    private static let missingHeaderBytes: Int64 = 100

    /// Where the chunk's pages are; its dictionary, if any, comes first.
    func range(footerStart: Int) throws(Damage) -> Range<Int> {
        var start = dataPageOffset
        if let dictionary = dictionaryPageOffset, dictionary > 0 { start = min(start, dictionary) }
        guard start >= 4, totalCompressedSize >= 0, totalCompressedSize <= Int64(footerStart),
            start <= Int64(footerStart) - totalCompressedSize
        else {
            throw Damage(
                "column \(pathInSchema.joined(separator: ".")): \(totalCompressedSize) bytes at"
                    + " \(start) are not within the file")
        }
        let end = start + totalCompressedSize
        return Int(start)..<Int(min(end + ColumnMetaData.missingHeaderBytes, Int64(footerStart)))
    }
}
