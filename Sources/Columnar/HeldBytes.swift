extension Column {
    /// About the bytes of the values in memory; codes count without their dictionary. O(1) for flat
    /// columns.
    public var heldBytes: Int {
        switch storage {
        case .bool: count
        case .int32, .float, .dictionary: count * 4
        case .int64, .double: count * 8
        case .int128: count * 16
        case .bytes(let values): values.bytes.count + count * 4
        case .structure(let children): children.reduce(0) { $0 + $1.heldBytes }
        case .list(_, let element): element.heldBytes + count * 4
        case .map(_, let key, let value): key.heldBytes + value.heldBytes + count * 4
        }
    }
}

extension RecordBatch {
    /// About the bytes of the values in memory.
    public var heldBytes: Int { columns.reduce(0) { $0 + $1.heldBytes } }
}
