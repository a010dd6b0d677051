// Page headers from Thrift (parquet.thrift `PageHeader`).

extension PageHeader {
    init(from reader: inout CompactReader) throws(Damage) {
        var type: Int32?
        var uncompressedSize: Int32?
        var compressedSize: Int32?
        var header = PageHeader(type: .data, uncompressedSize: 0, compressedSize: 0)
        try reader.structure { (reader, field) throws(Damage) in
            switch (field.id, field.type) {
            case (1, _): type = try reader.int32(field)
            case (2, _): uncompressedSize = try reader.int32(field)
            case (3, _): compressedSize = try reader.int32(field)
            case (4, _): header.crc = try reader.int32(field)
            case (5, .structure): header.dataPage = try DataPageHeader(from: &reader)
            case (7, .structure): header.dictionaryPage = try DictionaryPageHeader(from: &reader)
            case (8, .structure): header.dataPageV2 = try DataPageHeaderV2(from: &reader)
            default: try reader.skip(field)
            }
        }
        header.type = PageType(rawValue: try require(type, "a page's type"))
        header.uncompressedSize = try require(uncompressedSize, "uncompressed_page_size")
        header.compressedSize = try require(compressedSize, "compressed_page_size")
        guard header.uncompressedSize >= 0, header.compressedSize >= 0 else {
            throw Damage("a page of negative size")
        }
        self = header
    }
}

extension DataPageHeader {
    fileprivate init(from reader: inout CompactReader) throws(Damage) {
        var valueCount: Int32?
        var header = DataPageHeader(
            valueCount: 0, encoding: .plain, definitionLevelEncoding: .rle,
            repetitionLevelEncoding: .rle)
        try reader.structure { (reader, field) throws(Damage) in
            switch field.id {
            case 1: valueCount = try reader.int32(field)
            case 2: header.encoding.rawValue = try reader.int32(field)
            case 3: header.definitionLevelEncoding.rawValue = try reader.int32(field)
            case 4: header.repetitionLevelEncoding.rawValue = try reader.int32(field)
            case 5: header.statistics = try Statistics(from: &reader, field)
            default: try reader.skip(field)
            }
        }
        header.valueCount = try require(valueCount, "a page's num_values")
        guard header.valueCount >= 0 else { throw Damage("a page of negative value count") }
        self = header
    }
}

extension DataPageHeaderV2 {
    fileprivate init(from reader: inout CompactReader) throws(Damage) {
        var valueCount: Int32?
        var definitionBytes: Int32?
        var repetitionBytes: Int32?
        var header = DataPageHeaderV2(
            valueCount: 0, nullCount: 0, rowCount: 0, encoding: .plain,
            definitionLevelsByteCount: 0, repetitionLevelsByteCount: 0, isCompressed: true)
        try reader.structure { (reader, field) throws(Damage) in
            switch field.id {
            case 1: valueCount = try reader.int32(field)
            case 2: header.nullCount = try reader.int32(field)
            case 3: header.rowCount = try reader.int32(field)
            case 4: header.encoding.rawValue = try reader.int32(field)
            case 5: definitionBytes = try reader.int32(field)
            case 6: repetitionBytes = try reader.int32(field)
            case 7: header.isCompressed = try reader.bool(field)
            case 8: header.statistics = try Statistics(from: &reader, field)
            default: try reader.skip(field)
            }
        }
        header.valueCount = try require(valueCount, "a page's num_values")
        header.definitionLevelsByteCount = try require(definitionBytes, "definition levels' size")
        header.repetitionLevelsByteCount = try require(repetitionBytes, "repetition levels' size")
        guard header.valueCount >= 0, header.definitionLevelsByteCount >= 0,
            header.repetitionLevelsByteCount >= 0
        else { throw Damage("a page header with a negative count") }
        self = header
    }
}

extension DictionaryPageHeader {
    fileprivate init(from reader: inout CompactReader) throws(Damage) {
        var valueCount: Int32?
        var header = DictionaryPageHeader(valueCount: 0, encoding: .plain)
        try reader.structure { (reader, field) throws(Damage) in
            switch field.id {
            case 1: valueCount = try reader.int32(field)
            case 2: header.encoding.rawValue = try reader.int32(field)
            case 3: header.isSorted = try reader.bool(field)
            default: try reader.skip(field)
            }
        }
        header.valueCount = try require(valueCount, "a dictionary's num_values")
        guard header.valueCount >= 0 else { throw Damage("a dictionary of negative size") }
        self = header
    }
}
