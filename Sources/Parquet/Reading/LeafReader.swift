import Columnar

/// Reads one column chunk row by row of batches: pages, levels, dictionary and values.
struct LeafReader {
    let plan: LeafPlan
    private let codec: CompressionCodec
    private let decompressor: Decompressor
    private var pages: PageStream
    private var page: DataPage?
    private var dictionary: LeafDictionary?
    /// Values and nulls of the chunk not yet begun, by its metadata.
    private var entriesLeft: Int
    /// Repetition levels of the current page taken from it but not yet used.
    private var lookahead: [UInt8] = []
    private var lookaheadIndex = 0

    /// Repetition levels decoded at once while looking for the end of a row.
    private static let lookaheadCount = 4096

    init(
        _ plan: LeafPlan, pages: PageStream, codec: CompressionCodec, entryCount: Int,
        decompressor: Decompressor
    ) {
        self.plan = plan
        self.pages = pages
        self.codec = codec
        self.decompressor = decompressor
        entriesLeft = entryCount
    }

    /// The next `rowCount` rows; throws when the chunk has fewer.
    mutating func read(_ rowCount: Int) throws(ParquetError) -> LeafBatch {
        var batch = LeafBatch()
        if plan.maxRepetition > 0 {
            batch.definitions = []
            try readNested(rowCount, &batch)
        } else {
            while batch.entryCount < rowCount {
                try needPage()
                guard let left = page?.entriesLeft else { break }
                try take(min(left, rowCount - batch.entryCount), &batch)
            }
        }
        batch.dictionary = dictionary
        return batch
    }

    /// Passes over the next `rowCount` rows; throws when the chunk has fewer. Whole pages of a flat
    /// column are neither decompressed nor read, but for their headers.
    mutating func skip(_ rowCount: Int) throws(ParquetError) {
        if plan.maxRepetition > 0 {
            _ = try read(rowCount)
            return
        }
        var left = rowCount
        while left > 0 {
            if let entries = page?.entriesLeft, entries > 0 {
                var passed = LeafBatch()
                try take(min(left, entries), &passed)
                left -= passed.entryCount
            } else if let entries = try pages.isAtEnd ? nil : pages.skipDataPage(ofAtMost: left) {
                guard entries <= entriesLeft else {
                    throw damage("the pages hold more values than their chunk")
                }
                entriesLeft -= entries
                left -= entries
            } else {
                try nextPage()
            }
        }
    }

    /// Takes entries up to the next one that starts row `rowCount + 1`, or to the chunk's end.
    private mutating func readNested(
        _ rowCount: Int, _ batch: inout LeafBatch
    ) throws(ParquetError) {
        var rowsStarted = 0
        while true {
            if lookaheadIndex == lookahead.count {
                if (page?.entriesLeft ?? 0) == 0, entriesLeft == 0 { break }
                try needPage()
                try lookAhead()
            }
            var end = lookaheadIndex
            while end < lookahead.count {
                if lookahead[end] == 0 {
                    if rowsStarted == rowCount { break }
                    rowsStarted += 1
                }
                end += 1
            }
            if rowsStarted == 0, end > lookaheadIndex {
                throw damage("the chunk starts within a row")
            }
            let count = end - lookaheadIndex
            guard batch.entryCount + count <= ReadLimits.batchEntries else {
                throw damage("lists of one batch pass \(ReadLimits.batchEntries) elements")
            }
            batch.repetitions.append(contentsOf: lookahead[lookaheadIndex..<end])
            lookaheadIndex = end
            if count > 0 { try take(count, &batch) }
            if end < lookahead.count { break }
        }
        guard rowsStarted == rowCount else {
            throw damage("\(rowCount) rows wanted, the chunk ends after \(rowsStarted)")
        }
    }

    private mutating func lookAhead() throws(ParquetError) {
        guard var current = page else { return }
        let count = min(current.entriesLeft, LeafReader.lookaheadCount)
        lookahead = try decoding("read page", pages.place(current.offset)) { () throws(Damage) in
            guard let levels = try current.repetitions?.next(count) else {
                throw Damage("a page without repetition levels")
            }
            return levels
        }
        lookaheadIndex = 0
        page = current
    }

    /// Moves `count` entries of the current page into the batch.
    private mutating func take(_ count: Int, _ batch: inout LeafBatch) throws(ParquetError) {
        guard var current = page else { return }
        page = nil
        let subject = pages.place(current.offset)
        try decoding("read page", subject) { () throws(Damage) in
            let valueCount = try takeLevels(count, &current, &batch)
            var values = try current.values.next(valueCount)
            values = try plan.leaf.conversion.apply(values)
            if case .codes(let codes) = values, let dictionary, dictionary.shared == nil {
                values = try dictionary.look(up: codes)
            }
            batch.pieces.append(values)
        }
        current.entriesLeft -= count
        batch.entryCount += count
        page = current
    }

    /// Appends definition levels; returns how many of the entries are values.
    private func takeLevels(
        _ entryCount: Int, _ page: inout DataPage, _ batch: inout LeafBatch
    ) throws(Damage) -> Int {
        guard plan.maxDefinition > 0 else { return entryCount }
        if plan.maxRepetition == 0, let level = try page.definitions?.uniform(entryCount) {
            if level == plan.maxDefinition {
                batch.definitions?.append(
                    contentsOf: repeatElement(level, count: entryCount))
                return entryCount
            }
            batch.appendLevels(
                [UInt8](repeating: level, count: entryCount), maximum: plan.maxDefinition)
            return 0
        }
        guard let levels = try page.definitions?.next(entryCount) else {
            throw Damage("a page without definition levels")
        }
        batch.appendLevels(levels, maximum: plan.maxDefinition)
        return countAtLeast(plan.maxDefinition, in: levels)
    }

    /// Moves to the next data page with entries, taking in a dictionary on the way.
    private mutating func needPage() throws(ParquetError) {
        while (page?.entriesLeft ?? 0) == 0 { try nextPage() }
    }

    private mutating func nextPage() throws(ParquetError) {
        guard entriesLeft > 0, !pages.isAtEnd else {
            throw damage("the chunk ends before its rows do")
        }
        let stored = try pages.next()
        try decoding("read page", pages.place(stored.offset)) { () throws(Damage) in
            try begin(stored)
        }
    }

    private mutating func begin(_ stored: PageStream.StoredPage) throws(Damage) {
        switch stored.header.type {
        case .data, .dataV2:
            let next = try DataPage(
                stored, plan: plan, codec: codec, dictionaryCount: dictionary?.values.count,
                decompressor: decompressor)
            guard next.entriesLeft <= entriesLeft else {
                throw Damage("the pages hold more values than their chunk")
            }
            entriesLeft -= next.entriesLeft
            page = next
        case .dictionary: try beginDictionary(stored)
        // Index pages, and page types of later versions, may be passed over.
        default: break
        }
    }

    private mutating func beginDictionary(_ stored: PageStream.StoredPage) throws(Damage) {
        guard let header = stored.header.dictionaryPage, dictionary == nil, page == nil else {
            throw Damage("a dictionary page in the wrong place")
        }
        guard header.encoding == .plain || header.encoding == .plainDictionary else {
            throw .unsupported("a dictionary of encoding \(header.encoding.rawValue)")
        }
        let (bytes, range) = try decompressor.page(
            codec, stored.bytes, stored.range, count: Int(stored.header.uncompressedSize))
        var decoder = PlainDecoder(bytes, in: range, layout: plan.leaf.layout)
        let values = try decoder.next(Int(header.valueCount))
        dictionary = LeafDictionary(try plan.leaf.conversion.apply(values))
    }

    private func damage(_ reason: String) -> ParquetError {
        Damage(reason).error("read page", pages.place(pages.offset))
    }
}

extension LeafBatch {
    /// Appends levels of the entries from `entryCount` on; those before were all values when there
    /// are no levels yet.
    fileprivate mutating func appendLevels(_ levels: [UInt8], maximum: UInt8) {
        if definitions == nil {
            definitions = [UInt8](repeating: maximum, count: entryCount)
        }
        definitions?.append(contentsOf: levels)
    }
}
