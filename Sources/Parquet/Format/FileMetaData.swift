/// A pair of the file's or a chunk's free metadata.
struct KeyValue: Hashable, Sendable {
    var key: String
    var value: String?
}

/// A column the rows of a row group are sorted by.
struct SortingColumn: Hashable, Sendable {
    /// The leaf's position in the schema.
    var columnIndex: Int32
    var isDescending: Bool
    var isNullsFirst: Bool
}

/// A horizontal slice of the file: one chunk for every leaf.
struct RowGroup: Hashable, Sendable {
    var columns: [ColumnChunk]
    /// Bytes of all chunks before compression.
    var totalByteSize: Int64
    var rowCount: Int64
    var sortingColumns: [SortingColumn]?
    var fileOffset: Int64?
    /// Bytes of all chunks as stored.
    var totalCompressedSize: Int64?
    var ordinal: Int16?
}

/// The footer (parquet.thrift `FileMetaData`): everything needed to find and read the pages.
struct FileMetaData: Hashable, Sendable {
    var version: Int32
    /// The schema tree in depth-first order, the root first.
    var schema: [SchemaElement]
    var rowCount: Int64
    var rowGroups: [RowGroup]
    var keyValueMetadata: [KeyValue]?
    var createdBy: String?
    /// For every leaf, whether its bounds follow its type's order; nil when the file does not say.
    var columnOrders: [Bool]?
}

extension KeyValue {
    func write(to writer: inout CompactWriter) {
        writer.structure { writer in
            writer.string(1, key)
            writer.string(2, value)
        }
    }
}

extension RowGroup {
    func write(to writer: inout CompactWriter) {
        writer.structure { writer in
            writer.structureList(1, columns) { $0.write(to: &$1) }
            writer.i64(2, totalByteSize)
            writer.i64(3, rowCount)
            if let sortingColumns {
                writer.structureList(4, sortingColumns) { column, writer in
                    writer.structure { writer in
                        writer.i32(1, column.columnIndex)
                        writer.bool(2, column.isDescending)
                        writer.bool(3, column.isNullsFirst)
                    }
                }
            }
            writer.i64(5, fileOffset)
            writer.i64(6, totalCompressedSize)
            writer.i16(7, ordinal)
        }
    }
}

extension FileMetaData {
    func write(to writer: inout CompactWriter) {
        writer.structure { writer in
            writer.i32(1, version)
            writer.structureList(2, schema) { $0.write(to: &$1) }
            writer.i64(3, rowCount)
            writer.structureList(4, rowGroups) { $0.write(to: &$1) }
            if let keyValueMetadata {
                writer.structureList(5, keyValueMetadata) { $0.write(to: &$1) }
            }
            writer.string(6, createdBy)
            if let columnOrders {
                writer.structureList(7, columnOrders) { isTypeOrder, writer in
                    writer.structure { if isTypeOrder { $0.structure(1) { _ in } } }
                }
            }
        }
    }
}
