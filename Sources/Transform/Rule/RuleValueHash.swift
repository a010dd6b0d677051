public import Columnar

/// 128 bits that stand for the values of one or more columns of a row, in the columns' order.
///
/// Equal values give equal hashes whatever their storage: whole numbers and decimals by their
/// value, so that `5` of an integer is `5.00` of a decimal. Ample against chance, no defence
/// against someone who builds collisions.
public struct ValueHash: Hashable, Sendable {
    public var high: UInt64
    public var low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The hash is random enough to be its own.
    public func hash(into hasher: inout Hasher) { hasher.combine(low) }
}

/// The hashes of the rows of a batch.
public struct ValueHashes: Sendable {
    public var values: [ValueHash]
    /// Rows in which one of the columns is NULL: they equal nothing, not even each other.
    public var incomplete: Bitmap?

    /// One hash a row over `columns`, which are flat. A few nanoseconds a value; a dictionary's
    /// values are hashed once.
    public init(_ columns: [Column], count: Int) {
        values = [ValueHash](repeating: ValueHashes.seed, count: count)
        var present = RuleMask.all(count)
        for column in columns {
            ValueHashes.fold(column, into: &values)
            if column.validity != nil { present.formIntersection(column.present) }
        }
        if present.setCount < count {
            var missing = RuleMask.all(count)
            missing.subtract(present)
            incomplete = missing.bitmap
        }
    }

    /// The hash of row `index`, nil when it is incomplete.
    public subscript(index: Int) -> ValueHash? {
        incomplete?[index] == true ? nil : values[index]
    }

    private static func fold(_ column: Column, into sums: inout [ValueHash]) {
        switch column.storage {
        case .bool(let raw): each(&sums) { number(Int128(raw[$0]), scale: 0) }
        case .int32(let raw): each(&sums) { word(Int64(raw[$0])) }
        case .int64(let raw):
            guard case .decimal(_, let scale) = column.type else {
                return each(&sums) { word(raw[$0]) }
            }
            each(&sums) { number(Int128(raw[$0]), scale: scale) }
        case .int128(let raw):
            guard case .decimal(_, let scale) = column.type else { return }
            each(&sums) { number(raw[$0], scale: scale) }
        case .float(let raw): each(&sums) { real(Double(raw[$0])) }
        case .double(let raw): each(&sums) { real(raw[$0]) }
        case .bytes(let raw): each(&sums) { bytes(raw[$0]) }
        case .dictionary(let codes, let dictionary):
            let hashed = (0..<dictionary.values.count).map { bytes(dictionary.values[$0]) }
            each(&sums) { row in
                let code = Int(codes[row])
                return code < hashed.count ? hashed[code] : ValueHash(high: 0, low: 0)
            }
        case .structure, .list, .map: break
        }
    }

    @inline(__always)
    private static func each(_ sums: inout [ValueHash], _ hashed: (Int) -> ValueHash) {
        for row in sums.indices { sums[row] = combined(sums[row], hashed(row)) }
    }

    @inline(__always)
    private static func combined(_ sum: ValueHash, _ next: ValueHash) -> ValueHash {
        ValueHash(
            high: mix(sum.high ^ next.high, 0x9E37_79B9_7F4A_7C15) &+ sum.low,
            low: mix(sum.low &+ next.low, 0xC2B2_AE3D_27D4_EB4F) ^ next.high)
    }

    /// The hash of a row whose only column holds these bytes.
    static func single(_ value: ArraySlice<UInt8>) -> ValueHash { combined(seed, bytes(value)) }

    private static let seed = ValueHash(high: 0x51, low: 0xA7)

    private static func word(_ value: Int64) -> ValueHash {
        let bits = UInt64(bitPattern: value)
        return ValueHash(high: mix(bits, 0xD6E8_FEB8_6659_FD93), low: bits)
    }

    private static func number(_ value: Int128, scale: Int) -> ValueHash {
        var (value, scale) = (value, scale)
        while scale > 0, value % 10 == 0 {
            value /= 10
            scale -= 1
        }
        if scale == 0, let whole = Int64(exactly: value) { return word(whole) }
        let low = UInt64(truncatingIfNeeded: value)
        let high = UInt64(truncatingIfNeeded: value >> 64)
        return ValueHash(
            high: mix(low ^ UInt64(scale), 0xA076_1D64_78BD_642F) ^ high,
            low: mix(high &+ UInt64(scale), 0xE703_7ED1_A0B4_28DB) &+ low)
    }

    /// Zero has one hash, and so has what is no number.
    private static func real(_ value: Double) -> ValueHash {
        let bits = value.isNaN ? 0x7FF8_0000_0000_0000 : (value == 0 ? 0.0 : value).bitPattern
        return ValueHash(high: mix(bits, 0x8EBC_6AF0_9C88_C6E3), low: bits)
    }

    static func bytes(_ bytes: ArraySlice<UInt8>) -> ValueHash {
        var high = UInt64(bytes.count) &+ 0x9E37_79B9_7F4A_7C15
        var low = mix(high, 0xD6E8_FEB8_6659_FD93)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let end = min(index + 8, bytes.endIndex)
            var word: UInt64 = 0
            for position in index..<end {
                word |= UInt64(bytes[position]) << UInt64(8 * (position - index))
            }
            (high, low) = (
                mix(high ^ word, 0xA076_1D64_78BD_642F) &+ low,
                mix(low &+ word, 0xE703_7ED1_A0B4_28DB) ^ high
            )
            index = end
        }
        return ValueHash(high: high, low: low)
    }

    @inline(__always)
    private static func mix(_ value: UInt64, _ salt: UInt64) -> UInt64 {
        let product = (value ^ salt).multipliedFullWidth(by: salt | 1)
        return product.high ^ product.low
    }
}
