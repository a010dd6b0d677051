import Columnar

/// Collects one leaf column's values into pages, and its pages into the chunk of a row group.
final class ColumnChunkWriter {
    let leaf: Leaf
    private let compressor: PageCompressor
    private let pageRows: Int
    private let pageBytes: Int
    private var encoder: ValueEncoder

    // The open page.
    private var presence = PresenceBits()
    private var definitionLevels: [UInt32] = []
    private var repetitionLevels: [UInt32] = []
    private var pageRowCount = 0
    private var pageNullCount = 0
    private var choice = PageCompressor.Choice()
    private var lastEncoding = Encoding.plain
    private var longest = LongestValue()
    private let bloomUse: WriterOptions.BloomUse?
    /// Nil where no filter is asked for.
    private var bloom: BloomHashes?
    /// So many pages tell whether a chunk's are in order.
    private static let orderedPages = 4

    private(set) var chunk = PendingChunk()

    init(
        _ leaf: Leaf, _ options: WriterOptions, pageBytes: Int, _ compressor: PageCompressor
    ) {
        self.leaf = leaf
        self.compressor = compressor
        pageRows = options.pageRows
        self.pageBytes = pageBytes
        encoder = ValueEncoder(
            leaf, dictionaryBytesLimit: options.usesDictionary ? options.dictionaryBytes : 0,
            keepsBuffers: pageBytes == options.pageBytes)
        bloomUse =
            leaf.isFlat && BloomFilter.isKept(of: leaf.type)
            ? options.bloomColumns[leaf.name] : nil
        if bloomUse != nil { bloom = BloomHashes() }
    }

    /// Bytes held for the open chunk.
    var bufferedBytes: Int {
        chunk.storedByteCount + encoder.bufferedBytes + presence.words.count * 8
            + (definitionLevels.count + repetitionLevels.count) * 4 + (bloom?.heldBytes ?? 0)
    }

    // MARK: Flat columns

    /// Takes the rows `range` of a top-level column; throws `value` for nulls that the schema
    /// excludes.
    func append(_ column: Column, _ range: Range<Int>) throws(ParquetError) {
        var start = range.lowerBound
        while start < range.upperBound {
            let rows = min(range.upperBound - start, pageRows - pageRowCount)
            let room = pageBytes - encoder.pagePlainBytes
            let end = start + rowCount(column.storage, from: start, atMost: rows, bytes: room)
            try appendSlice(column, start..<end)
            start = end
            if pageRowCount >= pageRows || encoder.pagePlainBytes >= pageBytes {
                try finishPage(isLast: false)
            }
        }
    }

    private func appendSlice(_ column: Column, _ range: Range<Int>) throws(ParquetError) {
        pageRowCount += range.count
        guard let validity = column.validity else {
            if leaf.maxDefinitionLevel > 0 { presence.appendPresent(range.count) }
            bloom?.append(column.storage, range)
            try encoder.append(column.storage, range)
            return
        }
        let present = presence.append(validity, range)
        let nulls = range.count - present
        pageNullCount += nulls
        if nulls > 0, leaf.maxDefinitionLevel == 0 { throw unexpectedNull() }
        if nulls == 0 {
            bloom?.append(column.storage, range)
            try encoder.append(column.storage, range)
        } else if present > 0 {
            let values = column.storage.compacted(range, validity, present: present)
            bloom?.append(values, 0..<present)
            try encoder.append(values, 0..<present)
        }
    }

    private func unexpectedNull() -> ParquetError {
        ParquetError(
            .value, operation: "write column", subject: leaf.name,
            message: "a null in a column that is not nullable")
    }

    /// How many rows from `start` on, 1…`limit`, take about `bytes` bytes in PLAIN encoding.
    private func rowCount(
        _ storage: ColumnStorage, from start: Int, atMost limit: Int, bytes: Int
    ) -> Int {
        switch storage {
        case .bytes(let values):
            let offsets = values.offsets
            let budget = Int(offsets[start]) + max(0, bytes)
            if Int(offsets[start + limit]) <= budget { return limit }
            var low = 1
            var high = limit
            while low < high {
                let middle = (low + high + 1) / 2
                if Int(offsets[start + middle]) <= budget {
                    low = middle
                } else {
                    high = middle - 1
                }
            }
            return low
        case .dictionary(_, let dictionary):
            let values = dictionary.values
            let average = values.bytes.count / max(1, values.count) + 4
            // Were all of them the longest, and written PLAIN, the page should still be bearable.
            let longest = longest.byteCount(dictionary) / 16 + 4
            return max(1, min(limit, bytes / max(average, longest)))
        default: return limit
        }
    }

    // MARK: Nested columns

    /// Takes the levels of `rowCount` whole rows and their present values, in order.
    func append(_ levels: LeafLevels, rowCount: Int) throws(ParquetError) {
        pageRowCount += rowCount
        pageNullCount += levels.definition.count - levels.values.count
        definitionLevels.append(contentsOf: levels.definition)
        repetitionLevels.append(contentsOf: levels.repetition)
        try encoder.append(levels.values.storage, 0..<levels.values.count)
        if pageRowCount >= pageRows || encoder.pagePlainBytes >= pageBytes
            || definitionLevels.count >= pageRows * 4
        {
            try finishPage(isLast: false)
        }
    }

    // MARK: Pages

    private func finishPage(isLast: Bool) throws(ParquetError) {
        if pageRowCount == 0 { return }
        // One buffer serves the pages of all columns; taken out so that it is not copied.
        var body = compressor.takeScratch()
        defer { compressor.scratch = body }
        appendLevels(to: &body)
        let valueCount = leaf.isFlat ? pageRowCount : definitionLevels.count
        let valuesStart = body.count
        let values = encoder.finishPage(isLast: isLast, to: &body)
        if values.encoding != lastEncoding { choice.reset() }
        lastEncoding = values.encoding
        let numbers =
            values.encoding == .plain && leaf.physicalWidth > 0
            ? PageCompressor.Numbers(start: valuesStart, width: leaf.physicalWidth) : nil
        let header = PageHeader(
            type: .data, uncompressedSize: 0, compressedSize: 0,
            dataPage: DataPageHeader(
                valueCount: Int32(valueCount), encoding: values.encoding,
                definitionLevelEncoding: .rle, repetitionLevelEncoding: .rle))
        let stored = try compressor.store(header, body, numbers: numbers, &choice)
        chunk.append(
            PendingPage(
                bytes: stored.bytes, uncompressedByteCount: stored.uncompressedByteCount,
                encoding: values.encoding, valueCount: valueCount, nullCount: pageNullCount,
                firstRow: chunk.rowCount, bounds: values.bounds),
            rowCount: pageRowCount)
        if bloomUse == .unordered, chunk.pages.count == ColumnChunkWriter.orderedPages,
            chunk.isOrdered
        {
            bloom?.giveUp()
        }
        presence.removeAll()
        definitionLevels.removeAll(keepingCapacity: true)
        repetitionLevels.removeAll(keepingCapacity: true)
        pageRowCount = 0
        pageNullCount = 0
    }

    /// Takes a page over that another chunk of the column has stored, PLAIN and without NULLs.
    func append(
        stored bytes: [UInt8], uncompressedByteCount: Int, rowCount: Int, bounds: Bounds
    ) throws(ParquetError) {
        try finishPage(isLast: false)
        bloom?.giveUp()
        chunk.append(
            PendingPage(
                bytes: bytes, uncompressedByteCount: uncompressedByteCount, encoding: .plain,
                valueCount: rowCount, nullCount: 0, firstRow: chunk.rowCount, bounds: bounds),
            rowCount: rowCount)
    }

    /// Version 1 pages hold each kind of level after its byte count.
    private func appendLevels(to body: inout [UInt8]) {
        if leaf.maxRepetitionLevel > 0 {
            appendSized(to: &body) { body in
                let width = bitWidth(codesBelow: leaf.maxRepetitionLevel + 1)
                appendHybrid(repetitionLevels, width: width, to: &body)
            }
        }
        if leaf.maxDefinitionLevel == 0 { return }
        appendSized(to: &body) { body in
            if !leaf.isFlat {
                let width = bitWidth(codesBelow: leaf.maxDefinitionLevel + 1)
                appendHybrid(definitionLevels, width: width, to: &body)
            } else if pageNullCount == 0 || pageNullCount == pageRowCount {
                body.appendVarint(UInt64(pageRowCount) << 1)
                body.append(pageNullCount == 0 ? 1 : 0)
            } else {
                appendBitLevels(presence.words, count: pageRowCount, to: &body)
            }
        }
    }

    private func appendSized(to body: inout [UInt8], _ write: (inout [UInt8]) -> Void) {
        let start = body.count
        body.append(contentsOf: [0, 0, 0, 0])
        write(&body)
        let count = UInt32(body.count - start - 4)
        for index in 0..<4 {
            body[start + index] = UInt8(truncatingIfNeeded: count >> UInt32(index * 8))
        }
    }

    // MARK: Chunks

    /// Ends the chunk and returns it; the next values belong to the next row group.
    func finishChunk() throws(ParquetError) -> PendingChunk {
        try finishPage(isLast: true)
        if let (bytes, valueCount) = encoder.dictionaryPage() {
            let header = PageHeader(
                type: .dictionary, uncompressedSize: 0, compressedSize: 0,
                dictionaryPage: DictionaryPageHeader(
                    valueCount: Int32(valueCount), encoding: .plain))
            var once = PageCompressor.Choice()
            chunk.dictionaryPage = try compressor.store(header, bytes, &once)
        }
        encoder.startChunk()
        let filter = bloom?.finish()
        if bloomUse == .always || !chunk.isOrdered { chunk.bloomFilter = filter ?? nil }
        defer { chunk = PendingChunk() }
        return chunk
    }
}

/// The longest value of a growing dictionary, looked for among the new ones only.
private struct LongestValue {
    private var lineage = Lineage.none
    private var knownCount = 0
    private var byteCount = 0

    mutating func byteCount(_ dictionary: DictionaryValues) -> Int {
        if !dictionary.lineage.isShared(with: lineage) || dictionary.values.count < knownCount {
            self = LongestValue()
            lineage = dictionary.lineage
        }
        let values = dictionary.values
        for index in knownCount..<values.count {
            byteCount = max(byteCount, values.range(index).count)
        }
        knownCount = values.count
        return byteCount
    }
}
