import Names

/// Which files `Optimize` joins.
///
/// Small files of one partition are packed, in the log's order, into bins of about the target size.
/// Files of bronze (they carry `sluice.mode`) are joined in the order their rows came and without
/// gaps, so that files still follow one another; each row keeps its place (`FileOrigin`). Of full
/// states only those that a later one replaced are joined with each other.
struct OptimizePlan {
    /// Files that become one.
    struct Bin {
        var files: [AddFile] = []
        /// The tags the joined file carries.
        var tags: [String: String] = [:]
        /// Whether rows may be put in another order.
        var maySort = true
        /// The columns that all files have; nil for those of the table.
        var columns: Set<ByteName>?

        var bytes: Int64 { files.reduce(0) { $0 + $1.sizeBytes } }
    }

    /// What files of bronze must share to be joined.
    private struct Kind: Equatable {
        /// By bytes: two spellings of one text are two partitions.
        var partition: [ByteName: ByteName?]
        var tags: [String: String]
        /// Of the newest full state, which is read by its own files.
        var state: String?
    }

    let targetBytes: Int64
    /// Where the log's files of bronze came from, by path; those that are not known stay.
    let origins: [String: FileOrigin]

    /// Files of at least three quarters of the target are left as they are.
    var smallBytes: Int64 { targetBytes - targetBytes / 4 }

    /// What can be joined: bins of two files and more, not yet `finished`.
    func candidates(_ files: [AddFile]) -> [Bin] {
        var partitions: [[ByteName: ByteName?]] = []
        var members: [[ByteName: ByteName?]: [AddFile]] = [:]
        for file in files where file.sizeBytes < smallBytes && !file.isBronze {
            let partition = file.partitionKey
            if members[partition] == nil { partitions.append(partition) }
            members[partition, default: []].append(file)
        }
        var bins = partitions.flatMap { packed(members[$0] ?? []) }
        for run in bronzeRuns(files) { bins += packed(run, maySort: false) }
        return bins.filter { $0.files.count > 1 }
    }

    private func packed(_ files: [AddFile], maySort: Bool = true) -> [Bin] {
        var bins: [Bin] = []
        var bin = Bin(maySort: maySort)
        var bytes: Int64 = 0
        for file in files {
            if !bin.files.isEmpty, bytes + file.sizeBytes > targetBytes {
                bins.append(bin)
                bin = Bin(maySort: maySort)
                bytes = 0
            }
            bin.files.append(file)
            bytes += file.sizeBytes
        }
        return bins + [bin]
    }

    /// Stretches of bronze's small files that came one after the other and are of one kind.
    private func bronzeRuns(_ files: [AddFile]) -> [[AddFile]] {
        var placed: [(file: AddFile, origin: FileOrigin)] = []
        for file in files where file.isBronze {
            guard let origin = origins[file.path] else { continue }
            placed.append((file, origin))
        }
        placed.sort {
            let (left, right) = ($0.origin.parts[0], $1.origin.parts[0])
            return (left.version, left.place, $0.file.path)
                < (right.version, right.place, $1.file.path)
        }
        let newest = placed.compactMap { stateNumber($0.file) }.max()
        var runs: [[AddFile]] = []
        var kind: Kind?
        for (file, _) in placed {
            var next: Kind?
            if file.sizeBytes < smallBytes { next = self.kind(file, newestState: newest) }
            if next != kind || next == nil { runs.append([]) }
            if next != nil { runs[runs.count - 1].append(file) }
            kind = next
        }
        return runs
    }

    private func kind(_ file: AddFile, newestState: Int64?) -> Kind {
        let own = [FileOrigin.tag, "sluice.run", "sluice.low", "sluice.high", "sluice.digest"]
        let number = stateNumber(file)
        return Kind(
            partition: file.partitionKey,
            tags: file.tags.filter { !own.contains($0.key) },
            state: number != nil && number == newestState ? file.tags["sluice.high"] : nil)
    }

    /// The number of the full state that a file is of; nil for other files.
    private func stateNumber(_ file: AddFile) -> Int64? {
        guard file.tags["sluice.mode"] == "snapshot" else { return nil }
        return file.tags["sluice.high"].flatMap { Int64($0) }
    }

    /// A bin with the tags of the file it becomes.
    func finished(_ bin: Bin) -> Bin {
        var bin = bin
        let (first, last) = (bin.files[0], bin.files[bin.files.count - 1])
        // What all of them say stays true of the joined file.
        bin.tags = first.tags.filter { tag in
            bin.files.allSatisfy { $0.tags[tag.key] == tag.value }
        }
        let parts = bin.maySort ? [] : bin.files.compactMap { origins[$0.path] }
        if let origin = FileOrigin(joining: parts) {
            // Where the rows began and how far they reach.
            bin.tags["sluice.low"] = first.tags["sluice.low"]
            bin.tags["sluice.high"] = last.tags["sluice.high"]
            bin.tags["sluice.run"] = last.tags["sluice.run"]
            bin.tags[FileOrigin.tag] = origin.text
        }
        return bin
    }
}

extension AddFile {
    /// The partition, to be compared by its bytes.
    var partitionKey: [ByteName: ByteName?] {
        var key: [ByteName: ByteName?] = [:]
        for (name, value) in partitionValues {
            key.updateValue(value.map { ByteName($0) }, forKey: ByteName(name))
        }
        return key
    }

    /// Whether an extract wrote the file.
    var isBronze: Bool { tags["sluice.mode"] != nil }
}

extension DeltaTable {
    /// Where the bronze files among `files` came from, as far as the log tells: by their tag, else
    /// by the commit that added them.
    func origins(of files: [AddFile]) throws(DeltaError) -> [String: FileOrigin] {
        var origins: [String: FileOrigin] = [:]
        var wanted: Set<String> = []
        for file in files where file.isBronze {
            if let origin = file.origin {
                origins[file.path] = origin
            } else {
                wanted.insert(file.path)
            }
        }
        guard !wanted.isEmpty else { return origins }
        let listing = try LogListing(self, from: 0)
        for version in listing.commits.keys.sorted(by: >) where !wanted.isEmpty {
            var place = 0
            for case .add(let file) in try actions(ofCommit: version) where file.dataChange {
                if wanted.remove(file.path) != nil,
                    let rows = file.rowCount
                {
                    origins[file.path] = FileOrigin(
                        .init(version: version, place: place, rowCount: rows))
                }
                place += 1
            }
        }
        return origins
    }
}
