extension Decompressor {
    /// The `count` bytes of a page stored as `bytes[range]`, by any codec that is read; those of an
    /// uncompressed one stay where they are.
    ///
    /// What the header announces is held against what the codec can make of that many bytes, so a
    /// damaged size cannot make the reader allocate without limit.
    func page(
        _ codec: CompressionCodec, _ bytes: [UInt8], _ range: Range<Int>, count: Int
    ) throws(Damage) -> (bytes: [UInt8], range: Range<Int>) {
        if count == 0, range.isEmpty { return ([], 0..<0) }
        guard let ratio = PageDecompression.largestRatio[codec] else {
            throw .unsupported("compression codec \(PageDecompression.name(codec))")
        }
        guard count <= ReadLimits.pageBytes, count <= (range.count + 64) * ratio else {
            throw Damage("a page of \(range.count) bytes cannot decompress to \(count)")
        }
        if codec == .uncompressed {
            guard range.count == count else { throw Damage("an uncompressed page of two sizes") }
            return (bytes, range)
        }
        return (try decompress(codec, bytes, range, count: count), 0..<count)
    }
}

enum PageDecompression {
    /// The most bytes a codec can make of one; a codec that is not here is not read.
    static let largestRatio: [CompressionCodec: Int] = [
        .uncompressed: 1, .snappy: 64, .gzip: 1032, .lz4: 256, .lz4Raw: 256, .zstd: 1 << 16,
    ]

    static func name(_ codec: CompressionCodec) -> String {
        switch codec {
        case .lzo: "LZO"
        case .brotli: "BROTLI"
        default: "number \(codec.rawValue)"
        }
    }
}
