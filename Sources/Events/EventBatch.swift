public import Columnar

/// Where a row stands in bronze: a total order of arrival, the same in every run.
public struct BronzePosition: Hashable, Sendable, Comparable {
    /// The Delta version that added the row's file.
    public var version: Int64
    /// The file's place among those of its version, in the log's order.
    public var file: Int32
    /// The row's number in the file, from 0.
    public var row: Int64

    public init(version: Int64, file: Int32, row: Int64) {
        self.version = version
        self.file = file
        self.row = row
    }

    public static func < (left: BronzePosition, right: BronzePosition) -> Bool {
        (left.version, left.file, left.row) < (right.version, right.file, right.row)
    }

    /// Before every other.
    public static let first = BronzePosition(version: .min, file: .min, row: .min)

    /// `version.file.row`.
    public var text: String { "\(version).\(file).\(row)" }
}

/// Rows of bronze on their way to silver: all of one file, in its order.
public struct EventBatch: Sendable {
    /// The entity's columns, cleaned once `Clean` has run. No bronze system columns.
    public var rows: RecordBatch
    /// Orders a key's events: microseconds or a number; null where the source had none. `long` or
    /// `timestamp`.
    public var sequence: Column
    /// Set bits are deletes.
    public var deletes: Bitmap?
    /// `_sluice_extracted_at`, microseconds UTC.
    public var extractedAt: [Int64]
    /// `_sluice_run_id` of the file.
    public var runID: String
    /// `_sluice_invalid`: a JSON object of the texts that the source held where a column has no
    /// typed form of them; nil when there is none in the batch.
    public var invalid: Column?
    /// Columns that the extract did not read: their NULLs are none of the source.
    public var absent: Set<String> = []
    /// The position of the first row; the others follow, unless `rowNumbers` tells them.
    public var first: BronzePosition
    /// The rows' numbers in the file where some were taken out; nil when they follow `first`.
    public var rowNumbers: [Int64]?

    public init(
        rows: RecordBatch, sequence: Column, deletes: Bitmap?, extractedAt: [Int64],
        runID: String, first: BronzePosition
    ) {
        self.rows = rows
        self.sequence = sequence
        self.deletes = deletes
        self.extractedAt = extractedAt
        self.runID = runID
        self.first = first
    }

    /// The position of row `index`.
    public func position(_ index: Int) -> BronzePosition {
        let row = rowNumbers?[index] ?? first.row + Int64(index)
        return BronzePosition(version: first.version, file: first.file, row: row)
    }

    /// The events at `indices`, ascending; every one keeps its position. O(indices × columns).
    public func gather(_ indices: [Int]) -> EventBatch {
        if indices.count == rows.count { return self }
        var events = EventBatch(
            rows: rows.gather(indices), sequence: sequence.gather(indices),
            deletes: deletes.map { deletes in Bitmap(indices.lazy.map { deletes[$0] }) },
            extractedAt: indices.map { extractedAt[$0] }, runID: runID, first: first)
        if events.deletes?.setCount == 0 { events.deletes = nil }
        events.invalid = invalid.map { $0.gather(indices) }
        events.absent = absent
        events.rowNumbers = indices.map { position($0).row }
        return events
    }
}

extension EventBatch {
    /// Whether a row is no delete and has no sequence.
    @inlinable
    public func isUnsequenced(_ row: Int) -> Bool { sequence.isNull(row) && deletes?[row] != true }

    /// What orders the event of a row. A delete that knows no sequence happened when it was seen.
    @inlinable
    public func sequence(_ row: Int) -> Int64 {
        if sequence.isNull(row) {
            return deletes?[row] == true ? extractedAt[row] : .min
        }
        guard case .int64(let values) = sequence.storage else { return .min }
        return values[row]
    }
}
