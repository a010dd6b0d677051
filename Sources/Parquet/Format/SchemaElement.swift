/// The unit of a `TIME` or `TIMESTAMP`.
enum TimeUnit: Int16, Hashable, Sendable {
    case millis = 1
    case micros = 2
    case nanos = 3
}

/// The meaning of a field's values (parquet.thrift `LogicalType`, LogicalTypes.md).
enum LogicalType: Hashable, Sendable {
    case string
    case map
    case list
    case enumeration
    case decimal(scale: Int32, precision: Int32)
    case date
    /// The unit is nil when the file names one that is not known.
    case time(isAdjustedToUTC: Bool, unit: TimeUnit?)
    case timestamp(isAdjustedToUTC: Bool, unit: TimeUnit?)
    case integer(bitWidth: Int8, isSigned: Bool)
    /// Always null.
    case unknown
    case json
    case bson
    case uuid
    case float16
    /// A member of the union that is not known, by its field number.
    case other(Int16)
}

/// One node of the schema tree, which the file stores flattened in depth-first order.
struct SchemaElement: Hashable, Sendable {
    /// Nil for groups.
    var type: PhysicalType?
    /// Bytes of a fixed-length value.
    var typeLength: Int32?
    /// Nil for the root only.
    var repetition: Repetition?
    var name: String
    /// Nil for leaves.
    var childCount: Int32?
    var convertedType: ConvertedType?
    var scale: Int32?
    var precision: Int32?
    var fieldID: Int32?
    var logicalType: LogicalType?
}

extension SchemaElement {
    func write(to writer: inout CompactWriter) {
        writer.structure { writer in
            writer.i32(1, type?.rawValue)
            writer.i32(2, typeLength)
            writer.i32(3, repetition?.rawValue)
            writer.string(4, name)
            writer.i32(5, childCount)
            writer.i32(6, convertedType?.rawValue)
            writer.i32(7, scale)
            writer.i32(8, precision)
            writer.i32(9, fieldID)
            guard let logicalType else { return }
            writer.structure(10) { logicalType.write(to: &$0) }
        }
    }
}

extension LogicalType {
    /// The field number within the union.
    var fieldNumber: Int16 {
        switch self {
        case .string: 1
        case .map: 2
        case .list: 3
        case .enumeration: 4
        case .decimal: 5
        case .date: 6
        case .time: 7
        case .timestamp: 8
        case .integer: 10
        case .unknown: 11
        case .json: 12
        case .bson: 13
        case .uuid: 14
        case .float16: 15
        case .other(let number): number
        }
    }

    /// The union's one member, inside the union's structure.
    fileprivate func write(to writer: inout CompactWriter) {
        writer.structure(fieldNumber) { writer in
            switch self {
            case .decimal(let scale, let precision):
                writer.i32(1, scale)
                writer.i32(2, precision)
            case .time(let isAdjusted, let unit), .timestamp(let isAdjusted, let unit):
                writer.bool(1, isAdjusted)
                guard let unit else { return }
                writer.structure(2) { $0.structure(unit.rawValue) { _ in } }
            case .integer(let bitWidth, let isSigned):
                writer.i8(1, bitWidth)
                writer.bool(2, isSigned)
            default: break
            }
        }
    }
}
