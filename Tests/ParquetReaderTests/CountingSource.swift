import Parquet
import Synchronization

/// A file in memory that notes what is read of it.
final class CountingSource: ByteSource {
    let reads = Mutex<[Range<Int>]>([])
    private let memory: MemorySource

    init(_ bytes: [UInt8]) { memory = MemorySource(bytes) }

    var sizeBytes: Int { memory.sizeBytes }

    func read(at offset: Int, count: Int) throws(ParquetError) -> [UInt8] {
        reads.withLock { $0.append(offset..<offset + count) }
        return try memory.read(at: offset, count: count)
    }
}
