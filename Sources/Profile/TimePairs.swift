import Columnar
import Names

/// How the times of a row stand to each other, counted for every pair of columns.
struct TimePairs: Sendable {
    struct Counts: Sendable {
        var less = 0
        var equal = 0
        var greater = 0
    }

    private struct Pair: Hashable {
        var first: ByteName
        var second: ByteName
    }

    /// Columns of dates and times beyond this many are in no pair.
    static let columnMax = 16

    private var counts: [Pair: Counts] = [:]

    /// The counts of a pair, in either order of its columns; nil for a pair that never occurred.
    func counts(_ first: ByteName, _ second: ByteName) -> Counts? {
        if let counts = counts[Pair(first: first, second: second)] { return counts }
        guard let turned = counts[Pair(first: second, second: first)] else { return nil }
        return Counts(less: turned.greater, equal: turned.equal, greater: turned.less)
    }

    mutating func add(_ batch: RecordBatch) {
        let times = zip(batch.schema.fields, batch.columns)
            .filter { [.date, .timestamp, .timestampNtz].contains($0.0.type) }
            .prefix(TimePairs.columnMax)
            .map { (name: ByteName($0.0.name), column: $0.1) }
        for (place, first) in times.enumerated() {
            for second in times[(place + 1)...] {
                let pair = Pair(first: first.name, second: second.name)
                TimePairs.compare(first.column, second.column, &counts[pair, default: Counts()])
            }
        }
    }

    private static func compare(_ first: Column, _ second: Column, _ counts: inout Counts) {
        switch (first.storage, second.storage) {
        case (.int64(let left), .int64(let right)):
            compare(first, second, &counts) { (left[$0], right[$0]) }
        case (.int32(let left), .int32(let right)):
            compare(first, second, &counts) { (Int64(left[$0]), Int64(right[$0])) }
        case (.int32(let left), .int64(let right)):
            compare(first, second, &counts) { (Int64(left[$0]), day(right[$0])) }
        case (.int64(let left), .int32(let right)):
            compare(first, second, &counts) { (day(left[$0]), Int64(right[$0])) }
        default: break
        }
    }

    private static func day(_ microseconds: Int64) -> Int64 {
        microseconds.dividedFloor(by: Timestamp.microsecondsPerDay)
    }

    private static func compare(
        _ first: Column, _ second: Column, _ counts: inout Counts,
        _ values: (Int) -> (Int64, Int64)
    ) {
        for row in 0..<first.count where !first.isNull(row) && !second.isNull(row) {
            let (left, right) = values(row)
            if left < right {
                counts.less += 1
            } else if left == right {
                counts.equal += 1
            } else {
                counts.greater += 1
            }
        }
    }
}
