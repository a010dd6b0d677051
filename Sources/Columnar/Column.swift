/// The values of one column of a batch, in the machine's widths.
///
/// Every case but the nested ones holds exactly one slot a row; the slot of a null row is present
/// and its content unspecified (zero or empty by convention).
public enum ColumnStorage: Hashable, Sendable {
    /// `boolean`, one byte a value, 0 or 1.
    case bool([UInt8])
    /// `byte`, `short`, `integer`, `date`.
    case int32([Int32])
    /// `long`, `timestamp`, `timestampNtz`, `decimal` of precision at most 18.
    case int64([Int64])
    /// `decimal` of precision 19 and more: the unscaled value.
    case int128([Int128])
    case float([Float])
    case double([Double])
    /// `string` and `binary`.
    case bytes(ByteVector)
    /// `string` and `binary` as codes into `values`.
    case dictionary(codes: [UInt32], values: DictionaryValues)
    /// One child a field, each with a slot for every row.
    indirect case structure([Column])
    /// Row `i` holds the child's slots `offsets[i]..<offsets[i + 1]`.
    indirect case list(offsets: [UInt32], element: Column)
    /// As `list`, with two children of equal count.
    indirect case map(offsets: [UInt32], key: Column, value: Column)
}

/// A typed, nullable column of a batch: values and which of them are present.
public struct Column: Hashable, Sendable {
    /// The type that the storage is read as.
    public let type: ColumnType
    /// The number of rows.
    public let count: Int
    /// Set bits are present values; nil when every value is.
    public let validity: Bitmap?
    /// The values; slots of nulls hold anything.
    public let storage: ColumnStorage

    /// A column over `storage`, whose case must fit `type`.
    public init(_ type: ColumnType, storage: ColumnStorage, validity: Bitmap? = nil) {
        precondition(storage.fits(type), "column storage does not fit type \(type)")
        self.type = type
        self.storage = storage
        count = storage.count(validity)
        precondition(validity == nil || validity?.count == count, "validity has another length")
        self.validity = validity
    }

    /// Whether row `index` is null. O(1).
    @inlinable
    public func isNull(_ index: Int) -> Bool {
        guard let validity else { return false }
        return !validity[index]
    }

    /// The number of null rows. O(count / 64).
    public var nullCount: Int {
        guard let validity else { return 0 }
        return count - validity.setCount
    }
}

extension ColumnStorage {
    func count(_ validity: Bitmap?) -> Int {
        switch self {
        case .bool(let values): values.count
        case .int32(let values): values.count
        case .int64(let values): values.count
        case .int128(let values): values.count
        case .float(let values): values.count
        case .double(let values): values.count
        case .bytes(let values): values.count
        case .dictionary(let codes, _): codes.count
        case .structure(let children): children.first?.count ?? validity?.count ?? 0
        case .list(let offsets, _), .map(let offsets, _, _): offsets.count - 1
        }
    }

    func fits(_ type: ColumnType) -> Bool {
        switch (type, self) {
        case (.boolean, .bool), (.byte, .int32), (.short, .int32), (.integer, .int32),
            (.date, .int32), (.long, .int64), (.timestamp, .int64), (.timestampNtz, .int64),
            (.float, .float), (.double, .double), (.string, .bytes), (.binary, .bytes),
            (.string, .dictionary), (.binary, .dictionary), (.list, .list), (.map, .map):
            true
        case (.decimal(let precision, _), .int64): precision <= 18
        case (.decimal(let precision, _), .int128): precision > 18
        case (.structure(let fields), .structure(let children)): fields.count == children.count
        default: false
        }
    }
}

/// Rows as columns of equal count, in the order of a schema.
public struct RecordBatch: Hashable, Sendable {
    /// Names and types, one a column.
    public let schema: Schema
    /// The columns, in the order of the schema.
    public let columns: [Column]
    /// The number of rows.
    public let count: Int

    /// A batch; `count` is only needed when there are no columns.
    public init(schema: Schema, columns: [Column], count: Int? = nil) {
        self.schema = schema
        self.columns = columns
        let rows = count ?? columns.first?.count ?? 0
        self.count = rows
        precondition(schema.fields.count == columns.count, "schema and columns differ in number")
        precondition(columns.allSatisfy { $0.count == rows }, "columns differ in length")
    }

    /// The column named exactly `name`, or nil.
    public subscript(name: String) -> Column? {
        schema.index(of: name).map { columns[$0] }
    }
}
