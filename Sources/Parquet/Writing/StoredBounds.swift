import Columnar

/// Bounds as statistics and the column index hold them: PLAIN without a length, strings cut to 64
/// bytes (a cut minimum is a prefix, a cut maximum a prefix with its last character raised).
struct StoredBounds: Hashable, Sendable {
    var min: [UInt8]
    var max: [UInt8]
    var isMinExact: Bool
    var isMaxExact: Bool

    /// The longest string bound stored.
    static let byteLimit = 64

    /// Nil when there is nothing to say: no values, a NaN, or a maximum that cannot be raised.
    init?(_ bounds: Bounds, of leaf: Leaf) {
        guard let (low, high) = bounds.usable else { return nil }
        isMinExact = !bounds.isMinTruncated
        isMaxExact = !bounds.isMaxTruncated
        if case (.bytes(let low), .bytes(let high)) = (low, high) {
            if low.count > StoredBounds.byteLimit { isMinExact = false }
            min = isMinExact ? low : shortened(low, isText: leaf.type == .string)
            if high.count > StoredBounds.byteLimit { isMaxExact = false }
            if isMaxExact {
                max = high
            } else {
                let cut = shortened(high, isText: leaf.type == .string)
                guard let raised = raised(cut, isText: leaf.type == .string) else { return nil }
                max = raised
            }
        } else {
            min = leaf.plain(low, isLowerBound: true)
            max = leaf.plain(high, isLowerBound: false)
        }
    }
}

extension Leaf {
    /// One number in PLAIN encoding. A zero bound covers zeros of both signs, so it is written as
    /// the outermost of them.
    fileprivate func plain(_ value: BoundValue, isLowerBound: Bool) -> [UInt8] {
        switch value {
        case .boolean(let value): return [value ? 1 : 0]
        case .integer(let value): return littleEndian(Int128(value), physicalWidth)
        case .decimal(let value):
            if physicalType != .fixedLenByteArray { return littleEndian(value, physicalWidth) }
            return littleEndian(value, typeLength).reversed()
        case .double(let value):
            let zero = isLowerBound ? -0.0 : 0.0
            let bound = value == 0 ? zero : value
            if physicalType == .float {
                return littleEndian(Int128(Float(bound).bitPattern), 4)
            }
            return littleEndian(Int128(bound.bitPattern), 8)
        case .bytes(let bytes): return bytes
        }
    }

    private func littleEndian(_ value: Int128, _ width: Int) -> [UInt8] {
        (0..<width).map { UInt8(truncatingIfNeeded: value >> Int128($0 * 8)) }
    }
}

/// The first bytes of `bytes`, text never cut within a character.
private func shortened(_ bytes: [UInt8], isText: Bool) -> [UInt8] {
    var end = min(bytes.count, StoredBounds.byteLimit)
    if isText, end < bytes.count {
        while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    }
    return Array(bytes[..<end])
}

/// The least simple string after every string that begins with `bytes`, or nil.
private func raised(_ bytes: [UInt8], isText: Bool) -> [UInt8]? {
    if !isText {
        guard let last = bytes.lastIndex(where: { $0 < 0xFF }) else { return nil }
        return Array(bytes[..<last]) + [bytes[last] + 1]
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    var scalars = Array(text.unicodeScalars)
    while let last = scalars.popLast() {
        // U+D800…U+DFFF are no characters.
        let next = last.value == 0xD7FF ? 0xE000 : last.value + 1
        guard let scalar = Unicode.Scalar(next) else { continue }
        scalars.append(scalar)
        return scalars.flatMap { Array(String($0).utf8) }
    }
    return nil
}
