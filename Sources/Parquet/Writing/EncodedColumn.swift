public import Columnar

/// A column of one row group as a file stores it: compressed pages that do not know where they are.
public struct EncodedColumn: Sendable {
    let leaf: Leaf
    let codec: CompressionCodec
    let chunk: PendingChunk

    /// The bytes of its data pages.
    public var storedBytes: Int { chunk.storedByteCount }
}

/// Encodes a flat column of a row group apart from any file, so that several threads may do so for
/// one. One encoder belongs to one task.
public final class ColumnEncoder {
    private let column: ColumnChunkWriter
    private let codec: CompressionCodec

    /// Throws `schema` when the column is nested or cannot be stored.
    public init(_ field: Field, _ options: WriterOptions) throws(ParquetError) {
        let leaves = try SchemaTree(Schema([field])).leaves
        guard leaves.count == 1, leaves[0].isFlat else {
            throw ParquetError(
                .schema, operation: "encode", subject: field.name,
                message: "a nested column is not one of pages")
        }
        let compressor = try PageCompressor(options)
        codec = compressor.codec
        column = ColumnChunkWriter(
            leaves[0], options, pageBytes: options.pageBytes, compressor)
    }

    /// Appends rows; throws `schema` for another type and `value` for values outside of it.
    public func append(_ rows: Column) throws(ParquetError) {
        guard rows.type == column.leaf.type else {
            throw ParquetError(
                .schema, operation: "encode", subject: column.leaf.name,
                message: "a column of type \(rows.type)")
        }
        try column.append(rows, 0..<rows.count)
    }

    func append(
        _ page: [UInt8], uncompressedByteCount: Int, rowCount: Int, bounds: Bounds
    ) throws(ParquetError) {
        try column.append(
            stored: page, uncompressedByteCount: uncompressedByteCount, rowCount: rowCount,
            bounds: bounds)
    }

    /// The column, once; the next rows are those of another row group.
    public func finish() throws(ParquetError) -> EncodedColumn {
        EncodedColumn(leaf: column.leaf, codec: codec, chunk: try column.finishChunk())
    }
}
