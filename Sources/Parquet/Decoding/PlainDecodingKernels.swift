// Unsafe: fixed-width values are copied as memory, byte strings gathered by pointer. Every function
// checks its ranges first; callers see arrays only. Parquet is little-endian, and so is every
// machine this is built for.

/// A type whose PLAIN form is its little-endian memory.
protocol PlainFixed: BitwiseCopyable {
    static var zero: Self { get }
}
extension Int32: PlainFixed {}
extension Int64: PlainFixed {}
extension UInt32: PlainFixed {}
extension Float: PlainFixed {}
extension Double: PlainFixed {}

/// `count` values of PLAIN encoding from `bytes[offset...]`; the caller has checked they are there.
func plainValues<T: PlainFixed>(
    _ bytes: [UInt8], at offset: Int, count: Int, as: T.Type = T.self
) -> [T] {
    let byteCount = count * MemoryLayout<T>.size
    precondition(offset >= 0 && count >= 0 && offset + byteCount <= bytes.count)
    var out = [T](repeating: .zero, count: count)
    unsafe out.withUnsafeMutableBytes { target in
        unsafe bytes.withUnsafeBytes { source in
            let part = unsafe UnsafeRawBufferPointer(rebasing: source[offset..<offset + byteCount])
            unsafe target.copyMemory(from: part)
        }
    }
    return out
}

/// The lengths-first layout of PLAIN byte arrays: walks `count` strings of `bytes[range]`.
///
/// Returns the strings one after the other with their offsets, and the position after the last; nil
/// when a length is negative or passes the end. Allocates only what the bytes hold.
func plainByteArrays(
    _ bytes: [UInt8], in range: Range<Int>, count: Int
) -> (offsets: [UInt32], bytes: [UInt8], end: Int)? {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count && count >= 0)
    guard count <= (range.count) / 4 else { return nil }
    var offsets = [UInt32](repeating: 0, count: count + 1)
    var position = range.lowerBound
    var total = 0
    let isWhole = unsafe bytes.withUnsafeBytes { source in
        unsafe offsets.withUnsafeMutableBufferPointer { offsets in
            for index in 0..<count {
                guard range.upperBound - position >= 4 else { return false }
                let length = unsafe Int(
                    source.loadUnaligned(fromByteOffset: position, as: UInt32.self))
                position += 4
                guard length <= range.upperBound - position else { return false }
                position += length
                total += length
                unsafe offsets[index + 1] = UInt32(truncatingIfNeeded: total)
            }
            return true
        }
    }
    guard isWhole, total <= Int(UInt32.max) else { return nil }
    var out = [UInt8](repeating: 0, count: total)
    unsafe bytes.withUnsafeBytes { source in
        unsafe out.withUnsafeMutableBytes { target in
            guard let from = source.baseAddress, let to = target.baseAddress else {
                return
            }
            var read = range.lowerBound + 4
            for index in 0..<count {
                let start = Int(offsets[index])
                let length = Int(offsets[index + 1]) - start
                unsafe copyString(
                    from + read, to + start, count: length,
                    room: min(range.upperBound - read, total - start))
                read += length + 4
            }
        }
    }
    return (offsets, out, position)
}

/// Copies `count` bytes; short ones as two words where `room` bytes may be read and written, for
/// strings are mostly short and a call costs more than the copy. What is written past `count` is
/// overwritten by the next string.
@inline(__always)
func copyString(
    _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, count: Int, room: Int
) {
    if count <= 16, room >= 16 {
        let low = unsafe source.loadUnaligned(as: UInt64.self)
        let high = unsafe source.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        unsafe target.storeBytes(of: low, as: UInt64.self)
        unsafe target.storeBytes(of: high, toByteOffset: 8, as: UInt64.self)
    } else {
        unsafe target.copyMemory(from: source, byteCount: count)
    }
}

/// Big-endian two's complement numbers of `width` bytes, one after the other, to 128 bits.
///
/// `width` is 1 to 16 and divides the number of bytes.
func bigEndianIntegers<T: FixedWidthInteger & SignedInteger>(
    _ bytes: [UInt8], width: Int, as: T.Type
) -> [T] {
    precondition(width >= 1 && width <= T.bitWidth / 8 && bytes.count % width == 0)
    var out = [T](repeating: 0, count: bytes.count / width)
    // The bytes before a number belong to the one before; the first numbers have none.
    let padded = [UInt8](repeating: 0, count: 16) + bytes
    let spare = UInt64(8 * (width > 8 ? 16 - width : 8 - width))
    unsafe padded.withUnsafeBytes { source in
        unsafe out.withUnsafeMutableBufferPointer { target in
            for index in target.indices {
                let end = 16 + (index + 1) * width
                let low = unsafe UInt64(
                    bigEndian: source.loadUnaligned(fromByteOffset: end - 8, as: UInt64.self))
                if width <= 8 {
                    let value = Int64(bitPattern: low << spare) >> Int64(spare)
                    unsafe target[index] = T(truncatingIfNeeded: value)
                } else {
                    let top = unsafe UInt64(
                        bigEndian: source.loadUnaligned(fromByteOffset: end - 16, as: UInt64.self))
                    let high = Int64(bitPattern: top << spare) >> Int64(spare)
                    unsafe target[index] = T(
                        truncatingIfNeeded: Int128(high) << 64 | Int128(low))
                }
            }
        }
    }
    return out
}

/// Interleaves BYTE_STREAM_SPLIT back: byte `k` of value `i` is `bytes[offset + k * stride + i]`.
///
/// Returns values `first..<first + count` of a page holding `stride` values of `width` bytes.
func joinStreams(
    _ bytes: [UInt8], at offset: Int, stride: Int, width: Int, first: Int, count: Int
) -> [UInt8] {
    precondition(offset >= 0 && width >= 1 && first >= 0 && first + count <= stride)
    precondition(offset + stride * width <= bytes.count)
    var out = [UInt8](repeating: 0, count: count * width)
    unsafe bytes.withUnsafeBufferPointer { source in
        unsafe out.withUnsafeMutableBufferPointer { target in
            for byte in 0..<width {
                let from = offset + byte * stride + first
                for index in 0..<count {
                    unsafe target[index * width + byte] = unsafe source[from + index]
                }
            }
        }
    }
    return out
}
