import Delta
import Lake
import Pipeline

/// Finds the files of a bronze table that came after a version, in the order of arrival.
struct BronzeHistory {
    /// What came since.
    struct News {
        var files: [BronzeEvents.File] = []
        var isFullState = false
        var stateTime: Int64?
        /// The version these are up to, when events of later ones wait; nil when none do.
        var upTo: Int64?
        /// Rows that others took out since and that nobody brought back.
        var removal: BronzeRemoval?
        /// Whether the full state cannot be told from those before it any more.
        var isTorn = false
        /// Consumed rows that others took out since.
        var withdrawn: Int64 = 0
    }

    private let entity: EntitySpec
    private let snapshot: Snapshot
    private let consumed: Int64

    init(_ entity: EntitySpec, _ snapshot: Snapshot, consumed: Int64) {
        self.entity = entity
        self.snapshot = snapshot
        self.consumed = consumed
    }

    /// Cost: the log's commits after `consumed`.
    func read() throws(DeltaError) -> News {
        if let foreign = ForeignBronze(snapshot) { return try foreign.news(since: consumed) }
        let (commits, isWhole) = try self.commits()
        var news = try read(commits, isWhole: isWhole)
        let new = commits.filter { $0.version > consumed }
        news.removal = BronzeRemoval(
            new,
            snapshotTransaction: TransactionName.watermark(
                of: entity.source, BronzeTag.snapshotMode))
        if consumed >= 0, isWhole {
            news.withdrawn =
                try BronzeEvents.withdrawn(new, snapshot, since: consumed) ?? news.withdrawn
        }
        return news
    }

    /// The commits to look at, and whether they are all that came after `consumed`.
    private func commits() throws(DeltaError) -> ([CommitChanges], isWhole: Bool) {
        do throws(DeltaError) {
            return (try snapshot.table.changes(from: consumed, to: snapshot.version), true)
        } catch {
            guard error.code == .noSuchVersion else { throw error }
            return (
                try snapshot.table.history().filter { $0.version <= snapshot.version }.reversed(),
                false
            )
        }
    }

    private func read(_ commits: [CommitChanges], isWhole: Bool) throws(DeltaError) -> News {
        // The log was cleaned up; the files tell when they came. Else whatever the log still knows
        // keeps its place; the files before come first, in the order the checkpoint has them.
        if !isWhole, snapshot.files.allSatisfy({ $0.origin != nil }) { return told(commits) }
        if let state = fullState(commits, isWhole: isWhole) { return state }
        let joins = OutsideJoins(snapshot, commits)
        var files = joined(try joins.standIn(for: arrivals(commits), of: entity.name))
        if !isWhole {
            let known = Set(files.map(\.add.path))
            let older = snapshot.files.filter { !known.contains($0.path) }
            files = older.enumerated().map { file($1, version: 0, index: $0) } + files
        }
        return News(files: files)
    }

    /// What the files' own tags tell of what came since; `commits` are those the log still has.
    private func told(_ commits: [CommitChanges]) -> News {
        let name = TransactionName.watermark(of: entity.source, BronzeTag.snapshotMode)
        if let state = fullState(commits.filter { $0.version > consumed }, isWhole: true) {
            return state
        }
        let files = snapshot.files.filter { $0.origin.map { $0.lastVersion > consumed } ?? true }
            .map { file($0, version: 0, index: 0) }
            .sorted { ($0.version, $0.index) < ($1.version, $1.index) }
        if let last = files.last, files.allSatisfy({ isOfSnapshot($0.add) }) {
            return state(name, version: last.version, nil)
        }
        return News(files: files)
    }

    /// A file at its place; a joined one at that of its first part that was not consumed, which
    /// the consumed ones stand before.
    private func file(_ add: AddFile, version: Int64, index: Int) -> BronzeEvents.File {
        let origin = add.origin
        let first = origin?.parts.first { $0.version > consumed }
        return .init(
            add: add, version: first?.version ?? version,
            index: Int32(clamping: first?.place ?? index),
            firstRow: origin?.rowCount(upTo: consumed) ?? 0)
    }

    /// Where a file stood when it came.
    private struct Place: Hashable {
        var version: Int64
        var index: Int
    }

    /// The files with joined ones in the place of those they came from, which vacuum may have
    /// deleted. Their tag tells every row's place (`FileOrigin`).
    private func joined(_ files: [BronzeEvents.File]) -> [BronzeEvents.File] {
        var joined: [Place: AddFile] = [:]
        for add in snapshot.files {
            for part in add.origin?.parts ?? [] where part.version > consumed {
                joined[Place(version: part.version, index: part.place)] = add
            }
        }
        var taken: Set<String> = []
        return files.compactMap { file in
            let place = Place(version: file.version, index: Int(file.index))
            guard let add = joined[place] else { return file }
            guard taken.insert(add.path).inserted else { return nil }
            return self.file(add, version: file.version, index: place.index)
        }
    }

    /// The files that data-changing commits added and nothing took out since. A file that was
    /// rewritten without a change of data stands in its new form at its old place.
    private func arrivals(_ commits: [CommitChanges]) -> [BronzeEvents.File] {
        let live = Dictionary(
            snapshot.files.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
        var current: [BronzeEvents.File] = []
        var places: [String: Int] = [:]
        for commit in commits {
            if isRewrite(commit) {
                for (old, new) in zip(commit.removes, commit.adds) {
                    guard let place = places.removeValue(forKey: old.path) else { continue }
                    current[place].add = new
                    places[new.path] = place
                }
                continue
            }
            for remove in commit.removes where remove.dataChange {
                places[remove.path] = nil
            }
            for (index, add) in commit.adds.filter(\.dataChange).enumerated() {
                places[add.path] = current.count
                current.append(
                    .init(add: add, version: commit.version, index: Int32(index)))
            }
        }
        var kept: [BronzeEvents.File] = []
        for (place, file) in current.enumerated() where places[file.add.path] == place {
            kept.append(
                .init(
                    add: live[file.add.path] ?? file.add, version: file.version, index: file.index))
        }
        return kept
    }

    /// Whether a commit replaced files one by one without changing a row.
    private func isRewrite(_ commit: CommitChanges) -> Bool {
        !commit.changesData && !commit.adds.isEmpty && commit.adds.count == commit.removes.count
    }

    // MARK: Snapshots

    /// The last complete snapshot, when the newest commit with data is one; nil when the table
    /// holds events. A snapshot of no rows is a commit without files.
    ///
    /// Where events follow a snapshot that was not consumed (the table left the snapshot mode), the
    /// snapshot comes first and alone: what it lacks is gone, which no event tells. Silver that is
    /// made anew takes both at once: it holds nothing that could be gone.
    private func fullState(_ commits: [CommitChanges], isWhole: Bool) -> News? {
        let name = TransactionName.watermark(of: entity.source, BronzeTag.snapshotMode)
        var newest: CommitChanges?
        var hasEvents = false
        for commit in commits {
            if commit.transactions.contains(where: { $0.appID == name }) {
                newest = commit
                hasEvents = false
            } else if commit.adds.contains(where: { $0.dataChange && !isOfSnapshot($0) }) {
                hasEvents = true
            }
        }
        if hasEvents, consumed < 0 || newest.map({ $0.version <= consumed }) ?? true { return nil }
        if let newest {
            let places = newest.adds.filter(\.dataChange).enumerated().map { ($1.path, $0) }
            var news = state(
                name, version: newest.version, newest.timestamp * 1000,
                places: Dictionary(places, uniquingKeysWith: { $1 }))
            if hasEvents { news.upTo = newest.version }
            news.isTorn = isTorn(newest, news.files)
            return news
        }
        // Where the log does not reach back to the last snapshot, its files tell of it.
        // One that joins replaced states may stand behind them in the log.
        let last = snapshot.files.filter { $0.origin?.isOfSeveralVersions != true }.last
        guard !isWhole, let last, isOfSnapshot(last) else { return nil }
        return state(name, version: 0, nil)
    }

    private func state(
        _ name: String, version: Int64, _ time: Int64?, places: [String: Int] = [:]
    ) -> News {
        let high = snapshot.transactions[name].map(String.init)
        let adds = snapshot.files.filter { isOfSnapshot($0) && $0.tags[BronzeTag.high] == high }
        let files = adds.enumerated().map {
            // A state is read as a whole, whatever was consumed of it.
            var file = file($1, version: version, index: places[$1.path] ?? $0)
            file.firstRow = 0
            return file
        }
        return News(files: files, isFullState: true, stateTime: time)
    }

    /// Whether rows of a state are in files that do not say so: another program that joined or
    /// rewrote them dropped the tags.
    private func isTorn(_ state: CommitChanges, _ files: [BronzeEvents.File]) -> Bool {
        guard snapshot.files.contains(where: { $0.tags[BronzeTag.mode] == nil }) else {
            return false
        }
        let brought = state.adds.reduce(0) { $0 + ($1.dataChange ? $1.rowCount ?? 0 : 0) }
        return brought != files.reduce(0) { $0 + ($1.add.rowCount ?? 0) }
    }

    private func isOfSnapshot(_ file: AddFile) -> Bool {
        file.tags[BronzeTag.mode] == BronzeTag.snapshotMode
    }
}
