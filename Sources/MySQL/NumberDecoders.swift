import Columnar
import Source

/// The wire form of a whole number: little endian, two's complement or unsigned; BIT as a length
/// and big-endian bytes.
enum IntegerForm {
    case int8, uint8, int16, uint16, int32, uint32, int64, uint64, bits
}

/// `byte`, `short`, `integer` from numbers of up to 32 bits.
final class Int32Decoder: ColumnDecoder {
    private let type: ColumnType
    private let form: IntegerForm
    private var values = FixedValues<Int32>(zero: 0)
    private var validity = ValidityBuilder()

    init(_ type: ColumnType, _ form: IntegerForm) {
        self.type = type
        self.form = form
    }

    func decode(_ block: PacketBlock, _ column: Int, _ invalid: inout InvalidValues) -> Bool {
        switch form {
        case .int8: decode(block, column) { (value: Int8) in Int32(value) }
        case .uint8: decode(block, column) { (value: UInt8) in Int32(value) }
        case .int16: decode(block, column) { (value: Int16) in Int32(value) }
        case .uint16: decode(block, column) { (value: UInt16) in Int32(value) }
        default: decode(block, column) { (value: Int32) in value }
        }
    }

    @inline(__always)
    private func decode<Wire: BitwiseCopyable>(
        _ block: PacketBlock, _ column: Int, _ convert: (Wire) -> Int32
    ) -> Bool {
        unsafe values.extend(by: block.count) { slots in
            unsafe block.scan(column, &validity) { row, at, available in
                guard available >= MemoryLayout<Wire>.size else { return -1 }
                unsafe slots[row] = convert(unsafe at.loadUnaligned(as: Wire.self))
                return MemoryLayout<Wire>.size
            }
        }
    }

    func take() -> Column {
        Column(type, storage: .int32(values.take()), validity: validity.take())
    }
}

/// `long` from numbers of 32 and 64 bits and from BIT.
final class Int64Decoder: ColumnDecoder {
    private let form: IntegerForm
    private var values = FixedValues<Int64>(zero: 0)
    private var validity = ValidityBuilder()

    init(_ form: IntegerForm) { self.form = form }

    func decode(_ block: PacketBlock, _ column: Int, _ invalid: inout InvalidValues) -> Bool {
        unsafe values.extend(by: block.count) { slots in
            switch form {
            case .uint32:
                unsafe block.scan(column, &validity) { row, at, available in
                    guard available >= 4 else { return -1 }
                    unsafe slots[row] = Int64(unsafe at.loadUnaligned(as: UInt32.self))
                    return 4
                }
            case .bits:
                unsafe block.scan(column, &validity) { row, at, available in
                    guard let (taken, bits) = unsafe BitField.read(at, available) else {
                        return -1
                    }
                    unsafe slots[row] = Int64(bitPattern: bits)
                    return taken
                }
            default:
                unsafe block.scan(column, &validity) { row, at, available in
                    guard available >= 8 else { return -1 }
                    unsafe slots[row] = unsafe at.loadUnaligned(as: Int64.self)
                    return 8
                }
            }
        }
    }

    func take() -> Column {
        Column(.long, storage: .int64(values.take()), validity: validity.take())
    }
}

/// `decimal(20,0)` from BIGINT UNSIGNED and BIT(64).
final class UnsignedDecoder: ColumnDecoder {
    private let form: IntegerForm
    private var values = FixedValues<Int128>(zero: 0)
    private var validity = ValidityBuilder()

    init(_ form: IntegerForm) { self.form = form }

    func decode(_ block: PacketBlock, _ column: Int, _ invalid: inout InvalidValues) -> Bool {
        unsafe values.extend(by: block.count) { slots in
            unsafe block.scan(column, &validity) { row, at, available in
                if form == .bits {
                    guard let (taken, bits) = unsafe BitField.read(at, available) else {
                        return -1
                    }
                    unsafe slots[row] = Int128(bits)
                    return taken
                }
                guard available >= 8 else { return -1 }
                unsafe slots[row] = Int128(unsafe at.loadUnaligned(as: UInt64.self))
                return 8
            }
        }
    }

    func take() -> Column {
        let type = ColumnType.decimal(precision: 20, scale: 0)
        return Column(type, storage: .int128(values.take()), validity: validity.take())
    }
}

/// `float` and `double`, bit for bit.
final class FloatDecoder: ColumnDecoder {
    private var values = FixedValues<Float>(zero: 0)
    private var validity = ValidityBuilder()

    func decode(_ block: PacketBlock, _ column: Int, _ invalid: inout InvalidValues) -> Bool {
        unsafe values.extend(by: block.count) { slots in
            unsafe block.scan(column, &validity) { row, at, available in
                guard available >= 4 else { return -1 }
                unsafe slots[row] = unsafe at.loadUnaligned(as: Float.self)
                return 4
            }
        }
    }

    func take() -> Column {
        Column(.float, storage: .float(values.take()), validity: validity.take())
    }
}

final class DoubleDecoder: ColumnDecoder {
    private var values = FixedValues<Double>(zero: 0)
    private var validity = ValidityBuilder()

    func decode(_ block: PacketBlock, _ column: Int, _ invalid: inout InvalidValues) -> Bool {
        unsafe values.extend(by: block.count) { slots in
            unsafe block.scan(column, &validity) { row, at, available in
                guard available >= 8 else { return -1 }
                unsafe slots[row] = unsafe at.loadUnaligned(as: Double.self)
                return 8
            }
        }
    }

    func take() -> Column {
        Column(.double, storage: .double(values.take()), validity: validity.take())
    }
}

/// BIT values: a length and that many bytes, most significant first.
enum BitField {
    @inline(__always)
    static func read(_ at: UnsafeRawPointer, _ available: Int) -> (taken: Int, bits: UInt64)? {
        guard let (header, length) = unsafe LengthEncoded.read(at, available), length <= 8 else {
            return nil
        }
        var bits: UInt64 = 0
        for index in 0..<length {
            bits =
                bits << 8 | UInt64(unsafe at.load(fromByteOffset: header + index, as: UInt8.self))
        }
        return (header + length, bits)
    }
}
