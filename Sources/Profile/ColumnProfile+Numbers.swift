import Columnar

extension ColumnProfile {
    /// Takes in numbers, dates or times of `column` and joins their hashes to those of the rows.
    mutating func take<Number: FixedWidthInteger & SignedInteger>(
        _ numbers: [Number], of column: Column, now: Int64, _ rowHashes: inout [UInt64]
    ) {
        var least = Number.max
        var greatest = Number.min
        var (zeros, negatives, isAscending) = (0, 0, self.isAscending)
        var last = memory.last.flatMap { Number(exactly: $0) }
        let mayBeUnix = type.mayBeUnix
        for row in numbers.indices {
            if column.isNull(row) {
                rowHashes[row] = Hash64.joined(rowHashes[row], Hash64.null)
                continue
            }
            let number = numbers[row]
            let hash = Hash64.of(number)
            rowHashes[row] = Hash64.joined(rowHashes[row], hash)
            memory.tally.add(hash) { .number(Int128(number)) }
            if number < least { least = number }
            if number > greatest { greatest = number }
            if number == 0 { zeros += 1 } else if number < 0 { negatives += 1 }
            if let last, number < last { isAscending = false }
            last = number
            if mayBeUnix {
                if let number = Int64(exactly: number) {
                    memory.unix.add(number, now: now)
                } else {
                    memory.unix.leave()
                }
            }
        }
        memory.last = last.map { Int128($0) }
        self.isAscending = isAscending
        if least <= greatest {
            self.least = min(self.least ?? .max, Int128(least))
            self.greatest = max(self.greatest ?? .min, Int128(greatest))
        }
        if type.isTime { return }
        self.zeros += zeros
        self.negatives += negatives
    }

    /// Takes in the days of dates and times.
    mutating func takeDays(_ column: Column, now: Int64) {
        switch column.storage {
        case .int32(let days):
            let today = now.dividedFloor(by: Timestamp.microsecondsPerDay)
            for row in days.indices where !column.isNull(row) {
                memory.days.add(days[row])
                if Int64(days[row]) > today { future += 1 }
            }
        case .int64(let microseconds):
            for row in microseconds.indices where !column.isNull(row) {
                let time = microseconds[row]
                let day = time.dividedFloor(by: Timestamp.microsecondsPerDay)
                memory.days.add(Int32(truncatingIfNeeded: day))
                if time > now { future += 1 }
            }
        default: break
        }
    }

    /// Takes in floats or doubles; `number` gives that of a row.
    mutating func take(
        reals column: Column, _ rowHashes: inout [UInt64], _ number: (Int) -> Double
    ) {
        for row in 0..<column.count {
            if column.isNull(row) {
                rowHashes[row] = Hash64.joined(rowHashes[row], Hash64.null)
                continue
            }
            let number = number(row)
            // Zero has one hash, whatever its sign.
            let bits = number == 0 ? 0 : number.bitPattern
            rowHashes[row] = Hash64.joined(rowHashes[row], Hash64.of(bits))
            memory.tally.skip()
            if number == 0 { zeros += 1 } else if number < 0 { negatives += 1 }
            if number.isNaN { continue }
            leastDouble = min(leastDouble ?? number, number)
            greatestDouble = max(greatestDouble ?? number, number)
            if let last = memory.lastDouble, number < last { isAscending = false }
            memory.lastDouble = number
        }
    }
}

extension ColumnType {
    var isTime: Bool { self == .date || self == .timestamp || self == .timestampNtz }

    /// Whether whole numbers of the type can hold Unix times.
    fileprivate var mayBeUnix: Bool {
        switch self {
        case .integer, .long: true
        case .decimal(let precision, let scale): scale == 0 && precision > 9
        default: false
        }
    }
}
