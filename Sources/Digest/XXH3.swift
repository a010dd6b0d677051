private import CXXHash

/// XXH3, the library's hash for what nobody attacks: ample against chance, no defence against
/// someone who builds collisions. Its values are part of files, so they stay the same for good
/// (xxHash 0.8.0 fixed them).
public enum XXH3 {
    /// A hash of 128 bits.
    public struct Value: Hashable, Sendable {
        public var high: UInt64
        public var low: UInt64

        public init(high: UInt64, low: UInt64) {
            self.high = high
            self.low = low
        }
    }

    /// The hash of `text` in 64 bits. O(its length).
    public static func short(_ text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { bytes in
            unsafe xxh3_64(bytes.baseAddress, bytes.count)
        }
    }

    /// The hash of `bytes`. O(bytes).
    public static func value(of bytes: UnsafeRawBufferPointer, seed: UInt64) -> Value {
        unsafe value(xxh3_128(bytes.baseAddress, bytes.count, seed))
    }

    /// The hash of each of `words`, as eight bytes in little-endian order. O(words), a few
    /// nanoseconds each.
    public static func values(of words: [UInt64], seed: UInt64) -> [Value] {
        words.map { word in
            unsafe withUnsafeBytes(of: word.littleEndian) { bytes in
                unsafe value(xxh3_128(bytes.baseAddress, 8, seed))
            }
        }
    }

    /// The hash of each of `words`, as sixteen bytes in little-endian order. O(words).
    public static func values(of words: [UInt128], seed: UInt64) -> [Value] {
        words.map { word in
            unsafe withUnsafeBytes(of: word.littleEndian) { bytes in
                unsafe value(xxh3_128(bytes.baseAddress, 16, seed))
            }
        }
    }

    /// The hash of each string `bytes[offsets[i]..<offsets[i + 1]]`. O(bytes). Traps when the
    /// offsets descend or leave the bytes.
    public static func values(of bytes: [UInt8], offsets: [UInt32], seed: UInt64) -> [Value] {
        guard offsets.count > 1 else { return [] }
        return unsafe bytes.withUnsafeBytes { buffer in
            unsafe Array(unsafeUninitializedCapacity: offsets.count - 1) { values, count in
                var start = Int(offsets[0])
                for index in 1..<offsets.count {
                    let end = Int(offsets[index])
                    precondition(start <= end && end <= buffer.count, "offsets leave the bytes")
                    let hash = unsafe xxh3_128(
                        buffer.baseAddress.map { unsafe $0 + start }, end - start, seed)
                    unsafe (values.baseAddress.unsafelyUnwrapped + (index - 1))
                        .initialize(to: value(hash))
                    start = end
                }
                count = offsets.count - 1
            }
        }
    }

    private static func value(_ hash: xxh3_value) -> Value {
        Value(high: hash.high, low: hash.low)
    }
}
