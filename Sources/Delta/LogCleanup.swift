import Storage

/// Deletes commits and checkpoints older than `delta.logRetentionDuration`, always leaving a
/// checkpoint from which every later version can be read:
/// `docs/specification/delta.md#cleanup-and-vacuum`.
struct LogCleanup {
    let table: DeltaTable

    /// Deletes what is old as seen at `now` (milliseconds). Called after a checkpoint.
    func run(_ snapshot: Snapshot, now: Int64 = WallClock.milliseconds()) throws(DeltaError) {
        let properties = TableProperties(snapshot.configuration)
        guard properties.cleansLog else { return }
        let listing = try LogListing(table, from: 0)
        for name in LogCleanup.expired(listing, properties, now: now) {
            try storing { () throws(StorageError) in
                try table.storage.delete(listing.folder + "/" + name)
            }
        }
    }

    /// The names to delete, oldest version first so that a crash in between leaves no gap.
    ///
    /// The cut is at midnight UTC. The newest checkpoint made before it, that checkpoint's own
    /// commit and everything later stay.
    static func expired(_ listing: LogListing, _ properties: TableProperties, now: Int64)
        -> [String]
    {
        let day: Int64 = 86_400_000
        let cut = (now - properties.logRetentionMilliseconds).dividedDown(by: day) * day
        // A version's files count as young as its youngest, in case one was copied or touched.
        let keep = listing.checkpoints.keys.sorted(by: >).first { version in
            guard let commit = listing.commits[version] else { return false }
            return commit.modifiedMilliseconds < cut
        }
        guard let keep else { return [] }
        let old = listing.entries.compactMap { entry -> (Int64, String)? in
            guard let version = LogName(entry.name).version, version < keep,
                entry.modifiedMilliseconds < cut
            else { return nil }
            return (version, entry.name)
        }
        return old.sorted { $0.0 < $1.0 }.map(\.1)
    }
}

extension Int64 {
    fileprivate func dividedDown(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
