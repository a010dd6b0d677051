// The RLE / bit-packed hybrid (Encodings.md): levels and dictionary codes.
//
// A run is a varint header and its content. Header `count << 1`: the value repeats `count` times
// and stands once in ceil(width / 8) bytes. Header `groups << 1 | 1`: `groups * 8` values follow,
// packed from the least significant bit; only the last run of a page may be padded.

/// The bits needed for codes below `count`; at least 1, because some readers refuse 0.
func bitWidth(codesBelow count: Int) -> Int {
    max(1, Int.bitWidth - max(0, count - 1).leadingZeroBitCount)
}

/// Appends `codes`, each below 2^`width` with `width` 1…32. O(codes).
func appendHybrid(_ codes: [UInt32], width: Int, to bytes: inout [UInt8]) {
    let start = bytes.count
    // Every run covers at least eight values; 14 is the most that two headers and a value take.
    // 16 bytes of slack let the packer store whole words.
    let bound = (codes.count / 8 + 2) * (width + 14) + 16
    bytes.append(contentsOf: repeatElement(0, count: bound))
    let made = unsafe bytes.withUnsafeMutableBufferPointer { target in
        unsafe codes.withUnsafeBufferPointer { source in
            let base = unsafe target.baseAddress.unsafelyUnwrapped + start
            return unsafe writeHybrid(source, width: width, to: base) - base
        }
    }
    precondition(made <= bound)
    bytes.removeLast(bound - made)
}

/// Writes the runs and returns the position after them.
private func writeHybrid(
    _ codes: UnsafeBufferPointer<UInt32>, width: Int, to target: UnsafeMutablePointer<UInt8>
) -> UnsafeMutablePointer<UInt8> {
    // A shorter run costs more in headers than it saves.
    let shortestRun = width >= 8 ? 8 : width >= 4 ? 16 : 32
    var output = unsafe target
    var literalStart = 0
    var index = 0
    let count = codes.count
    while index + 8 <= count {
        guard unsafe isEightEqual(codes, index) else {
            index += 8
            continue
        }
        let value = unsafe codes[index]
        var end = index + 8
        while unsafe end < count && codes[end] == value { end += 1 }
        guard end - index >= shortestRun else {
            index += 8
            continue
        }
        unsafe output = writeLiterals(codes, literalStart..<index, width, output)
        unsafe output = writeVarint(UInt64(end - index) << 1, output)
        for byte in 0..<(width + 7) / 8 {
            unsafe output.pointee = UInt8(truncatingIfNeeded: value >> UInt32(byte * 8))
            unsafe output += 1
        }
        index = end
        literalStart = end
    }
    return unsafe writeLiterals(codes, literalStart..<count, width, output)
}

@inline(__always)
private func isEightEqual(_ codes: UnsafeBufferPointer<UInt32>, _ index: Int) -> Bool {
    let first = unsafe codes[index]
    var difference: UInt32 = 0
    for offset in 1..<8 { unsafe difference |= codes[index + offset] ^ first }
    return difference == 0
}

/// One bit-packed run of `range`, padded with zeros to a whole group; nothing when it is empty.
private func writeLiterals(
    _ codes: UnsafeBufferPointer<UInt32>, _ range: Range<Int>, _ width: Int,
    _ target: UnsafeMutablePointer<UInt8>
) -> UnsafeMutablePointer<UInt8> {
    if range.isEmpty { return unsafe target }
    let groups = (range.count + 7) / 8
    var output = unsafe writeVarint(UInt64(groups) << 1 | 1, target)
    let wholeEnd = range.lowerBound + range.count / 8 * 8
    let base = unsafe codes.baseAddress.unsafelyUnwrapped
    var index = range.lowerBound
    if width <= 16 {
        while index < wholeEnd {
            unsafe packGroup(base + index, width, output)
            unsafe output += width
            index += 8
        }
    } else {
        while index < wholeEnd {
            unsafe packWideGroup(base + index, width, output)
            unsafe output += width
            index += 8
        }
    }
    guard index < range.upperBound else { return unsafe output }
    var last = [UInt32](repeating: 0, count: 8)
    for offset in 0..<(range.upperBound - index) { unsafe last[offset] = base[index + offset] }
    unsafe last.withUnsafeBufferPointer {
        unsafe packWideGroup($0.baseAddress.unsafelyUnwrapped, width, output)
    }
    return unsafe output + width
}

/// Packs eight values of at most 16 bits; stores 16 bytes, of which `width` count.
@inline(__always)
private func packGroup(
    _ codes: UnsafePointer<UInt32>, _ width: Int, _ output: UnsafeMutablePointer<UInt8>
) {
    let shift = UInt64(truncatingIfNeeded: width)
    var low: UInt64 = 0
    var high: UInt64 = 0
    for offset: UInt64 in 0..<4 {
        unsafe low |= UInt64(codes[Int(offset)]) &<< (shift &* offset)
        unsafe high |= UInt64(codes[Int(offset) + 4]) &<< (shift &* offset)
    }
    let half = shift &* 4
    let raw = UnsafeMutableRawPointer(output)
    let first = half < 64 ? low | high &<< half : low
    unsafe raw.storeBytes(of: first.littleEndian, as: UInt64.self)
    let second = half < 64 ? high &>> (64 &- half) : high
    unsafe raw.storeBytes(of: second.littleEndian, toByteOffset: 8, as: UInt64.self)
}

/// Packs eight values of at most 32 bits; stores exactly `width` bytes.
@inline(__always)
private func packWideGroup(
    _ codes: UnsafePointer<UInt32>, _ width: Int, _ output: UnsafeMutablePointer<UInt8>
) {
    var pending: UInt64 = 0
    var bits: UInt64 = 0
    var position = 0
    for offset in 0..<8 {
        unsafe pending |= UInt64(codes[offset]) &<< bits
        bits &+= UInt64(truncatingIfNeeded: width)
        while bits >= 8 {
            unsafe output[position] = UInt8(truncatingIfNeeded: pending)
            pending &>>= 8
            bits &-= 8
            position &+= 1
        }
    }
}

@inline(__always)
private func writeVarint(
    _ value: UInt64, _ target: UnsafeMutablePointer<UInt8>
) -> UnsafeMutablePointer<UInt8> {
    var rest = value
    var output = unsafe target
    while rest >= 0x80 {
        unsafe output.pointee = UInt8(truncatingIfNeeded: rest) | 0x80
        unsafe output += 1
        rest >>= 7
    }
    unsafe output.pointee = UInt8(rest)
    return unsafe output + 1
}

/// Appends the first `count` bits of `words` as levels of one bit. O(count / 64).
///
/// A bitmap's words are already what a bit-packed run holds, so all but long runs of equal words
/// is copied.
func appendBitLevels(_ words: [UInt64], count: Int, to bytes: inout [UInt8]) {
    precondition(words.count >= (count + 63) / 64)
    let wholeWords = count / 64
    var literalStart = 0
    var index = 0
    while index < wholeWords {
        let word = words[index]
        guard word == 0 || word == .max else {
            index += 1
            continue
        }
        var end = index + 1
        while end < wholeWords && words[end] == word { end += 1 }
        // Shorter runs cost as much in headers as they save.
        if end - index >= 4 {
            appendBits(words, literalStart..<index, bits: (index - literalStart) * 64, to: &bytes)
            bytes.appendVarint(UInt64((end - index) * 64) << 1)
            bytes.append(word == 0 ? 0 : 1)
            literalStart = end
        }
        index = end
    }
    appendBits(words, literalStart..<words.count, bits: count - literalStart * 64, to: &bytes)
}

/// One bit-packed run of the first `bits` bits of `words[range]`.
private func appendBits(
    _ words: [UInt64], _ range: Range<Int>, bits: Int, to bytes: inout [UInt8]
) {
    if bits == 0 { return }
    let groups = (bits + 7) / 8
    bytes.appendVarint(UInt64(groups) << 1 | 1)
    unsafe words.withUnsafeBytes { raw in
        let first = range.lowerBound * 8
        unsafe bytes.append(contentsOf: raw[first..<first + groups])
    }
}
