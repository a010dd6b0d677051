public import Delta
import Names

/// How files of bronze are joined: in the order their rows came and without gaps, so that files
/// still follow one another, and each row keeps its place (`FileOrigin`). Of full states only those
/// that a later one replaced are joined with each other.
public struct BronzeOrder: FileOrder {
    /// What files must share to be joined.
    private struct Kind: Equatable {
        /// By bytes: two spellings of one text are two partitions.
        var partition: [ByteName: ByteName?]
        var tags: [String: String]
        /// Of the newest full state, which is read by its own files.
        var state: String?
    }

    /// Where the files came from, by path; those that are not known stay.
    public let origins: [String: FileOrigin]

    /// Reads where the bronze files of `snapshot` came from, as far as the log tells: by their tag,
    /// else by the commit that added them. Of a table without any nothing is read.
    public init(_ snapshot: Snapshot) throws(DeltaError) {
        var origins: [String: FileOrigin] = [:]
        var untagged: [AddFile] = []
        for file in snapshot.files where file.isBronze {
            if let origin = file.origin {
                origins[file.path] = origin
            } else {
                untagged.append(file)
            }
        }
        let additions = try snapshot.table.additions(of: Set(untagged.map(\.path)))
        for file in untagged {
            guard let addition = additions[file.path], let rows = file.rowCount else { continue }
            origins[file.path] = FileOrigin(
                .init(version: addition.version, place: addition.place, rowCount: rows))
        }
        self.origins = origins
    }

    public func keepsOrder(_ file: AddFile) -> Bool { file.isBronze }

    public func stretches(of files: [AddFile], below smallBytes: Int64) -> [[AddFile]] {
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

    /// Where the rows began and how far they reach.
    public func tags(joining files: [AddFile]) -> [String: String] {
        guard let first = files.first, let last = files.last,
            let origin = FileOrigin(joining: files.compactMap { origins[$0.path] })
        else { return [:] }
        var tags = [BronzeTag.origin: origin.text]
        tags[BronzeTag.low] = first.tags[BronzeTag.low]
        tags[BronzeTag.high] = last.tags[BronzeTag.high]
        tags[BronzeTag.run] = last.tags[BronzeTag.run]
        return tags
    }

    private func kind(_ file: AddFile, newestState: Int64?) -> Kind {
        let own = [
            BronzeTag.origin, BronzeTag.run, BronzeTag.low, BronzeTag.high, BronzeTag.digest,
        ]
        let number = stateNumber(file)
        return Kind(
            partition: file.partitionKey,
            tags: file.tags.filter { !own.contains($0.key) },
            state: number != nil && number == newestState ? file.tags[BronzeTag.high] : nil)
    }

    /// The number of the full state that a file is of; nil for other files.
    private func stateNumber(_ file: AddFile) -> Int64? {
        guard file.tags[BronzeTag.mode] == BronzeTag.snapshotMode else { return nil }
        return file.tags[BronzeTag.high].flatMap { Int64($0) }
    }
}

extension AddFile {
    /// Whether an extract wrote the file.
    var isBronze: Bool { tags[BronzeTag.mode] != nil }
}
