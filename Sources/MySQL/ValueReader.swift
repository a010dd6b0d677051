import CMariaDB
import Source

/// Takes single values off the wire: for counts and bounds, not for rows by the million.
enum ValueReader {
    /// The values of the block's first row; nil for NULL.
    static func firstRow(of block: PacketBlock, _ fields: [WireField]) throws(ServerFailure)
        -> [SourceValue?]
    {
        var values: [SourceValue?] = []
        for (column, field) in fields.enumerated() {
            var value: SourceValue?
            var validity = ValidityBuilder()
            let fits = unsafe block.scan(column, &validity) { row, at, available in
                guard let (taken, found) = unsafe read(field, at, available) else { return -1 }
                if row == 0 { value = found }
                return taken
            }
            guard fits else {
                throw ServerFailure(number: 2027, text: "the server sent a malformed row")
            }
            values.append(value)
        }
        return values
    }

    private static func read(_ field: WireField, _ at: UnsafeRawPointer, _ available: Int)
        -> (Int, SourceValue)?
    {
        let width: Int
        switch field.type {
        case WireType.tiny: width = 1
        case WireType.short, WireType.year: width = 2
        case WireType.long, WireType.int24: width = 4
        case WireType.longLong: width = 8
        default:
            guard let (header, length) = unsafe LengthEncoded.read(at, available) else {
                return nil
            }
            let bytes = unsafe UnsafeRawBufferPointer(start: at + header, count: length)
            return unsafe (header + length, .text(Array(bytes)))
        }
        guard available >= width else { return nil }
        var bits: UInt64 = 0
        for index in 0..<width {
            bits |= unsafe UInt64(at.load(fromByteOffset: index, as: UInt8.self)) << (8 * index)
        }
        if field.isUnsigned {
            return (width, bits <= UInt64(Int64.max) ? .integer(Int64(bits)) : .unsigned(bits))
        }
        let shift = UInt64(64 - 8 * width)
        return (width, .integer(Int64(bitPattern: bits << shift) >> Int64(shift)))
    }
}

/// The protocol's type numbers, as `WireField` holds them.
enum WireType {
    static let tiny = MYSQL_TYPE_TINY.rawValue
    static let short = MYSQL_TYPE_SHORT.rawValue
    static let long = MYSQL_TYPE_LONG.rawValue
    static let float = MYSQL_TYPE_FLOAT.rawValue
    static let double = MYSQL_TYPE_DOUBLE.rawValue
    static let timestamp = MYSQL_TYPE_TIMESTAMP.rawValue
    static let longLong = MYSQL_TYPE_LONGLONG.rawValue
    static let int24 = MYSQL_TYPE_INT24.rawValue
    static let date = MYSQL_TYPE_DATE.rawValue
    static let time = MYSQL_TYPE_TIME.rawValue
    static let dateTime = MYSQL_TYPE_DATETIME.rawValue
    static let year = MYSQL_TYPE_YEAR.rawValue
    static let bit = MYSQL_TYPE_BIT.rawValue
    static let decimal = MYSQL_TYPE_NEWDECIMAL.rawValue
    static let blob = MYSQL_TYPE_BLOB.rawValue
    static let varString = MYSQL_TYPE_VAR_STRING.rawValue

    /// Types sent as a length and that many bytes, beside BIT and DECIMAL.
    static let strings: Set<UInt32> = [
        MYSQL_TYPE_VARCHAR.rawValue, MYSQL_TYPE_JSON.rawValue, MYSQL_TYPE_ENUM.rawValue,
        MYSQL_TYPE_SET.rawValue, MYSQL_TYPE_TINY_BLOB.rawValue, MYSQL_TYPE_MEDIUM_BLOB.rawValue,
        MYSQL_TYPE_LONG_BLOB.rawValue, MYSQL_TYPE_BLOB.rawValue, MYSQL_TYPE_VAR_STRING.rawValue,
        MYSQL_TYPE_STRING.rawValue, MYSQL_TYPE_GEOMETRY.rawValue,
        242,  // MYSQL_TYPE_VECTOR of MySQL 9
    ]
}

/// Length-encoded integers of the protocol: one byte below 251, else a marker and 2, 3 or 8 bytes.
enum LengthEncoded {
    /// The header's size and the length it gives, nil when header or content leave the packet.
    @inline(__always)
    static func read(_ at: UnsafeRawPointer, _ available: Int) -> (header: Int, length: Int)? {
        guard available >= 1 else { return nil }
        let first = unsafe Int(at.load(as: UInt8.self))
        if first < 251 { return first < available ? (1, first) : nil }
        return unsafe readLong(at, available, first)
    }

    @inline(never)
    private static func readLong(_ at: UnsafeRawPointer, _ available: Int, _ first: Int)
        -> (header: Int, length: Int)?
    {
        let width: Int
        switch first {
        case 252: width = 2
        case 253: width = 3
        case 254: width = 8
        default: return nil
        }
        guard available > width else { return nil }
        var length: UInt64 = 0
        for index in 0..<width {
            let byte = unsafe at.load(fromByteOffset: 1 + index, as: UInt8.self)
            length |= UInt64(byte) << UInt64(8 * index)
        }
        guard length <= UInt64(available - 1 - width) else { return nil }
        return (1 + width, Int(length))
    }
}
