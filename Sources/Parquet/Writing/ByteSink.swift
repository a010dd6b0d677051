/// Where a file's bytes go, in order, once.
public protocol ByteSink: AnyObject {
    /// Appends `bytes`; failures of the medium are thrown with code `output`.
    func write(_ bytes: [UInt8]) throws(ParquetError)
}

/// Keeps the bytes in memory: small files and tests.
public final class MemorySink: ByteSink {
    /// Everything written so far.
    public private(set) var bytes: [UInt8] = []

    /// Nothing written yet.
    public init() {}

    /// Appends; never throws.
    public func write(_ bytes: [UInt8]) throws(ParquetError) {
        self.bytes.append(contentsOf: bytes)
    }
}
