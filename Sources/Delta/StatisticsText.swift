import Columnar
import JSON
import Parquet

/// Writes a data file's statistics as the log has them: `docs/specification/delta.md#statistics`.
struct StatisticsText {
    /// Leaf columns that get statistics, counted from the first; -1 for all of them.
    var indexedColumns = 32
    /// Top-level columns that get them wherever they stand.
    var alwaysIndexed: Set<String> = []

    /// The default of `delta.dataSkippingNumIndexedCols`, or what the table sets.
    init(configuration: [String: String] = [:], alwaysIndexed: Set<String> = []) {
        if let text = configuration["delta.dataSkippingNumIndexedCols"], let count = Int(text) {
            indexedColumns = count
        }
        self.alwaysIndexed = alwaysIndexed
    }

    func text(_ summary: FileSummary) -> String {
        var minimums = JSONObject()
        var maximums = JSONObject()
        var nullCounts = JSONObject()
        for (index, column) in summary.columns.enumerated() where !column.isRepeated {
            let isIndexed =
                indexedColumns < 0 || index < indexedColumns
                || alwaysIndexed.contains(column.path.first ?? "")
            guard isIndexed else { continue }
            if let (minimum, maximum) = StatisticsText.bounds(column) {
                if let minimum { minimums.set(column.path[...], minimum) }
                if let maximum { maximums.set(column.path[...], maximum) }
            }
            nullCounts.set(column.path[...], JSONValue(column.nullCount))
        }
        let stats: JSONValue = [
            "numRecords": JSONValue(summary.rows), "minValues": .object(minimums),
            "maxValues": .object(maximums), "nullCount": .object(nullCounts),
        ]
        return stats.description
    }

    /// The bounds of one column; nil when it has none or they cannot be told.
    static func bounds(_ column: ColumnSummary) -> (JSONValue?, JSONValue?)? {
        guard !column.hasNaN, let minimum = column.min, let maximum = column.max else { return nil }
        switch (column.type, minimum, maximum) {
        case (.boolean, _, _), (.binary, _, _): return nil
        case (.string, .bytes(let minimum), .bytes(let maximum)):
            guard let low = prefix(minimum, isCut: column.isMinTruncated),
                let high = prefix(maximum, isCut: column.isMaxTruncated)
            else { return nil }
            return (
                .string(TruncatedString.minimum(low)),
                TruncatedString.maximum(high).map { .string($0) }
            )
        case (let type, let minimum, let maximum):
            guard let low = value(type, minimum), let high = value(type, maximum) else {
                return nil
            }
            return (low, high)
        }
    }

    private static func value(_ type: ColumnType, _ bound: BoundValue) -> JSONValue? {
        switch (type, bound) {
        case (.date, .integer(let days)):
            let date = CivilDate(daysSinceEpoch: Int(days))
            return (0...9999).contains(date.year) ? .string(date.text) : nil
        case (.timestamp, .integer(let microseconds)):
            return instant(microseconds, suffix: "Z")
        case (.timestampNtz, .integer(let microseconds)):
            return instant(microseconds, suffix: "")
        case (.decimal(_, let scale), .decimal(let unscaled)):
            return .number(Decimal.text(unscaled: unscaled, scale: scale))
        case (_, .integer(let value)):
            return JSONValue(value)
        case (.float, .double(let value)):
            return value.isFinite ? .number(Float(value).description) : nil
        case (_, .double(let value)):
            return value.isFinite ? JSONValue(value) : nil
        default: return nil
        }
    }

    /// Cut to milliseconds; a reader adds one to a maximum.
    private static func instant(_ microseconds: Int64, suffix: String) -> JSONValue? {
        let text = Timestamp.text(microseconds: microseconds, fractionDigits: 3, suffix: suffix)
        // Years of other than four digits have no agreed text.
        return text.utf8.count == 23 + suffix.utf8.count && !text.hasPrefix("-")
            ? .string(text) : nil
    }

    /// The text of bytes that may be cut in the middle of a character; nil when they are not UTF-8.
    private static func prefix(_ bytes: [UInt8], isCut: Bool) -> String? {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        guard isCut else { return nil }
        for dropped in 1...3 {
            if let text = String(validating: bytes.dropLast(dropped), as: UTF8.self) {
                return text
            }
        }
        return nil
    }
}

extension JSONObject {
    /// Sets the value at a path of keys, making the objects on the way.
    fileprivate mutating func set(_ path: ArraySlice<String>, _ value: JSONValue) {
        guard let key = path.first else { return }
        if path.count == 1 {
            self[key] = value
            return
        }
        var inner = self[key]?.object ?? JSONObject()
        inner.set(path.dropFirst(), value)
        self[key] = .object(inner)
    }
}
