import Columnar
import Glibc

/// Byte strings being collected one after the other, a block of rows at a time.
struct BytesBuilder {
    private var offsets: [UInt32] = [0]
    private var bytes: [UInt8] = []

    var count: Int { offsets.count - 1 }
    var byteCount: Int { bytes.count }

    /// The strings so far, sharing their buffers.
    var vector: ByteVector { ByteVector(offsets: offsets, bytes: bytes) }

    /// The strings so far; starts anew with as much room.
    mutating func take() -> ByteVector {
        let taken = ByteVector(offsets: offsets, bytes: bytes)
        offsets = [0]
        offsets.reserveCapacity(taken.count + 1)
        bytes = []
        // A little more than the last time: growing step by step copies everything twice.
        bytes.reserveCapacity(taken.bytes.count + taken.bytes.count / 16)
        return taken
    }

    /// The bytes of string `index`.
    func range(_ index: Int) -> Range<Int> { Int(offsets[index])..<Int(offsets[index + 1]) }

    mutating func append(_ string: UnsafeRawBufferPointer) {
        unsafe bytes.append(contentsOf: string)
        offsets.append(UInt32(bytes.count))
    }

    mutating func append(_ string: [UInt8]) {
        bytes.append(contentsOf: string)
        offsets.append(UInt32(bytes.count))
    }

    /// Appends empty strings for the rows without a value before row `count`.
    mutating func pad(to count: Int) {
        let missing = count - self.count
        guard missing > 0 else { return }
        offsets.append(contentsOf: repeatElement(UInt32(bytes.count), count: missing))
    }

    func isEqual(_ index: Int, _ text: UnsafeRawPointer, _ length: Int) -> Bool {
        let range = range(index)
        guard range.count == length else { return false }
        return unsafe bytes.withUnsafeBytes { own in
            guard let base = own.baseAddress else { return length == 0 }
            return unsafe memcmp(base + range.lowerBound, text, length) == 0
        }
    }

    /// The strings from `first` on that are not UTF-8, as their indices and bytes.
    func invalidTexts(from first: Int) -> [(index: Int, bytes: ArraySlice<UInt8>)] {
        if UTF8Text.isASCII(bytes, from: Int(offsets[first])) { return [] }
        // All of it valid, and no string begins within a character: then each one is.
        let isWhole = (first..<count).allSatisfy { index in
            let start = Int(offsets[index])
            return start == bytes.count || bytes[start] & 0xC0 != 0x80
        }
        if isWhole, UTF8Text.isValid(bytes, Int(offsets[first])..<bytes.count) { return [] }
        return (first..<count).compactMap { index in
            let range = range(index)
            return UTF8Text.isValid(bytes, range) ? nil : (index, bytes[range])
        }
    }
}

extension BytesBuilder {
    /// Appends a column's length-encoded strings, empty ones for rows without a value. Returns
    /// false when one does not fit its packet.
    mutating func append(_ block: PacketBlock, _ column: Int, _ validity: inout ValidityBuilder)
        -> Bool
    {
        let start = count
        let fits = unsafe block.scan(column, &validity) { row, at, available in
            guard let (header, length) = unsafe LengthEncoded.read(at, available) else {
                return -1
            }
            pad(to: start + row)
            unsafe append(UnsafeRawBufferPointer(start: at + header, count: length))
            return header + length
        }
        pad(to: start + block.count)
        return fits
    }
}
