import Columnar

/// What bronze already holds of the rows that a run reads again: the latest content by key.
///
/// Rows inside the lookback, rows without a watermark and rows of the append ledger are read every
/// run; only those that are new or changed are written (P2, P4).
struct SeenRows {
    private var latest: [RowHash: RowHash] = [:]
    private let hasher = RowHasher()
    private let keyNames: [String]
    private let contentNames: [String]

    /// `key` and `content` are bronze names; an empty key means that the content is the key.
    init(key: [String], content: [String]) {
        keyNames = key.isEmpty ? content : key
        contentNames = content
    }

    var isEmpty: Bool { latest.isEmpty }

    /// Takes in rows of bronze, which must come in the order they were committed.
    mutating func add(_ batch: RecordBatch) {
        let (keys, contents) = hashes(batch)
        for (key, content) in zip(keys, contents) { latest[key] = content }
    }

    /// The positions of the rows that bronze does not hold as they are.
    func unseen(_ batch: RecordBatch) -> [Int] {
        let (keys, contents) = hashes(batch)
        return keys.indices.filter { latest[keys[$0]] != contents[$0] }
    }

    private func hashes(_ batch: RecordBatch) -> ([RowHash], [RowHash]) {
        (hashes(batch, keyNames), hashes(batch, contentNames))
    }

    private func hashes(_ batch: RecordBatch, _ names: [String]) -> [RowHash] {
        let columns = names.map { name in
            batch[name] ?? Column.nulls(.string, count: batch.count)
        }
        return hasher.hashes(columns, names: names, count: batch.count)
    }
}
