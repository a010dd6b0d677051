public import Columnar
public import Keys

/// The rows that a merge has in its hands: events, versions of touched members, journal. All
/// batches have the same columns.
public struct RowStore: Sendable {
    public let schema: Schema
    public private(set) var batches: [RecordBatch] = []

    public init(schema: Schema) { self.schema = schema }

    /// Takes in a batch and returns its number.
    public mutating func add(_ batch: RecordBatch) -> Int32 {
        precondition(batch.schema.fields.count == schema.fields.count, "another set of columns")
        batches.append(batch)
        return Int32(batches.count - 1)
    }

    /// The values of column `index` at `rows`; a reference to no row is a NULL. O(rows).
    public func gather(_ index: Int, _ rows: [RowReference]) -> Column {
        RowStore.gather(batches.map { $0.columns[index] }, schema.fields[index].type, rows)
    }

    /// The values at `rows` of columns that stand for the batches.
    public static func gather(
        _ columns: [Column], _ type: ColumnType, _ rows: [RowReference]
    ) -> Column {
        if type.isNested { return nested(columns, type, rows) }
        var present = Bitmap()
        var isWhole = true
        for row in rows {
            let isPresent = row.batch >= 0 && !columns[Int(row.batch)].isNull(Int(row.row))
            present.append(isPresent)
            if !isPresent { isWhole = false }
        }
        let storage: ColumnStorage =
            switch Column.nulls(type, count: 0).storage {
            case .bool: .bool(each(rows, columns, 0) { $0.bools })
            case .int32: .int32(each(rows, columns, 0) { $0.int32s })
            case .int64: .int64(each(rows, columns, 0) { $0.int64s })
            case .int128: .int128(each(rows, columns, 0) { $0.int128s })
            case .float: .float(each(rows, columns, 0) { $0.floats })
            case .double: .double(each(rows, columns, 0) { $0.doubles })
            default: .bytes(bytes(rows, columns))
            }
        return Column(type, storage: storage, validity: isWhole ? nil : present)
    }

    private static func each<Value>(
        _ rows: [RowReference], _ columns: [Column], _ zero: Value,
        _ values: (ColumnStorage) -> [Value]
    ) -> [Value] {
        let sources = columns.map { values($0.storage) }
        return rows.map { $0.batch < 0 ? zero : sources[Int($0.batch)][Int($0.row)] }
    }

    private static func bytes(_ rows: [RowReference], _ columns: [Column]) -> ByteVector {
        var gathered: [UInt8] = []
        var offsets: [UInt32] = [0]
        offsets.reserveCapacity(rows.count + 1)
        for row in rows {
            if row.batch >= 0 {
                switch columns[Int(row.batch)].storage {
                case .bytes(let values):
                    gathered.append(contentsOf: values.bytes[values.range(Int(row.row))])
                case .dictionary(let codes, let dictionary):
                    let values = dictionary.values
                    if values.count > 0 {
                        let range = values.range(Int(codes[Int(row.row)]))
                        gathered.append(contentsOf: values.bytes[range])
                    }
                default: break
                }
            }
            offsets.append(UInt32(gathered.count))
        }
        return ByteVector(offsets: offsets, bytes: gathered)
    }

    /// Structures and lists are gathered piece by piece: rare in a dimension.
    private static func nested(
        _ columns: [Column], _ type: ColumnType, _ rows: [RowReference]
    ) -> Column {
        var present = Bitmap()
        for row in rows {
            present.append(row.batch >= 0 && !columns[Int(row.batch)].isNull(Int(row.row)))
        }
        switch type {
        case .structure(let fields):
            let children = fields.indices.map { child in
                gather(columns.map { $0.children[child] }, fields[child].type, rows)
            }
            return Column(type, storage: .structure(children), validity: present)
        case .list(let element):
            let (offsets, elements) = elements(columns, rows)
            let child = gather(columns.map { $0.children[0] }, element.type, elements)
            return Column(
                type, storage: .list(offsets: offsets, element: child), validity: present)
        case .map(let key, let value):
            let (offsets, elements) = elements(columns, rows)
            let keys = gather(columns.map { $0.children[0] }, key.type, elements)
            let values = gather(columns.map { $0.children[1] }, value.type, elements)
            return Column(
                type, storage: .map(offsets: offsets, key: keys, value: values),
                validity: present)
        default: preconditionFailure("\(type) is not nested")
        }
    }

    private static func elements(
        _ columns: [Column], _ rows: [RowReference]
    ) -> ([UInt32], [RowReference]) {
        var offsets: [UInt32] = [0]
        var elements: [RowReference] = []
        for row in rows {
            if row.batch >= 0 {
                for element in columns[Int(row.batch)].elementRange(Int(row.row)) {
                    elements.append(RowReference(batch: row.batch, row: Int32(element)))
                }
            }
            offsets.append(UInt32(elements.count))
        }
        return (offsets, elements)
    }
}

extension Column {
    fileprivate var children: [Column] {
        switch storage {
        case .structure(let children): children
        case .list(_, let element): [element]
        case .map(_, let key, let value): [key, value]
        default: []
        }
    }

    fileprivate func elementRange(_ row: Int) -> Range<Int> {
        switch storage {
        case .list(let offsets, _), .map(let offsets, _, _):
            Int(offsets[row])..<Int(offsets[row + 1])
        default: 0..<0
        }
    }
}
