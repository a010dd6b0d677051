/// BYTE_STREAM_SPLIT (Encodings.md): first bytes of all values, then second bytes, and so on.
struct ByteStreamSplitDecoder {
    private let bytes: [UInt8]
    private let start: Int
    private let layout: PhysicalLayout
    private let byteCount: Int
    private let total: Int
    private var next = 0

    init(_ bytes: [UInt8], in range: Range<Int>, layout: PhysicalLayout) throws(Damage) {
        guard let byteCount = layout.byteCount, byteCount > 0 else {
            throw Damage("BYTE_STREAM_SPLIT of values without a fixed width")
        }
        guard range.count % byteCount == 0 else {
            throw Damage("BYTE_STREAM_SPLIT streams of unequal length")
        }
        self.bytes = bytes
        self.layout = layout
        self.byteCount = byteCount
        start = range.lowerBound
        total = range.count / byteCount
    }

    mutating func next(_ count: Int) throws(Damage) -> DecodedValues {
        guard count <= total - next else { throw Damage("fewer split values than the page has") }
        let joined = joinStreams(
            bytes, at: start, stride: total, width: byteCount, first: next, count: count)
        next += count
        if case .fixed = layout { return .fixed(joined, byteCount: byteCount) }
        var plain = PlainDecoder(joined, in: 0..<joined.count, layout: layout)
        return try plain.next(count)
    }
}
