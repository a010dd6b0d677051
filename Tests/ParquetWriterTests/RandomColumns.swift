import Columnar

/// A small, fast, seeded generator (SplitMix64), so that a failing seed can be run again.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
}

/// Which rows are null.
enum NullPattern: CaseIterable {
    case none
    case all
    case random
    case blocks
    case rare

    fileprivate func isNull(_ row: Int, _ random: inout Seeded) -> Bool {
        switch self {
        case .none: false
        case .all: true
        case .random: random.below(2) == 0
        case .blocks: row / 700 % 2 == 1
        case .rare: random.below(500) == 0
        }
    }
}

/// How values repeat.
enum Spread: CaseIterable {
    /// A handful of values.
    case few
    /// Hundreds of values.
    case some
    /// Nearly all different.
    case distinct
    /// Long runs of equal values.
    case runs
    /// Ascending.
    case sorted
}

/// Columns of any type with random content.
struct RandomColumns {
    var random: Seeded

    init(seed: UInt64) { random = Seeded(seed) }

    mutating func column(
        _ field: Field, _ count: Int, _ nulls: NullPattern, _ spread: Spread
    ) -> Column {
        let pattern = field.isNullable ? nulls : .none
        var validity: Bitmap? = Bitmap()
        for row in 0..<count { validity?.append(!pattern.isNull(row, &random)) }
        if pattern == .none, random.below(2) == 0 { validity = nil }
        return Column(
            field.type, storage: storage(field.type, count, nulls, spread), validity: validity)
    }

    private mutating func storage(
        _ type: ColumnType, _ count: Int, _ nulls: NullPattern, _ spread: Spread
    ) -> ColumnStorage {
        switch type {
        case .boolean: return .bool(keys(count, spread).map { UInt8($0 & 1) })
        case .byte: return .int32(numbers(count, spread, -128...127).map { Int32($0) })
        case .short: return .int32(numbers(count, spread, -32768...32767).map { Int32($0) })
        case .integer:
            let range = Int128(Int32.min)...Int128(Int32.max)
            return .int32(numbers(count, spread, range).map { Int32($0) })
        case .date: return .int32(numbers(count, spread, -700_000...2_900_000).map { Int32($0) })
        case .long:
            let range = Int128(Int64.min)...Int128(Int64.max)
            return .int64(numbers(count, spread, range).map { Int64($0) })
        case .timestamp, .timestampNtz:
            let range: ClosedRange<Int128> = -62_000_000_000_000_000...250_000_000_000_000_000
            return .int64(numbers(count, spread, range).map { Int64($0) })
        case .decimal(let precision, _):
            let greatest = Decimal.powerOfTen(precision) - 1
            let values = numbers(count, spread, -greatest...greatest)
            return precision <= 18 ? .int64(values.map { Int64($0) }) : .int128(values)
        case .float:
            return .float(
                keys(count, spread).map { key in
                    let value = Float(bitPattern: UInt32(truncatingIfNeeded: mixed(key)))
                    return value.isNaN ? -0.0 : value
                })
        case .double:
            return .double(
                keys(count, spread).map { key in
                    let value = Double(bitPattern: mixed(key))
                    return value.isNaN ? -0.0 : value
                })
        case .string, .binary: return strings(type, count, spread)
        case .structure(let fields):
            return .structure(fields.map { column($0, count, nulls, spread) })
        case .list(let element):
            let offsets = offsets(count)
            let items = column(element, Int(offsets[count]), nulls, spread)
            return .list(offsets: offsets, element: items)
        case .map(var key, let value):
            // Keys are distinct, as a map needs: some readers keep one entry a key.
            key.isNullable = false
            let offsets = offsets(count)
            let length = Int(offsets[count])
            return .map(
                offsets: offsets, key: column(key, length, .none, .sorted),
                value: column(value, length, nulls, spread))
        }
    }

    /// Equal keys become equal values.
    private mutating func keys(_ count: Int, _ spread: Spread) -> [UInt64] {
        switch spread {
        case .few: (0..<count).map { _ in UInt64(random.below(5)) }
        case .some: (0..<count).map { _ in UInt64(random.below(700)) }
        case .distinct: (0..<count).map { _ in random.next() }
        case .runs: (0..<count).map { UInt64($0 / 150) }
        case .sorted: (0..<count).map { UInt64($0) }
        }
    }

    private mutating func numbers(
        _ count: Int, _ spread: Spread, _ range: ClosedRange<Int128>
    ) -> [Int128] {
        let width = UInt128(truncatingIfNeeded: range.upperBound &- range.lowerBound) + 1
        if spread == .sorted {
            return (0..<count).map { range.lowerBound &+ Int128(UInt128($0) % width) }
        }
        return keys(count, spread).map { key in
            if key == 0 { return range.lowerBound }
            if key == 1 { return range.upperBound }
            let wide = UInt128(mixed(key)) << 64 | UInt128(mixed(key &+ 77))
            return range.lowerBound &+ Int128(truncatingIfNeeded: wide % width)
        }
    }

    private mutating func strings(
        _ type: ColumnType, _ count: Int, _ spread: Spread
    ) -> ColumnStorage {
        func string(_ key: UInt64) -> [UInt8] {
            if key == 0 { return [] }
            let length = Int(mixed(key) % 23)
            if type == .binary {
                return (0..<length).map { UInt8(truncatingIfNeeded: mixed(key &+ UInt64($0))) }
            }
            return Array(("v\(key)" + String(repeating: "é日😀", count: length / 8)).utf8)
        }
        let keys = keys(count, spread)
        if spread == .distinct || spread == .sorted || random.below(2) == 0 {
            var values = ByteVector()
            for key in keys { values.append(string(key)) }
            return .bytes(values)
        }
        var codes: [UInt64: UInt32] = [:]
        var values = ByteVector()
        let coded = keys.map { key in
            if let code = codes[key] { return code }
            values.append(string(key))
            codes[key] = UInt32(values.count - 1)
            return UInt32(values.count - 1)
        }
        let dictionary = DictionaryValues(lineage: .next(), values: distinct(values))
        return .dictionary(codes: coded, values: dictionary)
    }

    /// Dictionaries hold distinct values; short binary keys may collide, so they get a suffix.
    private func distinct(_ values: ByteVector) -> ByteVector {
        var seen: Set<[UInt8]> = []
        var result = ByteVector()
        for index in 0..<values.count {
            var value = Array(values[index])
            if !seen.insert(value).inserted { value += Array("#\(index)".utf8) }
            seen.insert(value)
            result.append(value)
        }
        return result
    }

    private mutating func offsets(_ count: Int) -> [UInt32] {
        var offsets: [UInt32] = [0]
        for row in 0..<count { offsets.append(offsets[row] + UInt32(random.below(4))) }
        return offsets
    }

    private func mixed(_ key: UInt64) -> UInt64 {
        var generator = Seeded(key)
        return generator.next()
    }
}
