public import Columnar

/// A number that stands for all values of a row as bronze has it, so that the same row of the
/// source is known again when a later full state holds it. NULLs count for nothing: a column that
/// the source adds changes no number until it has a value.
public enum QuarantineContent {
    /// One number a row. A few nanoseconds a value.
    public static func hashes(_ rows: RecordBatch) -> [Int64] {
        var sums = [UInt64](repeating: 0x51, count: rows.count)
        for (field, column) in zip(rows.schema.fields, rows.columns) {
            let name = ValueHash.bytes(Array(field.name.utf8)[...])
            let values = ValueHashes([column], count: rows.count)
            for row in 0..<rows.count {
                guard let value = values[row] else { continue }
                let mixed = (value.low ^ name.high).multipliedFullWidth(by: name.low | 1)
                sums[row] &+= mixed.high ^ mixed.low ^ value.high
            }
        }
        return sums.map { Int64(bitPattern: $0) }
    }
}
