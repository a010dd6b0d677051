public import Columnar

/// 128 bits that stand for the values of a key: equal keys have equal hashes whatever storage,
/// file or process they come from.
///
/// Ample against chance (10^9 keys: 10^-21); no defence against someone who builds collisions.
public struct KeyHash: Hashable, Sendable {
    public var high: UInt64
    public var low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

/// Hashes the keys of batches, column by column; a dictionary's values are hashed once for all
/// batches of its lineage. Whole numbers hash by value, so an `integer` finds a `long`.
///
/// The order of the columns matters. NULL is a value of its own, different from every other.
public struct KeyHasher: Sendable {
    private var known: [Int: KnownDictionary] = [:]

    /// The hashes of the values of one growing dictionary.
    private struct KnownDictionary: Sendable {
        var lineage: UInt64
        var hashes: [KeyHash]
    }

    public init() {}

    /// One hash a row over `columns`, all of `count` rows. A few nanoseconds a value.
    public mutating func hashes(_ columns: [Column], count: Int) -> [KeyHash] {
        var states = [KeyHash](repeating: KeyHasher.seed, count: count)
        for (position, column) in columns.enumerated() { add(column, position, to: &states) }
        return states
    }

    /// The hash of one string alone, as `hashes` makes it of a single column.
    static func hash(bytes: ArraySlice<UInt8>) -> KeyHash { step(seed, content(bytes)) }

    private static let seed = KeyHash(high: 0x243F_6A88_85A3_08D3, low: 0x1319_8A2E_0370_7344)
    private static let null = KeyHash(high: 0xA409_3822_299F_31D0, low: 0x082E_FA98_EC4E_6C89)

    private mutating func add(_ column: Column, _ position: Int, to states: inout [KeyHash]) {
        switch column.storage {
        case .bool(let values): addEach(column, &states) { UInt64(values[$0]) }
        case .int32(let values):
            addEach(column, &states) { UInt64(bitPattern: Int64(values[$0])) }
        case .int64(let values): addEach(column, &states) { UInt64(bitPattern: values[$0]) }
        case .int128(let values): addEachHash(column, &states) { KeyHasher.content(values[$0]) }
        case .float(let values):
            addEach(column, &states) { KeyHasher.bits(Double(values[$0])) }
        case .double(let values): addEach(column, &states) { KeyHasher.bits(values[$0]) }
        case .bytes(let values): addEachHash(column, &states) { KeyHasher.content(values[$0]) }
        case .dictionary(let codes, let values):
            let hashed = contents(values, position)
            addEachHash(column, &states) { hashed[Int(codes[$0])] }
        case .structure, .list, .map:
            preconditionFailure("a key's columns are flat")
        }
    }

    /// The hashes of a dictionary's values; those known of its lineage are kept.
    private mutating func contents(_ dictionary: DictionaryValues, _ position: Int) -> [KeyHash] {
        let values = dictionary.values
        var entry = KnownDictionary(lineage: dictionary.lineage, hashes: [])
        if dictionary.lineage != 0, let found = known.removeValue(forKey: position),
            found.lineage == dictionary.lineage
        {
            entry = found
        }
        if entry.hashes.count < values.count {
            entry.hashes.reserveCapacity(values.count)
            for index in entry.hashes.count..<values.count {
                entry.hashes.append(KeyHasher.content(values[index]))
            }
        }
        let hashes = entry.hashes
        known[position] = entry
        return hashes
    }

    private func addEach(
        _ column: Column, _ states: inout [KeyHash], _ value: (Int) -> UInt64
    ) {
        guard column.validity != nil else {
            for index in states.indices {
                states[index] = KeyHasher.step(states[index], KeyHasher.content(value(index)))
            }
            return
        }
        for index in states.indices {
            let content = column.isNull(index) ? KeyHasher.null : KeyHasher.content(value(index))
            states[index] = KeyHasher.step(states[index], content)
        }
    }

    private func addEachHash(
        _ column: Column, _ states: inout [KeyHash], _ content: (Int) -> KeyHash
    ) {
        for index in states.indices {
            let content = column.isNull(index) ? KeyHasher.null : content(index)
            states[index] = KeyHasher.step(states[index], content)
        }
    }
}

extension KeyHasher {
    /// Multiply and fold: both halves of the 128-bit product.
    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    /// Takes the content of one more column into a row's state.
    @inline(__always)
    private static func step(_ state: KeyHash, _ content: KeyHash) -> KeyHash {
        KeyHash(
            high: fold(state.high ^ content.low, 0x9E37_79B9_7F4A_7C15) ^ content.high,
            low: fold(state.low &+ content.low, 0xD6E8_FEB8_6659_FD93) &+ content.high)
    }

    @inline(__always)
    private static func content(_ value: UInt64) -> KeyHash {
        KeyHash(high: value &* 0xC2B2_AE3D_27D4_EB4F, low: value)
    }

    /// A number of 128 bits hashes as one of 64 when it is one.
    private static func content(_ value: Int128) -> KeyHash {
        if let short = Int64(exactly: value) { return content(UInt64(bitPattern: short)) }
        let low = UInt64(truncatingIfNeeded: value)
        let high = UInt64(truncatingIfNeeded: value >> 64)
        return KeyHash(high: fold(high ^ 0x85EB_CA6B_27D4_EB4F, low | 1), low: low ^ fold(high, 3))
    }

    private static func content(_ bytes: ArraySlice<UInt8>) -> KeyHash {
        var state = KeyHash(
            high: UInt64(bytes.count) &* 0xFF51_AFD7_ED55_8CCD, low: 0xC4CE_B9FE_1A85_EC53)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let end = min(index + 8, bytes.endIndex)
            var word: UInt64 = 0
            for position in index..<end {
                word |= UInt64(bytes[position]) << UInt64(8 * (position - index))
            }
            state = KeyHash(
                high: fold(state.high ^ word, 0xA076_1D64_78BD_642F) &+ state.low,
                low: fold(state.low &+ word, 0xE703_7ED1_A0B4_28DB) ^ state.high)
            index = end
        }
        return state
    }

    /// The bits of a floating-point number, alike for both zeros and for every NaN.
    private static func bits(_ value: Double) -> UInt64 {
        if value == 0 { return 0 }
        return value.isNaN ? 0x7FF8_0000_0000_0000 : value.bitPattern
    }
}
