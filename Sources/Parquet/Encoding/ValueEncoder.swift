import Columnar

/// Turns the present values of one column chunk into the values of its pages.
///
/// Starts with a dictionary; at every page's end decides by size whether it still pays, and if not
/// writes that page and the rest PLAIN. A page's codes can always be turned back into values, so
/// nothing is kept twice.
struct ValueEncoder {
    private let leaf: Leaf
    private let keepsBuffers: Bool
    private let dictionaryBytesLimit: Int
    private var mode: Mode
    private var numbers = NumberDictionary()
    private var strings: BytesDictionary

    // The open page: codes or PLAIN values (booleans still a byte each).
    private var codes: [UInt32] = []
    private var plain: [UInt8] = []
    private(set) var pageValueCount = 0
    /// What the open page's values take in PLAIN encoding.
    private(set) var pagePlainBytes = 0
    private var pageBounds = Bounds()

    // The chunk so far, without the open page.
    private var dictionaryPageCount = 0
    private var dictionaryValueCount = 0
    private var chunkPlainBytes = 0
    private var entriesBeforePage = 0
    private var chunkPageCount = 0
    /// Chunks to come that do not try a dictionary.
    private var chunksWithoutDictionary = 0

    private enum Mode {
        case plain
        case numbers
        case strings
    }

    /// The values of a page and how they are encoded.
    struct PageValues {
        var encoding: Encoding
        var bounds: Bounds
    }

    /// A dictionary that passes `dictionaryBytesLimit` is given up, with 0 none is tried;
    /// `keepsBuffers` tells that columns are few enough to hold on to their pages' buffers.
    init(_ leaf: Leaf, dictionaryBytesLimit: Int, keepsBuffers: Bool) {
        self.leaf = leaf
        self.keepsBuffers = keepsBuffers
        self.dictionaryBytesLimit = dictionaryBytesLimit
        strings = BytesDictionary(isFixedLength: leaf.physicalType == .fixedLenByteArray)
        mode = .plain
        startChunk()
    }

    /// Forgets everything: the next values belong to another row group.
    mutating func startChunk() {
        rememberGivingUp()
        numbers.removeAll()
        strings.removeAll()
        dictionaryPageCount = 0
        dictionaryValueCount = 0
        chunkPlainBytes = 0
        entriesBeforePage = 0
        chunkPageCount = 0
        mode =
            switch leaf.physicalType {
            case _ where dictionaryBytesLimit == 0 || chunksWithoutDictionary > 0: .plain
            case .boolean: .plain
            case .byteArray, .fixedLenByteArray: .strings
            default: .numbers
            }
    }

    /// In chunks of many pages, trying a dictionary on the first costs nothing to speak of. Where
    /// wide rows make chunks of a few pages, it is tried on one chunk in eight once it has failed.
    private mutating func rememberGivingUp() {
        if chunksWithoutDictionary > 0 {
            chunksWithoutDictionary -= 1
        } else if chunkPageCount > 0, chunkPageCount < 8, dictionaryPageCount == 0 {
            chunksWithoutDictionary = 7
        }
    }

    /// Bytes held in memory.
    var bufferedBytes: Int { codes.count * 4 + plain.count + numbers.byteCount + strings.byteCount }

    // MARK: Values in

    /// Takes the values of `range`, none of which may be null; throws `value` when one is not of
    /// the leaf's type.
    mutating func append(_ storage: ColumnStorage, _ range: Range<Int>) throws(ParquetError) {
        if range.isEmpty { return }
        pageValueCount += range.count
        switch storage {
        case .bool(let values):
            plain.append(contentsOf: values[range])
            let (low, high) = bounds(values, range)
            pageBounds.merge(Bounds(min: .boolean(low != 0), max: .boolean(high != 0)))
            pagePlainBytes += range.count / 8
        case .int32(let values): try append(int32: values, range)
        case .int64(let values): try append(int64: values, range)
        case .int128(let values): try append(int128: values, range)
        case .float(let values):
            merge(bounds(values, range))
            if mode == .numbers { numbers.encode(values, range, to: &codes) }
            if mode == .plain { appendPlain(values, range, to: &plain) }
            pagePlainBytes += range.count * 4
        case .double(let values):
            merge(bounds(values, range))
            if mode == .numbers { numbers.encode(values, range, to: &codes) }
            if mode == .plain { appendPlain(values, range, to: &plain) }
            pagePlainBytes += range.count * 8
        case .bytes(let values): append(bytes: values, range)
        case .dictionary(let codes, let values): append(codes: codes, of: values, range)
        case .structure, .list, .map: preconditionFailure("not a leaf's storage")
        }
    }

    private mutating func append(int32 values: [Int32], _ range: Range<Int>) throws(ParquetError) {
        let (low, high) = bounds(values, range)
        try check(Int64(low), Int64(high))
        pageBounds.merge(Bounds(min: .integer(Int64(low)), max: .integer(Int64(high))))
        append(checked: values, range)
    }

    private mutating func append(checked values: [Int32], _ range: Range<Int>) {
        if mode == .numbers { numbers.encode(values, range, to: &codes) }
        if mode == .plain { appendPlain(values, range, to: &plain) }
        pagePlainBytes += range.count * 4
    }

    private mutating func append(int64 values: [Int64], _ range: Range<Int>) throws(ParquetError) {
        let (low, high) = bounds(values, range)
        try check(low, high)
        if case .decimal = leaf.type {
            pageBounds.merge(Bounds(min: .decimal(Int128(low)), max: .decimal(Int128(high))))
        } else {
            pageBounds.merge(Bounds(min: .integer(low), max: .integer(high)))
        }
        if leaf.physicalType == .int32 {
            append(checked: narrowed(values, range), 0..<range.count)
            return
        }
        if mode == .numbers { numbers.encode(values, range, to: &codes) }
        if mode == .plain { appendPlain(values, range, to: &plain) }
        pagePlainBytes += range.count * 8
    }

    private mutating func append(
        int128 values: [Int128], _ range: Range<Int>
    ) throws(ParquetError) {
        let (low, high) = bounds(values, range)
        if case .decimal(let precision, _) = leaf.type {
            let limit = Decimal.powerOfTen(precision)
            guard -limit < low, high < limit else { throw outOfRange() }
        }
        pageBounds.merge(Bounds(min: .decimal(low), max: .decimal(high)))
        let bytes = bigEndian(values, range, length: leaf.typeLength)
        pagePlainBytes += bytes.bytes.count
        if mode == .plain {
            plain.append(contentsOf: bytes.bytes)
        } else {
            strings.encode(bytes, 0..<bytes.count, to: &codes)
        }
    }

    private mutating func append(bytes values: ByteVector, _ range: Range<Int>) {
        pagePlainBytes += 4 * range.count
        pagePlainBytes += Int(values.offsets[range.upperBound] - values.offsets[range.lowerBound])
        guard mode == .plain else {
            strings.encode(values, range, to: &codes)
            return
        }
        let (low, high) = bounds(values, range)
        pageBounds.merge(Bounds(min: values[low], max: values[high]))
        appendPlain(values, range, to: &plain)
    }

    private mutating func append(
        codes incoming: [UInt32], of dictionary: DictionaryValues, _ range: Range<Int>
    ) {
        let values = dictionary.values
        guard mode == .plain else {
            strings.encode(incoming, range, of: dictionary, to: &codes)
            pagePlainBytes += range.count * (4 + values.bytes.count / max(1, values.count))
            return
        }
        let (low, high) = bounds(incoming, range, of: values)
        pageBounds.merge(Bounds(min: values[low], max: values[high]))
        let before = plain.count
        appendPlain(incoming, range, of: values, to: &plain)
        pagePlainBytes += plain.count - before
    }

    private mutating func merge<Value: BinaryFloatingPoint>(
        _ found: (bounds: (min: Value, max: Value)?, hasNaN: Bool)
    ) {
        if found.hasNaN { pageBounds.merge(.notANumber) }
        guard let (low, high) = found.bounds else { return }
        pageBounds.merge(Bounds(min: .double(Double(low)), max: .double(Double(high))))
    }

    private func check(_ low: Int64, _ high: Int64) throws(ParquetError) {
        guard let range = leaf.type.integerRange else { return }
        if low < range.lowerBound || high > range.upperBound { throw outOfRange() }
    }

    private func outOfRange() -> ParquetError {
        ParquetError(
            .value, operation: "write column", subject: leaf.name,
            message: "a value does not fit \(leaf.type)")
    }

    // MARK: Pages out

    /// Appends the open page's values to `body` and starts the next page. `isLast` tells that the
    /// chunk ends here, so that the final size of its dictionary is known.
    mutating func finishPage(isLast: Bool, to body: inout [UInt8]) -> PageValues {
        if mode != .plain, !keepsDictionary(isLast: isLast) { giveUpDictionary() }
        if mode == .strings, leaf.physicalType == .byteArray, !codes.isEmpty {
            let (low, high) = strings.bounds(codes)
            pageBounds.merge(Bounds(min: strings[low], max: strings[high]))
        }
        let values = PageValues(
            encoding: mode == .plain ? .plain : .rleDictionary, bounds: pageBounds)
        if mode == .plain {
            if leaf.physicalType == .boolean {
                appendPlainBooleans(plain, to: &body)
            } else {
                body.append(contentsOf: plain)
            }
        } else {
            let width = bitWidth(codesBelow: entryCount)
            body.append(UInt8(width))
            appendHybrid(codes, width: width, to: &body)
            dictionaryPageCount += 1
            dictionaryValueCount += pageValueCount
        }
        chunkPageCount += 1
        chunkPlainBytes += pagePlainBytes
        entriesBeforePage = entryCount
        codes.removeAll(keepingCapacity: keepsBuffers)
        plain.removeAll(keepingCapacity: keepsBuffers)
        pageValueCount = 0
        pagePlainBytes = 0
        pageBounds = Bounds()
        return values
    }

    /// The content of the dictionary page and its number of values; nil when no page needs it.
    func dictionaryPage() -> (bytes: [UInt8], valueCount: Int)? {
        guard dictionaryPageCount > 0 else { return nil }
        if strings.count > 0 { return (strings.plain, strings.count) }
        var bytes: [UInt8] = []
        numbers.appendPlain(width: leaf.physicalWidth, to: &bytes)
        return (bytes, numbers.count)
    }

    private var entryCount: Int { max(numbers.count, strings.count) }

    private var dictionaryBytes: Int {
        strings.plain.count + numbers.count * leaf.physicalWidth
    }

    /// Whether the open page is better written as codes. On the first page most of what a column
    /// holds may still be new, so only a nearly unique column is given up at once; later, a
    /// dictionary that keeps growing with the rows, or costs more than it replaces, is.
    private func keepsDictionary(isLast: Bool) -> Bool {
        let entries = entryCount
        let bytes = dictionaryBytes
        if bytes > dictionaryBytesLimit { return false }
        let valueCount = dictionaryValueCount + pageValueCount
        let codeBytes = valueCount * bitWidth(codesBelow: entries) / 8
        let plainBytes = chunkPlainBytes + pagePlainBytes
        // A dictionary page has a header too.
        let isSmaller = bytes + codeBytes + 32 < plainBytes
        if dictionaryPageCount == 0 {
            if isLast { return isSmaller }
            return entries * 10 <= valueCount * 9
        }
        let newEntries = entries - entriesBeforePage
        if dictionaryPageCount >= 4, newEntries * 5 > pageValueCount * 2 { return false }
        return dictionaryPageCount < 4 || isSmaller
    }

    private mutating func giveUpDictionary() {
        if mode == .strings {
            if leaf.physicalType == .byteArray, !codes.isEmpty {
                let (low, high) = strings.bounds(codes)
                pageBounds.merge(Bounds(min: strings[low], max: strings[high]))
            }
            strings.appendPlain(codes, to: &plain)
        } else {
            numbers.appendPlain(codes, width: leaf.physicalWidth, to: &plain)
        }
        codes.removeAll(keepingCapacity: keepsBuffers)
        mode = .plain
        if dictionaryPageCount == 0 {
            strings.removeAll()
            numbers.removeAll()
        }
    }
}
