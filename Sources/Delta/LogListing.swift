import Storage

/// The commits and checkpoints found in a log folder.
struct LogListing {
    /// Path of the log folder.
    let folder: String
    /// The commit files by version.
    private(set) var commits: [Int64: FileEntry] = [:]
    /// Complete classic checkpoints: the names of their parts in order, by version.
    private(set) var checkpoints: [Int64: [String]] = [:]
    /// The names of checkpoints of the second kind (v2Checkpoint), by version; each of several is
    /// whole by itself.
    private(set) var secondKind: [Int64: [String]] = [:]
    /// Everything listed.
    let entries: [FileEntry]

    /// Lists the log of a table from `version` on (0 for all of it).
    init(_ table: DeltaTable, from version: Int64) throws(DeltaError) {
        folder = table.logFolder
        let from = version > 0 ? LogName.digits(version) : ""
        entries = try storing { () throws(StorageError) in
            try table.storage.list(table.logFolder, from: from)
        }
        var parts: [Int64: [Int: [Int: String]]] = [:]
        for entry in entries where !entry.isFolder {
            switch LogName(entry.name) {
            case .commit(let version): commits[version] = entry
            case .checkpoint(let version, let part, let count):
                parts[version, default: [:]][count, default: [:]][part] = entry.name
            case .checkpointV2(let version):
                secondKind[version, default: []].append(entry.name)
            case .checksum, .compacted, .other: break
            }
        }
        for (version, byCount) in parts {
            let complete = byCount.filter { $0.value.count == $0.key }.min { $0.key < $1.key }
            guard let complete else { continue }
            checkpoints[version] = (1...complete.key).compactMap { complete.value[$0] }
        }
    }

    var isEmpty: Bool { commits.isEmpty && checkpoints.isEmpty && secondKind.isEmpty }

    /// The newest version any file speaks of, or nil.
    var newest: Int64? { [commits.keys.max(), newestCheckpoint].compactMap(\.self).max() }

    /// The newest version with a checkpoint of either kind, or nil.
    var newestCheckpoint: Int64? {
        [checkpoints.keys.max(), secondKind.keys.max()].compactMap(\.self).max()
    }

    /// The versions with a checkpoint of either kind.
    var checkpointedVersions: Set<Int64> { Set(checkpoints.keys).union(secondKind.keys) }

    /// The checkpoints of a version, each as the names of its files: any one of them is enough.
    func sources(_ version: Int64) -> [[String]] {
        (checkpoints[version].map { [$0] } ?? []) + (secondKind[version] ?? []).map { [$0] }
    }

    /// The oldest commit still there, or nil.
    var oldestCommit: Int64? { commits.keys.min() }

    /// Versions of usable checkpoints up to `limit`, newest first.
    func checkpointVersions(upTo limit: Int64) -> [Int64] {
        checkpointedVersions.filter { $0 <= limit }.sorted(by: >)
    }

    /// The commits `range`, in order; throws `.damagedLog` naming the first that is missing.
    func commits(_ range: ClosedRange<Int64>) throws(DeltaError) -> [FileEntry] {
        var found: [FileEntry] = []
        for version in range {
            guard let entry = commits[version] else { throw gap(version, range.upperBound) }
            found.append(entry)
        }
        return found
    }

    private func gap(_ version: Int64, _ newest: Int64) -> DeltaError {
        DeltaError(
            .damagedLog, operation: "read log", subject: folder + "/" + LogName.commitName(version),
            message: "version \(version) is missing, but the log continues to \(newest)",
            hint: "A commit file was deleted or lost. Restore it from a backup; without it the "
                + "table can be read only up to version \(version - 1), if at all.")
    }
}
