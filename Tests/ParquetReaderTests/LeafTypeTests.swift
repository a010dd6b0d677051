import Columnar
import Testing

@testable import Parquet

@Suite("Leaf types")
struct LeafTypeTests {
    struct Row: Sendable, CustomStringConvertible {
        let description: String
        var physical: PhysicalType
        var length: Int32?
        var converted: ConvertedType?
        var logical: LogicalType?
        var precision: Int32?
        var scale: Int32?
        let type: ColumnType?

        init(
            _ description: String, _ physical: PhysicalType, length: Int32? = nil,
            converted: ConvertedType? = nil, logical: LogicalType? = nil, precision: Int32? = nil,
            scale: Int32? = nil, _ type: ColumnType?
        ) {
            self.description = description
            self.physical = physical
            self.length = length
            self.converted = converted
            self.logical = logical
            self.precision = precision
            self.scale = scale
            self.type = type
        }
    }

    static let rows: [Row] = [
        Row("a boolean", .boolean, .boolean), Row("an integer", .int32, .integer),
        Row("a long", .int64, .long), Row("a float", .float, .float),
        Row("a double", .double, .double), Row("bytes", .byteArray, .binary),
        Row("fixed bytes", .fixedLenByteArray, length: 3, .binary),
        Row("INT96", .int96, .timestamp),
        Row("old text", .byteArray, converted: .utf8, .string),
        Row("text", .byteArray, logical: .string, .string),
        Row("old enumeration", .byteArray, converted: .enumeration, .string),
        Row("JSON", .byteArray, logical: .json, .string),
        Row("BSON", .byteArray, logical: .bson, .binary),
        Row("UUID", .fixedLenByteArray, length: 16, logical: .uuid, .binary),
        Row("half", .fixedLenByteArray, length: 2, logical: .float16, .float),
        Row("old INT_8", .int32, converted: .int8, .byte),
        Row("old INT_16", .int32, converted: .int16, .short),
        Row("old UINT_8", .int32, converted: .uint8, .short),
        Row("old UINT_16", .int32, converted: .uint16, .integer),
        Row("old UINT_32", .int32, converted: .uint32, .long),
        Row("old UINT_64", .int64, converted: .uint64, .decimal(precision: 20, scale: 0)),
        Row(
            "UINT_64", .int64, logical: .integer(bitWidth: 64, isSigned: false),
            .decimal(precision: 20, scale: 0)),
        Row("INT_8", .int32, logical: .integer(bitWidth: 8, isSigned: true), .byte),
        Row("old date", .int32, converted: .date, .date),
        Row("old milliseconds", .int64, converted: .timestampMillis, .timestamp),
        Row("old microseconds", .int64, converted: .timestampMicros, .timestamp),
        Row(
            "local microseconds", .int64,
            logical: .timestamp(isAdjustedToUTC: false, unit: .micros), .timestampNtz),
        Row(
            "the logical type before the converted", .int64, converted: .timestampMicros,
            logical: .timestamp(isAdjustedToUTC: false, unit: .nanos), .timestampNtz),
        Row("time", .int32, converted: .timeMillis, .long),
        Row(
            "old decimal in INT32", .int32, converted: .decimal, precision: 9, scale: 2,
            .decimal(precision: 9, scale: 2)),
        Row(
            "decimal in INT64", .int64, logical: .decimal(scale: 0, precision: 18),
            .decimal(precision: 18, scale: 0)),
        Row(
            "decimal in bytes", .byteArray, converted: .decimal, precision: 38, scale: 38,
            .decimal(precision: 38, scale: 38)),
        Row(
            "an annotation not known", .byteArray, logical: .other(99), .binary),
        Row("a decimal of 39 digits", .byteArray, converted: .decimal, precision: 39, nil),
        Row("a decimal of no digits", .byteArray, converted: .decimal, nil),
        Row(
            "more digits after the point than in all", .int32, converted: .decimal, precision: 2,
            scale: 3, nil),
        Row("fixed bytes of no length", .fixedLenByteArray, nil),
        Row("half of three bytes", .fixedLenByteArray, length: 3, logical: .float16, nil),
        Row("a physical type not known", PhysicalType(rawValue: 8), nil),
    ]

    /// Annotations on physical types that cannot carry them.
    static let misfits: [Row] = [
        Row("text in numbers", .int32, converted: .utf8, nil),
        Row("JSON in doubles", .double, logical: .json, nil),
        Row("a date of 64 bits", .int64, logical: .date, nil),
        Row("an old date of 64 bits", .int64, converted: .date, nil),
        Row("a date of floats", .float, converted: .date, nil),
        Row(
            "a timestamp of 32 bits", .int32,
            logical: .timestamp(isAdjustedToUTC: true, unit: .micros), nil),
        Row("an old timestamp in bytes", .byteArray, converted: .timestampMicros, nil),
        Row("a time in 64 bits", .int64, converted: .timeMillis, nil),
        Row(
            "a time in 32 bits", .int32, logical: .time(isAdjustedToUTC: true, unit: .micros), nil),
        Row("INT_8 in 64 bits", .int64, converted: .int8, nil),
        Row("INT_64 in 32 bits", .int32, logical: .integer(bitWidth: 64, isSigned: true), nil),
        Row("an integer of 24 bits", .int32, logical: .integer(bitWidth: 24, isSigned: true), nil),
        Row("a decimal in doubles", .double, converted: .decimal, precision: 5, nil),
        Row("a decimal of booleans", .boolean, logical: .decimal(scale: 0, precision: 1), nil),
        Row("a decimal of ten digits in 32 bits", .int32, converted: .decimal, precision: 10, nil),
        Row("a decimal of 19 digits in 64 bits", .int64, converted: .decimal, precision: 19, nil),
        Row(
            "a decimal of ten digits in four bytes", .fixedLenByteArray, length: 4,
            converted: .decimal, precision: 10, nil),
        Row("a UUID of 15 bytes", .fixedLenByteArray, length: 15, logical: .uuid, nil),
        Row("a UUID of any length", .byteArray, logical: .uuid, nil),
        Row("half in 32 bits", .float, logical: .float16, nil),
        Row("a list without elements", .int32, logical: .list, nil),
        Row("a map without entries", .byteArray, converted: .map, nil),
        Row("an interval of 11 bytes", .fixedLenByteArray, length: 11, converted: .interval, nil),
    ]

    @Test("an annotation that does not fit its physical type is damage", arguments: misfits)
    func misfit(row: Row) throws {
        let element = SchemaElement(
            type: row.physical, typeLength: row.length, repetition: .required, name: "c",
            convertedType: row.converted, scale: row.scale, precision: row.precision,
            logicalType: row.logical)
        let damage = #expect(throws: Damage.self) { try LeafType(element) }
        #expect(damage?.isUnsupported == false)
        #expect(damage?.reason.contains("does not fit the physical type") == true)
    }

    @Test("a group cannot carry the annotation of a value")
    func groupMisfit() throws {
        let elements = [
            SchemaElement(name: "schema", childCount: 1),
            SchemaElement(repetition: .optional, name: "g", childCount: 1, logicalType: .string),
            SchemaElement(type: .int32, repetition: .optional, name: "x"),
        ]
        let node = try SchemaNode.tree(elements).children[0]
        let damage = #expect(throws: Damage.self) {
            try ColumnPlan.field(node, slotRepetition: 0, slotDefinition: 0)
        }
        #expect(damage?.reason == "column g: the annotation STRING does not fit a group")
    }

    @Test("annotations make column types, what cannot be is an error", arguments: rows)
    func types(row: Row) throws {
        let element = SchemaElement(
            type: row.physical, typeLength: row.length, repetition: .required, name: "c",
            convertedType: row.converted, scale: row.scale, precision: row.precision,
            logicalType: row.logical)
        if let type = row.type {
            #expect(try LeafType(element).type == type)
        } else {
            #expect(throws: Damage.self) { try LeafType(element) }
        }
    }

    @Test("nanoseconds go to the microsecond before, not towards zero")
    func nanoseconds() throws {
        let converted = try Conversion.divideFloor(1000).apply(.int64([-1, 0, 999, 1000, -1000]))
        guard case .int64(let values) = converted else { return #expect(Bool(false)) }
        #expect(values == [-1, 0, 0, 1, -1])
    }

    @Test("milliseconds beyond the range of microseconds are refused, not wrapped")
    func milliseconds() {
        #expect(throws: Damage.self) { try Conversion.multiply(1000).apply(.int64([.max])) }
    }

    @Test(
        "big-endian decimals of every width keep their sign",
        arguments: [
            ([0xff], -1), ([0x7f], 127), ([0x80, 0], -32768), ([0, 0, 0, 0, 0, 0, 0, 0, 5], 5),
            ([UInt8](repeating: 0xff, count: 20), -1),
            ([0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0], -4_722_366_482_869_645_213_696),
        ] as [([UInt8], Int128)])
    func decimals(bytes: [UInt8], value: Int128) throws {
        let fixed = try Conversion.decimal128.apply(
            .fixed(bytes + bytes, byteCount: bytes.count))
        guard case .int128(let found) = fixed else { return #expect(Bool(false)) }
        #expect(found == [value, value])
        let strings = ByteVector(offsets: [0, UInt32(bytes.count)], bytes: bytes)
        guard case .int128(let other) = try Conversion.decimal128.apply(.bytes(strings)) else {
            return #expect(Bool(false))
        }
        #expect(other == [value])
    }

    @Test("a decimal too wide for its type is refused")
    func wideDecimal() {
        let bytes: [UInt8] = [1] + [UInt8](repeating: 0, count: 8)
        #expect(throws: Damage.self) { try Conversion.decimal64.apply(.fixed(bytes, byteCount: 9)) }
    }

    @Test(
        "half precision, among it the smallest subnormal",
        arguments: [
            (0x3c00, 1.0), (0xc000, -2.0), (0x7bff, 65504.0), (0x0001, 0x1p-24),
            (0x8000, -0.0), (0x7c00, Float.infinity), (0x03ff, 0x3ffp-24),
        ] as [(UInt16, Float)])
    func half(bits: UInt16, value: Float) throws {
        let bytes = [UInt8(bits & 255), UInt8(bits >> 8)]
        guard case .float(let found) = try Conversion.float16.apply(.fixed(bytes, byteCount: 2))
        else { return #expect(Bool(false)) }
        #expect(found.map(\.bitPattern) == [value.bitPattern])
    }
}
