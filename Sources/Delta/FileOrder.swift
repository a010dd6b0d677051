/// What the owner of a table knows of files whose rows keep the order they came in, for
/// `Optimize`, which may join others as it likes.
public protocol FileOrder: Sendable {
    /// Whether the file is one of them.
    func keepsOrder(_ file: AddFile) -> Bool

    /// Of `files` those that may be joined, each below `smallBytes`: stretches whose rows follow
    /// one another without a gap, in their order.
    func stretches(of files: [AddFile], below smallBytes: Int64) -> [[AddFile]]

    /// What the file that joins `files`, part of one stretch, carries beside the tags that all of
    /// them have.
    func tags(joining files: [AddFile]) -> [String: String]
}

/// Which commit brought a file's rows.
public struct FileAddition: Hashable, Sendable {
    public let version: Int64
    /// The file's place among those with rows that its commit added, from 0.
    public let place: Int
}

extension DeltaTable {
    /// Which commits brought the files at `paths`, as far as the log reaches back. Cost: a file of
    /// the log a version, from the newest to the oldest wanted.
    public func additions(of paths: Set<String>) throws(DeltaError) -> [String: FileAddition] {
        var wanted = paths
        var additions: [String: FileAddition] = [:]
        guard !wanted.isEmpty else { return additions }
        let listing = try LogListing(self, from: 0)
        for version in listing.commits.keys.sorted(by: >) where !wanted.isEmpty {
            var place = 0
            for case .add(let file) in try actions(ofCommit: version) where file.dataChange {
                if wanted.remove(file.path) != nil {
                    additions[file.path] = FileAddition(version: version, place: place)
                }
                place += 1
            }
        }
        return additions
    }
}
