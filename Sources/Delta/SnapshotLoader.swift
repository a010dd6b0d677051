import Storage

/// Builds snapshots from a log: the newest readable checkpoint, then the commits after it.
struct SnapshotLoader {
    let table: DeltaTable
    /// The version wanted; nil for the newest.
    var target: Int64?

    /// Listings are not atomic: one may show a commit and miss the one before it, or name a file
    /// that log cleanup then takes away. Looking again tells such a race from damage.
    private static let attempts = 3

    func load() throws(DeltaError) -> Snapshot? {
        var attempt = 1
        while true {
            do {
                return try loadOnce(from: attempt == 1 ? hintedVersion() : 0)
            } catch {
                let mayBeRace = error.code == .damagedLog || error.storage?.code == .notFound
                if attempt == SnapshotLoader.attempts || !mayBeRace { throw error }
                attempt += 1
            }
        }
    }

    /// `snapshot` and the commits after it; nil when the log no longer joins up with it, or its
    /// version is not the one that `commit` made, where that is given.
    func extend(
        _ snapshot: Snapshot, madeBy commit: FileEntry? = nil
    ) throws(DeltaError) -> Snapshot? {
        let listing = try LogListing(table, from: snapshot.version)
        guard let newest = listing.newest, newest >= snapshot.version,
            let known = listing.commits[snapshot.version], known == commit ?? known
        else { return nil }
        let wanted = min(target ?? newest, newest)
        if wanted <= snapshot.version { return wanted == snapshot.version ? snapshot : nil }
        guard let commits = try? listing.commits((snapshot.version + 1)...wanted) else {
            return nil
        }
        let checkpoint = listing.checkpointVersions(upTo: wanted).first
        return try replay(
            commits, onto: snapshot.state, version: wanted,
            checkpoint: checkpoint ?? snapshot.checkpointVersion)
    }

    /// The version of the newest checkpoint as the log's own hint says; 0 when it does not.
    func hintedVersion() -> Int64 {
        let path = table.logFolder + "/" + LogName.lastCheckpoint
        let text: [UInt8]
        do {
            text = try table.storage.read(path)
        } catch {
            // A hint that cannot be read is as good as none.
            return 0
        }
        guard let hint = LastCheckpoint(text), hint.version <= target ?? .max else { return 0 }
        return hint.version
    }

    private func loadOnce(from hint: Int64) throws(DeltaError) -> Snapshot? {
        var listing = try LogListing(table, from: hint)
        if hint > 0, listing.newestCheckpoint == nil { listing = try LogListing(table, from: 0) }
        guard let newest = listing.newest else { return nil }
        let version = target ?? newest
        guard version >= 0, version <= newest else { throw absent(version, newest: newest) }
        if let oldest = listing.oldestCommit, version < oldest, listing.sources(version).isEmpty {
            throw absent(version, newest: newest)
        }
        let candidates = listing.checkpointVersions(upTo: version)
        var failure: DeltaError?
        for candidate in candidates {
            for files in listing.sources(candidate) {
                do {
                    return try load(listing, (candidate, files), version: version)
                } catch {
                    // A protocol this cannot read is not mended by an older checkpoint.
                    if error.code == .unsupported { throw error }
                    failure = failure ?? error
                }
            }
        }
        if hint > 0 {
            // The log before the hint was not looked at yet.
            if let failure { return try older(than: hint, failure) }
            return try loadOnce(from: 0)
        }
        do {
            return try load(listing, nil, version: version)
        } catch {
            if let failure { throw failure }
            throw listing.commits[0] == nil && target != nil
                ? absent(version, newest: newest) : error
        }
    }

    private func older(than hint: Int64, _ failure: DeltaError) throws(DeltaError) -> Snapshot? {
        do { return try loadOnce(from: 0) } catch { throw failure }
    }

    /// - Parameter checkpoint: the version to begin with and its files; nil for the first commit.
    private func load(
        _ listing: LogListing, _ checkpoint: (version: Int64, files: [String])?, version: Int64
    ) throws(DeltaError) -> Snapshot {
        var state = TableState()
        for file in checkpoint?.files ?? [] {
            try CheckpointReader(table: table, path: listing.folder + "/" + file)
                .replay(into: &state)
        }
        let first = checkpoint.map { $0.version + 1 } ?? 0
        let commits = first > version ? [] : try listing.commits(first...version)
        let time = listing.entries.first { LogName($0.name).version == version }
        return try replay(
            commits, onto: state, version: version, checkpoint: checkpoint?.version,
            fileTimestamp: time?.modifiedMilliseconds ?? 0)
    }

    private func replay(
        _ commits: [FileEntry], onto start: TableState, version: Int64, checkpoint: Int64?,
        fileTimestamp: Int64 = 0
    ) throws(DeltaError) -> Snapshot {
        var state = start
        for commit in commits {
            for action in try table.actions(ofCommitNamed: commit.name) { state.apply(action) }
        }
        return try Snapshot(
            table, version: version, state: state,
            fileTimestamp: commits.last?.modifiedMilliseconds ?? fileTimestamp,
            checkpointVersion: checkpoint)
    }

    private func absent(_ version: Int64, newest: Int64) -> DeltaError {
        let message =
            version > newest || version < 0
            ? "there is no version \(version), the newest is \(newest)"
            : "the log no longer reaches back to version \(version)"
        return DeltaError(
            .noSuchVersion, operation: "read table", subject: table.path, message: message,
            hint: "`sluice lake history \(table.path)` lists the versions there are.")
    }
}

extension DeltaTable {
    /// The actions of one commit.
    func actions(ofCommit version: Int64) throws(DeltaError) -> [Action] {
        try actions(ofCommitNamed: LogName.commitName(version))
    }

    fileprivate func actions(ofCommitNamed name: String) throws(DeltaError) -> [Action] {
        let path = logFolder + "/" + name
        let text = try storing { () throws(StorageError) in try storage.read(path) }
        return try CommitReader(path: path).actions(text)
    }
}
