/// Turns the content of pages into their stored form: header, then compressed bytes.
///
/// With zstd it tries, on one page in 32 of a column, what a cheaper way would give: numbers
/// framed by their stride, or level 1. Where that costs next to nothing in size, it is used until
/// the next try. The configured level is thus the most that is spent, not always spent.
final class PageCompressor {
    let codec: CompressionCodec
    private let compressor: Compressor
    private let level: Int
    /// An empty buffer with the capacity of the pages before, for the content of the next.
    var scratch: [UInt8] = []

    init(_ options: WriterOptions) throws(ParquetError) {
        codec = options.codec.number
        compressor = try Compressor(codec)
        level = options.level
    }

    /// The scratch buffer, to be given back.
    func takeScratch() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &scratch)
        taken.removeAll(keepingCapacity: true)
        return taken
    }

    /// A stored page.
    struct StoredPage: Sendable {
        /// The header and the compressed content.
        var bytes: [UInt8]
        /// What `bytes` would be long without compression.
        var uncompressedByteCount: Int
    }

    /// PLAIN numbers from `start` to the end of a page.
    struct Numbers {
        var start: Int
        var width: Int
    }

    /// What the last trial on a column's pages found.
    struct Choice {
        fileprivate var pagesUntilTrial = 0
        /// The cheapest level that is about as good as the configured one.
        fileprivate var level = 0
        /// Bytes that level makes of a thousand.
        fileprivate var ratio = 1000

        /// Forgets the finding: the pages to come are of another kind.
        mutating func reset() { self = Choice() }
    }

    private static let pagesBetweenTrials = 32
    /// Bytes more, in thousandths, that are accepted for level 1 and for strided frames, which
    /// take a half and a tenth of the time.
    private static let fastTolerance = 5
    private static let stridedTolerance = 60

    /// Compresses `body`; `header` gets the sizes and the checksum. Throws `limit` for 2 GiB and
    /// more.
    func store(
        _ header: PageHeader, _ body: [UInt8], numbers: Numbers? = nil, _ choice: inout Choice
    ) throws(ParquetError) -> StoredPage {
        var header = header
        let compressed = try compress(body, numbers, &choice)
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

    private func compress(
        _ body: [UInt8], _ numbers: Numbers?, _ choice: inout Choice
    ) throws(ParquetError) -> [UInt8] {
        if codec == .uncompressed { return body }
        guard codec == .zstd, body.count >= 512 else {
            return try compressor.compress(body, level: level)
        }
        if choice.pagesUntilTrial == 0 { return try trial(body, numbers, &choice) }
        choice.pagesUntilTrial -= 1
        let expected = body.count * choice.ratio / 1000
        if let frame = strided(body, numbers, replacing: expected) { return frame }
        return try compressor.compress(body, level: choice.level)
    }

    private func trial(
        _ body: [UInt8], _ numbers: Numbers?, _ choice: inout Choice
    ) throws(ParquetError) -> [UInt8] {
        var best = try compressor.compress(body, level: level)
        choice.pagesUntilTrial = PageCompressor.pagesBetweenTrials - 1
        choice.level = level
        if level > 1 {
            let fast = try compressor.compress(body, level: 1)
            if fast.count * 1000 <= best.count * (1000 + PageCompressor.fastTolerance) {
                choice.level = 1
                best = fast
            }
        }
        choice.ratio = best.count * 1000 / body.count
        return strided(body, numbers, replacing: best.count) ?? best
    }

    /// The strided frame, when it is not much longer than the `byteCount` of the other way.
    private func strided(
        _ body: [UInt8], _ numbers: Numbers?, replacing byteCount: Int
    ) -> [UInt8]? {
        let limit = byteCount * (1000 + PageCompressor.stridedTolerance) / 1000
        guard let numbers, numbers.width == 4 || numbers.width == 8,
            let plan = StridedPlan(body, from: numbers.start, width: numbers.width),
            plan.estimatedByteCount <= limit
        else { return nil }
        return plan.frame(body)
    }
}
