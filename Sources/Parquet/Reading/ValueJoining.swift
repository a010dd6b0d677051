import Columnar

/// A chunk's dictionary, its values already in the representation of the column type.
struct LeafDictionary {
    let values: DecodedValues
    /// For byte strings that are all distinct: what columns of codes share.
    let shared: DictionaryValues?

    init(_ values: DecodedValues) {
        self.values = values
        if case .bytes(let strings) = values, areDistinct(strings) {
            shared = DictionaryValues(
                lineage: .next(), values: strings)
        } else {
            shared = nil
        }
    }

    /// The values at `codes`, which are within the dictionary.
    func look(up codes: [UInt32]) throws(Damage) -> DecodedValues {
        let found: DecodedValues? =
            switch values {
            case .bool(let values): lookUp(codes, in: values, zero: 0).map { .bool($0) }
            case .int32(let values): lookUp(codes, in: values, zero: 0).map { .int32($0) }
            case .int64(let values): lookUp(codes, in: values, zero: 0).map { .int64($0) }
            case .int128(let values): lookUp(codes, in: values, zero: 0).map { .int128($0) }
            case .float(let values): lookUp(codes, in: values, zero: 0).map { .float($0) }
            case .double(let values): lookUp(codes, in: values, zero: 0).map { .double($0) }
            case .bytes(let values):
                lookUpBytes(
                    codes, offsets: values.offsets, bytes: values.bytes,
                    limit: ReadLimits.batchBytes
                ).map { .bytes(ByteVector(offsets: $0.offsets, bytes: $0.bytes)) }
            case .fixed, .codes: nil
            }
        guard let found else { throw Damage("dictionary values too large for one batch") }
        return found
    }
}

/// The pieces of a batch's values as they come from page after page, joined once.
struct ValuePieces {
    private var pieces: [DecodedValues] = []

    mutating func append(_ values: DecodedValues) {
        if values.count > 0 { pieces.append(values) }
    }

    /// All values; nil when there are none. Codes stay codes when every piece is one.
    func joined(_ dictionary: LeafDictionary?) throws(Damage) -> DecodedValues? {
        guard let first = pieces.first else { return nil }
        if pieces.count == 1 { return first }
        var pieces = pieces
        let codeCount = pieces.count { if case .codes = $0 { true } else { false } }
        if codeCount > 0, codeCount < pieces.count, let dictionary {
            for index in pieces.indices {
                guard case .codes(let codes) = pieces[index] else { continue }
                pieces[index] = try dictionary.look(up: codes)
            }
        }
        switch pieces[0] {
        case .bool:
            return .bool(join(pieces) { if case .bool(let part) = $0 { part } else { nil } })
        case .int32:
            return .int32(join(pieces) { if case .int32(let part) = $0 { part } else { nil } })
        case .int64:
            return .int64(join(pieces) { if case .int64(let part) = $0 { part } else { nil } })
        case .int128:
            return .int128(join(pieces) { if case .int128(let part) = $0 { part } else { nil } })
        case .float:
            return .float(join(pieces) { if case .float(let part) = $0 { part } else { nil } })
        case .double:
            return .double(join(pieces) { if case .double(let part) = $0 { part } else { nil } })
        case .codes:
            return .codes(join(pieces) { if case .codes(let part) = $0 { part } else { nil } })
        case .bytes: return .bytes(try joinBytes(pieces))
        case .fixed: throw Damage("values that were not converted")
        }
    }

    private func join<T>(_ pieces: [DecodedValues], _ part: (DecodedValues) -> [T]?) -> [T] {
        var out: [T] = []
        out.reserveCapacity(pieces.reduce(0) { $0 + $1.count })
        for piece in pieces { if let part = part(piece) { out.append(contentsOf: part) } }
        return out
    }

    private func joinBytes(_ pieces: [DecodedValues]) throws(Damage) -> ByteVector {
        var byteCount = 0
        for case .bytes(let part) in pieces { byteCount += part.bytes.count }
        guard byteCount <= ReadLimits.batchBytes else {
            throw Damage("byte strings of one batch pass \(ReadLimits.batchBytes) bytes")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount)
        var offsets = [UInt32](repeating: 0, count: 1 + pieces.reduce(0) { $0 + $1.count })
        var next = 1
        for case .bytes(let part) in pieces {
            shiftOffsets(part.offsets, by: UInt32(bytes.count), to: &offsets, at: next)
            next += part.count
            bytes.append(contentsOf: part.bytes)
        }
        return ByteVector(offsets: offsets, bytes: bytes)
    }
}
