public import Parquet
public import Source

/// What holds for a whole run.
public struct ExtractOptions: Sendable {
    public var schema = ""
    /// How ambiguous types are read, unless a table says otherwise.
    public var typeOptions = TypeOptions()
    /// Connections at most.
    public var connections = 2
    public var verification = Verification.count
    /// Codec, row groups and pages of the data files.
    public var writer = WriterOptions()
    /// Rows a chunk of a large read should hold.
    public var chunkRows = 5_000_000
    /// Bytes after which a data file is closed and the next begun.
    public var fileByteCount = 128 << 20
    /// How far the window stays behind the server's clock, microseconds.
    public var marginMicroseconds: Int64 = 1_000_000
    /// How far back rows are compared when open transactions cannot be listed, microseconds.
    public var blindMarginMicroseconds: Int64 = 15 * 60 * 1_000_000
    /// Attempts at a chunk before its table fails.
    public var attempts = 5
    /// Read everything again, whatever bronze holds.
    public var isFull = false
    /// Take a server or a table that is not the one it was.
    public var acceptsSource = false
    /// By `schema.table` the columns, by the source's names, that the pipeline compares as keys.
    public var comparedColumns: [String: Set<String>] = [:]
    /// Prefix of masked values before hashing.
    public var maskSalt: [UInt8] = []

    public init() {}
}

/// What a run needs of the world.
public struct ExtractWorld: Sendable {
    /// Opens a connection to the source.
    public var connect: @Sendable () throws(SourceError) -> any SourceConnection
    /// Microseconds UTC of this machine.
    public var now: @Sendable () -> Int64
    /// Pauses the calling thread.
    public var sleep: @Sendable (_ microseconds: Int64) -> Void
    /// Whether a signal asked for the end.
    public var isStopping: @Sendable () -> Bool
    public var observer: any ExtractObserver

    public init(
        connect: @escaping @Sendable () throws(SourceError) -> any SourceConnection,
        now: @escaping @Sendable () -> Int64,
        sleep: @escaping @Sendable (_ microseconds: Int64) -> Void,
        isStopping: @escaping @Sendable () -> Bool, observer: any ExtractObserver
    ) {
        self.connect = connect
        self.now = now
        self.sleep = sleep
        self.isStopping = isStopping
        self.observer = observer
    }
}
