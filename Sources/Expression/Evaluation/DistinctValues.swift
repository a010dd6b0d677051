internal import Columnar

/// The values of a dictionary as a column of their own, with one more slot for NULL.
struct DistinctValues {
    private let column: Column

    init(_ type: ColumnType, _ values: ByteVector, withNull: Bool) {
        guard withNull else {
            column = Column(type, storage: .bytes(values))
            return
        }
        let offsets = values.offsets + [values.offsets[values.count]]
        var validity = Bitmap(repeating: true, count: values.count + 1)
        validity.set(values.count, to: false)
        let storage = ColumnStorage.bytes(ByteVector(offsets: offsets, bytes: values.bytes))
        column = Column(type, storage: storage, validity: validity)
    }

    var count: Int { column.count }

    func batch(named name: String) -> RecordBatch {
        RecordBatch(schema: Schema([Field(name, column.type)]), columns: [column])
    }

    /// For each row its slot here; codes of null rows are not looked at.
    func slots(of codes: [UInt32], _ validity: Bitmap?) -> [UInt32] {
        guard let validity else { return codes }
        let null = UInt32(count - 1)
        var slots = codes
        for index in slots.indices where !validity[index] { slots[index] = null }
        return slots
    }

    /// The results by slot, as long as `slots`; texts become a dictionary of their distinct values.
    static func spread(_ result: Column, _ type: ColumnType, _ slots: [UInt32]) -> Column {
        var validity: Bitmap?
        if result.nullCount > 0, let present = result.validity {
            let flags = present.words
            validity = Bitmap(count: slots.count) { row in
                flags[Int(slots[row]) >> 6] >> UInt64(slots[row] & 63) & 1 == 1
            }
        }
        switch result.storage {
        case .bool(let values):
            return spread(type, slots, validity) { .bool($0.map { values[Int($0)] }) }
        case .int32(let values):
            return spread(type, slots, validity) { .int32($0.map { values[Int($0)] }) }
        case .int64(let values):
            return spread(type, slots, validity) { .int64($0.map { values[Int($0)] }) }
        case .int128(let values):
            return spread(type, slots, validity) { .int128($0.map { values[Int($0)] }) }
        case .float(let values):
            return spread(type, slots, validity) { .float($0.map { values[Int($0)] }) }
        case .double(let values):
            return spread(type, slots, validity) { .double($0.map { values[Int($0)] }) }
        case .bytes, .dictionary:
            let (codes, values) = distinct(result)
            return spread(type, slots, validity) {
                .dictionary(codes: $0.map { codes[Int($0)] }, values: values)
            }
        case .structure, .list, .map: preconditionFailure("expressions have no nested results")
        }
    }

    private static func spread(
        _ type: ColumnType, _ slots: [UInt32], _ validity: Bitmap?,
        _ storage: ([UInt32]) -> ColumnStorage
    ) -> Column {
        Column(type, storage: storage(slots), validity: validity)
    }

    /// Each row's code and the distinct texts in the order of their first row.
    private static func distinct(_ column: Column) -> (codes: [UInt32], values: DictionaryValues) {
        let texts = Operand(column).texts
        var seen: [ArraySlice<UInt8>: UInt32] = [:]
        var values = ByteVector()
        var codes: [UInt32] = []
        codes.reserveCapacity(column.count)
        for index in 0..<column.count {
            guard !column.isNull(index) else {
                codes.append(0)
                continue
            }
            let text = texts.bytes[texts.range(index)]
            if let code = seen[text] {
                codes.append(code)
            } else {
                let code = UInt32(values.count)
                seen[text] = code
                values.append(text)
                codes.append(code)
            }
        }
        // A code needs a value to point to, even when every row is null.
        if values.count == 0 { values.append([]) }
        return (codes, DictionaryValues(lineage: .next(), values: values))
    }
}
