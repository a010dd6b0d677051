// Which annotations may stand on which physical types (LogicalTypes.md).
//
// Values under an annotation that does not fit have no agreed meaning: read by their physical type
// they would silently be other values, so such a file is damaged.

extension SchemaElement {
    /// Throws when the logical or the converted type cannot stand on this node. An annotation that
    /// is not known fits everywhere.
    func checkAnnotations() throws(Damage) {
        if let logicalType, !fits(logicalType) { throw misfit(logicalType.name) }
        if let convertedType, !fits(convertedType) { throw misfit(convertedType.name) }
    }

    private func misfit(_ annotation: String) -> Damage {
        Damage(
            "the annotation \(annotation) does not fit "
                + (type.map { "the physical type \($0.name)" } ?? "a group"))
    }

    private func fits(_ annotation: LogicalType) -> Bool {
        switch annotation {
        case .string, .json, .bson, .enumeration: isBytes
        case .map, .list: type == nil
        case .decimal(_, let precision): holdsDecimal(Int(precision))
        case .date: type == .int32
        case .time(_, .millis): type == .int32
        case .time(_, .micros), .time(_, .nanos): type == .int64
        case .time(_, nil): type == .int32 || type == .int64
        case .timestamp: type == .int64
        case .integer(8, _), .integer(16, _), .integer(32, _): type == .int32
        case .integer(64, _): type == .int64
        case .integer: false
        case .uuid: type == .fixedLenByteArray && typeLength == 16
        case .float16: type == .fixedLenByteArray && typeLength == 2
        case .unknown, .other: true
        }
    }

    private func fits(_ annotation: ConvertedType) -> Bool {
        switch annotation {
        case .utf8, .enumeration, .json, .bson: isBytes
        case .map, .mapKeyValue, .list: type == nil
        case .decimal: holdsDecimal(Int(precision ?? 0))
        case .date, .timeMillis, .uint8, .uint16, .uint32, .int8, .int16, .int32: type == .int32
        case .timeMicros, .timestampMillis, .timestampMicros, .uint64, .int64: type == .int64
        case .interval: type == .fixedLenByteArray && typeLength == 12
        default: true
        }
    }

    /// Text of a fixed length is outside the letter of the format but has one meaning only.
    private var isBytes: Bool { type == .byteArray || type == .fixedLenByteArray }

    /// Whether the physical type holds every decimal of so many digits; what is wrong with the
    /// digits themselves is found where the type is made.
    private func holdsDecimal(_ precision: Int) -> Bool {
        switch type {
        case .int32: precision <= 9
        case .int64: precision <= 18
        case .byteArray: true
        case .fixedLenByteArray:
            // 10^precision - 1 needs this many bits and one for the sign.
            Double(precision) * 3.321_928_094_887_362 < Double((typeLength ?? 0) * 8 - 1)
                || precision > 38
        default: false
        }
    }
}

extension PhysicalType {
    var name: String {
        switch self {
        case .boolean: "BOOLEAN"
        case .int32: "INT32"
        case .int64: "INT64"
        case .int96: "INT96"
        case .float: "FLOAT"
        case .double: "DOUBLE"
        case .byteArray: "BYTE_ARRAY"
        case .fixedLenByteArray: "FIXED_LEN_BYTE_ARRAY"
        default: "number \(rawValue)"
        }
    }
}

extension LogicalType {
    /// As the format's documents call it.
    var name: String {
        switch self {
        case .string: "STRING"
        case .map: "MAP"
        case .list: "LIST"
        case .enumeration: "ENUM"
        case .decimal(let scale, let precision): "DECIMAL(\(precision),\(scale))"
        case .date: "DATE"
        case .time: "TIME"
        case .timestamp: "TIMESTAMP"
        case .integer(let bitWidth, let isSigned): (isSigned ? "INT" : "UINT") + "_\(bitWidth)"
        case .unknown: "UNKNOWN"
        case .json: "JSON"
        case .bson: "BSON"
        case .uuid: "UUID"
        case .float16: "FLOAT16"
        case .other(let number): "number \(number)"
        }
    }
}

extension ConvertedType {
    var name: String {
        let names = [
            "UTF8", "MAP", "MAP_KEY_VALUE", "LIST", "ENUM", "DECIMAL", "DATE", "TIME_MILLIS",
            "TIME_MICROS", "TIMESTAMP_MILLIS", "TIMESTAMP_MICROS", "UINT_8", "UINT_16", "UINT_32",
            "UINT_64", "INT_8", "INT_16", "INT_32", "INT_64", "JSON", "BSON", "INTERVAL",
        ]
        let index = Int(rawValue)
        return names.indices.contains(index) ? names[index] : "number \(index)"
    }
}
