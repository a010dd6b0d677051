/// 64 bits that stand for a value; the same in every process, so that choices made by hashes are
/// the same too.
enum Hash64 {
    /// Of NULL.
    static let null: UInt64 = 0xA409_3822_299F_31D0

    /// Of 64 bits; different ones have different hashes.
    @inline(__always)
    static func of(_ bits: UInt64) -> UInt64 {
        var hash = bits
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        return hash ^ (hash >> 31)
    }

    /// Of a number; one that fits 64 bits as those.
    @inline(__always)
    static func of<Number: FixedWidthInteger & SignedInteger>(_ number: Number) -> UInt64 {
        let low = of(UInt64(truncatingIfNeeded: number))
        if Number.bitWidth <= 64 { return low }
        let high = UInt64(truncatingIfNeeded: number >> 64)
        let sign = UInt64(truncatingIfNeeded: Int64(truncatingIfNeeded: number) >> 63)
        return high == sign ? low : of(low ^ (high &* 0x9E37_79B9_7F4A_7C15))
    }

    /// Of a row whose columns so far have `row`, and whose next has `value`.
    @inline(__always)
    static func joined(_ row: UInt64, _ value: UInt64) -> UInt64 {
        let product = (row ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low ^ value
    }
}
