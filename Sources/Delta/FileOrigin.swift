/// Which rows of which commit a file of bronze holds, kept as the tag `sluice.origin`.
///
/// Readers of bronze order rows by the commit that brought them, the file's place in it and the row
/// in the file. Every file says so with `<version>/<place>:<rows>`, and one that joins several of
/// one commit with `<version>/<place>:<rows>,<place>:<rows>…`: the order and every row's place stay
/// as they were, compacted or not, and when the log is cleaned up.
public struct FileOrigin: Hashable, Sendable {
    /// A stretch of rows that came as one file.
    public struct Part: Hashable, Sendable {
        /// The file's place among those its commit added, from 0.
        public var place: Int
        public var rowCount: Int64

        public init(place: Int, rowCount: Int64) {
            self.place = place
            self.rowCount = rowCount
        }
    }

    /// The tag's name.
    public static let tag = "sluice.origin"

    /// The version that brought the rows.
    public var version: Int64
    /// In the order of the rows.
    public var parts: [Part]

    public init(version: Int64, parts: [Part]) {
        self.version = version
        self.parts = parts
    }

    /// The origin in a tag's text; nil when it is not one.
    public init?(_ text: String) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, let version = Int64(halves[0]), version >= 0 else { return nil }
        var parts: [Part] = []
        for word in halves[1].split(separator: ",", omittingEmptySubsequences: false) {
            let pair = word.split(separator: ":", omittingEmptySubsequences: false)
            guard pair.count == 2, let place = Int(pair[0]), let rows = Int64(pair[1]), place >= 0,
                rows >= 0
            else { return nil }
            parts.append(Part(place: place, rowCount: rows))
        }
        self.init(version: version, parts: parts)
    }

    /// The tag's text.
    public var text: String {
        "\(version)/" + parts.map { "\($0.place):\($0.rowCount)" }.joined(separator: ",")
    }

    /// The rows of all parts.
    public var rowCount: Int64 { parts.reduce(0) { $0 + $1.rowCount } }
}

extension AddFile {
    /// The origin kept with a file of bronze; nil for one that an older version of sluice added.
    public var origin: FileOrigin? { tags[FileOrigin.tag].flatMap { FileOrigin($0) } }
}

extension FileOrigin {
    /// Where row `row` of the joined file came from, and how many rows of that part follow it,
    /// itself included; nil past the last.
    public func place(ofRow row: Int64) -> (place: Int, row: Int64, rowsLeft: Int64)? {
        var first: Int64 = 0
        for part in parts {
            if row < first + part.rowCount {
                return (part.place, row - first, first + part.rowCount - row)
            }
            first += part.rowCount
        }
        return nil
    }
}
