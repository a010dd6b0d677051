import Columnar
import Pipeline

// Facts whose key is all their columns (`key: all`): tables without a key, which are read as full
// states. Rows are equal when every cleaned column holds the same bytes or is NULL in both.
extension EntitySpec {
    /// Whether the key is all columns.
    var isWholeRow: Bool { equalRows != nil }

    /// The key's hash of each row of a batch that holds its columns; nil where a part is NULL, but
    /// of whole rows, whose NULLs are values like others.
    func keyHashes(_ rows: RecordBatch) -> ValueHashes {
        let columns = key.compactMap { rows[$0] }
        guard isWholeRow else {
            return ValueHashes(columns, count: rows.count, by: keyCollations)
        }
        var hasher = KeyHasher()
        return ValueHashes(hasher.hashes(columns, count: rows.count))
    }
}

extension BronzeEvents {
    /// Throws `.configuration` where the table is read as changes and its key is all its columns:
    /// a changed row would be another one, beside its older version.
    func checkWholeRows() throws(TransformError) {
        guard entity.isWholeRow, hasNews, !isFullState else { return }
        throw TransformError(
            .configuration, operation: "plan", subject: entity.name,
            message: "its key is 'all', and \(entity.source) is extracted by changes: with them a "
                + "changed row would stand beside its older version",
            hint: "Name the key's columns. Or have the whole table read each time: write "
                + "'mode: snapshot' for it in extract.tables and run sluice extract.")
    }
}

/// Tells equal rows apart by number: 0, 1, 2… in the order in which they are met.
struct EqualRowNumbers: Sendable {
    /// The column of silver that holds the numbers.
    static let column = "_sluice_number"

    private var index = KeyIndex()
    private var counts: [Int32] = []

    /// The number of the next row of this hash.
    mutating func next(_ hash: ValueHash) -> Int32 {
        let (place, isNew) = index.place(hash)
        if isNew { counts.append(0) }
        defer { counts[place] += 1 }
        return counts[place]
    }

    /// Counts a row that is there already, if rows of its hash are to come.
    mutating func skip(_ hash: ValueHash) {
        if let place = index.find(hash) { counts[place] += 1 }
    }

    /// Announces a row to come.
    mutating func expect(_ hash: ValueHash) {
        if index.place(hash).isNew { counts.append(0) }
    }
}
