// zstd frames (RFC 8878) made directly for numbers whose high bytes repeat.
//
// PLAIN numbers of 4 or 8 bytes that lie near each other (identifiers, times, amounts) differ from
// the number before in their `k` low bytes only. A match finder spends most of its time to
// discover just that, once a number, and often settles for a worse match. Here the match is known:
// every number is `k` literal bytes and a match of `width - k` bytes at distance `width`. All
// sequences of a block are then equal, so its three tables are of the RLE kind and its bit stream
// is empty; the literals are stored raw. Any zstd decoder reads the frame. Layout:
//
//   frame    magic, descriptor (single segment, 4-byte content size), content size, blocks
//   block 1  raw: what stands before the numbers, and the first of them
//   block 2  compressed: one sequence, whose distance is the third (8) or second (4) of the
//            repeated offsets that every frame begins with (3.1.1.5)
//   block n  compressed: sequences at the first repeated offset, then as further literals the
//            numbers that differ in more than `k` bytes, if any
//
// On the bench's table: 3.0 bytes for an amount that level 3 stores in 3.4, in a tenth of the time.

/// Numbers of one width at the end of a page, and how they would be framed.
struct StridedPlan {
    /// Where the first number stands in the page.
    var start: Int
    /// Bytes of a number: 4 or 8.
    var width: Int
    /// Low bytes stored of each number.
    var keptBytes: Int
    /// About how long the frame is.
    var estimatedByteCount: Int

    /// What a block costs beside its literals, about.
    private static let blockOverhead = 12

    /// The best plan for the numbers from `start` to the end of `page`, or nil when it would not
    /// save at least an eighth. One pass over the numbers.
    init?(_ page: [UInt8], from start: Int, width: Int) {
        precondition(start >= 0 && start <= page.count && (width == 4 || width == 8))
        let count = (page.count - start) / width
        guard count >= 64, start + count * width == page.count,
            start + width <= StridedPlan.blockBytes
        else { return nil }
        let differing = unsafe page.withUnsafeBytes { page in
            unsafe StridedPlan.differingBytes(
                UnsafeRawBufferPointer(rebasing: page[start...]), width)
        }
        var best = (kept: 0, bytes: Int.max)
        var exceptions = count - 1
        // A match is at least three bytes long.
        for kept in 0...width - 3 {
            exceptions -= differing[kept]
            let bytes = count * kept + exceptions * (width - kept + StridedPlan.blockOverhead)
            if kept > 0, bytes < best.bytes { best = (kept, bytes) }
        }
        guard best.bytes < count * width * 7 / 8 else { return nil }
        self.start = start
        self.width = width
        keptBytes = best.kept
        estimatedByteCount = start + best.bytes + StridedPlan.blockOverhead * 4
    }

    /// The most content of one block, also when compressed.
    fileprivate static let blockBytes = 128 << 10

    /// For 0…8, how many numbers differ from the one before in that many low bytes.
    private static func differingBytes(_ numbers: UnsafeRawBufferPointer, _ width: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: 9)
        unsafe counts.withUnsafeMutableBufferPointer { counts in
            if width == 8 {
                var previous = unsafe numbers.loadUnaligned(as: UInt64.self)
                for index in 1..<numbers.count / 8 {
                    let number = unsafe numbers.loadUnaligned(
                        fromByteOffset: index &* 8, as: UInt64.self)
                    let same = (number ^ previous).leadingZeroBitCount &>> 3
                    unsafe counts[8 &- same] &+= 1
                    previous = number
                }
            } else {
                var previous = unsafe numbers.loadUnaligned(as: UInt32.self)
                for index in 1..<numbers.count / 4 {
                    let number = unsafe numbers.loadUnaligned(
                        fromByteOffset: index &* 4, as: UInt32.self)
                    let same = (number ^ previous).leadingZeroBitCount &>> 3
                    unsafe counts[4 &- same] &+= 1
                    previous = number
                }
            }
        }
        return counts
    }

    /// `page` as a zstd frame, or nil when it cannot be framed so.
    func frame(_ page: [UInt8]) -> [UInt8]? {
        // A frame of one segment asks its decoder for a window of its whole content.
        guard page.count <= 4 << 20 else { return nil }
        // Every block holds a number or more, and has at most 16 bytes beside its literals.
        let numbers = (page.count - start) / width
        let bound = page.count + (numbers + 4) * 16
        var isWhole = false
        let frame = unsafe [UInt8](unsafeUninitializedCapacity: bound) { output, made in
            unsafe page.withUnsafeBytes { page in
                var writer = unsafe StridedFrameWriter(self, page, output)
                isWhole = unsafe writer.write()
                made = unsafe writer.position
            }
        }
        return isWhole ? frame : nil
    }
}

/// Writes one frame. Positions are checked against the output's size once a block.
@unsafe private struct StridedFrameWriter {
    let page: UnsafeRawBufferPointer
    let output: UnsafeMutableBufferPointer<UInt8>
    let start: Int
    let width: Int
    let kept: Int
    var position = 0

    init(
        _ plan: StridedPlan, _ page: UnsafeRawBufferPointer,
        _ output: UnsafeMutableBufferPointer<UInt8>
    ) {
        unsafe self.page = unsafe page
        unsafe self.output = unsafe output
        unsafe start = plan.start
        unsafe width = plan.width
        unsafe kept = plan.keptBytes
    }

    /// False when no second number repeats the high bytes of the one before early enough.
    mutating func write() -> Bool {
        unsafe put(0xFD2F_B528, bytes: 4)
        unsafe put(0xA0, bytes: 1)
        unsafe put(UInt64(page.count), bytes: 4)
        let count = unsafe (page.count - start) / width
        var index = 1
        while unsafe index < count && isException(index) { index += 1 }
        let rawBytes = unsafe start + index * width
        guard index < count, rawBytes <= StridedPlan.blockBytes else { return false }
        unsafe put(UInt64(rawBytes) << 3, bytes: 3)
        unsafe putPage(0..<rawBytes)
        unsafe index = writeBlock(from: index, to: index + 1, of: count, isFirst: true)
        let blockNumbers = unsafe StridedPlan.blockBytes / width
        while index < count {
            unsafe index = writeBlock(
                from: index, to: min(count, index + blockNumbers), of: count, isFirst: false)
        }
        return true
    }

    /// One block: the numbers from `first` that repeat, and the exceptions after them, up to
    /// `limit`; returns the number after them.
    private mutating func writeBlock(
        from first: Int, to limit: Int, of count: Int, isFirst: Bool
    ) -> Int {
        precondition(
            unsafe position + (limit - first) * width + 32 <= output.count, "frame bound passed")
        let header = unsafe position
        // Block header 3, literals header 3: known when the literals are.
        unsafe position += 6
        let literals = unsafe position
        var index = unsafe putRepeating(from: first, to: limit)
        let sequences = index - first
        while unsafe index < limit && isException(index) {
            unsafe putPage(start + index * width..<start + (index + 1) * width)
            index += 1
        }
        let literalBytes = unsafe position - literals
        unsafe putSequences(sequences, isFirst: isFirst)
        let end = unsafe position
        // Last block, type compressed, size; then raw literals with a 20-bit size.
        let block: UInt64 = (index == count ? 1 : 0) | 2 << 1 | UInt64(end - header - 3) << 3
        unsafe position = header
        unsafe put(block, bytes: 3)
        unsafe put(3 << 2 | UInt64(literalBytes) << 4, bytes: 3)
        unsafe position = end
        return index
    }

    /// Number of sequences, modes (all RLE), the symbols of literal length, offset and match
    /// length, and the bit stream: the offset's extra bit in the first block, and the end mark.
    private mutating func putSequences(_ count: Int, isFirst: Bool) {
        if count == 0 {
            // A block that the limit cut off between two exceptions: no tables follow.
            unsafe put(0, bytes: 1)
            return
        }
        if count < 128 {
            unsafe put(UInt64(count), bytes: 1)
        } else if count < 0x7F00 {
            unsafe put(UInt64(count >> 8 | 0x80) | UInt64(count & 0xFF) << 8, bytes: 2)
        } else {
            unsafe put(0xFF | UInt64(count - 0x7F00) << 8, bytes: 3)
        }
        unsafe put(0x54, bytes: 1)
        unsafe put(UInt64(kept), bytes: 1)
        unsafe put(isFirst ? 1 : 0, bytes: 1)
        unsafe put(UInt64(width - kept - 3), bytes: 1)
        // Offset value 3 means the third repeated offset, 8; value 2 the second, 4.
        unsafe put(isFirst ? (width == 8 ? 0b11 : 0b10) : 0b1, bytes: 1)
    }

    /// Stores the low bytes of the numbers from `first` on up to the first exception.
    private mutating func putRepeating(from first: Int, to limit: Int) -> Int {
        unsafe width == 8
            ? putRepeating(from: first, to: limit, as: UInt64.self)
            : putRepeating(from: first, to: limit, as: UInt32.self)
    }

    @inline(__always)
    private mutating func putRepeating<Number: FixedWidthInteger & BitwiseCopyable>(
        from first: Int, to limit: Int, as type: Number.Type
    ) -> Int {
        let shift = unsafe Number(truncatingIfNeeded: kept &* 8)
        let step = unsafe kept
        let raw = unsafe UnsafeMutableRawPointer(output.baseAddress.unsafelyUnwrapped)
        let numbers = unsafe UnsafeRawBufferPointer(rebasing: page[start...])
        let bytes = MemoryLayout<Number>.size
        var target = unsafe raw + position
        var index = first
        var previous = unsafe numbers.loadUnaligned(
            fromByteOffset: (first &- 1) &* bytes, as: type)
        while index < limit {
            let number = unsafe numbers.loadUnaligned(fromByteOffset: index &* bytes, as: type)
            if (number ^ previous) &>> shift != 0 { break }
            unsafe target.storeBytes(of: number, as: type)
            unsafe target += step
            previous = number
            index &+= 1
        }
        unsafe position = target - raw
        return index
    }

    private func isException(_ index: Int) -> Bool {
        for byte in unsafe kept..<width {
            let place = unsafe start + index * width + byte
            if unsafe page[place] != page[place - width] { return true }
        }
        return false
    }

    private mutating func put(_ value: UInt64, bytes: Int) {
        for byte in 0..<bytes {
            unsafe output[position] = UInt8(truncatingIfNeeded: value >> UInt64(byte * 8))
            unsafe position += 1
        }
    }

    private mutating func putPage(_ range: Range<Int>) {
        let target = unsafe UnsafeMutableRawBufferPointer(output)
        unsafe UnsafeMutableRawBufferPointer(rebasing: target[position..<position + range.count])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: page[range]))
        unsafe position += range.count
    }
}
