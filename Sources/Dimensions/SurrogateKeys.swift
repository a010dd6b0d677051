public import Columnar
import Digest
import Keys

/// The deterministic surrogate key of a version: SHA-256 over the dimension's name, the typed
/// bytes of the key and `valid_from`; of the digest the first eight bytes as a big-endian number
/// without its sign bit. The same on every engine and in every order of arrival.
///
/// Digested: the name's UTF-8 and a zero byte; for each key column a letter for its family and its
/// value (whole numbers, dates and times as 8 bytes, decimals as one byte of scale and 16 bytes,
/// text and binary as 4 bytes of length and the bytes; all little endian); `valid_from` as 8 bytes
/// of microseconds. CHAR loses its padding first. Texts that compare by a collation stand as what
/// it folds them to, its weights as binary, so that the key does not depend on which spelling of a
/// member came first.
public struct SurrogateKeys: Sendable {
    /// Of a fact whose member is not known.
    public static let unknown: Int64 = -1
    /// Of a fact in a gap of its member's history.
    public static let deleted: Int64 = -2
    /// Of a fact that has no such member.
    public static let notApplicable: Int64 = -3

    private let prefix: [UInt8]
    private let isPadded: [Bool]
    private let collations: [Collation?]

    /// Keys of `dimension`, whose key columns are `key`; `collations` says by column what their
    /// texts are compared by.
    public init(dimension: String, key: [Field], by collations: [String: Collation] = [:]) {
        prefix = Array(dimension.utf8) + [0]
        isPadded = key.map { collations[$0.name] == nil && MemberHasher.isPadded($0) }
        self.collations = key.map { collations[$0.name] }
    }

    /// The key columns as `key` takes them.
    public func compared(_ columns: [Column]) -> [Column] {
        zip(columns, collations).map { $0.folded(by: $1) }
    }

    /// The key of row `row` of the `compared` key columns as of `validFrom`; at least 1. About
    /// 0.5 µs.
    public func key(_ columns: [Column], row: Int, validFrom: Int64) -> Int64 {
        var bytes = prefix
        for (column, trims) in zip(columns, isPadded) {
            column.appendKeyBytes(row, trims: trims, to: &bytes)
        }
        bytes.append(littleEndian: UInt64(bitPattern: validFrom), count: 8)
        var word: UInt64 = 0
        for byte in SHA256.digest(of: bytes).prefix(8) { word = word << 8 | UInt64(byte) }
        return max(1, Int64(word & 0x7FFF_FFFF_FFFF_FFFF))
    }
}

extension Column {
    fileprivate func appendKeyBytes(_ row: Int, trims: Bool, to bytes: inout [UInt8]) {
        func letter(_ character: Unicode.Scalar) { bytes.append(UInt8(ascii: character)) }
        if isNull(row) { return letter("0") }
        switch storage {
        case .bool(let values):
            letter("b")
            bytes.append(values[row])
        case .int32(let values):
            letter(type == .date ? "t" : "i")
            bytes.append(littleEndian: UInt64(bitPattern: Int64(values[row])), count: 8)
        case .int64(let values):
            if case .decimal(_, let scale) = type {
                letter("n")
                appendDecimal(Int128(values[row]), scale, &bytes)
            } else {
                letter(type == .long ? "i" : "m")
                bytes.append(littleEndian: UInt64(bitPattern: values[row]), count: 8)
            }
        case .int128(let values):
            letter("n")
            if case .decimal(_, let scale) = type { appendDecimal(values[row], scale, &bytes) }
        case .float(let values):
            letter("f")
            bytes.append(littleEndian: UInt64(values[row].canonicalBits), count: 4)
        case .double(let values):
            letter("d")
            bytes.append(littleEndian: values[row].canonicalBits, count: 8)
        case .bytes(let values):
            letter(type == .binary ? "x" : "s")
            appendText(values[row], trims, &bytes)
        case .dictionary(let codes, let dictionary):
            letter(type == .binary ? "x" : "s")
            appendText(dictionary.values[Int(codes[row])], trims, &bytes)
        case .structure, .list, .map:
            letter("c")
            appendText(textBytes(row)[...], false, &bytes)
        }
    }

    private func appendDecimal(_ unscaled: Int128, _ scale: Int, _ bytes: inout [UInt8]) {
        bytes.append(UInt8(truncatingIfNeeded: scale))
        bytes.append(littleEndian: UInt64(truncatingIfNeeded: unscaled), count: 8)
        bytes.append(littleEndian: UInt64(truncatingIfNeeded: unscaled >> 64), count: 8)
    }

    private func appendText(_ text: ArraySlice<UInt8>, _ trims: Bool, _ bytes: inout [UInt8]) {
        var text = text
        if trims { while text.last == 0x20 { text.removeLast() } }
        bytes.append(littleEndian: UInt64(text.count), count: 4)
        bytes.append(contentsOf: text)
    }
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian word: UInt64, count: Int) {
        for index in 0..<count { append(UInt8(truncatingIfNeeded: word >> UInt64(8 * index))) }
    }
}
