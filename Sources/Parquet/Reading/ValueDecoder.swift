import Columnar

/// The values of one data page in whichever encoding its header names, a piece at a time.
enum ValueDecoder {
    case plain(PlainDecoder)
    case codes(HybridDecoder, dictionaryCount: Int)
    case booleans(HybridDecoder)
    case integers(DeltaBinaryDecoder, PhysicalLayout)
    case lengths(DeltaLengthDecoder)
    case prefixes(DeltaByteArrayDecoder, PhysicalLayout)
    case split(ByteStreamSplitDecoder)
    /// A page without any bytes of values: sound when all of it is null.
    case empty

    /// - Parameters:
    ///   - dictionaryCount: the entries of the chunk's dictionary, nil when it has none.
    ///   - countLimit: the most values the page can hold.
    init(
        _ encoding: Encoding, _ bytes: [UInt8], in range: Range<Int>, layout: PhysicalLayout,
        dictionaryCount: Int?, countLimit: Int
    ) throws(Damage) {
        if range.isEmpty {
            self = .empty
            return
        }
        switch (encoding, layout) {
        case (.plain, _): self = .plain(PlainDecoder(bytes, in: range, layout: layout))
        case (.plainDictionary, _), (.rleDictionary, _):
            guard let dictionaryCount else { throw Damage("dictionary codes without dictionary") }
            let codes = range.lowerBound + 1..<range.upperBound
            self = .codes(
                try HybridDecoder(bytes, in: codes, bitWidth: Int(bytes[range.lowerBound])),
                dictionaryCount: dictionaryCount)
        case (.rle, .boolean):
            let (length, start) = try readSectionLength(bytes, range)
            self = .booleans(
                try HybridDecoder(bytes, in: start..<start + length, bitWidth: 1))
        case (.deltaBinaryPacked, .int32), (.deltaBinaryPacked, .int64):
            self = .integers(
                try DeltaBinaryDecoder(bytes, in: range, countLimit: countLimit), layout)
        case (.deltaLengthByteArray, .byteArray):
            self = .lengths(try DeltaLengthDecoder(bytes, in: range, countLimit: countLimit))
        case (.deltaByteArray, .byteArray), (.deltaByteArray, .fixed):
            self = .prefixes(
                try DeltaByteArrayDecoder(bytes, in: range, countLimit: countLimit), layout)
        case (.byteStreamSplit, _):
            self = .split(try ByteStreamSplitDecoder(bytes, in: range, layout: layout))
        default:
            throw .unsupported("encoding \(encoding.rawValue) for values of this physical type")
        }
    }

    /// The next `count` values, dense.
    mutating func next(_ count: Int) throws(Damage) -> DecodedValues {
        switch self {
        case .plain(var decoder):
            self = .empty
            defer { self = .plain(decoder) }
            return try decoder.next(count)
        case .codes(var decoder, let dictionaryCount):
            let codes = try decoder.next(count, as: UInt32.self)
            if let highest = codes.max(), highest >= dictionaryCount {
                throw Damage("code \(highest) in a dictionary of \(dictionaryCount)")
            }
            self = .codes(decoder, dictionaryCount: dictionaryCount)
            return .codes(codes)
        case .booleans(var decoder):
            defer { self = .booleans(decoder) }
            return .bool(try decoder.next(count, as: UInt8.self))
        case .integers(var decoder, let layout):
            self = .empty
            defer { self = .integers(decoder, layout) }
            let values = try decoder.next(count)
            if layout == .int64 { return .int64(values) }
            return .int32(values.map { Int32(truncatingIfNeeded: $0) })
        case .lengths(var decoder):
            self = .empty
            defer { self = .lengths(decoder) }
            return .bytes(try decoder.next(count))
        case .prefixes(var decoder, let layout):
            self = .empty
            defer { self = .prefixes(decoder, layout) }
            let values = try decoder.next(count)
            guard case .fixed(let width) = layout else { return .bytes(values) }
            guard (0..<values.count).allSatisfy({ values.range($0).count == width }) else {
                throw Damage("a fixed-length value of another length")
            }
            return .fixed(values.bytes, byteCount: width)
        case .split(var decoder):
            defer { self = .split(decoder) }
            return try decoder.next(count)
        case .empty:
            guard count == 0 else { throw Damage("a page without values should have \(count)") }
            return .codes([])
        }
    }
}

/// A 4-byte little-endian length and where what it measures starts; held to `range`.
func readSectionLength(
    _ bytes: [UInt8], _ range: Range<Int>
) throws(Damage) -> (length: Int, start: Int) {
    guard range.count >= 4 else { throw Damage("a section's length is cut off") }
    let first = range.lowerBound
    let length =
        Int(bytes[first]) | Int(bytes[first + 1]) << 8 | Int(bytes[first + 2]) << 16
        | Int(bytes[first + 3]) << 24
    guard length <= range.count - 4 else { throw Damage("a section passes the end of its page") }
    return (length, first + 4)
}
