public import Names
public import Source

/// How a table is read.
public enum ExtractMode: String, Hashable, Sendable, CaseIterable {
    /// A window over a watermark column.
    case incremental
    /// A window over an auto-increment key: new rows only.
    case append
    /// The whole table in one snapshot.
    case snapshot
}

/// How the values of a column are hidden before anything is written.
public enum Mask: String, Hashable, Sendable, CaseIterable {
    /// SHA-256 of the salt and the value's text, as 64 hex digits.
    case sha256
    /// No value at all.
    case null
}

/// What the operator's configuration says of one table; nil leaves the choice to the planner.
public struct TableOverride: Hashable, Sendable {
    public var mode: ExtractMode?
    public var watermark: String?
    public var watermarkZone = WatermarkZone.auto
    public var key: [String]?
    public var lookbackMicroseconds: Int64?
    /// Columns to read; nil reads all.
    public var includedColumns: [String]?
    public var excludedColumns: [String] = []
    public var masks: [ByteName: Mask] = [:]
    /// SQL condition of the source's dialect.
    public var condition: String?
    /// Nil takes the run's.
    public var typeOptions: TypeOptions?

    public init() {}
}

/// How one table will be read and why.
public struct TablePlan: Hashable, Sendable {
    public var table: SourceTable
    /// The columns to read, in the source's order.
    public var columns: [SourceColumn]
    public var mode: ExtractMode
    /// The column the window goes over: a time in `incremental`, the id in `append`.
    public var watermark: SourceColumn?
    /// Whose clock writes it when it is a DATETIME.
    public var watermarkZone = WatermarkZone.auto
    /// The columns that name a row; empty when there are none.
    public var key: [String]
    /// Why this mode, and what it would miss.
    public var reason: String
    public var lookbackMicroseconds: Int64 = 0
    public var masks: [ByteName: Mask] = [:]
    public var condition: String?
    public var typeOptions = TypeOptions()

    /// A request for the planned columns of rows that satisfy `predicates`.
    public func request(_ predicates: [RowPredicate] = []) -> ReadRequest {
        ReadRequest(
            table: table, columns: columns, predicates: predicates, condition: condition,
            options: typeOptions)
    }

    /// Whether the window goes over times that carry no zone.
    var isZoned: Bool { mode == .incremental && watermark?.typeName == "datetime" }

    /// The leading key column, when chunks can be cut along it.
    public var chunkColumn: SourceColumn? {
        guard let first = key.first, let column = table[column: first], !column.isNullable,
            table.indexes.contains(where: { $0.columns.first?.isSame(as: first) ?? false })
        else { return nil }
        return column
    }

    /// `schema.table`, for messages and transaction names.
    public var name: String { "\(table.schema).\(table.name)" }

    /// How the chunks of a large read are cut, in words.
    public var chunking: String {
        guard let column = chunkColumn else { return "one stream" }
        return column.isInteger ? "ranges of \(column.name)" : "server-ordered \(column.name)"
    }
}
