extension Column {
    /// The rows at `indices`, in that order; repeats are allowed. O(indices).
    public func gather(_ indices: [Int]) -> Column {
        let kept = validity.map { validity in Bitmap(indices.lazy.map { validity[$0] }) }
        return Column(type, storage: storage.gather(indices), validity: kept)
    }

    /// `count` rows without a value.
    public static func nulls(_ type: ColumnType, count: Int) -> Column {
        let none = Bitmap(repeating: false, count: count)
        return Column(type, storage: .zeros(type, count: count), validity: none)
    }

    /// `count` rows of one text.
    public static func constant(_ text: String, count: Int) -> Column {
        let values = DictionaryValues(lineage: .none, values: ByteVector([text]))
        let codes = [UInt32](repeating: 0, count: count)
        return Column(.string, storage: .dictionary(codes: codes, values: values))
    }
}

extension RecordBatch {
    /// The rows at `indices`, in that order. O(indices × columns).
    public func gather(_ indices: [Int]) -> RecordBatch {
        let gathered = columns.map { $0.gather(indices) }
        return RecordBatch(schema: schema, columns: gathered, count: indices.count)
    }
}

extension ColumnStorage {
    func gather(_ indices: [Int]) -> ColumnStorage {
        switch self {
        case .bool(let values): .bool(indices.map { values[$0] })
        case .int32(let values): .int32(indices.map { values[$0] })
        case .int64(let values): .int64(indices.map { values[$0] })
        case .int128(let values): .int128(indices.map { values[$0] })
        case .float(let values): .float(indices.map { values[$0] })
        case .double(let values): .double(indices.map { values[$0] })
        case .bytes(let values): .bytes(values.gather(indices))
        case .dictionary(let codes, let values):
            .dictionary(codes: indices.map { codes[$0] }, values: values)
        case .structure(let children): .structure(children.map { $0.gather(indices) })
        case .list(let offsets, let element):
            gatherLists(offsets, indices) { .list(offsets: $0, element: element.gather($1)) }
        case .map(let offsets, let key, let value):
            gatherLists(offsets, indices) {
                .map(offsets: $0, key: key.gather($1), value: value.gather($1))
            }
        }
    }

    private func gatherLists(
        _ offsets: [UInt32], _ indices: [Int], _ make: ([UInt32], [Int]) -> ColumnStorage
    ) -> ColumnStorage {
        var gathered: [UInt32] = [0]
        var children: [Int] = []
        for index in indices {
            children.append(contentsOf: Int(offsets[index])..<Int(offsets[index + 1]))
            gathered.append(UInt32(children.count))
        }
        return make(gathered, children)
    }

    /// Storage of `count` slots without content.
    static func zeros(_ type: ColumnType, count: Int) -> ColumnStorage {
        switch type {
        case .boolean: return .bool([UInt8](repeating: 0, count: count))
        case .byte, .short, .integer, .date: return .int32([Int32](repeating: 0, count: count))
        case .long, .timestamp, .timestampNtz:
            return .int64([Int64](repeating: 0, count: count))
        case .float: return .float([Float](repeating: 0, count: count))
        case .double: return .double([Double](repeating: 0, count: count))
        case .decimal(let precision, _):
            if precision <= 18 { return .int64([Int64](repeating: 0, count: count)) }
            return .int128([Int128](repeating: 0, count: count))
        case .string, .binary:
            let offsets = [UInt32](repeating: 0, count: count + 1)
            return .bytes(ByteVector(offsets: offsets, bytes: []))
        case .structure(let fields):
            return .structure(fields.map { Column.nulls($0.type, count: count) })
        case .list(let element):
            let offsets = [UInt32](repeating: 0, count: count + 1)
            return .list(offsets: offsets, element: Column.nulls(element.type, count: 0))
        case .map(let key, let value):
            let offsets = [UInt32](repeating: 0, count: count + 1)
            return .map(
                offsets: offsets, key: Column.nulls(key.type, count: 0),
                value: Column.nulls(value.type, count: 0))
        }
    }
}

extension ByteVector {
    func gather(_ indices: [Int]) -> ByteVector {
        var gathered = ByteVector()
        gathered.reserveCapacity(indices.count, byteCount: 0)
        for index in indices { gathered.append(self[index]) }
        return gathered
    }
}
