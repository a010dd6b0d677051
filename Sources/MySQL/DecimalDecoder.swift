import Columnar
import Source

/// `decimal` from the server's digits, exactly (P13).
final class DecimalDecoder: ColumnDecoder {
    private let precision: Int
    private let scale: Int
    private var narrow = FixedValues<Int64>(zero: 0)
    private var wide = FixedValues<Int128>(zero: 0)
    private var validity = ValidityBuilder()

    init(precision: Int, scale: Int) {
        self.precision = precision
        self.scale = scale
    }

    func decode(_ block: PacketBlock, _ column: Int, _ invalid: inout InvalidValues) -> Bool {
        let scale = self.scale
        if precision <= 18 {
            return unsafe narrow.extend(by: block.count) { slots in
                unsafe block.scan(column, &validity) { row, at, available in
                    guard let (header, length) = unsafe LengthEncoded.read(at, available) else {
                        return -1
                    }
                    guard
                        let value = unsafe DecimalDecoder.parse(
                            at + header, length, scale, Int64.self)
                    else { return -1 }
                    unsafe slots[row] = value
                    return header + length
                }
            }
        }
        return unsafe wide.extend(by: block.count) { slots in
            unsafe block.scan(column, &validity) { row, at, available in
                guard let (header, length) = unsafe LengthEncoded.read(at, available),
                    let value = unsafe DecimalDecoder.parse(
                        at + header, length, scale, Int128.self)
                else { return -1 }
                unsafe slots[row] = value
                return header + length
            }
        }
    }

    func take() -> Column {
        let storage: ColumnStorage =
            precision <= 18 ? .int64(narrow.take()) : .int128(wide.take())
        let type = ColumnType.decimal(precision: precision, scale: scale)
        return Column(type, storage: storage, validity: validity.take())
    }

    /// The unscaled value of `-12.30`: the server sends exactly `scale` fraction digits, with
    /// leading zeros for ZEROFILL. Nil for any other text. At most 65 digits come, of which the
    /// declared precision is significant, so the wrapping sums cannot wrap for a sound packet.
    @inline(__always)
    private static func parse<Value: FixedWidthInteger & SignedInteger>(
        _ text: UnsafeRawPointer, _ length: Int, _ scale: Int, _: Value.Type
    ) -> Value? {
        guard length > 0, length <= 80 else { return nil }
        var index = 0
        let isNegative = unsafe text.load(as: UInt8.self) == 45
        if isNegative { index = 1 }
        let pointIndex = scale == 0 ? length : length - scale - 1
        guard pointIndex >= index else { return nil }
        var value: Value = 0
        var isSound = index < length
        while index < length {
            let byte = unsafe text.load(fromByteOffset: index, as: UInt8.self)
            if index == pointIndex {
                isSound = isSound && byte == 46
            } else {
                let digit = byte &- 48
                isSound = isSound && digit < 10
                value = value &* 10 &+ Value(truncatingIfNeeded: digit)
            }
            index += 1
        }
        guard isSound else { return nil }
        return isNegative ? 0 &- value : value
    }
}
