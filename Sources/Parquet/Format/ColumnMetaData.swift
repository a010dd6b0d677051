/// How many pages of a chunk have a type and encoding.
struct PageEncodingStats: Hashable, Sendable {
    var pageType: PageType
    var encoding: Encoding
    var count: Int32
}

/// The pages of one column within one row group (parquet.thrift `ColumnMetaData`).
struct ColumnMetaData: Hashable, Sendable {
    var type: PhysicalType
    var encodings: [Encoding]
    var pathInSchema: [String]
    var codec: CompressionCodec
    /// Values and nulls together, counting every element of a repeated field.
    var valueCount: Int64
    /// Bytes of all pages with their headers, before and after compression.
    var totalUncompressedSize: Int64
    var totalCompressedSize: Int64
    var keyValueMetadata: [KeyValue]?
    /// Position in the file of the first data page's header.
    var dataPageOffset: Int64
    var indexPageOffset: Int64?
    var dictionaryPageOffset: Int64?
    var statistics: Statistics?
    var encodingStats: [PageEncodingStats]?
    var bloomFilterOffset: Int64?
    var bloomFilterLength: Int32?
}

/// A column chunk of a row group and where its parts are.
struct ColumnChunk: Hashable, Sendable {
    var filePath: String?
    /// Deprecated; writers put 0 or, as we do, the first page's offset.
    var fileOffset: Int64
    var metaData: ColumnMetaData?
    var offsetIndexOffset: Int64?
    var offsetIndexLength: Int32?
    var columnIndexOffset: Int64?
    var columnIndexLength: Int32?
}

extension ColumnMetaData {
    func write(to writer: inout CompactWriter) {
        writer.i32(1, type.rawValue)
        writer.i32List(2, encodings.map(\.rawValue))
        writer.stringList(3, pathInSchema)
        writer.i32(4, codec.rawValue)
        writer.i64(5, valueCount)
        writer.i64(6, totalUncompressedSize)
        writer.i64(7, totalCompressedSize)
        if let keyValueMetadata {
            writer.structureList(8, keyValueMetadata) { $0.write(to: &$1) }
        }
        writer.i64(9, dataPageOffset)
        writer.i64(10, indexPageOffset)
        writer.i64(11, dictionaryPageOffset)
        if let statistics { writer.structure(12) { statistics.write(to: &$0) } }
        if let encodingStats {
            writer.structureList(13, encodingStats) { stats, writer in
                writer.structure { writer in
                    writer.i32(1, stats.pageType.rawValue)
                    writer.i32(2, stats.encoding.rawValue)
                    writer.i32(3, stats.count)
                }
            }
        }
        writer.i64(14, bloomFilterOffset)
        writer.i32(15, bloomFilterLength)
    }
}

extension ColumnChunk {
    func write(to writer: inout CompactWriter) {
        writer.structure { writer in
            writer.string(1, filePath)
            writer.i64(2, fileOffset)
            if let metaData { writer.structure(3) { metaData.write(to: &$0) } }
            writer.i64(4, offsetIndexOffset)
            writer.i32(5, offsetIndexLength)
            writer.i64(6, columnIndexOffset)
            writer.i32(7, columnIndexLength)
        }
    }
}
