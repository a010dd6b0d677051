public import Columnar

/// What a finished file holds: the material of Delta's statistics.
public struct FileSummary: Sendable {
    /// The number of rows.
    public var rows: Int64
    /// The size of the file.
    public var bytes: Int64
    /// One for every leaf of the schema, in depth-first order.
    public var columns: [ColumnSummary]
    /// The row groups in the file's order.
    public var rowGroups: [RowGroupSummary]
}

/// The content of one leaf column over the whole file.
public struct ColumnSummary: Sendable {
    /// Names from the top-level column down; `list.element` and `key_value.key` as in the file.
    public var path: [String]
    /// The leaf's type.
    public var type: ColumnType
    /// Whether the leaf is below a list or map, so that it has not one value a row.
    public var isRepeated: Bool
    /// Values and nulls together.
    public var valueCount: Int64
    /// How many of the values are null.
    public var nullCount: Int64
    /// The least and greatest value; nil when there is none, or when a NaN is among them.
    public var min: BoundValue?
    /// The greatest value; nil where `min` is.
    public var max: BoundValue?
    /// Whether the bytes of `min` or `max` are only the beginning of the value.
    public var isMinTruncated: Bool
    /// The same of `max`.
    public var isMaxTruncated: Bool
    /// Whether a NaN is among the values.
    public var hasNaN: Bool
}

/// The size of one row group.
public struct RowGroupSummary: Sendable {
    /// The number of rows.
    public var rows: Int64
    /// Bytes of its pages as stored.
    public var bytes: Int64
}
