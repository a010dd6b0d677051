import Storage

/// What one commit did.
public struct CommitChanges: Sendable {
    public let version: Int64
    /// Milliseconds since 1970-01-01T00:00:00Z: what the commit says, else its file's time.
    public let timestamp: Int64
    public let info: CommitInfo?
    public let adds: [AddFile]
    public let removes: [RemoveFile]
    /// The new metadata, when the commit changed it.
    public let metadata: TableMetadata?
    public let tableProtocol: TableProtocol?
    public let transactions: [TransactionIdentifier]

    /// Whether rows came or went, as opposed to being moved between files.
    public var changesData: Bool {
        adds.contains { $0.dataChange } || removes.contains { $0.dataChange }
    }

    init(version: Int64, fileTimestamp: Int64, actions: [Action]) {
        var info: CommitInfo?
        var adds: [AddFile] = []
        var removes: [RemoveFile] = []
        var metadata: TableMetadata?
        var tableProtocol: TableProtocol?
        var transactions: [TransactionIdentifier] = []
        for action in actions {
            switch action {
            case .commitInfo(let value): info = value
            case .add(let value): adds.append(value)
            case .remove(let value): removes.append(value)
            case .metaData(let value): metadata = value
            case .protocol(let value): tableProtocol = value
            case .txn(let value): transactions.append(value)
            case .domainMetadata, .sidecar, .unknown: break
            }
        }
        self.version = version
        timestamp = info?.timestamp ?? fileTimestamp
        self.info = info
        self.adds = adds
        self.removes = removes
        self.metadata = metadata
        self.tableProtocol = tableProtocol
        self.transactions = transactions
    }
}

extension DeltaTable {
    /// The commits after version `from` up to and with `to`, in order: what a consumer that has
    /// read `from` has not seen. `from` may be -1 for the beginning.
    ///
    /// Throws `.noSuchVersion` when the log no longer holds one of them.
    public func changes(from: Int64, to: Int64) throws(DeltaError) -> [CommitChanges] {
        guard from < to else { return [] }
        let listing = try LogListing(self, from: max(0, from + 1))
        var changes: [CommitChanges] = []
        for version in (from + 1)...to {
            guard let entry = listing.commits[version] else {
                throw absent(version, listing.newest)
            }
            changes.append(
                CommitChanges(
                    version: version, fileTimestamp: entry.modifiedMilliseconds,
                    actions: try actions(ofCommit: version)))
        }
        return changes
    }

    /// The newest commits still in the log, newest first, at most `limit`. Empty when there is no
    /// table.
    public func history(limit: Int = .max) throws(DeltaError) -> [CommitChanges] {
        let listing = try LogListing(self, from: 0)
        var changes: [CommitChanges] = []
        for version in listing.commits.keys.sorted(by: >).prefix(max(0, limit)) {
            guard let entry = listing.commits[version] else { continue }
            changes.append(
                CommitChanges(
                    version: version, fileTimestamp: entry.modifiedMilliseconds,
                    actions: try actions(ofCommit: version)))
        }
        return changes
    }

    private func absent(_ version: Int64, _ newest: Int64?) -> DeltaError {
        let isFuture = version > newest ?? -1
        return DeltaError(
            .noSuchVersion, operation: "read changes", subject: path,
            message: isFuture
                ? "there is no version \(version), the newest is \(newest ?? -1)"
                : "version \(version) is no longer in the log",
            hint: isFuture
                ? nil : "Read the whole table again: the log was cleaned up since the last run.")
    }
}
