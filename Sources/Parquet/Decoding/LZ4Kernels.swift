// LZ4 blocks (lz4_Block_format.md): sequences of a token, literals, and a match of at least four
// bytes copied from up to 65,535 bytes back. No frame: LZ4_RAW pages are one bare block.

/// Decompresses one LZ4 block of `bytes[range]` that holds exactly `byteCount` bytes.
func decompressLZ4Block(
    _ bytes: [UInt8], in range: Range<Int>, byteCount: Int
) throws(Damage) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: byteCount)
    let written = try decompressLZ4Block(bytes, in: range, into: &out, at: 0)
    guard written == byteCount else {
        throw Damage("an LZ4 block holds \(written) bytes, not \(byteCount)")
    }
    return out
}

/// As above, into `out[start...]`; returns the bytes written. Never writes past the end of `out`.
func decompressLZ4Block(
    _ bytes: [UInt8], in range: Range<Int>, into out: inout [UInt8], at start: Int
) throws(Damage) -> Int {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count && start <= out.count)
    var read = range.lowerBound
    let end = range.upperBound
    var write = start
    while read < end {
        let token = bytes[read]
        read += 1
        var literals = Int(token >> 4)
        if literals == 15 { literals += try readLZ4Length(bytes, &read, end) }
        guard literals <= end - read, literals <= out.count - write else {
            throw Damage("LZ4 literals pass the end of their block")
        }
        copyBytes(bytes, at: read, to: &out, at: write, count: literals)
        read += literals
        write += literals
        // The last sequence has literals only.
        if read == end { return write - start }
        guard end - read >= 2 else { throw Damage("an LZ4 offset is cut off") }
        let offset = Int(bytes[read]) | Int(bytes[read + 1]) << 8
        read += 2
        var length = Int(token & 15) + 4
        if token & 15 == 15 { length += try readLZ4Length(bytes, &read, end) }
        guard offset > 0, offset <= write - start, length <= out.count - write else {
            throw Damage("an LZ4 match lies outside its block")
        }
        repeatBytes(&out, from: write - offset, to: write, count: length)
        write += length
    }
    guard range.isEmpty else { throw Damage("an LZ4 block ends with a match") }
    return 0
}

private func readLZ4Length(
    _ bytes: [UInt8], _ read: inout Int, _ end: Int
) throws(Damage) -> Int {
    var length = 0
    while read < end {
        let byte = bytes[read]
        read += 1
        length += Int(byte)
        if byte < 255 { return length }
    }
    throw Damage("an LZ4 length is cut off")
}

private func copyBytes(
    _ source: [UInt8], at from: Int, to out: inout [UInt8], at start: Int, count: Int
) {
    precondition(from >= 0 && count >= 0 && from + count <= source.count)
    precondition(start >= 0 && start + count <= out.count)
    unsafe source.withUnsafeBytes { source in
        unsafe out.withUnsafeMutableBytes { target in
            guard let source = source.baseAddress, let target = target.baseAddress else { return }
            unsafe (target + start).copyMemory(from: source + from, byteCount: count)
        }
    }
}

/// Copies within `out`; the ranges may overlap, and then the copied bytes repeat.
private func repeatBytes(_ out: inout [UInt8], from: Int, to start: Int, count: Int) {
    precondition(from >= 0 && from < start && count >= 0 && start + count <= out.count)
    unsafe out.withUnsafeMutableBytes { target in
        guard let base = target.baseAddress else { return }
        var done = 0
        // Each round doubles what may be copied at once.
        while done < count {
            let piece = min(start + done - from, count - done)
            unsafe (base + start + done).copyMemory(from: base + from, byteCount: piece)
            done += piece
        }
    }
}

/// Decompresses a page of the deprecated codec LZ4: Hadoop's frames (big-endian decompressed and
/// compressed size before each block), or a bare block as some writers made it.
func decompressLZ4Hadoop(_ bytes: [UInt8], byteCount: Int) throws(Damage) -> [UInt8] {
    if let framed = decompressHadoopFrames(bytes, byteCount: byteCount) { return framed }
    return try decompressLZ4Block(bytes, in: 0..<bytes.count, byteCount: byteCount)
}

private func decompressHadoopFrames(_ bytes: [UInt8], byteCount: Int) -> [UInt8]? {
    func bigEndian(_ at: Int) -> Int {
        bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    var out = [UInt8](repeating: 0, count: byteCount)
    var read = 0
    var written = 0
    while bytes.count - read >= 8 {
        let expected = bigEndian(read)
        let compressed = bigEndian(read + 4)
        read += 8
        guard compressed <= bytes.count - read, expected <= byteCount - written,
            let count = try? decompressLZ4Block(
                bytes, in: read..<read + compressed, into: &out, at: written),
            count == expected
        else { return nil }
        read += compressed
        written += count
    }
    return read == bytes.count && written == byteCount ? out : nil
}
