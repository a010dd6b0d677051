// The footer's structures from Thrift (parquet.thrift). Unknown fields are skipped; a required
// field that is missing is damage.

extension FileMetaData {
    init(from reader: inout CompactReader) throws(Damage) {
        var version: Int32?
        var schema: [SchemaElement]?
        var rowCount: Int64?
        var rowGroups: [RowGroup]?
        var keyValues: [KeyValue]?
        var createdBy: String?
        var columnOrders: [Bool]?
        try reader.structure { (reader, field) throws(Damage) in
            switch field.id {
            case 1: version = try reader.int32(field)
            case 2:
                schema = try reader.structures(field) { (reader) throws(Damage) in
                    try SchemaElement(from: &reader)
                }
            case 3: rowCount = try reader.int64(field)
            case 4:
                rowGroups = try reader.structures(field) { (reader) throws(Damage) in
                    try RowGroup(from: &reader)
                }
            case 5: keyValues = try reader.keyValues(field)
            case 6: createdBy = try reader.string(field)
            case 7:
                columnOrders = try reader.structures(field) { (reader) throws(Damage) in
                    var isTypeOrder = false
                    try reader.structure { (reader, field) throws(Damage) in
                        if field.id == 1 { isTypeOrder = true }
                        try reader.skip(field)
                    }
                    return isTypeOrder
                }
            case 8: throw .unsupported("encryption of a file")
            default: try reader.skip(field)
            }
        }
        self.init(
            version: try require(version, "version"), schema: try require(schema, "schema"),
            rowCount: try require(rowCount, "num_rows"),
            rowGroups: try require(rowGroups, "row_groups"), keyValueMetadata: keyValues,
            createdBy: createdBy, columnOrders: columnOrders)
    }
}

extension RowGroup {
    init(from reader: inout CompactReader) throws(Damage) {
        var columns: [ColumnChunk]?
        var group = RowGroup(columns: [], totalByteSize: 0, rowCount: -1)
        try reader.structure { (reader, field) throws(Damage) in
            switch field.id {
            case 1:
                columns = try reader.structures(field) { (reader) throws(Damage) in
                    try ColumnChunk(from: &reader)
                }
            case 2: group.totalByteSize = try reader.int64(field)
            case 3: group.rowCount = try reader.int64(field)
            case 4:
                group.sortingColumns = try reader.structures(field) { (reader) throws(Damage) in
                    try SortingColumn(from: &reader)
                }
            case 5: group.fileOffset = try reader.int64(field)
            case 6: group.totalCompressedSize = try reader.int64(field)
            case 7: group.ordinal = try reader.int16(field)
            default: try reader.skip(field)
            }
        }
        group.columns = try require(columns, "columns")
        guard group.rowCount >= 0 else { throw Damage("a row group without its row count") }
        self = group
    }
}

extension SortingColumn {
    fileprivate init(from reader: inout CompactReader) throws(Damage) {
        var sorting = SortingColumn(columnIndex: 0, isDescending: false, isNullsFirst: false)
        try reader.structure { (reader, field) throws(Damage) in
            switch field.id {
            case 1: sorting.columnIndex = try reader.int32(field)
            case 2: sorting.isDescending = try reader.bool(field)
            case 3: sorting.isNullsFirst = try reader.bool(field)
            default: try reader.skip(field)
            }
        }
        self = sorting
    }
}

extension ColumnChunk {
    fileprivate init(from reader: inout CompactReader) throws(Damage) {
        var chunk = ColumnChunk(fileOffset: 0)
        try reader.structure { (reader, field) throws(Damage) in
            switch field.id {
            case 1: chunk.filePath = try reader.string(field)
            case 2: chunk.fileOffset = try reader.int64(field)
            case 3: chunk.metaData = try ColumnMetaData(from: &reader, field)
            case 4: chunk.offsetIndexOffset = try reader.int64(field)
            case 5: chunk.offsetIndexLength = try reader.int32(field)
            case 6: chunk.columnIndexOffset = try reader.int64(field)
            case 7: chunk.columnIndexLength = try reader.int32(field)
            case 8: throw .unsupported("encryption of a column")
            default: try reader.skip(field)
            }
        }
        self = chunk
    }
}

extension ColumnMetaData {
    fileprivate init(
        from reader: inout CompactReader, _ field: CompactReader.FieldHead
    ) throws(Damage) {
        guard field.type == .structure else { throw Damage("chunk metadata is not a structure") }
        var type: Int32?
        var codec: Int32?
        var valueCount: Int64?
        var compressedSize: Int64?
        var dataPageOffset: Int64?
        var chunk = ColumnMetaData(
            type: .boolean, encodings: [], pathInSchema: [], codec: .uncompressed, valueCount: 0,
            totalUncompressedSize: 0, totalCompressedSize: 0, dataPageOffset: 0)
        try reader.structure { (reader, field) throws(Damage) in
            switch field.id {
            case 1: type = try reader.int32(field)
            case 2:
                chunk.encodings = try reader.int64s(field).map {
                    Encoding(rawValue: Int32(truncatingIfNeeded: $0))
                }
            case 3:
                chunk.pathInSchema = try reader.binaries(field).map {
                    String(decoding: $0, as: UTF8.self)
                }
            case 4: codec = try reader.int32(field)
            case 5: valueCount = try reader.int64(field)
            case 6: chunk.totalUncompressedSize = try reader.int64(field)
            case 7: compressedSize = try reader.int64(field)
            case 8: chunk.keyValueMetadata = try reader.keyValues(field)
            case 9: dataPageOffset = try reader.int64(field)
            case 10: chunk.indexPageOffset = try reader.int64(field)
            case 11: chunk.dictionaryPageOffset = try reader.int64(field)
            case 12: chunk.statistics = try Statistics(from: &reader, field)
            case 13:
                chunk.encodingStats = try reader.structures(field) { (reader) throws(Damage) in
                    try PageEncodingStats(from: &reader)
                }
            // An old writer used these numbers for something else; what they name is looked at when
            // it is read.
            case 14 where field.type == .int64:
                chunk.bloomFilterOffset = try reader.int64(field)
            case 15 where field.type == .int32:
                chunk.bloomFilterLength = try reader.int32(field)
            default: try reader.skip(field)
            }
        }
        chunk.type = PhysicalType(rawValue: try require(type, "a chunk's type"))
        chunk.codec = CompressionCodec(rawValue: try require(codec, "a chunk's codec"))
        chunk.valueCount = try require(valueCount, "a chunk's num_values")
        chunk.totalCompressedSize = try require(compressedSize, "total_compressed_size")
        chunk.dataPageOffset = try require(dataPageOffset, "data_page_offset")
        self = chunk
    }
}

extension PageEncodingStats {
    fileprivate init(from reader: inout CompactReader) throws(Damage) {
        var stats = PageEncodingStats(pageType: .data, encoding: .plain, count: 0)
        try reader.structure { (reader, field) throws(Damage) in
            switch field.id {
            case 1: stats.pageType.rawValue = try reader.int32(field)
            case 2: stats.encoding.rawValue = try reader.int32(field)
            case 3: stats.count = try reader.int32(field)
            default: try reader.skip(field)
            }
        }
        self = stats
    }
}

extension Statistics {
    /// The value of `field`; anything but a structure is damage.
    init(from reader: inout CompactReader, _ field: CompactReader.FieldHead) throws(Damage) {
        guard field.type == .structure else { throw Damage("statistics are not a structure") }
        var statistics = Statistics()
        try reader.structure { (reader, field) throws(Damage) in
            switch field.id {
            case 1: statistics.legacyMax = try reader.binary(field)
            case 2: statistics.legacyMin = try reader.binary(field)
            case 3: statistics.nullCount = try reader.int64(field)
            case 4: statistics.distinctCount = try reader.int64(field)
            case 5: statistics.maxValue = try reader.binary(field)
            case 6: statistics.minValue = try reader.binary(field)
            case 7: statistics.isMaxValueExact = try reader.bool(field)
            case 8: statistics.isMinValueExact = try reader.bool(field)
            default: try reader.skip(field)
            }
        }
        self = statistics
    }
}

extension CompactReader {
    /// A list of key-value pairs.
    fileprivate mutating func keyValues(_ field: FieldHead) throws(Damage) -> [KeyValue] {
        try structures(field) { (reader) throws(Damage) in
            var pair = KeyValue(key: "")
            try reader.structure { (reader, field) throws(Damage) in
                switch field.id {
                case 1: pair.key = try reader.string(field)
                case 2: pair.value = try reader.string(field)
                default: try reader.skip(field)
                }
            }
            return pair
        }
    }
}

func require<T>(_ value: T?, _ name: String) throws(Damage) -> T {
    guard let value else { throw Damage("\(name) is missing") }
    return value
}
