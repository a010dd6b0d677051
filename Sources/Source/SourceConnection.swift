public import Columnar

/// A value bound to a statement or read back from one, exact.
public enum SourceValue: Hashable, Sendable {
    case integer(Int64)
    case unsigned(UInt64)
    /// The server's own text of any other type, UTF-8 (raw bytes for binary columns).
    case text([UInt8])

    /// A text value of `string`.
    public static func string(_ string: String) -> SourceValue { .text([UInt8](string.utf8)) }

    /// The value as text, for messages and stored bounds.
    public var description: String {
        switch self {
        case .integer(let value): String(value)
        case .unsigned(let value): String(value)
        case .text(let bytes): String(decoding: bytes, as: UTF8.self)
        }
    }
}

/// One condition on a column; several are joined by AND. Identifiers are quoted, values bound.
public enum RowPredicate: Hashable, Sendable {
    case greater(column: String, than: SourceValue)
    case atLeast(column: String, SourceValue)
    case atMost(column: String, SourceValue)
    case less(column: String, than: SourceValue)
    case isNull(column: String)
    case isNotNull(column: String)
    case anyOf(column: String, [SourceValue])
}

/// One column that rows are sorted by, in the source's own order.
public struct ReadOrder: Hashable, Sendable {
    /// A column of the table, in the catalog's spelling.
    public var column: String
    /// Whether the largest value comes first.
    public var isDescending: Bool

    /// An order by one column.
    public init(column: String, isDescending: Bool = false) {
        self.column = column
        self.isDescending = isDescending
    }
}

/// What to read of one table.
public struct ReadRequest: Sendable {
    /// The table that is read.
    public var table: SourceTable
    /// The columns to select, in this order.
    public var columns: [SourceColumn]
    /// Conditions, all of which a row meets.
    public var predicates: [RowPredicate]
    /// The operator's own SQL condition, put in parentheses beside the predicates.
    public var condition: String?
    /// How values with more than one mapping become columns.
    public var options: TypeOptions
    /// How the rows of a stream are sorted; empty leaves that to the source.
    public var order: [ReadOrder] = []
    /// Rows that a stream gives at most; nil gives all.
    public var limit: Int?
    /// Whether a stream leaves out rows that equal another one in all columns.
    public var isDistinct = false
    /// Upper bounds of one batch.
    public var batchRowCount = 16_384
    /// Bytes on the wire after which a batch ends.
    public var batchByteCount = 8 << 20

    /// A read of `columns`; without predicates of all rows.
    public init(
        table: SourceTable, columns: [SourceColumn], predicates: [RowPredicate] = [],
        condition: String? = nil, options: TypeOptions = TypeOptions()
    ) {
        self.table = table
        self.columns = columns
        self.predicates = predicates
        self.condition = condition
        self.options = options
    }
}

/// Rows of one request as they come, in batches.
public protocol RowStream: AnyObject {
    /// The batch's columns: one a requested column, then `_sluice_invalid` (string).
    var schema: Schema { get }

    /// The next batch, or nil after the source's own end-of-data packet; nothing else ends a
    /// stream without an error (P8).
    func next() throws(SourceError) -> RecordBatch?

    /// Values without a typed form so far, by column name (P10).
    var invalidCounts: [String: Int] { get }

    /// Local times that come twice or are skipped when clocks change, so far, by column name.
    var unclearCounts: [String: Int] { get }

    /// Stops reading; what has not been fetched is discarded with the connection's statement.
    func cancel()
}

/// The oldest work in progress on the server that may still commit rows (P1).
public struct OpenTransactions: Hashable, Sendable {
    /// The server's clock before the list was taken, microseconds UTC.
    public var serverClock: Int64
    /// Start of the oldest open read-write transaction or writing statement, microseconds UTC,
    /// as the server says it (whole seconds); 0 when nobody knows, nil when there is none.
    public var oldestStart: Int64?
    /// How many transactions are open.
    public var count: Int
    /// Who holds the oldest, for people; nil when there is none.
    public var holder: String?
    /// Prepared XA transactions as the statements that end them name them, for example
    /// `X'6162',X'',1`.
    public var preparedXIDs: [String] = []

    /// Times in microseconds since 1970, by the server's clock.
    public init(serverClock: Int64, oldestStart: Int64?, count: Int) {
        self.serverClock = serverClock
        self.oldestStart = oldestStart
        self.count = count
    }

    /// Since when the oldest is open, for people; nil when there is none.
    public var sinceText: String? {
        oldestStart.map { start in
            start == 0
                ? "a time that is not known"
                : Timestamp.text(microseconds: start, fractionDigits: 0)
        }
    }

    /// What ends the prepared XA transactions, nil when there are none.
    public var xaText: String? {
        if preparedXIDs.isEmpty { return nil }
        let ends = preparedXIDs.prefix(5).map { "XA COMMIT \($0) or XA ROLLBACK \($0)" }
        let more = preparedXIDs.count > 5 ? " and \(preparedXIDs.count - 5) more" : ""
        return "prepared XA transactions end with " + ends.joined(separator: "; ") + more
    }
}

/// A position of a server's log of commits, taken in a snapshot.
public struct SnapshotPosition: Hashable, Sendable {
    /// File and offset, or whatever tells two positions apart.
    public var text: String
    /// Whether the log is known to hold every commit; else what is kept out of it (by a filter of
    /// the server) may differ between equal positions.
    public var isWhole: Bool

    /// A place in the binary log; `isWhole` tells whether the log leaves nothing out.
    public init(text: String, isWhole: Bool) {
        self.text = text
        self.isWhole = isWhole
    }
}

/// Who the server is, for the fence against failover and restore (P9).
public struct SourceIdentity: Hashable, Sendable {
    /// `MariaDB` or `MySQL`.
    public var product: String
    /// The version as the server prints it.
    public var version: String
    /// A value that stays with the data directory: MySQL's server_uuid, else host name, data
    /// directory and server id.
    public var identifier: String
    /// The TLS cipher of this connection, nil when it is not encrypted.
    public var tlsCipher: String?

    /// Who the server says it is; `tlsCipher` is nil on a plain connection.
    public init(product: String, version: String, identifier: String, tlsCipher: String?) {
        self.product = product
        self.version = version
        self.identifier = identifier
        self.tlsCipher = tlsCipher
    }
}

/// One EXPLAIN line: which index a read would use and how many rows it would touch.
public struct ReadPlan: Hashable, Sendable {
    /// The index that is read; nil when the whole table is.
    public var index: String?
    /// How it is read, in EXPLAIN's words: `range`, `ALL`.
    public var accessType: String
    /// Rows that the optimizer expects to read.
    public var rowsEstimate: Int64

    /// What EXPLAIN told of a read.
    public init(index: String?, accessType: String, rowsEstimate: Int64) {
        self.index = index
        self.accessType = accessType
        self.rowsEstimate = rowsEstimate
    }
}

/// One connection to the source. One owner at a time; every call blocks.
public protocol SourceConnection: AnyObject {
    var identity: SourceIdentity { get }

    /// Every table of the schema, views too when asked; no limit on their number.
    func tables(schema: String, includeViews: Bool, options: TypeOptions) throws(SourceError)
        -> [SourceTable]

    /// The schemas this user can see.
    func schemas() throws(SourceError) -> [String]

    /// The server's clock, microseconds UTC.
    func clock() throws(SourceError) -> Int64

    /// The zone of the server's own clock, whatever the session's is.
    func serverZone() throws(SourceError) -> ServerZone

    /// The open read-write transactions, or nil without the PROCESS privilege.
    func openTransactions() throws(SourceError) -> OpenTransactions?

    /// A number that changes whenever a transaction starts to write or commits, or nil when the
    /// server or the privileges offer none. Equal before and after several snapshots were opened
    /// means that they are one.
    func commitCounter() throws(SourceError) -> UInt64?

    /// Where the server's log of commits stands in exactly the snapshot that is open; nil when the
    /// server does not tell or its log leaves commits out. Equal on several connections means that
    /// their snapshots are one.
    func snapshotPosition() throws(SourceError) -> SnapshotPosition?

    /// Opens a consistent read-only snapshot; ends one that is open.
    func beginSnapshot() throws(SourceError)
    func endSnapshot()

    func count(_ request: ReadRequest) throws(SourceError) -> Int
    func stream(_ request: ReadRequest) throws(SourceError) -> any RowStream
    func explain(_ request: ReadRequest) throws(SourceError) -> ReadPlan

    /// Smallest and largest value of a column under the request, nil when there are none.
    func bounds(of column: SourceColumn, _ request: ReadRequest) throws(SourceError)
        -> (low: SourceValue, high: SourceValue)?

    /// The `offset`-th value (0-based) of `column` in the server's order under the request, or nil
    /// past the end: a chunk boundary for keys whose order only the server knows (P19).
    func value(of column: SourceColumn, atOffset offset: Int, _ request: ReadRequest)
        throws(SourceError) -> SourceValue?

    /// Of each of `values`, whether a row of the request has it in `column`, compared as the source
    /// compares. A look into the table a value.
    func presence(of values: [SourceValue], in column: String, _ request: ReadRequest)
        throws(SourceError) -> [Bool]

    /// Has the source end statements that take longer than this, as `interrupted`; a source that
    /// cannot do so lets them run.
    func limitStatements(seconds: Int) throws(SourceError)

    /// Why a table, or a column of it, cannot be read: `missing` when it is not there, `privilege`
    /// when this user may not. Nil when it can be read. Reads no row.
    func refusal(schema: String, table: String, column: String?) -> SourceError?

    /// What of a schema `tables` leaves out.
    func leftOut(schema: String, includeViews: Bool) throws(SourceError) -> LeftOut

    /// What a collation holds equal, asked of the source. Some hundred thousand small values.
    func collation(_ name: String, characterSet: String) throws(SourceError) -> Collation

    func close()
}

extension SourceConnection {
    /// A source that cannot be asked: its keys compare by bytes.
    public func collation(
        _ name: String, characterSet: String
    ) throws(SourceError) -> Collation {
        Collation(binary: name)
            ?? Collation(
                name: name, padsSpaces: false, weights: nil,
                unmatched: "this source tells no weights")
    }

    /// Asks for the values one by one, where the source has no better way.
    public func presence(
        of values: [SourceValue], in column: String, _ request: ReadRequest
    ) throws(SourceError) -> [Bool] {
        var found: [Bool] = []
        for value in values {
            var single = request
            single.predicates.append(.anyOf(column: column, [value]))
            found.append(try count(single) > 0)
        }
        return found
    }

    /// No limit, where the source knows none.
    public func limitStatements(seconds: Int) throws(SourceError) {}

    /// None, where the source has no log that proves one.
    public func snapshotPosition() throws(SourceError) -> SnapshotPosition? { nil }

    /// Nothing, where the source cannot tell why.
    public func refusal(schema: String, table: String, column: String?) -> SourceError? { nil }

    /// Nothing left out.
    public func leftOut(schema: String, includeViews: Bool) throws(SourceError) -> LeftOut {
        LeftOut()
    }
}

/// Objects of a schema that hold rows or numbers and are not taken.
public struct LeftOut: Hashable, Sendable {
    /// Views that nobody asked for.
    public var views = 0
    /// MariaDB's sequences, which hold a counter and no rows.
    public var sequences = 0

    /// Nothing.
    public init() {}

    /// One phrase; nil when nothing is left out.
    public var text: String? {
        var parts: [String] = []
        if views > 0 {
            parts.append(
                "\(views) \(views == 1 ? "view" : "views") (extract.views: true takes them)")
        }
        if sequences > 0 {
            parts.append("\(sequences) \(sequences == 1 ? "sequence" : "sequences")")
        }
        return parts.isEmpty ? nil : "left out: " + parts.joined(separator: ", ")
    }
}
