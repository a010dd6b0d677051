public import Columnar
public import Parquet

/// Data files of one partition, written one after the other: when one has reached a size, the next
/// begins with the rows that follow.
///
/// One owner. A file gets its name as it ends, or waits to be taken by whoever names it later.
/// Nothing is part of the table before the files are committed; letting go before `finish` leaves
/// orphans only.
public final class RollingFiles {
    private let limit: Int64
    private let begin: () throws(DeltaError) -> DataFileWriter
    private let publishesAtOnce: Bool
    private var open: DataFileWriter?
    private var published: [AddFile] = []
    private var ended: [DataFileWriter] = []
    private var endedCount = 0
    /// The rows written so far.
    public private(set) var rowCount: Int64 = 0

    /// - Parameters:
    ///   - limit: bytes at which a file ends.
    ///   - publishesAtOnce: whether a file gets its name as it ends; else `takeEnded` gives it.
    ///   - begin: makes the next file.
    public init(
        limit: Int64, publishesAtOnce: Bool = true,
        begin: @escaping () throws(DeltaError) -> DataFileWriter
    ) {
        self.limit = limit
        self.publishesAtOnce = publishesAtOnce
        self.begin = begin
    }

    /// Whether a file is begun and not finished.
    public var isOpen: Bool { open != nil }

    /// The number of the file that the next rows go to, and how many rows it has.
    public var place: (file: Int, row: Int64) { (endedCount, open?.rowCount ?? 0) }

    /// Appends the rows of a batch, all to one file.
    public func write(_ batch: RecordBatch) throws(DeltaError) {
        if batch.count == 0 { return }
        let writer = try writer()
        try writer.write(batch)
        rowCount += Int64(batch.count)
        if writer.bytesWritten >= limit { try end() }
    }

    /// Takes over a row group; false, with nothing written, when it cannot be
    /// (`DataFileWriter.copy`).
    public func copy(
        _ file: FileReader, rowGroup: Int, replacing replaced: [String: ChunkSource] = [:]
    ) throws(DeltaError) -> Bool {
        let writer = try writer()
        guard try writer.copy(file, rowGroup: rowGroup, replacing: replaced) else { return false }
        rowCount += Int64(file.rowGroups[rowGroup].rowCount)
        if writer.bytesWritten >= limit { try end() }
        return true
    }

    /// Ends the last file and returns those that are published.
    @discardableResult
    public func finish() throws(DeltaError) -> [AddFile] {
        try end()
        return published
    }

    /// The files that have ended since the last call and have no name yet.
    public func takeEnded() -> [DataFileWriter] {
        defer { ended = [] }
        return ended
    }

    /// Removes the files that have no name and were not taken.
    public func abort() {
        for writer in takeEnded() { writer.abort() }
        open?.abort()
        open = nil
    }

    private func writer() throws(DeltaError) -> DataFileWriter {
        if let open { return open }
        let writer = try begin()
        open = writer
        return writer
    }

    private func end() throws(DeltaError) {
        guard let writer = open else { return }
        open = nil
        // One that was begun for a row group that could not be taken over.
        if writer.rowCount == 0 { return writer.abort() }
        try writer.finish()
        endedCount += 1
        if publishesAtOnce {
            published.append(try writer.publish())
        } else {
            ended.append(writer)
        }
    }
}
