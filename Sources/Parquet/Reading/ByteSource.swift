/// Where a file's bytes come from: a local file, an object store, memory.
public protocol ByteSource: Sendable {
    /// Bytes of the whole file.
    var sizeBytes: Int { get }

    /// Exactly `count` bytes from position `offset`; throws `.input` when they cannot be had. Asked
    /// only for ranges within `0..<sizeBytes`.
    func read(at offset: Int, count: Int) throws(ParquetError) -> [UInt8]
}

/// A file held in memory.
public struct MemorySource: ByteSource {
    private let bytes: [UInt8]

    /// A file of exactly these bytes.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// How many bytes there are.
    public var sizeBytes: Int { bytes.count }

    /// Copies the range; throws `.input` when it leaves the file.
    public func read(at offset: Int, count: Int) throws(ParquetError) -> [UInt8] {
        guard offset >= 0, count >= 0, count <= bytes.count, offset <= bytes.count - count else {
            throw ParquetError(
                .input, operation: "read", subject: "\(count) bytes at \(offset)",
                message: "the file has \(bytes.count) bytes")
        }
        return Array(bytes[offset..<offset + count])
    }
}
