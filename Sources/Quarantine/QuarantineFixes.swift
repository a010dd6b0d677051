public import Lake

/// Corrections by a steward: row → column → its new text, nil for NULL.
public struct QuarantineFixes: Hashable, Sendable {
    public internal(set) var rows: [String: [String: String?]] = [:]
    /// The rows of the file that wait for nothing any more, by what became of them.
    public internal(set) var decided: [QuarantineStatus: Int] = [:]
    /// Sentences about what of the file was not taken.
    public internal(set) var notes: [String] = []

    public init() {}

    /// Sets a column of a row.
    public mutating func set(_ id: String, _ column: String, _ text: String?) {
        rows[id, default: [:]].updateValue(text, forKey: column)
    }

    /// The rows concerned.
    public var ids: Set<String> { Set(rows.keys) }

    /// How many rows of the file were decided before.
    public var decidedCount: Int { decided.values.reduce(0, +) }

    /// In how many rows each column is corrected.
    public var corrected: [String: Int] {
        var counts: [String: Int] = [:]
        for row in rows.values { for column in row.keys { counts[column, default: 0] += 1 } }
        return counts
    }
}
