import Names

/// Which files `Optimize` joins.
///
/// Small files of one partition are packed, in the log's order, into bins of about the target size.
/// Files of bronze (they carry `sluice.mode`) are only joined with files of the same run: their
/// tags tell an extract where it left off, and their rows keep the place they came at.
struct OptimizePlan {
    /// Files that become one.
    struct Bin {
        var files: [AddFile] = []
        /// The tags the joined file carries.
        var tags: [String: String] = [:]
        /// Whether rows may be put in another order.
        var maySort = true

        var bytes: Int64 { files.reduce(0) { $0 + $1.sizeBytes } }
    }

    /// What files must share to be joined.
    private struct Group: Hashable {
        /// By bytes: two spellings of one text are two partitions.
        var partition: [ByteName: ByteName?]
        var bronze: [String: String]?
        var version: Int64?
    }

    let targetBytes: Int64
    /// Where the log's files of bronze came from, by path; those that are not known stay.
    let origins: [String: FileOrigin]

    /// Files of at least three quarters of the target are left as they are.
    var smallBytes: Int64 { targetBytes - targetBytes / 4 }

    /// The bins of two files and more.
    func bins(_ files: [AddFile]) -> [Bin] {
        var groups: [Group] = []
        var members: [Group: [AddFile]] = [:]
        for file in files where file.sizeBytes < smallBytes {
            var group = Group(partition: file.partitionKey)
            if file.isBronze {
                guard let origin = origins[file.path] else { continue }
                group.bronze = file.tags.filter { $0.key != FileOrigin.tag }
                group.version = origin.version
            }
            if members[group] == nil { groups.append(group) }
            members[group, default: []].append(file)
        }
        return groups.flatMap { bins(of: members[$0] ?? [], $0) }
    }

    private func bins(of members: [AddFile], _ group: Group) -> [Bin] {
        var files = members
        if group.bronze != nil {
            files.sort { (place($0), $0.path) < (place($1), $1.path) }
        }
        var bins: [Bin] = []
        var bin = Bin()
        for file in files {
            if !bin.files.isEmpty, bin.bytes + file.sizeBytes > targetBytes {
                bins.append(bin)
                bin = Bin()
            }
            bin.files.append(file)
        }
        bins.append(bin)
        return bins.filter { $0.files.count > 1 }.map { finished($0, group) }
    }

    private func place(_ file: AddFile) -> Int { origins[file.path]?.parts.first?.place ?? 0 }

    private func finished(_ bin: Bin, _ group: Group) -> Bin {
        var bin = bin
        if let tags = group.bronze, let version = group.version {
            let parts = bin.files.flatMap { origins[$0.path]?.parts ?? [] }
            bin.tags = tags
            bin.tags[FileOrigin.tag] = FileOrigin(version: version, parts: parts).text
            bin.maySort = false
        } else if let first = bin.files.first {
            // What all of them say stays true of the joined file.
            bin.tags = first.tags.filter { tag in
                bin.files.allSatisfy { $0.tags[tag.key] == tag.value }
            }
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
                    let part = FileOrigin.Part(place: place, rowCount: rows)
                    origins[file.path] = FileOrigin(version: version, parts: [part])
                }
                place += 1
            }
        }
        return origins
    }
}
