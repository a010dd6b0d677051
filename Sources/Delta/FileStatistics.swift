import JSON

extension AddFile {
    /// What the log knows of the file's values, parsed anew at each call: keep it while asking of
    /// one file. Nil when it knows nothing.
    public var statistics: FileStatistics? { FileStatistics(stats) }
}

/// What the log knows about the values in a data file: `docs/specification/delta.md#statistics`.
///
/// Every answer errs on the side of reading the file: what is not known may be there.
public struct FileStatistics: Sendable {
    private let value: JSONValue

    /// The statistics in an add action's text, or nil when there are none or they are not JSON.
    public init?(_ stats: String?) {
        guard let stats, let value = try? JSONValue(parsing: Array(stats.utf8)),
            value.object != nil
        else { return nil }
        self.value = value
    }

    /// The number of rows, or nil.
    public var numRecords: Int64? { value["numRecords"]?.int64 }

    /// The number of NULLs in a column, or nil when not known.
    public func nullCount(column: String) -> Int64? { value["nullCount"]?[column]?.int64 }

    /// The top-level columns it says something of.
    var countedColumns: [String] { value["nullCount"]?.object?.members.map(\.key) ?? [] }

    /// Whether the file may hold a NULL in `column`.
    public func mayHoldNull(column: String) -> Bool {
        guard let count = nullCount(column: column) else { return true }
        return count > 0
    }

    /// Whether the file may hold a value of `column` above `bound`: an integer, or microseconds
    /// since the epoch for timestamps and dates (midnight).
    public func mayHold(column: String, greaterThan bound: Int64) -> Bool {
        if isAllNull(column) { return false }
        guard let maximum = upperBound(value["maxValues"]?[column]) else { return true }
        return maximum > bound
    }

    /// Whether the file may hold a value of `column` at or below `bound`, as `greaterThan`.
    public func mayHold(column: String, atMost bound: Int64) -> Bool {
        if isAllNull(column) { return false }
        guard let minimum = lowerBound(value["minValues"]?[column]) else { return true }
        return minimum <= bound
    }

    /// Whether the file may hold the text `value`, of at most 32 bytes, in `column`.
    public func mayHold(column: String, text: String) -> Bool {
        if isAllNull(column) { return false }
        let (low, high) = (value["minValues"]?[column]?.string, value["maxValues"]?[column]?.string)
        if let low, text.utf8.lexicographicallyPrecedes(low.utf8) { return false }
        if let high, high.utf8.lexicographicallyPrecedes(text.utf8) { return false }
        return true
    }

    /// What no value of `column` is above, as `mayHold` counts; nil when that is not known,
    /// `Int64.min` when every value is NULL.
    public func maximum(column: String) -> Int64? {
        isAllNull(column) ? .min : upperBound(value["maxValues"]?[column])
    }

    /// Whether some value of `column` is known not to be NULL.
    func holdsValues(column: String) -> Bool {
        if let rows = numRecords, let nulls = nullCount(column: column) { return nulls < rows }
        let bounds = [value["minValues"]?[column], value["maxValues"]?[column]]
        return bounds.contains { $0.map { !$0.isNull && $0.object == nil } ?? false }
    }

    /// Whether the counts are of all rows of the file, so that its footer must agree.
    var areTight: Bool { value["tightBounds"]?.bool ?? true }

    /// Whether every value of `column` is known to be NULL.
    private func isAllNull(_ column: String) -> Bool {
        guard let rows = numRecords, let nulls = nullCount(column: column) else { return false }
        return nulls >= rows
    }

    /// Timestamps are cut to milliseconds in the log, so the true maximum may be 999 us later.
    private func upperBound(_ value: JSONValue?) -> Int64? {
        if let text = value?.string {
            let (bound, overflow) = (TimestampText.microseconds(instant(text)) ?? .max)
                .addingReportingOverflow(text.utf8.count > 10 ? 999 : 0)
            return overflow ? .max : bound
        }
        return integer(value, roundingUp: true)
    }

    private func lowerBound(_ value: JSONValue?) -> Int64? {
        if let text = value?.string { return TimestampText.microseconds(instant(text)) }
        return integer(value, roundingUp: false)
    }

    private func instant(_ text: String) -> String {
        text.utf8.count == 10 ? text + "T00:00:00Z" : text
    }

    private func integer(_ value: JSONValue?, roundingUp: Bool) -> Int64? {
        guard let digits = value?.number else { return nil }
        if let exact = Int64(digits) { return exact }
        guard let number = Double(digits) else { return nil }
        // A double is within one part in 2^52; widen by that much, then clamp.
        let slack = number.magnitude / 4_503_599_627_370_496 + 1
        let widened = roundingUp ? number + slack : number - slack
        if widened >= 9.2e18 { return .max }
        return widened <= -9.2e18 ? .min : Int64(widened)
    }
}
