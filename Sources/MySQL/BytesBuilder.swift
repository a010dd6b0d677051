import Columnar

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
            let other = unsafe UnsafeRawBufferPointer(start: text, count: length)
            return unsafe UnsafeRawBufferPointer(rebasing: own[range]).elementsEqual(other)
        }
    }

    /// The strings from `first` on that are not UTF-8, as their indices and bytes.
    func invalidTexts(from first: Int) -> [(index: Int, bytes: ArraySlice<UInt8>)] {
        if UTF8Text.isASCII(bytes, from: Int(offsets[first])) { return [] }
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
