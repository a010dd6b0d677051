import Columnar
import Source

/// TIME as the wire has it: a length byte, then the sign, days (4 bytes), hour, minute, second,
/// and microseconds (4 bytes); nothing at all for zero (P11).
struct WireTime {
    var isNegative = false
    var hours = 0
    var minute = 0
    var second = 0
    var microsecond = 0

    @inline(__always)
    static func read(_ at: UnsafeRawPointer, _ available: Int) -> (WireTime, taken: Int)? {
        guard available >= 1 else { return nil }
        let length = unsafe Int(at.load(as: UInt8.self))
        guard length < available else { return nil }
        var value = WireTime()
        if length >= 8 {
            value.isNegative = unsafe at.load(fromByteOffset: 1, as: UInt8.self) != 0
            let days = unsafe Int(at.loadUnaligned(fromByteOffset: 2, as: UInt32.self))
            value.hours = unsafe days * 24 + Int(at.load(fromByteOffset: 6, as: UInt8.self))
            value.minute = unsafe Int(at.load(fromByteOffset: 7, as: UInt8.self))
            value.second = unsafe Int(at.load(fromByteOffset: 8, as: UInt8.self))
        }
        if length >= 12 {
            value.microsecond = unsafe Int(at.loadUnaligned(fromByteOffset: 9, as: UInt32.self))
        }
        return (value, length + 1)
    }

    var microseconds: Int64 {
        let seconds = Int64(hours) * 3600 + Int64(minute * 60 + second)
        let magnitude = seconds * 1_000_000 + Int64(microsecond)
        return isNegative ? -magnitude : magnitude
    }
}

/// TIME as the server's own text with its fraction digits, or as microseconds.
final class TimeDecoder: ColumnDecoder {
    private let fractionDigits: Int
    private let isText: Bool
    private var texts = BytesBuilder()
    private var values = FixedValues<Int64>(zero: 0)
    private var validity = ValidityBuilder()

    init(fractionDigits: Int, isText: Bool) {
        self.fractionDigits = fractionDigits
        self.isText = isText
    }

    func decode(_ block: PacketBlock, _ column: Int, _ invalid: inout InvalidValues) -> Bool {
        isText ? decodeTexts(block, column) : decodeMicroseconds(block, column)
    }

    private func decodeTexts(_ block: PacketBlock, _ column: Int) -> Bool {
        let start = texts.count
        var scratch: [UInt8] = []
        let fits = unsafe block.scan(column, &validity) { row, at, available in
            guard let (value, taken) = unsafe WireTime.read(at, available) else { return -1 }
            texts.pad(to: start + row)
            scratch.removeAll(keepingCapacity: true)
            if value.isNegative { scratch.append(45) }
            TimeText.appendClock(
                value.hours, value.minute, value.second, value.microsecond, fractionDigits,
                to: &scratch)
            texts.append(scratch)
            return taken
        }
        texts.pad(to: start + block.count)
        return fits
    }

    private func decodeMicroseconds(_ block: PacketBlock, _ column: Int) -> Bool {
        unsafe values.extend(by: block.count) { slots in
            unsafe block.scan(column, &validity) { row, at, available in
                guard let (value, taken) = unsafe WireTime.read(at, available) else { return -1 }
                unsafe slots[row] = value.microseconds
                return taken
            }
        }
    }

    func take() -> Column {
        guard isText else {
            return Column(.long, storage: .int64(values.take()), validity: validity.take())
        }
        return Column(.string, storage: .bytes(texts.take()), validity: validity.take())
    }
}

/// Digits of times as the server prints them.
enum TimeText {
    /// `value` with at least `width` digits.
    static func append(_ value: Int, _ width: Int, to text: inout [UInt8]) {
        var power = 1
        for _ in 1..<width { power *= 10 }
        while value / power >= 10 { power *= 10 }
        while power > 0 {
            text.append(UInt8(48 + value / power % 10))
            power /= 10
        }
    }

    /// `hh:mm:ss` and `digits` fraction digits.
    static func appendClock(
        _ hour: Int, _ minute: Int, _ second: Int, _ microsecond: Int, _ digits: Int,
        to text: inout [UInt8]
    ) {
        append(hour, 2, to: &text)
        text.append(58)
        append(minute, 2, to: &text)
        text.append(58)
        append(second, 2, to: &text)
        guard digits > 0 else { return }
        text.append(46)
        var fraction: [UInt8] = []
        append(microsecond, 6, to: &fraction)
        text.append(contentsOf: fraction.prefix(digits))
    }
}
