public import Columnar

/// What the footer says of one row group.
public struct RowGroupMetadata: Sendable {
    /// The number of rows.
    public let rowCount: Int
    /// Bytes of all column chunks as stored.
    public let compressedSizeBytes: Int
    /// Bytes of all column chunks once decompressed, before decoding.
    public let uncompressedSizeBytes: Int
    /// One a leaf column, in schema order.
    public let columns: [ColumnChunkMetadata]
    /// Whether the file tells where the pages of every column are. One that does not most often has
    /// one page a column, which has to be decompressed for any of its rows.
    public let hasPageIndex: Bool
}

/// What the footer says of one column chunk.
public struct ColumnChunkMetadata: Sendable {
    /// Names from the top-level column to the leaf, as the file has them.
    public let path: [String]
    /// The type the leaf is read as.
    public let type: ColumnType
    /// Values and nulls together; every element of a list counts.
    public let valueCount: Int
    /// Bytes of the chunk's pages in the file.
    public let compressedSizeBytes: Int
    /// Bytes of the pages unpacked, headers included.
    public let uncompressedSizeBytes: Int
    /// Nil when the file does not say.
    public let nullCount: Int?
    /// False when a bound may have been shortened (string prefixes).
    public let areBoundsExact: Bool

    let leaf: LeafType
    let statistics: Statistics?

    init(_ chunk: ColumnMetaData, _ plan: LeafPlan) {
        path = plan.path
        type = plan.leaf.type
        leaf = plan.leaf
        valueCount = Int(chunk.valueCount)
        compressedSizeBytes = Int(chunk.totalCompressedSize)
        uncompressedSizeBytes = max(0, Int(chunk.totalUncompressedSize))
        statistics = chunk.statistics
        let nulls = chunk.statistics?.nullCount ?? -1
        nullCount = nulls >= 0 && nulls <= chunk.valueCount ? Int(nulls) : nil
        areBoundsExact =
            chunk.statistics?.isMinValueExact != false
            && chunk.statistics?.isMaxValueExact != false
    }

    /// A column of one row with a value that no value of the chunk is below; nil when the file
    /// gives none that can be trusted. Decoded at each call.
    public var minimum: Column? { bound(statistics?.minValue ?? legacy(statistics?.legacyMin)) }

    /// As `minimum`, for a value that no value of the chunk is above.
    public var maximum: Column? { bound(statistics?.maxValue ?? legacy(statistics?.legacyMax)) }

    /// The deprecated bounds were compared as signed numbers or signed bytes, so only those of
    /// signed numbers hold.
    private func legacy(_ bytes: [UInt8]?) -> [UInt8]? {
        switch (leaf.layout, leaf.conversion) {
        case (.boolean, _), (.float, _), (.double, _): bytes
        case (.int32, .unsignedInt32), (.int64, .unsignedInt64), (_, .narrow(_, false)): nil
        case (.int32, _), (.int64, _): bytes
        default: nil
        }
    }

    /// The value behind a stored bound, as a column of one row.
    func bound(_ bytes: [UInt8]?) -> Column? {
        // The order of INT96 and of INTERVAL is not defined.
        guard let bytes, leaf.conversion != .int96 else { return nil }
        let values: DecodedValues
        switch leaf.layout {
        case .byteArray:
            values = .bytes(ByteVector(offsets: [0, UInt32(bytes.count)], bytes: bytes))
        case .fixed(let byteCount):
            guard bytes.count == byteCount else { return nil }
            values = .fixed(bytes, byteCount: byteCount)
        case .boolean:
            guard bytes.count == 1 else { return nil }
            values = .bool([bytes[0] & 1])
        case .int32, .int64, .float, .double:
            var decoder = PlainDecoder(bytes, in: 0..<bytes.count, layout: leaf.layout)
            guard bytes.count == leaf.layout.byteCount, let decoded = try? decoder.next(1) else {
                return nil
            }
            values = decoded
        }
        guard let converted = try? leaf.conversion.apply(values) else { return nil }
        switch converted {
        case .float(let values) where values[0].isNaN: return nil
        case .double(let values) where values[0].isNaN: return nil
        default: break
        }
        guard let storage = try? ColumnStorage(converted, shared: nil) else { return nil }
        return Column(type, storage: storage)
    }
}
