/// DELTA_BINARY_PACKED (Encodings.md): a header of four varints (values a block, miniblocks a
/// block, values in all, first value), then blocks of a smallest delta, one bit width a miniblock,
/// and the miniblocks' bit-packed differences from it.
///
/// Decoded a miniblock at a time; additions wrap as the format says.
struct DeltaBinaryDecoder {
    /// Values in the whole stream, as its header says.
    let totalCount: Int

    private let bytes: [UInt8]
    private let end: Int
    private let miniblockCount: Int
    private let miniblockSize: Int
    private var position: Int
    /// Values not yet unpacked from blocks (the first value is in the header).
    private var packedLeft: Int
    private var isFirstDue: Bool
    private var last: Int64
    private var smallestDelta: Int64 = 0
    private var widths: [UInt8] = []
    private var miniblock = 0
    /// Values unpacked and not yet handed out.
    private var ready: [Int64] = []
    private var readyIndex = 0
    private var readyCount = 0

    /// Larger blocks than this do not occur; the bound keeps buffers small.
    private static let largestBlock = 1 << 16

    /// Reads the stream's header; `countLimit` is how many values the page can hold.
    init(_ bytes: [UInt8], in range: Range<Int>, countLimit: Int) throws(Damage) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        self.bytes = bytes
        var position = range.lowerBound
        end = range.upperBound
        let blockSize = try readVarint(bytes, &position, end)
        let miniblocks = try readVarint(bytes, &position, end)
        let total = try readVarint(bytes, &position, end)
        last = zigZag(try readVarint(bytes, &position, end))
        guard blockSize > 0, blockSize <= UInt64(Self.largestBlock), blockSize % 8 == 0,
            miniblocks > 0, miniblocks <= blockSize, blockSize % miniblocks == 0,
            blockSize / miniblocks % 8 == 0
        else { throw Damage("delta blocks of \(blockSize) values in \(miniblocks) miniblocks") }
        guard total <= UInt64(countLimit) else {
            throw Damage("\(total) delta values in a page of \(countLimit)")
        }
        miniblockCount = Int(miniblocks)
        miniblockSize = Int(blockSize / miniblocks)
        totalCount = Int(total)
        packedLeft = max(0, totalCount - 1)
        isFirstDue = totalCount > 0
        self.position = position
        miniblock = miniblockCount
    }

    /// The next `count` values.
    mutating func next(_ count: Int) throws(Damage) -> [Int64] {
        guard count <= packedLeft + (readyCount - readyIndex) + (isFirstDue ? 1 : 0) else {
            throw Damage("fewer delta values than the page has")
        }
        var out = [Int64](repeating: 0, count: count)
        var filled = 0
        if isFirstDue, count > 0 {
            out[0] = last
            filled = 1
            isFirstDue = false
        }
        while filled < count {
            if readyIndex < readyCount {
                let taken = min(readyCount - readyIndex, count - filled)
                for index in 0..<taken { out[filled + index] = ready[readyIndex + index] }
                readyIndex += taken
                filled += taken
            } else if count - filled >= miniblockSize {
                filled += try unpackMiniblock(to: &out, at: filled)
            } else {
                if ready.isEmpty { ready = [Int64](repeating: 0, count: miniblockSize) }
                readyIndex = 0
                // Taken out, so that the buffer is changed in place.
                var buffer: [Int64] = []
                swap(&buffer, &ready)
                defer { swap(&buffer, &ready) }
                readyCount = try unpackMiniblock(to: &buffer, at: 0)
            }
        }
        return out
    }

    /// Where the stream ends, found by walking the blocks without unpacking them.
    func endPosition() throws(Damage) -> Int {
        var walker = self
        while walker.packedLeft > 0 {
            let (_, _, count) = try walker.nextMiniblock()
            walker.packedLeft -= count
        }
        return walker.position
    }

    /// Unpacks the next miniblock to `out[start...]`, which has room for it; returns its count.
    private mutating func unpackMiniblock(
        to out: inout [Int64], at start: Int
    ) throws(Damage) -> Int {
        let (position, width, count) = try nextMiniblock()
        if width > 0 {
            unpackBits(
                bytes, firstBit: position * 8, bitWidth: width, to: &out, at: start, count: count)
        } else {
            // The buffer of the end of a batch is used again.
            for index in start..<start + count { out[index] = 0 }
        }
        last = prefixSums(&out, at: start, count: count, first: last, step: smallestDelta)
        packedLeft -= count
        return count
    }

    /// Moves past the next miniblock, and the block header before it where one is due.
    private mutating func nextMiniblock() throws(Damage) -> (start: Int, width: Int, count: Int) {
        if miniblock == miniblockCount {
            smallestDelta = zigZag(try readVarint(bytes, &position, end))
            guard end - position >= miniblockCount else {
                throw Damage("a delta block's bit widths are cut off")
            }
            widths = Array(bytes[position..<position + miniblockCount])
            position += miniblockCount
            miniblock = 0
        }
        let width = Int(widths[miniblock])
        guard width <= 64 else { throw Damage("a delta bit width of \(width)") }
        let start = position
        let count = min(miniblockSize, packedLeft)
        guard (count * width + 7) / 8 <= end - start else {
            throw Damage("a delta miniblock passes the end of its page")
        }
        // The last one is padded, but not by every writer.
        position = min(end, start + miniblockSize / 8 * width)
        miniblock += 1
        return (start, width, count)
    }
}
