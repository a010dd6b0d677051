import Columnar
import Delta
import Keys

/// What the rows of each partition add up to, in whatever order they come: partitions of equal
/// sums hold the same rows. The sum of a row is a hash of 128 bits over all its columns.
struct PartitionSums: Sendable {
    /// Says what the rows of a file's whole partition add up to.
    static let tag = "sluice.partition_sum"

    private struct Sum: Hashable, Sendable {
        var rowCount: Int64 = 0
        var high: UInt64 = 0
        var low: UInt64 = 0
    }

    private var sums: [Int32: Sum] = [:]

    /// Takes rows in; `days` are their partitions.
    mutating func add(_ rows: RecordBatch, days: [Int32], by hasher: inout KeyHasher) {
        let columns = rows.columns.map(PartitionSums.exact)
        let hashes = hasher.hashes(columns, count: rows.count)
        var start = 0
        while start < days.count {
            // Rows near one another are of one partition, most often.
            let day = days[start]
            var sum = sums[day] ?? Sum()
            var row = start
            while row < days.count, days[row] == day {
                sum.rowCount += 1
                sum.high &+= hashes[row].high
                sum.low &+= hashes[row].low
                row += 1
            }
            sums[day] = sum
            start = row
        }
    }

    mutating func add(_ other: PartitionSums) {
        for (day, sum) in other.sums {
            sums[day, default: Sum()].rowCount += sum.rowCount
            sums[day, default: Sum()].high &+= sum.high
            sums[day, default: Sum()].low &+= sum.low
        }
    }

    var days: Set<Int32> { Set(sums.keys) }

    func rowCount(_ day: Int32) -> Int64 { sums[day]?.rowCount ?? 0 }

    /// The sum of a partition as files carry it.
    func text(_ day: Int32) -> String {
        let sum = sums[day] ?? Sum()
        return "\(sum.rowCount)-\(String(sum.high, radix: 16))-\(String(sum.low, radix: 16))"
    }

    /// Whether these files are a partition of the rows taken in, and hold nothing else.
    func areHeld(by files: [AddFile], day: Int32) -> Bool {
        let text = text(day)
        return !files.isEmpty && files.allSatisfy { $0.tags[PartitionSums.tag] == text }
            && files.reduce(0) { $0 + ($1.rowCount ?? 0) } == rowCount(day)
    }

    /// Numbers that count as equal but are not the same bits are not the same here.
    private static func exact(_ column: Column) -> Column {
        switch column.storage {
        case .float(let values):
            Column(
                .long, storage: .int64(values.map { Int64($0.bitPattern) }),
                validity: column.validity)
        case .double(let values):
            Column(
                .long, storage: .int64(values.map { Int64(bitPattern: $0.bitPattern) }),
                validity: column.validity)
        default: column
        }
    }
}
