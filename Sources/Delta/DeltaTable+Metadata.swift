import Columnar
import Parquet
import Storage

extension DeltaTable {
    /// What the table is now, without its files; nil when there is no table.
    ///
    /// Cost: a listing, the commits since the last change of metadata or the last checkpoint, of
    /// which lines of files are not parsed, and one column of that checkpoint. What is odd about a
    /// log is left to `snapshot()`, which tells a race from damage.
    public func metadata() throws(DeltaError) -> TableMetadata? {
        if let found = try? newestMetadata() { return found }
        return try snapshot()?.metadata
    }

    /// The newest metadata that a commit still tells of a log that cannot be read as a whole; nil
    /// when none does. Good for saying what the table is, not for reading it.
    public func lastKnownMetadata() -> TableMetadata? {
        guard let listing = try? LogListing(self, from: 0) else { return nil }
        for version in listing.commits.keys.sorted(by: >) {
            let name = LogName.commitName(version)
            if let found = (try? metadata(inCommit: name)) ?? nil { return found }
        }
        return nil
    }

    /// The newest metadata; nil where a plain look does not find it.
    private func newestMetadata() throws(DeltaError) -> TableMetadata? {
        var listing = try LogListing(self, from: SnapshotLoader(table: self).hintedVersion())
        if listing.newestCheckpoint == nil { listing = try LogListing(self, from: 0) }
        guard var version = listing.newest else { return nil }
        let checkpoint = listing.checkpointVersions(upTo: version).first
        while version > checkpoint ?? -1 {
            guard let commit = listing.commits[version] else { return nil }
            if let found = try metadata(inCommit: commit.name) { return found }
            version -= 1
        }
        guard let checkpoint, let parts = listing.checkpoints[checkpoint] else { return nil }
        for part in parts {
            if let found = try metadata(inCheckpoint: part) { return found }
        }
        return nil
    }

    private func metadata(inCommit name: String) throws(DeltaError) -> TableMetadata? {
        let path = logFolder + "/" + name
        let text = try storing { () throws(StorageError) in try storage.read(path) }
        let key = Array(#""metaData""#.utf8)
        var found: TableMetadata?
        for line in text.split(separator: UInt8(ascii: "\n"))
        where line.prefix(64).firstRange(of: key) != nil {
            for case .metaData(let value) in try CommitReader(path: path).actions(Array(line)) {
                found = value
            }
        }
        return found
    }

    private func metadata(inCheckpoint name: String) throws(DeltaError) -> TableMetadata? {
        let path = logFolder + "/" + name
        let source = try storing { () throws(StorageError) in
            StorageSource(try storage.open(path))
        }
        do {
            let file = try FileReader(source: source)
            guard file.schema.index(of: "metaData") != nil else { return nil }
            for group in file.rowGroups.indices {
                let reader = try file.read(
                    rowGroup: group, columns: ["metaData"], batchRowCount: 8192)
                while let batch = try reader.next() {
                    guard let rows = ActionColumn("metaData", batch.columns[0]) else { return nil }
                    for row in 0..<batch.count where rows.isPresent(row) {
                        return TableMetadata(rows, row)
                    }
                }
            }
            return nil
        } catch {
            throw DeltaError(error, subject: path)
        }
    }
}
