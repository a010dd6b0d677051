import Columnar

/// DELTA_LENGTH_BYTE_ARRAY (Encodings.md): all lengths as DELTA_BINARY_PACKED, then all bytes.
struct DeltaLengthDecoder {
    private var lengths: DeltaBinaryDecoder
    private let bytes: [UInt8]
    private let end: Int
    private var position: Int

    init(_ bytes: [UInt8], in range: Range<Int>, countLimit: Int) throws(Damage) {
        self.bytes = bytes
        lengths = try DeltaBinaryDecoder(bytes, in: range, countLimit: countLimit)
        position = try lengths.endPosition()
        end = range.upperBound
    }

    /// The next `count` strings.
    mutating func next(_ count: Int) throws(Damage) -> ByteVector {
        let start = position
        var offsets: [UInt32] = [0]
        offsets.reserveCapacity(count + 1)
        for length in try lengths.next(count) {
            guard length >= 0, length <= Int64(end - position) else {
                throw Damage("a byte array passes the end of its page")
            }
            position += Int(length)
            // A page is below 2 GiB, so is any part of it.
            offsets.append(UInt32(position - start))
        }
        return ByteVector(offsets: offsets, bytes: Array(bytes[start..<position]))
    }
}

/// DELTA_BYTE_ARRAY (Encodings.md): the length each string shares with the one before as
/// DELTA_BINARY_PACKED, then the rest of each as DELTA_LENGTH_BYTE_ARRAY.
struct DeltaByteArrayDecoder {
    private var prefixLengths: DeltaBinaryDecoder
    private var suffixes: DeltaLengthDecoder
    private var previous: [UInt8] = []

    init(_ bytes: [UInt8], in range: Range<Int>, countLimit: Int) throws(Damage) {
        prefixLengths = try DeltaBinaryDecoder(bytes, in: range, countLimit: countLimit)
        let end = try prefixLengths.endPosition()
        suffixes = try DeltaLengthDecoder(
            bytes, in: end..<range.upperBound, countLimit: countLimit)
    }

    /// The next `count` strings.
    mutating func next(_ count: Int) throws(Damage) -> ByteVector {
        let prefixes = try prefixLengths.next(count)
        let rests = try suffixes.next(count)
        var offsets: [UInt32] = [0]
        offsets.reserveCapacity(count + 1)
        var out: [UInt8] = previous
        // Strings are built behind a copy of the last one of the piece before.
        let skipped = previous.count
        out.reserveCapacity(skipped + rests.bytes.count)
        var previousStart = 0
        for index in 0..<count {
            let prefix = prefixes[index]
            let start = out.count
            guard prefix >= 0, prefix <= Int64(start - previousStart) else {
                throw Damage("a byte array shares more than the one before it has")
            }
            let rest = rests[index]
            guard start + Int(prefix) + rest.count <= ReadLimits.batchBytes else {
                throw Damage("byte arrays of one batch pass \(ReadLimits.batchBytes) bytes")
            }
            out.append(contentsOf: out[previousStart..<previousStart + Int(prefix)])
            out.append(contentsOf: rest)
            previousStart = start
            offsets.append(UInt32(out.count - skipped))
        }
        previous = Array(out[previousStart...])
        if skipped > 0 { out.removeFirst(skipped) }
        return ByteVector(offsets: offsets, bytes: out)
    }
}
