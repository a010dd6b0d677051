/// Bounds on what a file may make the reader allocate, far above what writers produce.
enum ReadLimits {
    /// Bytes of a footer.
    static let footerBytes = 256 << 20
    /// Bytes of a page header; statistics within may hold long values.
    static let pageHeaderBytes = 16 << 20
    /// Bytes of one page once decompressed.
    static let pageBytes = 1 << 30
    /// Bytes of the byte strings of one column in one batch.
    static let batchBytes = 1 << 30
    /// Levels of one column in one batch: the elements of lists count.
    static let batchEntries = 1 << 26
    /// Groups within groups of a schema.
    static let schemaDepth = 64
    /// Structures within structures of Thrift.
    static let thriftDepth = 64
}
