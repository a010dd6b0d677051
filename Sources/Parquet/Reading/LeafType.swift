import Columnar

/// What a leaf's annotation makes of its physical values: the column type and the way there.
struct LeafType: Hashable, Sendable {
    let type: ColumnType
    let layout: PhysicalLayout
    let conversion: Conversion
}

/// The step from physical values to those of the column type.
enum Conversion: Hashable, Sendable {
    /// The same representation.
    case none
    /// Keeps the low 8 or 16 bits, sign- or zero-extended.
    case narrow(bitWidth: Int, isSigned: Bool)
    /// UINT_32 in INT32 to 64 bits.
    case unsignedInt32
    /// UINT_64 in INT64 to 128 bits.
    case unsignedInt64
    /// Sign extension to 64 or 128 bits, for decimals held in smaller integers.
    case widen64
    case widen128
    /// To microseconds, by a factor.
    case multiply(Int64)
    /// Nanoseconds to microseconds, towards minus infinity.
    case divideFloor(Int64)
    /// Nanoseconds of the day and Julian day, to microseconds since the epoch.
    case int96
    case float16
    /// Big-endian two's complement of any width.
    case decimal64
    case decimal128
    /// Fixed-width byte strings as they are.
    case fixedBytes
}

extension LeafType {
    /// Types follow docs/specification/lake.md#types and, for what only other writers make: TIME is
    /// a `long` of microseconds; unsigned integers take the next signed type, UINT_64
    /// `decimal(20,0)`; nanoseconds are cut to microseconds towards the past; UUID, BSON and
    /// INTERVAL are `binary`; an annotation that is not known leaves the physical type.
    init(_ element: SchemaElement) throws(Damage) {
        try element.checkAnnotations()
        switch element.type {
        case .boolean: self.init(type: .boolean, layout: .boolean, conversion: .none)
        case .int32: self = try LeafType.int32(element)
        case .int64: self = try LeafType.int64(element)
        case .int96:
            self.init(type: .timestamp, layout: .fixed(byteCount: 12), conversion: .int96)
        case .float: self.init(type: .float, layout: .float, conversion: .none)
        case .double: self.init(type: .double, layout: .double, conversion: .none)
        case .byteArray: self = try LeafType.bytes(element, layout: .byteArray)
        case .fixedLenByteArray:
            guard let length = element.typeLength, length > 0 else {
                throw Damage("a fixed-length column without a length")
            }
            self = try LeafType.bytes(element, layout: .fixed(byteCount: Int(length)))
        default: throw .unsupported("physical type \(element.type?.rawValue ?? -1)")
        }
    }

    private static func int32(_ element: SchemaElement) throws(Damage) -> LeafType {
        func make(_ type: ColumnType, _ conversion: Conversion = .none) -> LeafType {
            LeafType(type: type, layout: .int32, conversion: conversion)
        }
        if let (precision, scale) = try decimal(element) {
            return make(
                .decimal(precision: precision, scale: scale),
                precision <= 18 ? .widen64 : .widen128)
        }
        switch (element.logicalType, element.convertedType) {
        case (.date, _), (nil, .date): return make(.date)
        case (.time(_, .millis), _), (nil, .timeMillis): return make(.long, .multiply(1000))
        case (.integer(8, true), _), (nil, .int8):
            return make(.byte, .narrow(bitWidth: 8, isSigned: true))
        case (.integer(16, true), _), (nil, .int16):
            return make(.short, .narrow(bitWidth: 16, isSigned: true))
        case (.integer(8, false), _), (nil, .uint8):
            return make(.short, .narrow(bitWidth: 8, isSigned: false))
        case (.integer(16, false), _), (nil, .uint16):
            return make(.integer, .narrow(bitWidth: 16, isSigned: false))
        case (.integer(32, false), _), (nil, .uint32): return make(.long, .unsignedInt32)
        default: return make(.integer)
        }
    }

    private static func int64(_ element: SchemaElement) throws(Damage) -> LeafType {
        func make(_ type: ColumnType, _ conversion: Conversion = .none) -> LeafType {
            LeafType(type: type, layout: .int64, conversion: conversion)
        }
        if let (precision, scale) = try decimal(element) {
            return make(
                .decimal(precision: precision, scale: scale), precision <= 18 ? .none : .widen128)
        }
        switch (element.logicalType, element.convertedType) {
        case (.timestamp(let isAdjusted, let unit), _):
            let type: ColumnType = isAdjusted ? .timestamp : .timestampNtz
            switch unit {
            case .millis: return make(type, .multiply(1000))
            case .micros: return make(type)
            case .nanos: return make(type, .divideFloor(1000))
            case nil: throw .unsupported("a timestamp of an unknown unit")
            }
        case (nil, .timestampMillis): return make(.timestamp, .multiply(1000))
        case (nil, .timestampMicros): return make(.timestamp)
        case (.time(_, .nanos), _): return make(.long, .divideFloor(1000))
        case (.integer(64, false), _), (nil, .uint64):
            return make(.decimal(precision: 20, scale: 0), .unsignedInt64)
        default: return make(.long)
        }
    }

    private static func bytes(
        _ element: SchemaElement, layout: PhysicalLayout
    ) throws(Damage) -> LeafType {
        if let (precision, scale) = try decimal(element) {
            return LeafType(
                type: .decimal(precision: precision, scale: scale), layout: layout,
                conversion: precision <= 18 ? .decimal64 : .decimal128)
        }
        let isFixed = layout != .byteArray
        let conversion: Conversion = isFixed ? .fixedBytes : .none
        switch (element.logicalType, element.convertedType) {
        case (.float16, _):
            guard layout == .fixed(byteCount: 2) else { throw Damage("FLOAT16 not of 2 bytes") }
            return LeafType(type: .float, layout: layout, conversion: .float16)
        case (.string, _), (.json, _), (.enumeration, _), (nil, .utf8), (nil, .json),
            (nil, .enumeration):
            return LeafType(type: .string, layout: layout, conversion: conversion)
        default: return LeafType(type: .binary, layout: layout, conversion: conversion)
        }
    }

    private static func decimal(
        _ element: SchemaElement
    ) throws(Damage) -> (precision: Int, scale: Int)? {
        var precision = Int(element.precision ?? 0)
        var scale = Int(element.scale ?? 0)
        if case .decimal(let logicalScale, let logicalPrecision) = element.logicalType {
            precision = Int(logicalPrecision)
            scale = Int(logicalScale)
        } else if element.convertedType != .decimal || element.logicalType != nil {
            return nil
        }
        guard precision >= 1, scale >= 0, scale <= precision else {
            throw Damage("decimal(\(precision),\(scale)) cannot be")
        }
        guard precision <= 38 else { throw .unsupported("decimal(\(precision),\(scale))") }
        return (precision, scale)
    }
}
