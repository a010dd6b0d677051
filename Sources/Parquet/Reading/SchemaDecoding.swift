// Schema elements from Thrift (parquet.thrift `SchemaElement`, `LogicalType`).

extension SchemaElement {
    init(from reader: inout CompactReader) throws(Damage) {
        var element = SchemaElement(name: "")
        try reader.structure { (reader, field) throws(Damage) in
            switch field.id {
            case 1: element.type = PhysicalType(rawValue: try reader.int32(field))
            case 2: element.typeLength = try reader.int32(field)
            case 3: element.repetition = Repetition(rawValue: try reader.int32(field))
            case 4: element.name = try reader.string(field)
            case 5: element.childCount = try reader.int32(field)
            case 6: element.convertedType = ConvertedType(rawValue: try reader.int32(field))
            case 7: element.scale = try reader.int32(field)
            case 8: element.precision = try reader.int32(field)
            case 9: element.fieldID = try reader.int32(field)
            case 10: element.logicalType = try LogicalType(from: &reader, field)
            default: try reader.skip(field)
            }
        }
        self = element
    }
}

extension LogicalType {
    /// The union's member; nil when it is empty.
    fileprivate init?(
        from reader: inout CompactReader, _ field: CompactReader.FieldHead
    ) throws(Damage) {
        guard field.type == .structure else { throw Damage("a logical type is not a structure") }
        var logical: LogicalType?
        try reader.structure { (reader, field) throws(Damage) in
            guard field.type == .structure else { throw Damage("a logical type of no structure") }
            logical = try LogicalType(member: field, &reader)
        }
        guard let logical else { return nil }
        self = logical
    }

    private init(
        member field: CompactReader.FieldHead, _ reader: inout CompactReader
    ) throws(Damage) {
        switch field.id {
        case 5:
            let (scale, precision) = try reader.decimalParameters()
            self = .decimal(scale: scale, precision: precision)
        case 7:
            let (isAdjusted, unit) = try reader.timeParameters()
            self = .time(isAdjustedToUTC: isAdjusted, unit: unit)
        case 8:
            let (isAdjusted, unit) = try reader.timeParameters()
            self = .timestamp(isAdjustedToUTC: isAdjusted, unit: unit)
        case 10:
            let (bitWidth, isSigned) = try reader.integerParameters()
            self = .integer(bitWidth: bitWidth, isSigned: isSigned)
        default:
            try reader.skip(field)
            self = LogicalType.withoutParameters[field.id] ?? .other(field.id)
        }
    }

    private static let withoutParameters: [Int16: LogicalType] = [
        1: .string, 2: .map, 3: .list, 4: .enumeration, 6: .date, 11: .unknown, 12: .json,
        13: .bson, 14: .uuid, 15: .float16,
    ]
}

extension CompactReader {
    fileprivate mutating func decimalParameters() throws(Damage) -> (Int32, Int32) {
        var scale: Int32 = 0
        var precision: Int32 = 0
        try structure { (reader, field) throws(Damage) in
            switch field.id {
            case 1: scale = try reader.int32(field)
            case 2: precision = try reader.int32(field)
            default: try reader.skip(field)
            }
        }
        return (scale, precision)
    }

    fileprivate mutating func timeParameters() throws(Damage) -> (Bool, TimeUnit?) {
        var isAdjusted = false
        var unit: TimeUnit?
        try structure { (reader, field) throws(Damage) in
            switch (field.id, field.type) {
            case (1, _): isAdjusted = try reader.bool(field)
            case (2, .structure):
                try reader.structure { (reader, field) throws(Damage) in
                    unit = TimeUnit(rawValue: field.id)
                    try reader.skip(field)
                }
            default: try reader.skip(field)
            }
        }
        return (isAdjusted, unit)
    }

    fileprivate mutating func integerParameters() throws(Damage) -> (Int8, Bool) {
        var bitWidth: Int8 = 0
        var isSigned = false
        try structure { (reader, field) throws(Damage) in
            switch field.id {
            case 1: bitWidth = try reader.int8(field)
            case 2: isSigned = try reader.bool(field)
            default: try reader.skip(field)
            }
        }
        return (bitWidth, isSigned)
    }
}
