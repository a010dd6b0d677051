/// Turns the content of pages into their stored form: header, then compressed bytes.
final class PageCompressor {
    let codec: CompressionCodec
    private let compressor: Compressor
    private let level: Int

    init(_ options: WriterOptions) throws(ParquetError) {
        codec = options.codec.number
        compressor = try Compressor(codec)
        level = options.level
    }

    /// A stored page.
    struct StoredPage {
        /// The header and the compressed content.
        var bytes: [UInt8]
        /// What `bytes` would be long without compression.
        var uncompressedByteCount: Int
    }

    /// Compresses `body`; `header` gets the sizes and the checksum. Throws `limit` for 2 GiB and
    /// more.
    func store(_ header: PageHeader, _ body: [UInt8]) throws(ParquetError) -> StoredPage {
        var header = header
        let compressed = codec == .uncompressed ? body : try compressor.compress(body, level: level)
        guard let uncompressedSize = Int32(exactly: body.count),
            let compressedSize = Int32(exactly: compressed.count)
        else {
            throw ParquetError(
                .limit, operation: "write page", subject: "page",
                message: "a page of \(body.count) bytes; the format allows 2 GiB")
        }
        header.uncompressedSize = uncompressedSize
        header.compressedSize = compressedSize
        header.crc = pageChecksum(compressed, 0..<compressed.count)
        var writer = CompactWriter()
        header.write(to: &writer)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(writer.bytes.count + compressed.count)
        bytes.append(contentsOf: writer.bytes)
        bytes.append(contentsOf: compressed)
        return StoredPage(
            bytes: bytes, uncompressedByteCount: writer.bytes.count + body.count)
    }
}
