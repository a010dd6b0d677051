public import Columnar
public import Names

/// What the rows that were looked at tell about a table: bounded memory, however many they are.
public struct TableProfile: Sendable {
    /// Rows looked at.
    public var rows = 0
    /// Whether every row of the table was looked at.
    public var isWhole = false
    /// Rows equal in all columns to one before. Those after the first million are not compared.
    public var repeatedRows = 0
    /// By the names of the batches' columns.
    public var columns: [ByteName: ColumnProfile] = [:]
    private let now: Int64

    /// The profile of no rows; `now` in microseconds since 1970-01-01 UTC tells what is later.
    public init(now: Int64) { self.now = now }

    /// Takes in rows, the next ones in the table's order. A last column `_sluice_invalid` tells of
    /// values without a typed form and gets no profile of its own.
    public mutating func add(_ batch: RecordBatch) {
        rows += batch.count
        for (field, column) in zip(batch.schema.fields, batch.columns) {
            let name = ByteName(field.name)
            var profile = columns.removeValue(forKey: name) ?? ColumnProfile(type: field.type)
            profile.rows += column.count
            profile.nulls += column.nullCount
            columns[name] = profile
        }
    }

    /// Rows by how two columns of dates or times stand to each other: how many have `first` before
    /// `second`, at the same time, after it, and how many lack one of them. By days where one of
    /// the two is a date. Nil unless both are columns of dates or times.
    public func order(
        of first: String, to second: String
    ) -> (less: Int, equal: Int, greater: Int, missing: Int)? {
        nil
    }
}
