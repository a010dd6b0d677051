import Columnar

/// A leaf column of the file: its type and how deep it lies.
struct Leaf: Hashable, Sendable {
    /// Names from the top-level column down, as in the file's schema.
    var path: [String]
    var type: ColumnType
    var physicalType: PhysicalType
    /// Bytes of a fixed-length value, 0 for other types.
    var typeLength: Int
    /// The definition level of a present value: optional and repeated ancestors and itself.
    var maxDefinitionLevel: Int
    /// The number of repeated ancestors.
    var maxRepetitionLevel: Int

    /// Whether the leaf is a top-level column.
    var isFlat: Bool { path.count == 1 }

    /// The name in messages.
    var name: String { path.joined(separator: ".") }

    /// Bytes of a number in memory and file; 0 for strings and booleans.
    var physicalWidth: Int {
        switch physicalType {
        case .int32, .float: 4
        case .int64, .double: 8
        case .fixedLenByteArray: typeLength
        default: 0
        }
    }
}

/// How types are stored (LogicalTypes.md), decimals as Spark stores them.
extension ColumnType {
    /// The physical type of a leaf type and its length, when fixed.
    var physical: (type: PhysicalType, length: Int) {
        switch self {
        case .boolean: (.boolean, 0)
        case .byte, .short, .integer, .date: (.int32, 0)
        case .long, .timestamp, .timestampNtz: (.int64, 0)
        case .float: (.float, 0)
        case .double: (.double, 0)
        case .decimal(let precision, _) where precision <= 9: (.int32, 0)
        case .decimal(let precision, _) where precision <= 18: (.int64, 0)
        case .decimal(let precision, _):
            (.fixedLenByteArray, ColumnType.decimalByteCount(precision))
        case .string, .binary: (.byteArray, 0)
        case .structure, .list, .map: preconditionFailure("nested types have no values")
        }
    }

    /// The fewest bytes of two's complement that hold every decimal of `precision` digits.
    static func decimalByteCount(_ precision: Int) -> Int {
        let greatest = UInt128(Decimal.powerOfTen(precision)) - 1
        var count = 1
        while greatest >> UInt128(count * 8 - 1) != 0 { count += 1 }
        return count
    }

    var logicalType: LogicalType? {
        switch self {
        case .byte: .integer(bitWidth: 8, isSigned: true)
        case .short: .integer(bitWidth: 16, isSigned: true)
        case .date: .date
        case .timestamp: .timestamp(isAdjustedToUTC: true, unit: .micros)
        case .timestampNtz: .timestamp(isAdjustedToUTC: false, unit: .micros)
        case .decimal(let precision, let scale):
            .decimal(scale: Int32(scale), precision: Int32(precision))
        case .string: .string
        case .list: .list
        case .map: .map
        default: nil
        }
    }

    /// The annotation for readers that know no logical types; local timestamps have none.
    var convertedType: ConvertedType? {
        switch self {
        case .byte: .int8
        case .short: .int16
        case .date: .date
        case .timestamp: .timestampMicros
        case .decimal: .decimal
        case .string: .utf8
        case .list: .list
        case .map: .map
        default: nil
        }
    }

    /// Values outside these are not of the type; nil for types whose memory form fits exactly.
    var integerRange: ClosedRange<Int64>? {
        switch self {
        case .byte: return -128...127
        case .short: return -32_768...32_767
        case .decimal(let precision, _) where precision <= 18:
            let greatest = Int64(Decimal.powerOfTen(precision)) - 1
            return -greatest...greatest
        default: return nil
        }
    }
}
