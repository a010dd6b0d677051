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
                unsafe (to + start).copyMemory(from: from + read, byteCount: length)
                read += length + 4
            }
        }
    }
    return (offsets, out, position)
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
