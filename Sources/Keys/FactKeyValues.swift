public import Columnar
public import Delta
public import Parquet

/// The values that the first key column has in a batch: they tell which files, row groups and pages
/// can hold one of its keys.
public struct FactKeyValues: Sendable {
    private let column: String
    private let type: ColumnType
    private let values: Values
    private let filter: NumberFilter?
    /// What they hash to in Bloom filters; nil where they are too many for one to exclude them all.
    private let hashes: [UInt64]?
    /// With a wrong answer in a thousand, a filter seldom excludes more values than this.
    private static let hashedCount = 500

    private enum Values: Sendable {
        /// All of them, ascending, as `Column.statisticsValue` counts.
        case numbers([Int64])
        /// The first and the last.
        case texts([UInt8], [UInt8])
    }

    /// Of columns of one type, at `rows` of each (nil: all). Nil when there are no values, one is
    /// NULL, or bounds of the type say nothing.
    public init?(_ name: String, _ columns: [(column: Column, rows: [Int]?)]) {
        column = name
        let columns = columns.filter { ($0.rows?.count ?? $0.column.count) > 0 }
        guard let type = columns.first?.column.type else { return nil }
        for (column, rows) in columns where column.nullCount > 0 {
            guard let rows, rows.allSatisfy({ !column.isNull($0) }) else { return nil }
        }
        self.type = type
        hashes = FactKeyValues.hashes(columns, as: type)
        if type == .string {
            let ranges = columns.compactMap { FactKeyValues.range($0.column, $0.rows) }
            guard let low = ranges.map(\.low).min(by: FactKeyValues.precedes),
                let high = ranges.map(\.high).max(by: FactKeyValues.precedes)
            else { return nil }
            values = .texts(Array(low), Array(high))
            filter = nil
            return
        }
        var numbers: [Int64] = []
        for (column, rows) in columns {
            guard column.statisticsValue(rows?.first ?? 0) != nil else { return nil }
            if let rows {
                for row in rows { numbers.append(column.statisticsValue(row) ?? 0) }
            } else {
                for row in 0..<column.count { numbers.append(column.statisticsValue(row) ?? 0) }
            }
        }
        numbers.sort()
        values = .numbers(numbers)
        filter = NumberFilter(numbers)
    }

    private static func hashes(
        _ columns: [(column: Column, rows: [Int]?)], as type: ColumnType
    ) -> [UInt64]? {
        let count = columns.reduce(0) { $0 + ($1.rows?.count ?? $1.column.count) }
        guard count <= hashedCount else { return nil }
        var hashes: [UInt64] = []
        for (column, rows) in columns {
            let chosen = rows.map { column.gather($0) } ?? column
            guard let found = chosen.bloomHashes(as: type) else { return nil }
            hashes += found
        }
        return hashes
    }

    /// Whether a file can hold one of the values, by its statistics.
    public func mayBe(in file: AddFile) -> Bool {
        guard case .numbers(let numbers) = values, let low = numbers.first,
            let high = numbers.last, let statistics = file.statistics
        else { return true }
        if statistics.mayHoldNull(column: column) { return true }
        let isAbove = low == .min || statistics.mayHold(column: column, greaterThan: low - 1)
        return isAbove && statistics.mayHold(column: column, atMost: high)
    }

    /// The rows of a row group among which one of the values can be: whole pages, ascending.
    public func rows(
        of file: FileReader, rowGroup: Int
    ) throws(ParquetError) -> [Range<Int>] {
        let group = file.rowGroups[rowGroup]
        guard let chunk = group.columns.first(where: { $0.path == [column] }) else {
            return [0..<group.rowCount]
        }
        if !mayBe(between: chunk.minimum, chunk.maximum) { return [] }
        if let hashes, let bloom = try file.bloomFilter(rowGroup: rowGroup, column: column),
            !hashes.contains(where: bloom.mayHold)
        {
            return []
        }
        guard let pages = try file.pageBounds(rowGroup: rowGroup, column: column) else {
            return [0..<group.rowCount]
        }
        var ranges: [Range<Int>] = []
        for page in pages where mayBe(between: page.minimum, page.maximum) {
            if let last = ranges.last, last.upperBound == page.rows.lowerBound {
                ranges[ranges.count - 1] = last.lowerBound..<page.rows.upperBound
            } else {
                ranges.append(page.rows)
            }
        }
        return ranges
    }

    /// The rows of a column of a file in which one of the values can be; nil when that cannot be
    /// told of its type. A few nanoseconds a row.
    public func rows(of column: Column) -> [Int]? {
        guard let filter, FactKeyValues.isComparable(column.type, type) else { return nil }
        switch (column.type, column.storage) {
        case (.long, .int64(let values)):
            return values.indices.filter { filter.mayHold(values[$0]) }
        case (.byte, .int32(let values)), (.short, .int32(let values)),
            (.integer, .int32(let values)):
            return values.indices.filter { filter.mayHold(Int64(values[$0])) }
        default: return nil
        }
    }

    /// Bounds of another type, or none, let every value be.
    private func mayBe(between minimum: Column?, _ maximum: Column?) -> Bool {
        guard let minimum, let maximum else { return true }
        switch values {
        case .numbers(let numbers):
            guard FactKeyValues.isComparable(minimum.type, type),
                let low = minimum.statisticsValue(0), let high = maximum.statisticsValue(0)
            else { return true }
            // The first value that is not below the bounds.
            var (start, end) = (0, numbers.count)
            while start < end {
                let middle = (start + end) / 2
                if numbers[middle] < low { start = middle + 1 } else { end = middle }
            }
            return start < numbers.count && numbers[start] <= high
        case .texts(let low, let high):
            guard case .bytes(let least) = minimum.storage,
                case .bytes(let greatest) = maximum.storage
            else { return true }
            return !FactKeyValues.precedes(high[...], least[0])
                && !FactKeyValues.precedes(greatest[0], low[...])
        }
    }

    private static func isComparable(_ left: ColumnType, _ right: ColumnType) -> Bool {
        let wholeNumbers: [ColumnType] = [.byte, .short, .integer, .long]
        return left == right || wholeNumbers.contains(left) && wholeNumbers.contains(right)
    }

    /// The first and the last text of a column's rows; of a dictionary those that are used.
    private static func range(
        _ column: Column, _ rows: [Int]?
    ) -> (low: ArraySlice<UInt8>, high: ArraySlice<UInt8>)? {
        let rows = rows ?? Array(0..<column.count)
        let texts: [ArraySlice<UInt8>]
        switch column.storage {
        case .bytes(let values): texts = rows.map { values[$0] }
        case .dictionary(let codes, let dictionary):
            texts = Set(rows.map { codes[$0] }).map { dictionary.values[Int($0)] }
        default: return nil
        }
        guard let low = texts.min(by: precedes), let high = texts.max(by: precedes) else {
            return nil
        }
        return (low, high)
    }

    private static func precedes(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
        left.lexicographicallyPrecedes(right)
    }
}
