/// 128 bits that stand for a value, or for those of some columns of a row: equal values have equal
/// hashes whatever storage, file or process they come from.
///
/// Whole numbers and decimals hash by value, so that `5` of an integer is `5.00` of a decimal.
/// Ample against chance (10^9 values: 10^-21), no defence against someone who builds collisions.
///
/// Three types combine them: `KeyHasher` for keys, `ValueHashes` for what rules compare,
/// `MemberHasher` for what a dimension compares. `QuarantineContent` is stored and made of them:
/// another hash of a value would make quarantined rows strangers to their source.
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

extension ValueHash {
    public static let zero = ValueHash(high: 0, low: 0)
    /// Of NULL, where it is a value like others.
    public static let null = ValueHash(high: 0xA409_3822_299F_31D0, low: 0x082E_FA98_EC4E_6C89)
    /// Of a row before its first column.
    public static let seed = ValueHash(high: 0x51, low: 0xA7)

    /// Of a whole number, by its bits as 64.
    @inline(__always)
    public static func word(_ bits: UInt64) -> ValueHash {
        ValueHash(high: mix(bits, 0xD6E8_FEB8_6659_FD93), low: bits)
    }

    /// Of a decimal, by its value: zeros at its end do not count.
    public static func number(_ unscaled: Int64, scale: Int) -> ValueHash {
        var (unscaled, scale) = (unscaled, scale)
        while scale > 0, unscaled.isMultiple(of: 10) {
            unscaled /= 10
            scale -= 1
        }
        if scale == 0 { return word(UInt64(bitPattern: unscaled)) }
        return number(Int128(unscaled), reduced: scale)
    }

    /// As above, of 128 bits.
    public static func number(_ unscaled: Int128, scale: Int) -> ValueHash {
        if let short = Int64(exactly: unscaled) { return number(short, scale: scale) }
        var (unscaled, scale) = (unscaled, scale)
        while scale > 0, unscaled % 10 == 0 {
            unscaled /= 10
            scale -= 1
        }
        if scale == 0, let whole = Int64(exactly: unscaled) {
            return word(UInt64(bitPattern: whole))
        }
        return number(unscaled, reduced: scale)
    }

    @inline(__always)
    private static func number(_ unscaled: Int128, reduced scale: Int) -> ValueHash {
        let low = UInt64(truncatingIfNeeded: unscaled)
        let high = UInt64(truncatingIfNeeded: unscaled >> 64)
        return ValueHash(
            high: mix(low ^ UInt64(scale), 0xA076_1D64_78BD_642F) ^ high,
            low: mix(high &+ UInt64(scale), 0xE703_7ED1_A0B4_28DB) &+ low)
    }

    /// Zero has one hash, and so has what is no number (S25).
    @inline(__always)
    public static func real(_ value: Double) -> ValueHash {
        let bits = value.canonicalBits
        return ValueHash(high: mix(bits, 0x8EBC_6AF0_9C88_C6E3), low: bits)
    }

    /// Of the bytes in `range`; `trims` leaves trailing spaces out. Eight bytes at a step.
    @inline(__always)
    public static func bytes(
        _ bytes: Span<UInt8>, _ range: Range<Int>, trims: Bool = false
    ) -> ValueHash {
        var end = range.upperBound
        if trims {
            while end > range.lowerBound, bytes[end - 1] == 0x20 { end -= 1 }
        }
        let first = UInt64(end - range.lowerBound) &+ 0x9E37_79B9_7F4A_7C15
        var hash = ValueHash(high: first, low: mix(first, 0xD6E8_FEB8_6659_FD93))
        var index = range.lowerBound
        while index < end {
            var word: UInt64 = 0
            if index + 8 <= end {
                for offset in 0..<8 {
                    word |= UInt64(bytes[index + offset]) << UInt64(8 * offset)
                }
            } else {
                for offset in 0..<(end - index) {
                    word |= UInt64(bytes[index + offset]) << UInt64(8 * offset)
                }
            }
            hash = ValueHash(
                high: mix(hash.high ^ word, 0xA076_1D64_78BD_642F) &+ hash.low,
                low: mix(hash.low &+ word, 0xE703_7ED1_A0B4_28DB) ^ hash.high)
            index += 8
        }
        return hash
    }

    /// Of all of `bytes`.
    public static func bytes(_ bytes: ArraySlice<UInt8>) -> ValueHash {
        self.bytes(bytes.span, 0..<bytes.count)
    }

    /// Of a row whose only column holds these bytes.
    public static func single(_ bytes: ArraySlice<UInt8>) -> ValueHash {
        seed.then(self.bytes(bytes))
    }

    /// This and `next` behind it: the order counts.
    @inline(__always)
    public func then(_ next: ValueHash) -> ValueHash {
        ValueHash(
            high: ValueHash.mix(high ^ next.high, 0x9E37_79B9_7F4A_7C15) &+ low,
            low: ValueHash.mix(low &+ next.low, 0xC2B2_AE3D_27D4_EB4F) ^ next.high)
    }

    /// Sums are free of order.
    @inline(__always)
    public static func + (left: ValueHash, right: ValueHash) -> ValueHash {
        ValueHash(high: left.high &+ right.high, low: left.low &+ right.low)
    }

    /// Multiply and fold: both halves of the 128-bit product.
    @inline(__always)
    private static func mix(_ value: UInt64, _ salt: UInt64) -> UInt64 {
        let product = (value ^ salt).multipliedFullWidth(by: salt | 1)
        return product.high ^ product.low
    }
}

extension Double {
    /// The bits, equal for 0.0 and -0.0 and for all NaNs (S25).
    public var canonicalBits: UInt64 {
        if isNaN { return Double.nan.bitPattern }
        return self == 0 ? 0 : bitPattern
    }
}

extension Float {
    /// As for doubles, over the 32 bits.
    public var canonicalBits: UInt32 {
        if isNaN { return Float.nan.bitPattern }
        return self == 0 ? 0 : bitPattern
    }
}
