/// The distinct numbers of a column chunk, by their bits: integers and floating point.
///
/// An open-addressing table of codes into the list of values; at most half full, so a probe rarely
/// needs a second step. Zeros of both signs and NaNs of different bits stay distinct.
struct NumberDictionary {
    /// Value of code `i` at index `i`, in the order first seen.
    private(set) var values: [UInt64] = []
    /// Code + 1 of the value that hashes here, 0 for none; a power of two of them, or none yet.
    private var slots: [UInt32] = []

    var count: Int { values.count }

    /// Bytes held in memory.
    var byteCount: Int { values.count * 8 + slots.count * 4 }

    mutating func removeAll() { self = NumberDictionary() }

    /// Appends the code of every value of `range`, adding values not seen before.
    mutating func encode(_ numbers: [Int32], _ range: Range<Int>, to codes: inout [UInt32]) {
        encode(numbers, range, to: &codes) { UInt64(UInt32(bitPattern: $0)) }
    }

    mutating func encode(_ numbers: [Int64], _ range: Range<Int>, to codes: inout [UInt32]) {
        encode(numbers, range, to: &codes) { UInt64(bitPattern: $0) }
    }

    mutating func encode(_ numbers: [Float], _ range: Range<Int>, to codes: inout [UInt32]) {
        encode(numbers, range, to: &codes) { UInt64($0.bitPattern) }
    }

    mutating func encode(_ numbers: [Double], _ range: Range<Int>, to codes: inout [UInt32]) {
        encode(numbers, range, to: &codes) { $0.bitPattern }
    }

    /// In blocks, so that the table is grown between and never within the tight loop.
    @inline(__always)
    private mutating func encode<Value: BitwiseCopyable>(
        _ numbers: [Value], _ range: Range<Int>, to codes: inout [UInt32],
        _ bits: (Value) -> UInt64
    ) {
        precondition(range.lowerBound >= 0 && range.upperBound <= numbers.count)
        let blockRows = 512
        var start = range.lowerBound
        let base = codes.count
        codes.append(contentsOf: repeatElement(0, count: range.count))
        while start < range.upperBound {
            let end = min(range.upperBound, start + blockRows)
            while (values.count + blockRows) * 2 > slots.count { grow() }
            unsafe numbers.withUnsafeBufferPointer { source in
                unsafe codes.withUnsafeMutableBufferPointer { target in
                    let output =
                        unsafe target.baseAddress.unsafelyUnwrapped + base - range.lowerBound
                    unsafe slots.withUnsafeMutableBufferPointer { slots in
                        unsafe NumberDictionary.encode(
                            start..<end, slots, &values, output
                        ) { unsafe bits(source[$0]) }
                    }
                }
            }
            start = end
        }
    }

    @inline(__always)
    private static func encode(
        _ range: Range<Int>, _ slots: UnsafeMutableBufferPointer<UInt32>,
        _ values: inout [UInt64], _ codes: UnsafeMutablePointer<UInt32>, _ key: (Int) -> UInt64
    ) {
        let mask = slots.count - 1
        let shift = UInt64(UInt64.bitWidth - slots.count.trailingZeroBitCount)
        for index in range {
            let value = key(index)
            var slot = Int(truncatingIfNeeded: hash(value) &>> shift)
            while true {
                let code = unsafe slots[slot]
                if code == 0 {
                    values.append(value)
                    unsafe slots[slot] = UInt32(truncatingIfNeeded: values.count)
                    unsafe codes[index] = UInt32(truncatingIfNeeded: values.count &- 1)
                    break
                }
                if unsafe values.withUnsafeBufferPointer({ unsafe $0[Int(code &- 1)] }) == value {
                    unsafe codes[index] = code &- 1
                    break
                }
                slot = (slot &+ 1) & mask
            }
        }
    }

    /// Fibonacci hashing; the fold lets values that differ in their high bits only spread too.
    @inline(__always)
    private static func hash(_ value: UInt64) -> UInt64 {
        (value ^ (value &>> 29)) &* 0x9E37_79B9_7F4A_7C15
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: max(1024, slots.count * 2))
        let mask = slots.count - 1
        let shift = UInt64(UInt64.bitWidth - slots.count.trailingZeroBitCount)
        for (code, value) in values.enumerated() {
            var slot = Int(truncatingIfNeeded: NumberDictionary.hash(value) &>> shift)
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(code + 1)
        }
    }

    /// Appends the values, each in `width` bytes (4 or 8), little endian: the dictionary page.
    func appendPlain(width: Int, to bytes: inout [UInt8]) {
        if width == 8 {
            appendValues(values, to: &bytes)
        } else {
            let narrow = values.map { UInt32(truncatingIfNeeded: $0) }
            appendValues(narrow, to: &bytes)
        }
    }

    /// Appends the values that `codes` stand for, as `appendPlain` does.
    func appendPlain(_ codes: [UInt32], width: Int, to bytes: inout [UInt8]) {
        if width == 8 {
            appendValues(codes.map { values[Int($0)] }, to: &bytes)
        } else {
            let numbers = codes.map { UInt32(truncatingIfNeeded: values[Int($0)]) }
            appendValues(numbers, to: &bytes)
        }
    }
}
