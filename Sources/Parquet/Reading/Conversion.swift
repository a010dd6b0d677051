import Columnar

extension Conversion {
    /// The values in the representation of the column type; codes are left alone, because the
    /// dictionary they point into has been converted.
    func apply(_ values: DecodedValues) throws(Damage) -> DecodedValues {
        if case .codes = values { return values }
        switch (self, values) {
        case (.none, _): return values
        case (.narrow(let bitWidth, let isSigned), .int32(let values)):
            let shift = Int32(32 - bitWidth)
            if isSigned { return .int32(values.map { ($0 << shift) >> shift }) }
            let mask = Int32(truncatingIfNeeded: UInt32.max >> UInt32(shift))
            return .int32(values.map { $0 & mask })
        case (.unsignedInt32, .int32(let values)):
            return .int64(values.map { Int64(UInt32(bitPattern: $0)) })
        case (.unsignedInt64, .int64(let values)):
            return .int128(values.map { Int128(UInt64(bitPattern: $0)) })
        case (.widen64, .int32(let values)): return .int64(values.map { Int64($0) })
        case (.widen128, .int32(let values)): return .int128(values.map { Int128($0) })
        case (.widen128, .int64(let values)): return .int128(values.map { Int128($0) })
        case (.multiply(let factor), .int32(let values)):
            return .int64(values.map { Int64($0) * factor })
        case (.multiply(let factor), .int64(let values)):
            return .int64(try multiply(values, by: factor))
        case (.divideFloor(let divisor), .int64(let values)):
            return .int64(values.map { $0.dividedFloor(by: divisor) })
        case (.int96, .fixed(let bytes, _)): return .int64(int96(bytes))
        case (.float16, .fixed(let bytes, _)): return .float(float16(bytes))
        case (.decimal64, .fixed(let bytes, let width)):
            return .int64(try decimals(bytes, width: width, as: Int64.self))
        case (.decimal128, .fixed(let bytes, let width)):
            return .int128(try decimals(bytes, width: width, as: Int128.self))
        case (.decimal64, .bytes(let values)):
            return .int64(try decimals(values, as: Int64.self))
        case (.decimal128, .bytes(let values)):
            return .int128(try decimals(values, as: Int128.self))
        case (.fixedBytes, .fixed(let bytes, let width)):
            let offsets = (0...bytes.count / width).map { UInt32($0 * width) }
            return .bytes(ByteVector(offsets: offsets, bytes: bytes))
        default: throw Damage("values of a type the column does not have")
        }
    }

    private func multiply(_ values: [Int64], by factor: Int64) throws(Damage) -> [Int64] {
        var out = values
        var overflowed = false
        for index in out.indices {
            let (product, overflow) = out[index].multipliedReportingOverflow(by: factor)
            out[index] = product
            overflowed = overflowed || overflow
        }
        if overflowed { throw Damage("a timestamp is outside the range of microseconds") }
        return out
    }

    /// 8 bytes of nanoseconds within the day, 4 of the Julian day, both little-endian.
    private func int96(_ bytes: [UInt8]) -> [Int64] {
        let julianEpoch: Int64 = 2_440_588
        var out: [Int64] = []
        out.reserveCapacity(bytes.count / 12)
        for start in stride(from: 0, to: bytes.count, by: 12) {
            let nanoseconds = Int64(
                bitPattern: littleEndian(bytes[start..<start + 8]))
            let day = Int64(
                Int32(truncatingIfNeeded: littleEndian(bytes[start + 8..<start + 12])))
            // Wraps, as Spark does: its far dates overflow on the way in and back on the way out.
            let days = (day - julianEpoch) &* Timestamp.microsecondsPerDay
            out.append(days &+ nanoseconds.dividedFloor(by: 1000))
        }
        return out
    }

    private func littleEndian(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// IEEE 754 half precision, exactly: Swift's own Float16 is not on every platform.
    private func float16(_ bytes: [UInt8]) -> [Float] {
        stride(from: 0, to: bytes.count - 1, by: 2).map { start in
            let half = UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8
            let sign = (half & 0x8000) << 16
            let exponent = half >> 10 & 0x1f
            let fraction = half & 0x3ff
            switch exponent {
            case 0:
                // Subnormal: fraction times 2^-24, exact in single precision.
                let magnitude = Float(fraction) * 0x1p-24
                return sign == 0 ? magnitude : -magnitude
            case 31: return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
            default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
            }
        }
    }

    private func decimals<T: FixedWidthInteger & SignedInteger>(
        _ bytes: [UInt8], width: Int, as: T.Type
    ) throws(Damage) -> [T] {
        if width <= T.bitWidth / 8 { return bigEndianIntegers(bytes, width: width, as: T.self) }
        var out: [T] = []
        out.reserveCapacity(bytes.count / width)
        for start in stride(from: 0, to: bytes.count, by: width) {
            out.append(try decimal(bytes, start..<start + width))
        }
        return out
    }

    private func decimals<T: FixedWidthInteger & SignedInteger>(
        _ values: ByteVector, as: T.Type
    ) throws(Damage) -> [T] {
        var out: [T] = []
        out.reserveCapacity(values.count)
        for index in 0..<values.count {
            out.append(try decimal(values.bytes, values.range(index)))
        }
        return out
    }

    /// Big-endian two's complement; bytes beyond the type's width must repeat the sign.
    private func decimal<T: FixedWidthInteger & SignedInteger>(
        _ bytes: [UInt8], _ range: Range<Int>
    ) throws(Damage) -> T {
        guard !range.isEmpty else { throw Damage("a decimal of no bytes") }
        let isNegative = bytes[range.lowerBound] >= 0x80
        var value: T = isNegative ? -1 : 0
        let spare = range.count - T.bitWidth / 8
        if spare > 0 {
            let filler: UInt8 = isNegative ? 0xff : 0
            let first = range.lowerBound + spare
            guard bytes[range.lowerBound..<first].allSatisfy({ $0 == filler }),
                (bytes[first] >= 0x80) == isNegative
            else { throw Damage("a decimal has more digits than its precision") }
        }
        for index in range { value = value << 8 | T(bytes[index]) }
        return value
    }
}
