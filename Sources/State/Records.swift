/// One execution of a command as the history keeps it. Times are microseconds since the epoch.
public struct RunRecord: Hashable, Sendable {
    public var id: RunID
    public var command: String
    public var schema: String?
    public var version: String
    public var pid: Int
    public var startedAt: Int64
    /// Nil while it runs.
    public var finishedAt: Int64?
    /// Nil while it runs, and for a run that ended without a word.
    public var exitCode: Int?
    public var error: String?

    /// A run that begins.
    public init(
        id: RunID, command: String, schema: String?, version: String, pid: Int, startedAt: Int64
    ) {
        self.id = id
        self.command = command
        self.schema = schema
        self.version = version
        self.pid = pid
        self.startedAt = startedAt
    }

    /// Whether it ended without a word: killed, or the power was lost.
    public var isLost: Bool { finishedAt != nil && exitCode == nil }
}

/// What a run did to one table: the line of the final report.
public struct TableResult: Hashable, Sendable {
    public var table: String
    public var mode: String
    public var rows: Int
    public var files: Int
    public var bytes: Int
    public var seconds: Double
    /// The window's bounds as text.
    public var low: String?
    public var high: String?
    public var guarantee: String
    public var receipt: String
    public var error: String?
    public var notes: String

    public init(
        table: String, mode: String, rows: Int = 0, files: Int = 0, bytes: Int = 0,
        seconds: Double = 0, low: String? = nil, high: String? = nil, guarantee: String = "",
        receipt: String = "", error: String? = nil, notes: String = ""
    ) {
        self.table = table
        self.mode = mode
        self.rows = rows
        self.files = files
        self.bytes = bytes
        self.seconds = seconds
        self.low = low
        self.high = high
        self.guarantee = guarantee
        self.receipt = receipt
        self.error = error
        self.notes = notes
    }
}

/// A slice of a table being read.
public struct ChunkRecord: Hashable, Sendable {
    public var table: String
    public var number: Int
    public var low: String?
    public var high: String?
    public var startedAt: Int64
    public var finishedAt: Int64?
    public var attempts: Int
    public var rows: Int?

    /// A chunk that begins.
    public init(table: String, number: Int, low: String?, high: String?, startedAt: Int64) {
        self.table = table
        self.number = number
        self.low = low
        self.high = high
        self.startedAt = startedAt
        attempts = 1
    }
}

/// A proof: what the source counted against what was written.
public struct ReceiptRecord: Hashable, Sendable {
    public var table: String
    /// For example `count`.
    public var kind: String
    /// Nil: of the whole table.
    public var chunk: Int?
    public var sourceCount: Int
    public var bronzeCount: Int
    public var isBalanced: Bool
    public var detail: String?
    public var at: Int64

    public init(
        table: String, kind: String, chunk: Int? = nil, sourceCount: Int, bronzeCount: Int,
        isBalanced: Bool, detail: String? = nil, at: Int64
    ) {
        self.table = table
        self.kind = kind
        self.chunk = chunk
        self.sourceCount = sourceCount
        self.bronzeCount = bronzeCount
        self.isBalanced = isBalanced
        self.detail = detail
        self.at = at
    }
}

/// A log line worth keeping.
public struct EventRecord: Hashable, Sendable {
    public var at: Int64
    public var level: String
    public var table: String?
    public var message: String

    public init(at: Int64, level: String, table: String? = nil, message: String) {
        self.at = at
        self.level = level
        self.table = table
        self.message = message
    }
}

/// A run with everything kept about it.
public struct RunDetail: Sendable {
    public var run: RunRecord
    public var tables: [TableResult]
    public var chunks: [ChunkRecord]
    public var receipts: [ReceiptRecord]
    public var events: [EventRecord]
}
