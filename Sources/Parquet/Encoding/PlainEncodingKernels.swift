import Columnar

// PLAIN (Encodings.md): fixed-width values little endian one after the other; byte arrays as a
// 4-byte length and the bytes; fixed-length byte arrays as the bytes; booleans one bit each, least
// significant first. Sluice runs on little-endian machines only, so numbers are copied.

/// Appends all of `values` as they lie in memory.
func appendValues<Value: BitwiseCopyable>(_ values: [Value], to bytes: inout [UInt8]) {
    appendPlain(values, 0..<values.count, to: &bytes)
}

/// Appends the values of `range` as they lie in memory. O(range).
func appendPlain<Value: BitwiseCopyable>(
    _ values: [Value], _ range: Range<Int>, to bytes: inout [UInt8]
) {
    precondition(range.lowerBound >= 0 && range.upperBound <= values.count)
    unsafe values.withUnsafeBytes { raw in
        let stride = MemoryLayout<Value>.stride
        unsafe bytes.append(
            contentsOf: raw[range.lowerBound * stride..<range.upperBound * stride])
    }
}

/// Appends the strings of `range`, each after its length.
func appendPlain(_ values: ByteVector, _ range: Range<Int>, to bytes: inout [UInt8]) {
    precondition(range.lowerBound >= 0 && range.upperBound <= values.count)
    let contentBytes = Int(values.offsets[range.upperBound] - values.offsets[range.lowerBound])
    unsafe extend(&bytes, by: contentBytes + 4 * range.count) { target in
        var output = unsafe target
        unsafe values.offsets.withUnsafeBufferPointer { offsets in
            unsafe values.bytes.withUnsafeBytes { content in
                for index in range {
                    let start = unsafe Int(offsets[index])
                    let length = unsafe Int(offsets[index + 1]) - start
                    unsafe output.storeBytes(of: UInt32(length), as: UInt32.self)
                    if length > 0 {
                        unsafe (output + 4).copyMemory(
                            from: content.baseAddress.unsafelyUnwrapped + start,
                            byteCount: length)
                    }
                    unsafe output += 4 + length
                }
            }
        }
    }
}

/// Appends the strings that the codes of `range` stand for, each after its length.
func appendPlain(
    _ codes: [UInt32], _ range: Range<Int>, of values: ByteVector, to bytes: inout [UInt8]
) {
    precondition(range.lowerBound >= 0 && range.upperBound <= codes.count)
    var total = 4 * range.count
    for index in range { total += values.range(Int(codes[index])).count }
    unsafe extend(&bytes, by: total) { target in
        var output = unsafe target
        unsafe values.bytes.withUnsafeBytes { content in
            for index in range {
                let place = values.range(Int(codes[index]))
                unsafe output.storeBytes(of: UInt32(place.count), as: UInt32.self)
                if !place.isEmpty {
                    unsafe (output + 4).copyMemory(
                        from: content.baseAddress.unsafelyUnwrapped + place.lowerBound,
                        byteCount: place.count)
                }
                unsafe output += 4 + place.count
            }
        }
    }
}

/// Appends `values`, bytes of 0 or 1, as bits.
func appendPlainBooleans(_ values: [UInt8], to bytes: inout [UInt8]) {
    var index = 0
    while index < values.count {
        var byte: UInt8 = 0
        for bit in 0..<min(8, values.count - index) {
            byte |= (values[index + bit] & 1) << UInt8(bit)
        }
        bytes.append(byte)
        index += 8
    }
}

/// The values of `range` as big-endian two's complement of `length` bytes each, 1…16.
func bigEndian(_ values: [Int128], _ range: Range<Int>, length: Int) -> ByteVector {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count * length)
    for index in range {
        let value = values[index]
        for position in stride(from: length - 1, through: 0, by: -1) {
            bytes.append(UInt8(truncatingIfNeeded: value >> Int128(position * 8)))
        }
    }
    let offsets = (0...range.count).map { UInt32($0 * length) }
    return ByteVector(offsets: offsets, bytes: bytes)
}

/// The low 32 bits of each value of `range`.
func narrowed(_ values: [Int64], _ range: Range<Int>) -> [Int32] {
    precondition(range.lowerBound >= 0 && range.upperBound <= values.count)
    return unsafe [Int32](unsafeUninitializedCapacity: range.count) { target, made in
        unsafe values.withUnsafeBufferPointer { source in
            for index in range {
                unsafe target[index - range.lowerBound] = Int32(truncatingIfNeeded: source[index])
            }
        }
        made = range.count
    }
}

/// Grows `bytes` by `count` and lets `fill` write them all.
private func extend(
    _ bytes: inout [UInt8], by count: Int, _ fill: (UnsafeMutableRawPointer) -> Void
) {
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: count))
    unsafe bytes.withUnsafeMutableBytes { all in
        guard let base = all.baseAddress else { return }
        unsafe fill(base + start)
    }
}
