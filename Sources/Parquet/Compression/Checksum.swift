private import CZlib

/// Checksums for what stands beside Parquet files.
public enum Checksum {
    /// CRC-32 as gzip has it.
    public static func crc32(_ bytes: [UInt8]) -> UInt32 {
        UInt32(bitPattern: pageChecksum(bytes, 0..<bytes.count))
    }
}

/// CRC-32 as pages carry it: of gzip, over the stored bytes without the page header.
func pageChecksum(_ bytes: UnsafeRawBufferPointer) -> Int32 {
    let crc = unsafe crc32_z(0, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
    return Int32(bitPattern: UInt32(truncatingIfNeeded: crc))
}

/// As `pageChecksum` above, of `bytes[range]`.
func pageChecksum(_ bytes: [UInt8], _ range: Range<Int>) -> Int32 {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    return unsafe bytes.withUnsafeBytes {
        unsafe pageChecksum(UnsafeRawBufferPointer(rebasing: $0[range]))
    }
}
