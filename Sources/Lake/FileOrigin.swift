public import Delta

/// Which rows of which commits a file of bronze holds, kept as the tag `sluice.origin`.
///
/// Readers of bronze order rows by the commit that brought them, the file's place in it and the row
/// in the file. Every file says so with `<version>/<place>:<rows>`, and one that joins several with
/// `<version>/<place>:<rows>,<place>:<rows>…;<version>/…`, versions ascending: the order and every
/// row's place stay as they were, compacted or not, and when the log is cleaned up.
public struct FileOrigin: Hashable, Sendable {
    /// A stretch of rows that came as one file.
    public struct Part: Hashable, Sendable {
        /// The version that brought the rows.
        public var version: Int64
        /// The file's place among those its commit added, from 0.
        public var place: Int
        public var rowCount: Int64

        public init(version: Int64, place: Int, rowCount: Int64) {
            self.version = version
            self.place = place
            self.rowCount = rowCount
        }
    }

    /// In the order of the rows; at least one, versions never descending.
    public let parts: [Part]

    /// One part or several of `parts`, of which there is at least one.
    public init(_ first: Part, _ others: [Part] = []) { parts = [first] + others }

    /// The origin of files joined in this order; nil for none.
    public init?(joining origins: [FileOrigin]) {
        let parts = origins.flatMap(\.parts)
        guard !parts.isEmpty else { return nil }
        self.parts = parts
    }

    /// The tag of a file of bronze that the commit of `version` brings, for the time when the log
    /// no longer tells where it came: what a transaction on bronze has as `fileTags`.
    public static func tags(of file: AddFile, version: Int64, place: Int) -> [String: String] {
        guard file.isBronze, file.origin == nil, let rows = file.rowCount else { return [:] }
        let part = Part(version: version, place: place, rowCount: rows)
        return [BronzeTag.origin: FileOrigin(part).text]
    }

    /// The origin in a tag's text; nil when it is not one.
    public init?(_ text: String) {
        var parts: [Part] = []
        for group in text.split(separator: ";", omittingEmptySubsequences: false) {
            let halves = group.split(separator: "/", omittingEmptySubsequences: false)
            guard halves.count == 2, let version = Int64(halves[0]), version >= 0
            else { return nil }
            if let last = parts.last, last.version >= version { return nil }
            for word in halves[1].split(separator: ",", omittingEmptySubsequences: false) {
                let pair = word.split(separator: ":", omittingEmptySubsequences: false)
                guard pair.count == 2, let place = Int(pair[0]), let rows = Int64(pair[1]),
                    place >= 0, rows >= 0
                else { return nil }
                parts.append(Part(version: version, place: place, rowCount: rows))
            }
        }
        self.parts = parts
    }

    /// The tag's text.
    public var text: String {
        var text = ""
        var version: Int64?
        for part in parts {
            if part.version == version {
                text += ","
            } else {
                text += "\(version == nil ? "" : ";")\(part.version)/"
                version = part.version
            }
            text += "\(part.place):\(part.rowCount)"
        }
        return text
    }

    /// The version that brought the first rows.
    public var firstVersion: Int64 { parts[0].version }
    /// The version that brought the last rows.
    public var lastVersion: Int64 { parts[parts.count - 1].version }
    /// Whether the rows came in several commits.
    public var isOfSeveralVersions: Bool { firstVersion != lastVersion }
    /// The rows of all parts.
    public var rowCount: Int64 { parts.reduce(0) { $0 + $1.rowCount } }

    /// How many rows came with `version` or before it; they are the file's first.
    public func rowCount(upTo version: Int64) -> Int64 {
        parts.prefix { $0.version <= version }.reduce(0) { $0 + $1.rowCount }
    }

    /// Where row `row` of the joined file came from, which row it was there, and how many rows of
    /// that part follow it, itself included; nil past the last.
    public func place(ofRow row: Int64) -> (part: Part, row: Int64, rowsLeft: Int64)? {
        var first: Int64 = 0
        for part in parts {
            if row < first + part.rowCount {
                return (part, row - first, first + part.rowCount - row)
            }
            first += part.rowCount
        }
        return nil
    }
}

extension AddFile {
    /// The origin kept with a file of bronze; nil for one that an older version of sluice added.
    public var origin: FileOrigin? { tags[BronzeTag.origin].flatMap { FileOrigin($0) } }
}
