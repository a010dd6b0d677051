/// A data page ready to be decoded: its levels and values, whatever its version.
struct DataPage {
    /// Values and nulls not yet taken.
    var entriesLeft: Int
    /// Nil when the column has no such level.
    var repetitions: LevelDecoder?
    var definitions: LevelDecoder?
    var values: ValueDecoder
    /// The page header's position in the file.
    let offset: Int

    init(
        _ stored: PageStream.StoredPage, plan: LeafPlan, codec: CompressionCodec,
        dictionaryCount: Int?, decompressor: Decompressor
    ) throws(Damage) {
        if let header = stored.header.dataPage, stored.header.type == .data {
            try self.init(
                v1: header, stored, plan: plan, codec: codec, dictionaryCount: dictionaryCount,
                decompressor: decompressor)
        } else if let header = stored.header.dataPageV2, stored.header.type == .dataV2 {
            try self.init(
                v2: header, stored, plan: plan, codec: codec, dictionaryCount: dictionaryCount,
                decompressor: decompressor)
        } else {
            throw Damage("a data page without its header")
        }
    }

    /// Version 1: repetition levels, definition levels and values, compressed together.
    private init(
        v1 header: DataPageHeader, _ stored: PageStream.StoredPage, plan: LeafPlan,
        codec: CompressionCodec, dictionaryCount: Int?, decompressor: Decompressor
    ) throws(Damage) {
        offset = stored.offset
        entriesLeft = Int(header.valueCount)
        let (bytes, range) = try decompressor.page(
            codec, stored.bytes, stored.range, count: Int(stored.header.uncompressedSize))
        var rest = range
        repetitions = try DataPage.levels(
            bytes, &rest, header.repetitionLevelEncoding, maximum: plan.maxRepetition,
            count: entriesLeft)
        definitions = try DataPage.levels(
            bytes, &rest, header.definitionLevelEncoding, maximum: plan.maxDefinition,
            count: entriesLeft)
        values = try ValueDecoder(
            header.encoding, bytes, in: rest, layout: plan.leaf.layout,
            dictionaryCount: dictionaryCount, countLimit: entriesLeft)
    }

    /// Version 2: the levels stand before the values and are never compressed.
    private init(
        v2 header: DataPageHeaderV2, _ stored: PageStream.StoredPage, plan: LeafPlan,
        codec: CompressionCodec, dictionaryCount: Int?, decompressor: Decompressor
    ) throws(Damage) {
        offset = stored.offset
        entriesLeft = Int(header.valueCount)
        let repetitionBytes = Int(header.repetitionLevelsByteCount)
        let definitionBytes = Int(header.definitionLevelsByteCount)
        let size = Int(stored.header.uncompressedSize) - repetitionBytes - definitionBytes
        guard repetitionBytes + definitionBytes <= stored.range.count, size >= 0 else {
            throw Damage("the levels pass the end of their page")
        }
        let start = stored.range.lowerBound
        let middle = start + repetitionBytes
        let end = middle + definitionBytes
        if plan.maxRepetition > 0 {
            repetitions = try LevelDecoder(
                hybrid: stored.bytes, in: start..<middle, maximum: plan.maxRepetition)
        }
        if plan.maxDefinition > 0 {
            definitions = try LevelDecoder(
                hybrid: stored.bytes, in: middle..<end, maximum: plan.maxDefinition)
        }
        let (bytes, range) = try decompressor.page(
            header.isCompressed ? codec : .uncompressed, stored.bytes,
            end..<stored.range.upperBound, count: size)
        values = try ValueDecoder(
            header.encoding, bytes, in: range, layout: plan.leaf.layout,
            dictionaryCount: dictionaryCount, countLimit: entriesLeft)
    }

    private static func levels(
        _ bytes: [UInt8], _ rest: inout Range<Int>, _ encoding: Encoding, maximum: UInt8, count: Int
    ) throws(Damage) -> LevelDecoder? {
        guard maximum > 0 else { return nil }
        switch encoding {
        case .rle:
            let (length, start) = try readSectionLength(bytes, rest)
            rest = start + length..<rest.upperBound
            return try LevelDecoder(hybrid: bytes, in: start..<start + length, maximum: maximum)
        case .bitPacked:
            let bits = try count.times(LevelDecoder.bitWidth(maximum))
            guard (bits + 7) / 8 <= rest.count else { throw Damage("packed levels are cut off") }
            let levels = rest.lowerBound..<rest.lowerBound + (bits + 7) / 8
            rest = levels.upperBound..<rest.upperBound
            return LevelDecoder(packed: bytes, in: levels, maximum: maximum)
        default: throw .unsupported("levels of encoding \(encoding.rawValue)")
        }
    }
}
