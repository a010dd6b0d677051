internal import Columnar

/// A computed argument of a kernel: a column as long as the batch, or one row that stands for all.
struct Operand: Sendable {
    let column: Column
    let isConstant: Bool

    init(_ column: Column) {
        self.column = column
        isConstant = false
    }

    init(constant column: Column) {
        self.column = column
        isConstant = true
    }

    /// All ones for a column, zero for a constant: `index & mask` is the slot of a row.
    var mask: Int { isConstant ? 0 : -1 }

    func isNull(_ index: Int) -> Bool { column.isNull(index & mask) }

    /// The column with `count` rows.
    func spread(_ count: Int) -> Column {
        guard isConstant else { return column }
        if case .bytes(let values) = column.storage {
            // A constant text is a dictionary of one value.
            let dictionary = DictionaryValues(
                lineage: .next(), values: values)
            let codes = [UInt32](repeating: 0, count: count)
            let validity = column.isNull(0) ? Bitmap(repeating: false, count: count) : nil
            return Column(
                column.type, storage: .dictionary(codes: codes, values: dictionary),
                validity: validity)
        }
        return column.gather([Int](repeating: 0, count: count))
    }
}

/// Fixed-width values of an operand.
struct Lanes<Value: Sendable>: Sendable {
    let values: [Value]
    let mask: Int

    @inline(__always)
    subscript(index: Int) -> Value { values[index & mask] }

    func map<Result>(_ transform: (Value) -> Result) -> Lanes<Result> {
        Lanes<Result>(values: values.map(transform), mask: mask)
    }
}

/// Texts of an operand, as ranges of one buffer.
struct TextLanes: Sendable {
    let bytes: [UInt8]
    let offsets: [UInt32]
    /// Row to string, when the column is a dictionary.
    let codes: [UInt32]?
    let mask: Int

    @inline(__always)
    func range(_ index: Int) -> Range<Int> {
        var slot = index & mask
        if let codes {
            slot = Int(codes[slot])
            // The code of a null row may be any.
            if slot >= offsets.count - 1 { return 0..<0 }
        }
        return Int(offsets[slot])..<Int(offsets[slot + 1])
    }
}

extension Operand {
    /// Values of booleans.
    var booleans: Lanes<UInt8> {
        guard case .bool(let values) = column.storage else { mismatch() }
        return Lanes(values: values, mask: mask)
    }

    /// Values held in 32 bits: byte, short, integer, date.
    var int32: Lanes<Int32> {
        guard case .int32(let values) = column.storage else { mismatch() }
        return Lanes(values: values, mask: mask)
    }

    /// Values held in 64 bits: long, timestamps, decimals of at most 18 digits.
    var int64: Lanes<Int64> {
        guard case .int64(let values) = column.storage else { mismatch() }
        return Lanes(values: values, mask: mask)
    }

    /// Any whole or unscaled number, widened.
    var int128: Lanes<Int128> {
        switch column.storage {
        case .int32(let values): Lanes(values: values.map { Int128($0) }, mask: mask)
        case .int64(let values): Lanes(values: values.map { Int128($0) }, mask: mask)
        case .int128(let values): Lanes(values: values, mask: mask)
        default: mismatch()
        }
    }

    var floats: Lanes<Float> {
        guard case .float(let values) = column.storage else { mismatch() }
        return Lanes(values: values, mask: mask)
    }

    var doubles: Lanes<Double> {
        guard case .double(let values) = column.storage else { mismatch() }
        return Lanes(values: values, mask: mask)
    }

    var texts: TextLanes {
        switch column.storage {
        case .bytes(let values):
            TextLanes(bytes: values.bytes, offsets: values.offsets, codes: nil, mask: mask)
        case .dictionary(let codes, let values):
            TextLanes(
                bytes: values.values.bytes, offsets: values.values.offsets, codes: codes,
                mask: mask)
        default: mismatch()
        }
    }

    /// Typing chose a kernel for another storage: a defect of this target.
    private func mismatch() -> Never {
        preconditionFailure("no lanes of that width in a column of \(column.type)")
    }
}

extension Bitmap {
    /// `count` bits by index, a word at a time.
    @inline(__always)
    init(count: Int, _ bit: (Int) -> Bool) {
        var words = [UInt64](repeating: 0, count: (count + 63) / 64)
        for word in words.indices {
            let start = word << 6
            var bits: UInt64 = 0
            for index in start..<min(start + 64, count) where bit(index) {
                bits |= 1 << UInt64(index - start)
            }
            words[word] = bits
        }
        self.init(words: words, count: count)
    }
}

/// Which rows of a result are null, started from the operands'.
struct NullMarks {
    private(set) var validity: Bitmap?
    private let count: Int

    /// Null where any operand is.
    init(_ operands: [Operand], _ count: Int) {
        self.count = count
        for operand in operands {
            guard let bits = operand.column.validity else { continue }
            if operand.isConstant {
                if !bits[0] { validity = Bitmap(repeating: false, count: count) }
            } else if let held = validity {
                validity = Bitmap(
                    words: zip(held.words, bits.words).map { $0 & $1 }, count: count)
            } else {
                validity = bits
            }
        }
    }

    /// Null nowhere.
    init(count: Int) { self.count = count }

    @inline(__always)
    func isNull(_ index: Int) -> Bool {
        guard let validity else { return false }
        return !validity[index]
    }

    mutating func mark(_ index: Int) {
        if validity == nil { validity = Bitmap(repeating: true, count: count) }
        validity?.set(index, to: false)
    }
}

/// Collects the texts of a result.
struct TextBuilder {
    private var offsets: [UInt32] = [0]
    var bytes: [UInt8] = []

    init(count: Int) { offsets.reserveCapacity(count + 1) }

    /// Ends the text that was appended to `bytes`.
    mutating func finishRow(at offset: Int) throws(ExpressionError) {
        guard let end = UInt32(exactly: bytes.count) else {
            throw ExpressionError(.value, at: offset, "the texts of one batch exceed 4 GiB")
        }
        offsets.append(end)
    }

    func column(_ type: ColumnType, _ validity: Bitmap?) -> Column {
        Column(
            type, storage: .bytes(ByteVector(offsets: offsets, bytes: bytes)), validity: validity)
    }
}
