/// The header of a version 1 data page.
struct DataPageHeader: Hashable, Sendable {
    /// Values and nulls together.
    var valueCount: Int32
    var encoding: Encoding
    var definitionLevelEncoding: Encoding
    var repetitionLevelEncoding: Encoding
    var statistics: Statistics?
}

/// The header of a version 2 data page, whose levels are never compressed.
struct DataPageHeaderV2: Hashable, Sendable {
    var valueCount: Int32
    var nullCount: Int32
    var rowCount: Int32
    var encoding: Encoding
    var definitionLevelsByteCount: Int32
    var repetitionLevelsByteCount: Int32
    /// Absent in the file means true.
    var isCompressed: Bool
    var statistics: Statistics?
}

/// The header of the page that holds a chunk's distinct values.
struct DictionaryPageHeader: Hashable, Sendable {
    var valueCount: Int32
    var encoding: Encoding
    var isSorted: Bool?
}

/// What stands before each page (parquet.thrift `PageHeader`).
struct PageHeader: Hashable, Sendable {
    var type: PageType
    /// Bytes of the page without this header.
    var uncompressedSize: Int32
    var compressedSize: Int32
    /// CRC-32 (of gzip) of the page's stored bytes.
    var crc: Int32?
    var dataPage: DataPageHeader?
    var dictionaryPage: DictionaryPageHeader?
    var dataPageV2: DataPageHeaderV2?
}

extension PageHeader {
    func write(to writer: inout CompactWriter) {
        writer.structure { writer in
            writer.i32(1, type.rawValue)
            writer.i32(2, uncompressedSize)
            writer.i32(3, compressedSize)
            writer.i32(4, crc)
            if let page = dataPage {
                writer.structure(5) { writer in
                    writer.i32(1, page.valueCount)
                    writer.i32(2, page.encoding.rawValue)
                    writer.i32(3, page.definitionLevelEncoding.rawValue)
                    writer.i32(4, page.repetitionLevelEncoding.rawValue)
                    guard let statistics = page.statistics else { return }
                    writer.structure(5) { statistics.write(to: &$0) }
                }
            }
            if let page = dictionaryPage {
                writer.structure(7) { writer in
                    writer.i32(1, page.valueCount)
                    writer.i32(2, page.encoding.rawValue)
                    writer.bool(3, page.isSorted)
                }
            }
            if let page = dataPageV2 {
                writer.structure(8) { writer in
                    writer.i32(1, page.valueCount)
                    writer.i32(2, page.nullCount)
                    writer.i32(3, page.rowCount)
                    writer.i32(4, page.encoding.rawValue)
                    writer.i32(5, page.definitionLevelsByteCount)
                    writer.i32(6, page.repetitionLevelsByteCount)
                    writer.bool(7, page.isCompressed)
                    guard let statistics = page.statistics else { return }
                    writer.structure(8) { statistics.write(to: &$0) }
                }
            }
        }
    }
}
