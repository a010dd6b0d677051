/// The pages of one column chunk in file order, read through a window so that memory is bounded by
/// a page and not by the chunk.
struct PageStream {
    /// A page as stored: its header and where its bytes are in `bytes`.
    struct StoredPage {
        let header: PageHeader
        let bytes: [UInt8]
        let range: Range<Int>
        /// The header's position in the file.
        let offset: Int
    }

    private let source: any ByteSource
    /// `column a.b of row group 0`, for messages.
    let subject: String
    private let end: Int
    private var position: Int
    private var window: [UInt8] = []
    private var windowStart = 0

    /// Bytes fetched at once; pages are usually no larger.
    private static let windowBytes = 1 << 20
    /// A header is first looked for in this many bytes.
    private static let usualHeaderBytes = 1 << 10

    /// The stream of the chunk at `range` of the file.
    init(_ source: any ByteSource, range: Range<Int>, subject: String) {
        self.source = source
        self.subject = subject
        position = range.lowerBound
        end = range.upperBound
    }

    /// Where the next page starts.
    var offset: Int { position }
    var isAtEnd: Bool { position >= end }

    /// The next page; its checksum is verified when it carries one.
    mutating func next() throws(ParquetError) -> StoredPage {
        let offset = position
        let (header, headerSize) = try readHeader()
        let size = Int(header.compressedSize)
        guard size <= end - offset - headerSize else {
            throw Damage("a page of \(size) bytes passes the end of its chunk").error(
                "read page", place(offset))
        }
        let start = try fetch(offset + headerSize, count: size)
        position = offset + headerSize + size
        let range = start..<start + size
        if let crc = header.crc, pageChecksum(window, range) != crc {
            throw ParquetError(
                .checksum, operation: "read page", subject: place(offset),
                message: "the page's checksum differs from its bytes",
                hint:
                    "The file was damaged after it was written. Restore it from a backup or write "
                    + "it again.")
        }
        return StoredPage(header: header, bytes: window, range: range, offset: offset)
    }

    /// Passes over the next page when it is a data page of at most `limit` entries, and returns how
    /// many it has; nil, with nothing passed over, for every other page. Only its header is read.
    mutating func skipDataPage(ofAtMost limit: Int) throws(ParquetError) -> Int? {
        let offset = position
        let (header, headerSize) = try readHeader(isAlone: true)
        let entries: Int32
        switch header.type {
        case .data: entries = header.dataPage?.valueCount ?? -1
        case .dataV2: entries = header.dataPageV2?.valueCount ?? -1
        default: return nil
        }
        guard entries >= 0, entries <= limit else { return nil }
        let size = Int(header.compressedSize)
        guard size <= end - offset - headerSize else {
            throw Damage("a page of \(size) bytes passes the end of its chunk").error(
                "read page", place(offset))
        }
        position = offset + headerSize + size
        return Int(entries)
    }

    func place(_ offset: Int) -> String { "\(subject), page at byte \(offset)" }

    /// Reads the header at `position` and returns it with its length. Its length is not known
    /// before, so more bytes are tried while it is cut off. One that is wanted `isAlone`, without
    /// what follows it, fetches no more than it needs.
    private mutating func readHeader(
        isAlone: Bool = false
    ) throws(ParquetError) -> (PageHeader, Int) {
        let offset = position
        var tried = min(PageStream.usualHeaderBytes, end - offset)
        while true {
            let start = try fetch(offset, count: tried, ahead: isAlone ? 0 : PageStream.windowBytes)
            var reader = CompactReader(window, in: start..<start + tried)
            do {
                let header = try PageHeader(from: &reader)
                return (header, reader.position - start)
            } catch {
                let largest = min(ReadLimits.pageHeaderBytes, end - offset)
                guard reader.isExhausted, tried < largest else {
                    throw error.prefixed("page header: ").error("read page", place(offset))
                }
                tried = min(tried * 8, largest)
            }
        }
    }

    /// Makes the window hold `count` bytes from file position `offset`, and if it has to be read
    /// `ahead` bytes at least; returns where in it.
    private mutating func fetch(
        _ offset: Int, count: Int, ahead: Int = PageStream.windowBytes
    ) throws(ParquetError) -> Int {
        if offset < windowStart || offset + count > windowStart + window.count {
            let wanted = min(max(count, ahead), end - offset)
            window = try source.read(at: offset, count: wanted)
            windowStart = offset
            guard window.count == wanted else {
                throw ParquetError(
                    .input, operation: "read page", subject: place(offset),
                    message: "the source gave \(window.count) bytes of \(wanted)")
            }
        }
        return offset - windowStart
    }
}
