extension Column {
    /// The rows of all `parts`, one after the other; the parts are of one type, at least one there
    /// is. Codes of one dictionary stay codes, of several they become bytes. O(rows).
    public static func joined(_ parts: [Column]) -> Column {
        precondition(!parts.isEmpty, "nothing to join")
        if parts.count == 1 { return parts[0] }
        var validity: Bitmap?
        if parts.contains(where: { $0.validity != nil }) {
            var bits = Bitmap()
            for part in parts {
                for row in 0..<part.count { bits.append(!part.isNull(row)) }
            }
            validity = bits
        }
        let storage = ColumnStorage.joined(parts.map(\.storage))
        return Column(parts[0].type, storage: storage, validity: validity)
    }
}

extension RecordBatch {
    /// The rows of all `parts`, which share a schema, one after the other. O(rows × columns).
    public static func joined(_ parts: [RecordBatch]) -> RecordBatch {
        precondition(!parts.isEmpty, "nothing to join")
        if parts.count == 1 { return parts[0] }
        let columns = parts[0].columns.indices.map { index in
            Column.joined(parts.map { $0.columns[index] })
        }
        let count = parts.reduce(0) { $0 + $1.count }
        return RecordBatch(schema: parts[0].schema, columns: columns, count: count)
    }
}

extension ColumnStorage {
    fileprivate static func joined(_ parts: [ColumnStorage]) -> ColumnStorage {
        switch parts[0] {
        case .bool: .bool(all(parts) { if case .bool(let values) = $0 { values } else { [] } })
        case .int32: .int32(all(parts) { if case .int32(let values) = $0 { values } else { [] } })
        case .int64: .int64(all(parts) { if case .int64(let values) = $0 { values } else { [] } })
        case .int128:
            .int128(all(parts) { if case .int128(let values) = $0 { values } else { [] } })
        case .float: .float(all(parts) { if case .float(let values) = $0 { values } else { [] } })
        case .double:
            .double(all(parts) { if case .double(let values) = $0 { values } else { [] } })
        case .bytes, .dictionary: joinedBytes(parts)
        case .structure(let children): joinedStructures(parts, children.count)
        case .list, .map: joinedLists(parts)
        }
    }

    private static func all<Value>(
        _ parts: [ColumnStorage], _ values: (ColumnStorage) -> [Value]
    ) -> [Value] {
        var all: [Value] = []
        for part in parts { all += values(part) }
        return all
    }

    /// One dictionary when all parts share its lineage, whose longest list holds all the others.
    private static func joinedBytes(_ parts: [ColumnStorage]) -> ColumnStorage {
        var longest: DictionaryValues?
        var isShared = true
        for part in parts {
            guard case .dictionary(_, let values) = part,
                longest?.lineage.isShared(with: values.lineage) ?? true
            else {
                isShared = false
                break
            }
            if values.values.count >= longest?.values.count ?? 0 { longest = values }
        }
        if isShared, let longest {
            let codes: [UInt32] = all(parts) {
                if case .dictionary(let codes, _) = $0 { codes } else { [] }
            }
            return .dictionary(codes: codes, values: longest)
        }
        var joined = ByteVector()
        for part in parts {
            switch part {
            case .bytes(let values): joined.append(contentsOf: values)
            case .dictionary(let codes, let dictionary):
                for code in codes {
                    // The code of a null row may stand for nothing.
                    let isKnown = Int(code) < dictionary.values.count
                    if isKnown {
                        joined.append(dictionary.values[Int(code)])
                    } else {
                        joined.append([])
                    }
                }
            default: break
            }
        }
        return .bytes(joined)
    }

    private static func joinedStructures(_ parts: [ColumnStorage], _ count: Int) -> ColumnStorage {
        var children: [[Column]] = Array(repeating: [], count: count)
        for case .structure(let columns) in parts {
            for (index, column) in columns.enumerated() { children[index].append(column) }
        }
        return .structure(children.map(Column.joined))
    }

    private static func joinedLists(_ parts: [ColumnStorage]) -> ColumnStorage {
        var offsets: [UInt32] = [0]
        var keys: [Column] = []
        var values: [Column] = []
        var base: UInt32 = 0
        for part in parts {
            let own: [UInt32]
            switch part {
            case .list(let offsets, let element):
                own = offsets
                values.append(element)
            case .map(let offsets, let key, let value):
                own = offsets
                keys.append(key)
                values.append(value)
            default: continue
            }
            offsets.append(contentsOf: own.dropFirst().map { base + $0 })
            base += UInt32(values.last?.count ?? 0)
        }
        guard keys.isEmpty else {
            return .map(offsets: offsets, key: Column.joined(keys), value: Column.joined(values))
        }
        return .list(offsets: offsets, element: Column.joined(values))
    }
}

extension ByteVector {
    /// Appends all strings of `other`.
    fileprivate mutating func append(contentsOf other: ByteVector) {
        reserveCapacity(other.count, byteCount: other.bytes.count)
        for index in 0..<other.count { append(other[index]) }
    }
}
