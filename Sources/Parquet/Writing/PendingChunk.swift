/// A data page ready to be written.
struct PendingPage: Sendable {
    /// Header and compressed content.
    var bytes: [UInt8]
    var uncompressedByteCount: Int
    var encoding: Encoding
    /// Values and nulls together.
    var valueCount: Int
    var nullCount: Int
    /// The page's first row within the row group.
    var firstRow: Int
    var bounds: Bounds
}

/// The pages of one column until its row group is written.
struct PendingChunk: Sendable {
    var dictionaryPage: PageCompressor.StoredPage?
    /// Header and words; nil for no filter.
    var bloomFilter: [UInt8]?
    private(set) var pages: [PendingPage] = []
    private(set) var rowCount = 0
    private(set) var storedByteCount = 0
    private(set) var bounds = Bounds()
    private(set) var nullCount = 0
    private(set) var valueCount = 0

    mutating func append(_ page: PendingPage, rowCount: Int) {
        pages.append(page)
        self.rowCount += rowCount
        storedByteCount += page.bytes.count
        bounds.merge(page.bounds)
        nullCount += page.nullCount
        valueCount += page.valueCount
    }

    /// The chunk's entry in the footer, its first page at `offset` of the file.
    func metaData(_ leaf: Leaf, codec: CompressionCodec, at offset: Int64) -> ColumnMetaData {
        let dictionaryBytes = Int64(dictionaryPage?.bytes.count ?? 0)
        let dictionaryRawBytes = dictionaryPage?.uncompressedByteCount ?? 0
        var encodings: [Encoding] = dictionaryPage == nil ? [] : [.rleDictionary]
        // The dictionary page is PLAIN too.
        encodings += [.plain, .rle]
        return ColumnMetaData(
            type: leaf.physicalType, encodings: encodings, pathInSchema: leaf.path, codec: codec,
            valueCount: Int64(valueCount),
            totalUncompressedSize: Int64(
                pages.reduce(dictionaryRawBytes) { $0 + $1.uncompressedByteCount }),
            totalCompressedSize: dictionaryBytes + Int64(storedByteCount),
            dataPageOffset: offset + dictionaryBytes,
            dictionaryPageOffset: dictionaryPage == nil ? nil : offset,
            statistics: statistics(leaf), encodingStats: encodingStats)
    }

    private func statistics(_ leaf: Leaf) -> Statistics {
        var statistics = Statistics(nullCount: Int64(nullCount))
        if let stored = StoredBounds(bounds, of: leaf) {
            statistics.minValue = stored.min
            statistics.maxValue = stored.max
            statistics.isMinValueExact = stored.isMinExact
            statistics.isMaxValueExact = stored.isMaxExact
        }
        return statistics
    }

    private var encodingStats: [PageEncodingStats] {
        var stats: [PageEncodingStats] = []
        if dictionaryPage != nil {
            stats.append(PageEncodingStats(pageType: .dictionary, encoding: .plain, count: 1))
        }
        for encoding in [Encoding.rleDictionary, .plain] {
            let count = pages.count { $0.encoding == encoding }
            if count == 0 { continue }
            stats.append(
                PageEncodingStats(pageType: .data, encoding: encoding, count: Int32(count)))
        }
        return stats
    }

    /// The locations of the data pages, the first of them at `offset` of the file.
    func offsetIndex(at offset: Int64) -> OffsetIndex {
        var position = offset
        let locations = pages.map { page in
            defer { position += Int64(page.bytes.count) }
            return PageLocation(
                offset: position, compressedPageSize: Int32(page.bytes.count),
                firstRowIndex: Int64(page.firstRow))
        }
        return OffsetIndex(pageLocations: locations)
    }

    /// The bounds of the pages, or nil when a page with values has none to tell.
    func columnIndex(_ leaf: Leaf) -> ColumnIndex? {
        var index = ColumnIndex(
            nullPages: [], minValues: [], maxValues: [], boundaryOrder: .unordered,
            nullCounts: [])
        for page in pages {
            let isNullPage = page.nullCount == page.valueCount
            index.nullPages.append(isNullPage)
            index.nullCounts?.append(Int64(page.nullCount))
            if isNullPage {
                index.minValues.append([])
                index.maxValues.append([])
            } else {
                guard let stored = StoredBounds(page.bounds, of: leaf) else { return nil }
                index.minValues.append(stored.min)
                index.maxValues.append(stored.max)
            }
        }
        index.boundaryOrder = boundaryOrder
        return index
    }

    /// Whether the bounds of the pages follow one another.
    var isOrdered: Bool { boundaryOrder != .unordered }

    private var boundaryOrder: BoundaryOrder {
        let bounds = pages.compactMap(\.bounds.usable)
        let pairs = zip(bounds, bounds.dropFirst())
        if pairs.allSatisfy({ !($1.min < $0.min) && !($1.max < $0.max) }) { return .ascending }
        if pairs.allSatisfy({ !($0.min < $1.min) && !($0.max < $1.max) }) { return .descending }
        return .unordered
    }
}
