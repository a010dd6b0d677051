import Columnar

/// Compares rows by some of their columns: NULL first, numbers by value, text by its bytes.
struct RowOrder {
    let columns: [String]

    /// The keys of a batch's rows, which compare across batches of one schema. O(rows × columns).
    func keys(_ batch: RecordBatch) -> RowKeys {
        let chosen = columns.compactMap { batch[$0] }
        if let widths = RowOrder.fixedWidths(chosen) {
            return RowKeys(prefixes: fixed(chosen, widths, batch.count), whole: nil)
        }
        var whole = ByteVector()
        for row in 0..<batch.count {
            var key: [UInt8] = []
            for column in chosen { RowOrder.append(column, row, to: &key) }
            whole.append(key)
        }
        let prefixes = (0..<batch.count).map { RowOrder.prefix(whole[$0]) }
        return RowKeys(prefixes: prefixes, whole: whole)
    }

    /// The bits of each column's value when all keys fit 16 bytes with a byte for NULL each.
    private static func fixedWidths(_ columns: [Column]) -> [Int]? {
        var widths: [Int] = []
        for column in columns {
            switch column.storage {
            case .bool: widths.append(8)
            case .int32: widths.append(32)
            case .int64: widths.append(64)
            default: return nil
            }
        }
        return widths.reduce(0) { $0 + $1 + 8 } <= 128 ? widths : nil
    }

    private func fixed(_ columns: [Column], _ widths: [Int], _ count: Int) -> [UInt128] {
        var keys = [UInt128](repeating: 0, count: count)
        for (column, width) in zip(columns, widths) {
            for row in 0..<count {
                var value: UInt128 = 0
                if !column.isNull(row) {
                    value = 1 << UInt128(width)
                    switch column.storage {
                    case .bool(let values): value |= UInt128(values[row])
                    case .int32(let values):
                        value |= UInt128(UInt32(bitPattern: values[row] ^ .min))
                    case .int64(let values):
                        value |= UInt128(UInt64(bitPattern: values[row] ^ .min))
                    default: break
                    }
                }
                keys[row] = keys[row] << UInt128(width + 8) | value
            }
        }
        return keys
    }

    /// The first 16 bytes as a number; shorter keys end in zeros.
    private static func prefix(_ key: ArraySlice<UInt8>) -> UInt128 {
        var value: UInt128 = 0
        for byte in key.prefix(16) { value = value << 8 | UInt128(byte) }
        return value << UInt128(8 * (16 - min(16, key.count)))
    }

    /// Bytes that order as the values do and of which none begins another.
    private static func append(_ column: Column, _ row: Int, to key: inout [UInt8]) {
        if column.isNull(row) {
            key.append(0)
            return
        }
        key.append(1)
        switch column.storage {
        case .bool(let values): key.append(values[row])
        case .int32(let values): bigEndian(UInt32(bitPattern: values[row] ^ .min), 4, to: &key)
        case .int64(let values): bigEndian(UInt64(bitPattern: values[row] ^ .min), 8, to: &key)
        case .int128(let values): bigEndian(UInt128(bitPattern: values[row] ^ .min), 16, to: &key)
        case .float(let values): append(double: Double(values[row]), to: &key)
        case .double(let values): append(double: values[row], to: &key)
        case .bytes(let values): append(text: values[row], to: &key)
        case .dictionary(let codes, let dictionary):
            append(text: dictionary.values[Int(codes[row])], to: &key)
        // Refused before anything is read.
        case .structure, .list, .map: break
        }
    }

    private static func append(double value: Double, to key: inout [UInt8]) {
        let bits = value.bitPattern
        bigEndian(bits >> 63 == 1 ? ~bits : bits | 1 << 63, 8, to: &key)
    }

    /// A zero byte becomes 0 255, the end is 0 0.
    private static func append(text: ArraySlice<UInt8>, to key: inout [UInt8]) {
        for byte in text {
            key.append(byte)
            if byte == 0 { key.append(255) }
        }
        key += [0, 0]
    }

    private static func bigEndian(
        _ value: some FixedWidthInteger & UnsignedInteger, _ count: Int, to key: inout [UInt8]
    ) {
        for index in (0..<count).reversed() {
            key.append(UInt8(truncatingIfNeeded: value >> (8 * index)))
        }
    }
}

/// The comparable keys of some rows.
struct RowKeys {
    /// The first 16 bytes of each key.
    let prefixes: [UInt128]
    /// The keys; nil when 16 bytes hold them.
    let whole: ByteVector?

    var count: Int { prefixes.count }

    /// Whether row `left` orders before row `right` of `other`.
    func precedes(_ left: Int, _ other: RowKeys, _ right: Int) -> Bool {
        if prefixes[left] != other.prefixes[right] {
            return prefixes[left] < other.prefixes[right]
        }
        guard let whole, let otherWhole = other.whole else { return false }
        return whole[left].lexicographicallyPrecedes(otherWhole[right])
    }

    /// The order of the rows; rows of equal keys stay as they stand. Nil when all do.
    func sortedPositions() -> [Int]? {
        var isSorted = true
        for row in 0..<max(0, count - 1) where precedes(row + 1, self, row) {
            isSorted = false
            break
        }
        if isSorted { return nil }
        var positions = Array(0..<count)
        positions.sort { left, right in
            if precedes(left, self, right) { return true }
            return left < right && !precedes(right, self, left)
        }
        return positions
    }

    /// The number of rows from `start` on, of rows in order, that order before row `limit` of
    /// `other`, or are equal to it.
    func count(from start: Int, upTo limit: Int, of other: RowKeys, orEqual: Bool) -> Int {
        var low = start
        var high = count
        while low < high {
            let middle = (low + high) / 2
            let isTaken =
                orEqual
                ? !other.precedes(limit, self, middle) : precedes(middle, other, limit)
            if isTaken { low = middle + 1 } else { high = middle }
        }
        return low - start
    }
}
