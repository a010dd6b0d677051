/// What hashes the rows of a digest.
enum DigestKind: String, Sendable, CaseIterable {
    /// `RowHasher`.
    case xxh3
    /// `FoldedRowHasher`, of versions up to 0.2.
    case folded

    /// The kind of a digest's text.
    init(of text: String) { self = text.hasPrefix("xxh3-") ? .xxh3 : .folded }
}

/// The content of a whole read: how many rows, and the order-free sum of their hashes.
struct ContentDigest: Hashable, Sendable {
    let kind: DigestKind
    private(set) var rowCount = 0
    private(set) var sum = RowHash(high: 0, low: 0)

    init(_ kind: DigestKind = .xxh3) { self.kind = kind }

    /// Takes rows in, hashed by what `kind` names. O(hashes).
    mutating func add(_ hashes: [RowHash]) {
        rowCount += hashes.count
        for hash in hashes { sum = sum &+ hash }
    }

    /// Takes in what another reader of the same table has seen.
    mutating func add(_ other: ContentDigest) {
        precondition(kind == other.kind, "digests of two kinds")
        rowCount += other.rowCount
        sum = sum &+ other.sum
    }

    /// `xxh3-rows-hexdigits`, of the former kind `rows-hexdigits`; stable over runs and releases.
    var text: String { (kind == .xxh3 ? "xxh3-" : "") + "\(rowCount)-\(sum.text)" }
}

/// The digests of a read: the one to keep and, as long as bronze holds one of another kind, that
/// one too, to tell whether anything changed.
struct ContentDigests: Hashable, Sendable {
    private(set) var all: [ContentDigest] = []

    /// No digest: the rows of the read are not compared.
    init() {}

    /// What has to be made in order to compare with `last`, the text of the last snapshot's digest.
    init(comparedWith last: String?) {
        all = [ContentDigest(.xxh3)]
        if let last, DigestKind(of: last) == .folded { all.append(ContentDigest(.folded)) }
    }

    /// Takes in the rows of a batch; `hashes` makes their hashes of a kind.
    mutating func add(_ hashes: (DigestKind) -> [RowHash]) {
        for index in all.indices { all[index].add(hashes(all[index].kind)) }
    }

    /// Takes in what another reader of the same read has seen.
    mutating func add(_ other: ContentDigests) {
        if all.isEmpty {
            all = other.all
        } else {
            for (index, digest) in other.all.enumerated() { all[index].add(digest) }
        }
    }

    /// The text to keep with the rows.
    var text: String? { all.first?.text }

    /// Whether the rows are those of the digest `text`.
    func isEqual(to text: String) -> Bool { all.contains { $0.text == text } }
}
