/// How a file is laid out. Every limit is checked by rows and by bytes, so memory stays bounded
/// whatever the table holds.
public struct WriterOptions: Sendable {
    /// The compression of all pages.
    public enum Codec: String, Sendable, CaseIterable {
        case none
        case snappy
        case gzip
        case zstd
    }

    /// How pages are compressed.
    public var codec: Codec
    /// The codec's level; ignored by `none` and `snappy`.
    public var level: Int
    /// A row group ends at this many rows…
    public var rowGroupRows: Int
    /// …or when it holds this many bytes in memory, after compression.
    public var rowGroupBytes: Int
    /// A page ends at this many rows…
    public var pageRows: Int
    /// …or about this many bytes of values before compression.
    public var pageBytes: Int
    /// Whether columns may be dictionary-encoded; off for Delta checkpoints.
    public var usesDictionary: Bool
    /// A dictionary that grows past this many bytes is given up for the rest of the row group.
    public var dictionaryBytes: Int
    /// The file's free metadata, in this order.
    public var keyValueMetadata: [(key: String, value: String)]
    /// `name version x.y.z`: readers parse it to know a writer's defects.
    public var createdBy: String
    /// Columns by which the rows that are written are sorted, ascending, NULLs first: said in the
    /// footer for readers. Row groups that are taken over from other files do not say it.
    public var sortedBy: [String] = []

    /// When a row group gets a Bloom filter of a column.
    public enum BloomUse: String, Sendable {
        case always
        /// Where the column's pages are in no order, so that their bounds exclude little.
        case unordered
    }

    /// Top-level columns of which row groups get Bloom filters; those of other types than whole
    /// numbers, times, texts and bytes are passed over.
    public var bloomColumns: [String: BloomUse] = [:]

    /// The program's version, as files and commits name it.
    public static let programVersion = "0.3.0"

    /// The writer's defaults with a codec; `level` nil is the codec's own.
    public init(codec: Codec = .zstd, level: Int? = nil) {
        self.codec = codec
        self.level = level ?? (codec == .gzip ? 6 : 3)
        rowGroupRows = 1 << 20
        rowGroupBytes = 40 << 20
        pageRows = 20_000
        pageBytes = 1 << 20
        usesDictionary = true
        dictionaryBytes = 1 << 20
        keyValueMetadata = []
        createdBy = "sluice version " + WriterOptions.programVersion
    }
}

extension WriterOptions.Codec {
    var number: CompressionCodec {
        switch self {
        case .none: .uncompressed
        case .snappy: .snappy
        case .gzip: .gzip
        case .zstd: .zstd
        }
    }
}
