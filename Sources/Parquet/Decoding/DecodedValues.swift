import Columnar

/// How one value of a leaf column lies in a page: the physical type with the width of fixed ones.
enum PhysicalLayout: Hashable, Sendable {
    case boolean
    case int32
    case int64
    case float
    case double
    case byteArray
    /// FIXED_LEN_BYTE_ARRAY, and INT96 as 12 bytes.
    case fixed(byteCount: Int)

    /// Bytes of a PLAIN value, nil where that varies or is less than one.
    var byteCount: Int? {
        switch self {
        case .boolean, .byteArray: nil
        case .int32, .float: 4
        case .int64, .double: 8
        case .fixed(let byteCount): byteCount
        }
    }
}

/// Values as a decoder hands them out: dense, nulls left out.
enum DecodedValues {
    case bool([UInt8])
    case int32([Int32])
    case int64([Int64])
    case int128([Int128])
    case float([Float])
    case double([Double])
    case bytes(ByteVector)
    /// Byte strings of one width, one after the other.
    case fixed([UInt8], byteCount: Int)
    /// Positions in the column chunk's dictionary, none past its end.
    case codes([UInt32])

    var count: Int {
        switch self {
        case .bool(let values): values.count
        case .int32(let values): values.count
        case .int64(let values): values.count
        case .int128(let values): values.count
        case .float(let values): values.count
        case .double(let values): values.count
        case .bytes(let values): values.count
        case .fixed(let values, let byteCount): byteCount == 0 ? 0 : values.count / byteCount
        case .codes(let values): values.count
        }
    }
}
