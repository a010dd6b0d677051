//! The page index: where the pages of a chunk are and what bounds their values have.

public import Columnar

/// What the page index says of one data page of a flat column.
public struct PageBounds: Sendable {
    /// Its rows within the row group.
    public let rows: Range<Int>
    /// A column of one row with a value that no value of the page is below; nil when that is not
    /// known or all of the page is null.
    public let minimum: Column?
    /// As `minimum`, for a value that no value of the page is above.
    public let maximum: Column?
}

extension FileReader {
    /// The pages of a top-level column in row group `index`, in their order; nil when the file has
    /// no page index of it. Throws `.damaged` when the index contradicts the file.
    public func pageBounds(
        rowGroup index: Int, column: String
    ) throws(ParquetError) -> [PageBounds]? {
        guard let position = schema.index(of: column), case .leaf(let leaf) = plans[position],
            leaf.maxRepetition == 0
        else { return nil }
        let group = metadata.rowGroups[index]
        let chunk = group.columns[leaf.index]
        guard (chunk.filePath ?? "").isEmpty, let offset = chunk.offsetIndexOffset,
            let offsetLength = chunk.offsetIndexLength, let bounds = chunk.columnIndexOffset,
            let boundsLength = chunk.columnIndexLength
        else { return nil }
        let subject = "column \(column) of row group \(index)"
        let places = try self.index(offset, offsetLength, subject) { (reader) throws(Damage) in
            try OffsetIndex(from: &reader)
        }.pageLocations
        let values = try self.index(bounds, boundsLength, subject) { (reader) throws(Damage) in
            try ColumnIndex(from: &reader)
        }
        return try decoding("read page index", subject) { () throws(Damage) in
            guard values.nullPages.count == places.count else {
                throw Damage("\(places.count) pages, bounds of \(values.nullPages.count)")
            }
            let stored = rowGroups[index].columns[leaf.index]
            var pages: [PageBounds] = []
            for page in places.indices {
                let isLast = page == places.count - 1
                let start = places[page].firstRowIndex
                let end = isLast ? group.rowCount : places[page + 1].firstRowIndex
                guard start == Int64(pages.last?.rows.upperBound ?? 0), start < end,
                    end <= group.rowCount
                else { throw Damage("pages that do not follow one another") }
                let isNull = values.nullPages[page]
                pages.append(
                    PageBounds(
                        rows: Int(start)..<Int(end),
                        minimum: isNull ? nil : stored.bound(values.minValues[page]),
                        maximum: isNull ? nil : stored.bound(values.maxValues[page])))
            }
            return pages
        }
    }

    /// The place of `count` bytes at `offset`, all before the footer.
    func range(_ offset: Int64, _ count: Int64) throws(Damage) -> Range<Int> {
        guard offset >= 4, count >= 0, count <= Int64(footerStart),
            offset <= Int64(footerStart) - count
        else { throw Damage("\(count) bytes at \(offset) are not within the file") }
        return Int(offset)..<Int(offset + count)
    }

    /// Decodes the `length` bytes of an index at `offset`.
    func index<Index>(
        _ offset: Int64, _ length: Int32, _ subject: String,
        _ read: (inout CompactReader) throws(Damage) -> Index
    ) throws(ParquetError) -> Index {
        let place = try decoding("read page index", subject) { () throws(Damage) in
            try range(offset, Int64(length))
        }
        let bytes = try source.read(at: place.lowerBound, count: place.count)
        return try decoding("read page index", subject) { () throws(Damage) in
            var reader = CompactReader(bytes, in: 0..<bytes.count)
            return try read(&reader)
        }
    }
}

extension OffsetIndex {
    init(from reader: inout CompactReader) throws(Damage) {
        var locations: [PageLocation] = []
        try reader.structure { (reader, field) throws(Damage) in
            guard field.id == 1 else { return try reader.skip(field) }
            locations = try reader.structures(field) { (reader) throws(Damage) in
                var page = PageLocation(offset: -1, compressedPageSize: 0, firstRowIndex: 0)
                try reader.structure { (reader, field) throws(Damage) in
                    switch field.id {
                    case 1: page.offset = try reader.int64(field)
                    case 2: page.compressedPageSize = try reader.int32(field)
                    case 3: page.firstRowIndex = try reader.int64(field)
                    default: try reader.skip(field)
                    }
                }
                guard page.offset >= 0, page.offset < 1 << 62 else {
                    throw Damage("a page at \(page.offset)")
                }
                return page
            }
        }
        pageLocations = locations
    }
}

extension ColumnIndex {
    init(from reader: inout CompactReader) throws(Damage) {
        var index = ColumnIndex(
            nullPages: [], minValues: [], maxValues: [], boundaryOrder: .unordered,
            nullCounts: nil)
        try reader.structure { (reader, field) throws(Damage) in
            switch field.id {
            case 1: index.nullPages = try reader.bools(field)
            case 2: index.minValues = try reader.binaries(field)
            case 3: index.maxValues = try reader.binaries(field)
            default: try reader.skip(field)
            }
        }
        let count = index.nullPages.count
        guard index.minValues.count == count, index.maxValues.count == count else {
            throw Damage("an index of pages whose lists differ in length")
        }
        self = index
    }
}

extension FileReader {
    /// The Bloom filter of a top-level column in row group `index`; nil when the file has none that
    /// tells its length, or one of another kind.
    public func bloomFilter(
        rowGroup index: Int, column: String
    ) throws(ParquetError) -> BloomFilter? {
        guard let position = schema.index(of: column), case .leaf(let leaf) = plans[position],
            leaf.maxRepetition == 0
        else { return nil }
        let chunk = metadata.rowGroups[index].columns[leaf.index]
        guard (chunk.filePath ?? "").isEmpty, let metaData = chunk.metaData,
            let range = filterRange(metaData)
        else { return nil }
        return BloomFilter(try source.read(at: range.lowerBound, count: range.count))
    }

    /// Where the filter of a chunk is; nil when there is none within the file.
    func filterRange(_ metaData: ColumnMetaData) -> Range<Int>? {
        guard let offset = metaData.bloomFilterOffset, let length = metaData.bloomFilterLength,
            length > 0
        else { return nil }
        return try? range(offset, Int64(length))
    }
}
