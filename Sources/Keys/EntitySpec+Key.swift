public import Columnar
public import Pipeline

// Facts whose key is all their columns (`key: all`): tables without a key, which are read as full
// states. Rows are equal when every cleaned column holds the same bytes or is NULL in both.
extension EntitySpec {
    /// Whether the key is all columns.
    public var isWholeRow: Bool { equalRows != nil }

    /// The key's hash of each row of a batch that holds its columns; nil where a part is NULL, but
    /// of whole rows, whose NULLs are values like others.
    public func keyHashes(_ rows: RecordBatch) -> ValueHashes {
        let columns = key.compactMap { rows[$0] }
        guard isWholeRow else {
            return ValueHashes(columns, count: rows.count, by: keyCollations)
        }
        var hasher = KeyHasher()
        return ValueHashes(hasher.hashes(columns, count: rows.count))
    }
}
