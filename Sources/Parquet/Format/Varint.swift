// Numbers of variable length (LEB128) and zig-zag, as Thrift and the delta encodings have them.

/// An unsigned LEB128 number at `position`, which moves past it.
func readVarint(_ bytes: [UInt8], _ position: inout Int, _ end: Int) throws(Damage) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < end, shift < 64 {
        let byte = bytes[position]
        position += 1
        if shift == 63, byte > 1 { break }
        value |= UInt64(byte & 0x7f) << shift
        if byte < 0x80 { return value }
        shift += 7
    }
    throw Damage("a variable-length number is cut off or too long")
}

/// The signed number behind a zig-zag one.
func zigZag(_ value: UInt64) -> Int64 {
    Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
}

extension [UInt8] {
    /// Appends an unsigned LEB128 number.
    mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }
}
