public import Columnar

extension Column {
    /// Whether row `index` here and row `other` of `column`, of the same type, hold the same value:
    /// NULL equals NULL, both zeros are equal, and so is every NaN.
    public func holdsSame(_ index: Int, as column: Column, _ other: Int) -> Bool {
        if isNull(index) || column.isNull(other) { return isNull(index) && column.isNull(other) }
        switch (storage, column.storage) {
        case (.bool(let left), .bool(let right)): return left[index] == right[other]
        case (.int32(let left), .int32(let right)): return left[index] == right[other]
        case (.int64(let left), .int64(let right)): return left[index] == right[other]
        case (.int128(let left), .int128(let right)): return left[index] == right[other]
        case (.float(let left), .float(let right)):
            return left[index] == right[other] || left[index].isNaN && right[other].isNaN
        case (.double(let left), .double(let right)):
            return left[index] == right[other] || left[index].isNaN && right[other].isNaN
        default:
            guard let left = bytes(index), let right = column.bytes(other) else { return false }
            return left == right
        }
    }

    /// The bytes of a `string` or `binary` at `index`, not null; nil for other types.
    public func bytes(_ index: Int) -> ArraySlice<UInt8>? {
        switch storage {
        case .bytes(let values): values[index]
        case .dictionary(let codes, let dictionary): dictionary.values[Int(codes[index])]
        default: nil
        }
    }
}

extension RecordBatch {
    /// Whether two rows hold the same values; the batches' columns are of the same types.
    public func holdsSame(_ index: Int, as batch: RecordBatch, _ other: Int) -> Bool {
        for (left, right) in zip(columns, batch.columns)
        where !left.holdsSame(index, as: right, other) { return false }
        return true
    }
}
