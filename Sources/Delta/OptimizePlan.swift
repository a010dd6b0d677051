public import Names

/// Which files `Optimize` joins.
///
/// Small files of one partition are packed, in the log's order, into bins of about the target size;
/// those whose rows keep their order, in stretches that their owner's `FileOrder` gives.
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

    let targetBytes: Int64
    let order: (any FileOrder)?

    /// Files of at least three quarters of the target are left as they are.
    var smallBytes: Int64 { targetBytes - targetBytes / 4 }

    /// What can be joined: bins of two files and more, not yet `finished`.
    func candidates(_ files: [AddFile]) -> [Bin] {
        var partitions: [[ByteName: ByteName?]] = []
        var members: [[ByteName: ByteName?]: [AddFile]] = [:]
        for file in files where file.sizeBytes < smallBytes && order?.keepsOrder(file) != true {
            let partition = file.partitionKey
            if members[partition] == nil { partitions.append(partition) }
            members[partition, default: []].append(file)
        }
        var bins = partitions.flatMap { packed(members[$0] ?? []) }
        for run in order?.stretches(of: files, below: smallBytes) ?? [] {
            bins += packed(run, maySort: false)
        }
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

    /// A bin with the tags of the file it becomes.
    func finished(_ bin: Bin) -> Bin {
        var bin = bin
        // What all of them say stays true of the joined file.
        bin.tags = bin.files[0].tags.filter { tag in
            bin.files.allSatisfy { $0.tags[tag.key] == tag.value }
        }
        if !bin.maySort, let order {
            bin.tags.merge(order.tags(joining: bin.files)) { $1 }
        }
        return bin
    }
}

extension AddFile {
    /// The partition, to be compared by its bytes.
    public var partitionKey: [ByteName: ByteName?] {
        var key: [ByteName: ByteName?] = [:]
        for (name, value) in partitionValues {
            key.updateValue(value.map { ByteName($0) }, forKey: ByteName(name))
        }
        return key
    }
}
