// The enumerations of the metadata (parquet.thrift). They are open: a number that this version
// does not know is kept, and refused only where its meaning is needed.

/// How a leaf column's values are stored.
struct PhysicalType: RawRepresentable, Hashable, Sendable {
    var rawValue: Int32
    static let boolean = PhysicalType(rawValue: 0)
    static let int32 = PhysicalType(rawValue: 1)
    static let int64 = PhysicalType(rawValue: 2)
    static let int96 = PhysicalType(rawValue: 3)
    static let float = PhysicalType(rawValue: 4)
    static let double = PhysicalType(rawValue: 5)
    static let byteArray = PhysicalType(rawValue: 6)
    static let fixedLenByteArray = PhysicalType(rawValue: 7)
}

/// How often a field occurs within its parent.
struct Repetition: RawRepresentable, Hashable, Sendable {
    var rawValue: Int32
    static let required = Repetition(rawValue: 0)
    static let optional = Repetition(rawValue: 1)
    static let repeated = Repetition(rawValue: 2)
}

/// The older annotation of a field's meaning; written beside `LogicalType` for older readers.
struct ConvertedType: RawRepresentable, Hashable, Sendable {
    var rawValue: Int32
    static let utf8 = ConvertedType(rawValue: 0)
    static let map = ConvertedType(rawValue: 1)
    static let mapKeyValue = ConvertedType(rawValue: 2)
    static let list = ConvertedType(rawValue: 3)
    static let enumeration = ConvertedType(rawValue: 4)
    static let decimal = ConvertedType(rawValue: 5)
    static let date = ConvertedType(rawValue: 6)
    static let timeMillis = ConvertedType(rawValue: 7)
    static let timeMicros = ConvertedType(rawValue: 8)
    static let timestampMillis = ConvertedType(rawValue: 9)
    static let timestampMicros = ConvertedType(rawValue: 10)
    static let uint8 = ConvertedType(rawValue: 11)
    static let uint16 = ConvertedType(rawValue: 12)
    static let uint32 = ConvertedType(rawValue: 13)
    static let uint64 = ConvertedType(rawValue: 14)
    static let int8 = ConvertedType(rawValue: 15)
    static let int16 = ConvertedType(rawValue: 16)
    static let int32 = ConvertedType(rawValue: 17)
    static let int64 = ConvertedType(rawValue: 18)
    static let json = ConvertedType(rawValue: 19)
    static let bson = ConvertedType(rawValue: 20)
    static let interval = ConvertedType(rawValue: 21)
}

/// How values or levels of a page are laid out.
struct Encoding: RawRepresentable, Hashable, Sendable {
    var rawValue: Int32
    static let plain = Encoding(rawValue: 0)
    static let plainDictionary = Encoding(rawValue: 2)
    static let rle = Encoding(rawValue: 3)
    static let bitPacked = Encoding(rawValue: 4)
    static let deltaBinaryPacked = Encoding(rawValue: 5)
    static let deltaLengthByteArray = Encoding(rawValue: 6)
    static let deltaByteArray = Encoding(rawValue: 7)
    static let rleDictionary = Encoding(rawValue: 8)
    static let byteStreamSplit = Encoding(rawValue: 9)
}

/// How the pages of a column chunk are compressed, as numbered in the file.
struct CompressionCodec: RawRepresentable, Hashable, Sendable {
    var rawValue: Int32
    static let uncompressed = CompressionCodec(rawValue: 0)
    static let snappy = CompressionCodec(rawValue: 1)
    static let gzip = CompressionCodec(rawValue: 2)
    static let lzo = CompressionCodec(rawValue: 3)
    static let brotli = CompressionCodec(rawValue: 4)
    static let lz4 = CompressionCodec(rawValue: 5)
    static let zstd = CompressionCodec(rawValue: 6)
    static let lz4Raw = CompressionCodec(rawValue: 7)
}

/// What a page holds.
struct PageType: RawRepresentable, Hashable, Sendable {
    var rawValue: Int32
    static let data = PageType(rawValue: 0)
    static let index = PageType(rawValue: 1)
    static let dictionary = PageType(rawValue: 2)
    static let dataV2 = PageType(rawValue: 3)
}

/// Whether the bounds of a chunk's pages ascend or descend.
struct BoundaryOrder: RawRepresentable, Hashable, Sendable {
    var rawValue: Int32
    static let unordered = BoundaryOrder(rawValue: 0)
    static let ascending = BoundaryOrder(rawValue: 1)
    static let descending = BoundaryOrder(rawValue: 2)
}
