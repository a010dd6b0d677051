/// When a run joins a table's small files by itself, and how much of it it may do.
///
/// A file is joined with others of its partition when it is not much larger than they are
/// together: so each row is written again a few times at most, however many nights bring rows, and
/// the files of a partition that are left come in few sizes.
public struct CompactionPolicy: Hashable, Sendable {
    /// Joining begins when it leaves the table with so many files less.
    public var leastFilesSaved: Int
    /// What a run may read for it, in bytes of the old files.
    public var budgetBytes: Int64

    /// A file of so many times the size of those it would be joined with is left alone.
    private static let growth: Int64 = 4

    public init(leastFilesSaved: Int = 32, budgetBytes: Int64 = 256 << 20) {
        self.leastFilesSaved = leastFilesSaved
        self.budgetBytes = budgetBytes
    }

    /// Of `bins` those to be joined now; those that save the most files come first. Empty when
    /// there is too little to gain.
    func selected(_ bins: [OptimizePlan.Bin]) -> [OptimizePlan.Bin] {
        var worthwhile = bins.map(trimmed).filter { $0.files.count > 1 }
        let saved = worthwhile.reduce(0) { $0 + $1.files.count - 1 }
        guard saved >= leastFilesSaved else { return [] }
        worthwhile.sort { $0.files.count > $1.files.count }
        var left = budgetBytes
        return worthwhile.filter { bin in
            guard bin.bytes <= left else { return false }
            left -= bin.bytes
            return true
        }
    }

    /// A bin without the files that are large beside the others: where rows keep their order the
    /// oldest alone, since what is joined must have come without a gap.
    private func trimmed(_ bin: OptimizePlan.Bin) -> OptimizePlan.Bin {
        var bin = bin
        // The largest last, where it is cheap to leave out.
        let order =
            bin.maySort
            ? bin.files.indices.sorted { bin.files[$0].sizeBytes < bin.files[$1].sizeBytes }
            : bin.files.indices.reversed()
        var bytes = bin.bytes
        var kept = order[...]
        while kept.count > 1, let last = kept.last {
            let size = bin.files[last].sizeBytes
            if size <= CompactionPolicy.growth * (bytes - size) { break }
            bytes -= size
            kept.removeLast()
        }
        let places = kept.sorted()
        bin.files = places.map { bin.files[$0] }
        return bin
    }
}
