// Unsafe: fills a buffer through pointers; runs are held to the bytes when they start.

/// The RLE / bit-packed hybrid of levels, dictionary codes and V2 booleans (format: Encodings.md,
/// "Run Length Encoding / Bit-Packing Hybrid"), decoded a piece at a time.
///
/// A stream is runs: a varint header, then for an even header `header / 2` copies of one value of
/// `ceil(width / 8)` bytes, for an odd one `header / 2` groups of eight values packed least
/// significant bit first.
struct HybridDecoder {
    private let bytes: [UInt8]
    private let end: Int
    private let bitWidth: Int
    private var position: Int
    private var repeatsLeft = 0
    private var repeated: UInt32 = 0
    private var packedLeft = 0
    private var packedBit = 0

    /// A decoder of the stream in `bytes[range]`; `bitWidth` above 32 is damage.
    init(_ bytes: [UInt8], in range: Range<Int>, bitWidth: Int) throws(Damage) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        guard bitWidth >= 0, bitWidth <= 32 else { throw Damage("bit width \(bitWidth)") }
        self.bytes = bytes
        self.bitWidth = bitWidth
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next `count` values when all of them are one value of the current run; otherwise nil,
    /// and nothing is consumed. Lets callers skip materialising a constant page.
    mutating func uniform(_ count: Int) throws(Damage) -> UInt32? {
        while repeatsLeft == 0, packedLeft == 0, position < end { try startRun() }
        guard repeatsLeft >= count, count > 0 else { return nil }
        repeatsLeft -= count
        return repeated
    }

    /// The next `count` values; each fits `T` because the caller chose `bitWidth` to do so.
    mutating func next<T: FixedWidthInteger & BitwiseCopyable>(
        _ count: Int, as: T.Type = T.self
    ) throws(Damage) -> [T] {
        var out = [T](repeating: 0, count: count)
        // Runs are often short, so the buffers are opened once and not once a run.
        let failure: Damage? = unsafe bytes.withUnsafeBytes { source in
            unsafe out.withUnsafeMutableBufferPointer { target in
                do throws(Damage) {
                    try unsafe decode(source, to: target, count: count)
                    return nil
                } catch { return error }
            }
        }
        if let failure { throw failure }
        return out
    }

    private mutating func decode<T: FixedWidthInteger>(
        _ source: UnsafeRawBufferPointer, to target: UnsafeMutableBufferPointer<T>, count: Int
    ) throws(Damage) {
        precondition(bitWidth <= T.bitWidth && target.count >= count)
        var filled = 0
        while filled < count {
            if repeatsLeft > 0 {
                let taken = min(repeatsLeft, count - filled)
                let value = T(truncatingIfNeeded: repeated)
                // The target starts out as zeros.
                if value != 0 {
                    for index in filled..<filled + taken { unsafe target[index] = value }
                }
                repeatsLeft -= taken
                filled += taken
            } else if packedLeft > 0 {
                let taken = min(packedLeft, count - filled)
                // `startRun` has held the run to the bytes.
                unsafe unpackBits(
                    source, firstBit: packedBit, bitWidth: bitWidth, to: target, at: filled,
                    count: taken)
                packedBit += taken * bitWidth
                packedLeft -= taken
                filled += taken
            } else {
                try startRun()
            }
        }
    }

    private mutating func startRun() throws(Damage) {
        // One possible value needs no bytes at all: some writers then leave out the runs too.
        if position >= end {
            guard bitWidth == 0 else { throw Damage("the encoded runs end too early") }
            repeatsLeft = .max
            repeated = 0
            return
        }
        let header = try readHeader()
        let length = Int(header >> 1)
        if header & 1 == 0 {
            repeated = try readValue()
            repeatsLeft = length
        } else if bitWidth == 0 {
            repeated = 0
            repeatsLeft = length * 8
        } else {
            // Some writers cut the padding of the last group.
            let available = (end - position) * 8 / bitWidth
            packedLeft = min(length * 8, available)
            guard packedLeft > 0 || length == 0 else {
                throw Damage("a packed run ends after its buffer")
            }
            packedBit = position * 8
            position = min(end, position + length * bitWidth)
        }
    }

    private mutating func readHeader() throws(Damage) -> UInt32 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < end, shift <= 28 {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7f) << shift
            shift += 7
            if byte < 0x80 {
                guard let header = UInt32(exactly: value) else { break }
                return header
            }
        }
        throw Damage("a run header is not a 32-bit number")
    }

    private mutating func readValue() throws(Damage) -> UInt32 {
        let byteCount = (bitWidth + 7) / 8
        guard end - position >= byteCount else { throw Damage("a run's value is cut off") }
        var value: UInt32 = 0
        for index in 0..<byteCount {
            value |= UInt32(bytes[position + index]) << UInt32(8 * index)
        }
        position += byteCount
        guard bitWidth == 32 || value >> UInt32(bitWidth) == 0 else {
            throw Damage("a run's value does not fit \(bitWidth) bits")
        }
        return value
    }
}
