/// What one run did with one table.
public struct TableResult: Sendable {
    public var table: String
    public var mode: ExtractMode
    /// Rows written to bronze.
    public var rows = 0
    /// Rows read from the source; more than `rows` where a lookback was compared.
    public var rowsRead = 0
    public var files = 0
    /// Bytes of the data files.
    public var bytes = 0
    public var seconds = 0.0
    /// The window's bounds as text; nil where there is none.
    public var low: String?
    public var high: String?
    /// What is promised of completeness, and under which condition; empty when the table failed.
    public var guarantee = Guarantee()
    public var receipt = Receipt.notVerified("not read")
    /// The Delta version committed, nil when there was nothing to commit.
    public var version: Int64?
    /// Things the operator should know: waiting transactions, invalid values, schema changes.
    public var notes: [String] = []
    public var error: ExtractError?

    /// Whether what could be read is in bronze.
    public var isCommitted: Bool { error == nil || error?.code == .withheld }

    public init(table: String, mode: ExtractMode) {
        self.table = table
        self.mode = mode
    }
}

/// Whether the rows in bronze were proven to be the rows of the source
/// (docs/specification/window.md#what-a-run-may-claim).
public enum Receipt: Hashable, Sendable {
    /// The source's count in the same snapshot, the rows read and the re-read files agree.
    case verified(rows: Int, chunks: Int)
    case notVerified(String)
    /// The numbers differ; nothing was published.
    case mismatch(String)

    /// One phrase for tables and JSON.
    public var text: String {
        switch self {
        case .verified(let rows, let chunks):
            chunks <= 1 ? "count \(rows) verified" : "count \(rows) verified in \(chunks) chunks"
        case .notVerified(let reason): "not verified: \(reason)"
        case .mismatch(let difference): "mismatch: \(difference)"
        }
    }

    /// Two parts of one table, taken together.
    func joined(with other: Receipt) -> Receipt {
        switch (self, other) {
        case (.verified(let rows, let chunks), .verified(let more, let others)):
            .verified(rows: rows + more, chunks: chunks + others)
        case (.mismatch, _), (.notVerified, .verified), (.notVerified, .notVerified): self
        case (_, .mismatch), (.verified, .notVerified): other
        }
    }
}

/// How the source's rows are compared with bronze.
public enum Verification: String, Hashable, Sendable, CaseIterable {
    case off
    /// `COUNT(*)` per chunk in the snapshot that the chunk is read in.
    case count
}

/// Hears what a run does; called from several threads.
public protocol ExtractObserver: Sendable {
    func tableStarted(_ plan: TablePlan)
    func rowsRead(table: String, rows: Int)
    func bytesWritten(table: String, bytes: Int)
    func chunkStarted(table: String, chunk: Int, bounds: String)
    func chunkFinished(table: String, chunk: Int, rows: Int)
    func note(table: String, _ text: String)
    func tableFinished(_ result: TableResult)
}
