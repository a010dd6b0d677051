public import Columnar
import Keys

extension Column {
    /// The rows of several columns of one type, one after the other; strings become codes of one
    /// dictionary. For attributes of dimensions: flat types only.
    public static func joined(_ columns: [Column], type: ColumnType) -> Column {
        if columns.count == 1, case .dictionary(_, let values) = columns[0].storage,
            values.values.count > 0
        {
            return columns[0]
        }
        let count = columns.reduce(0) { $0 + $1.count }
        var validity: Bitmap?
        if columns.contains(where: { $0.validity != nil }) {
            var bits = Bitmap()
            for column in columns {
                for row in 0..<column.count { bits.append(!column.isNull(row)) }
            }
            validity = bits
        }
        return Column(type, storage: storage(columns, type, count), validity: validity)
    }

    private static func storage(_ columns: [Column], _ type: ColumnType, _ count: Int)
        -> ColumnStorage
    {
        func join<Value>(_ values: (ColumnStorage) -> [Value]?) -> [Value] {
            var joined: [Value] = []
            joined.reserveCapacity(count)
            for column in columns { joined.append(contentsOf: values(column.storage) ?? []) }
            return joined
        }
        switch type {
        case .boolean: return .bool(join { if case .bool(let part) = $0 { part } else { nil } })
        case .byte, .short, .integer, .date:
            return .int32(join { if case .int32(let part) = $0 { part } else { nil } })
        case .float: return .float(join { if case .float(let part) = $0 { part } else { nil } })
        case .double:
            return .double(join { if case .double(let part) = $0 { part } else { nil } })
        case .string, .binary: return strings(columns, count)
        case .decimal(let precision, _) where precision > 18:
            return .int128(join { if case .int128(let part) = $0 { part } else { nil } })
        default: return .int64(join { if case .int64(let part) = $0 { part } else { nil } })
        }
    }

    private static func strings(_ columns: [Column], _ count: Int) -> ColumnStorage {
        var distinct = DistinctStrings()
        var codes: [UInt32] = []
        codes.reserveCapacity(count)
        for column in columns {
            for row in 0..<column.count {
                let bytes = column.isNull(row) ? nil : column.bytes(row)
                codes.append(bytes.map { distinct.code($0) } ?? 0)
            }
        }
        // Slots of NULLs need a value to point to.
        if distinct.values.count == 0, count > 0 { _ = distinct.code([]) }
        return .dictionary(codes: codes, values: distinct.dictionary())
    }

    /// The rows at `rows`, NULL where `isPresent` says so. Strings stay codes. O(rows).
    public func gather(_ rows: [Int32], _ isPresent: Bitmap?) -> Column {
        if count == 0 { return Column.nulls(type, count: rows.count) }
        var present = isPresent
        if let validity {
            present = Bitmap(
                rows.indices.lazy.map { (isPresent?[$0] ?? true) && validity[Int(rows[$0])] })
        }
        func pick<Value>(_ values: [Value]) -> [Value] { rows.map { values[Int($0)] } }
        let picked: ColumnStorage
        switch storage {
        case .bool(let values): picked = .bool(pick(values))
        case .int32(let values): picked = .int32(pick(values))
        case .int64(let values): picked = .int64(pick(values))
        case .int128(let values): picked = .int128(pick(values))
        case .float(let values): picked = .float(pick(values))
        case .double(let values): picked = .double(pick(values))
        case .dictionary(let codes, let values):
            picked = .dictionary(codes: pick(codes), values: values)
        case .bytes, .structure, .list, .map:
            preconditionFailure("attributes are flat, their strings codes")
        }
        return Column(type, storage: picked, validity: present)
    }
}
