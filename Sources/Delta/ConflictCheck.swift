/// Whether a transaction may follow commits it has not seen:
/// `docs/specification/delta.md#conflicts`, in that order, under write-serializable isolation.
struct ConflictCheck {
    /// What the transaction read to decide what to write.
    let reads: ReadScope
    let changesMetadata: Bool
    let createsTable: Bool
    let appIDs: Set<String>
    let removedPaths: Set<String>
    let domains: Set<String>

    /// The conflict with the commit `version`, or nil when this transaction may come after it.
    func conflict(with winner: [Action], version: Int64) -> CommitConflict? {
        if createsTable { return conflict(.metadataChanged, version, "created the table") }
        var info: CommitInfo?
        var adds: [AddFile] = []
        var removes: [RemoveFile] = []
        for action in winner {
            switch action {
            case .protocol: return conflict(.protocolChanged, version, "changed the protocol")
            case .commitInfo(let value): info = value
            case .add(let file): adds.append(file)
            case .remove(let file): removes.append(file)
            case .metaData, .txn, .domainMetadata, .sidecar, .unknown: break
            }
        }
        for action in winner {
            if case .metaData = action {
                return conflict(.metadataChanged, version, "changed the table's metadata")
            }
        }
        for case .domainMetadata(let value) in winner where domains.contains(value.domain) {
            return conflict(.metadataChanged, version, "changed the domain \(value.domain)")
        }
        for case .txn(let value) in winner where appIDs.contains(value.appID) {
            return conflict(
                .sameTransaction, version, "committed \(value.version) for \(value.appID)")
        }
        return fileConflict(adds, removes, info, version)
    }

    private func fileConflict(
        _ adds: [AddFile], _ removes: [RemoveFile], _ info: CommitInfo?, _ version: Int64
    ) -> CommitConflict? {
        let isBlind = info?.isBlindAppend == true && removes.isEmpty
        if changesMetadata || !isBlind {
            let changed = adds.first { $0.dataChange && reads.covers($0.partitionValues) }
            if let changed {
                return conflict(.concurrentAppend, version, "added \(changed.path)")
            }
        }
        for file in removes {
            if removedPaths.contains(file.path) {
                return conflict(.concurrentDelete, version, "also removed \(file.path)")
            }
            if file.dataChange, reads.covers(file.partitionValues) {
                return conflict(.concurrentDelete, version, "removed \(file.path)")
            }
        }
        return nil
    }

    private func conflict(_ reason: CommitConflict.Reason, _ version: Int64, _ what: String)
        -> CommitConflict
    {
        CommitConflict(
            reason: reason, version: version,
            message: "version \(version) of another writer \(what)")
    }
}

/// What of a table a transaction has read.
public enum ReadScope: Hashable, Sendable {
    /// Nothing but the metadata: what is written does not depend on the rows.
    case nothing
    /// The files of these partitions, each given by the text of all its values.
    case partitions(Set<[String: String?]>)
    case wholeTable

    /// Whether a file with these partition values (nil: not known) is in what was read.
    func covers(_ values: [String: String?]?) -> Bool {
        switch self {
        case .nothing: false
        case .partitions(let partitions): values.map { partitions.contains($0) } ?? true
        case .wholeTable: true
        }
    }
}
