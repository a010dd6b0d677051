//! Split block Bloom filters (BloomFilter.md of the format): blocks of eight 32-bit words, of which
//! a value sets one bit each. A value's hash is xxHash64, seed 0, of its PLAIN encoding without a
//! length. Stored as a Thrift header (bytes, algorithm BLOCK, hash XXHASH, UNCOMPRESSED) and the
//! words, little endian.

public import Columnar

/// A set of values that answers "not in it" for certain, and "in it" wrongly about once in a
/// thousand times.
public struct BloomFilter: Sendable {
    private var words: [UInt32]

    private static let salts: [UInt32] = [
        0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d, 0x7054_95c7, 0x2df1_424b, 0x9efc_4947,
        0x5c6b_fb31,
    ]
    private static let blockWords = 8
    /// Bits a value, before the number of bytes is rounded up to a power of two, which some
    /// readers insist on.
    private static let bitsPerValue = 15.5
    /// Readers take no more than this.
    private static let byteCountMax = 128 << 20

    /// A filter of these hashes, as large as so many different ones need.
    init(_ hashes: [UInt64]) {
        let bits = Double(max(1, hashes.count)) * BloomFilter.bitsPerValue
        var byteCount = BloomFilter.blockWords * 4
        while Double(byteCount * 8) < bits, byteCount < BloomFilter.byteCountMax { byteCount *= 2 }
        words = [UInt32](repeating: 0, count: byteCount / 4)
        for hash in hashes {
            let block = self.block(hash)
            for index in 0..<BloomFilter.blockWords {
                words[block + index] |= BloomFilter.bit(hash, index)
            }
        }
    }

    /// The first word of a value's block.
    private func block(_ hash: UInt64) -> Int {
        let blocks = UInt64(words.count / BloomFilter.blockWords)
        return Int(((hash >> 32) * blocks) >> 32) * BloomFilter.blockWords
    }

    private static func bit(_ hash: UInt64, _ index: Int) -> UInt32 {
        1 << ((UInt32(truncatingIfNeeded: hash) &* salts[index]) >> 27)
    }

    /// Whether a value of this hash may be in it.
    public func mayHold(_ hash: UInt64) -> Bool {
        let block = self.block(hash)
        return (0..<BloomFilter.blockWords).allSatisfy { index in
            let bit = BloomFilter.bit(hash, index)
            return words[block + index] & bit != 0
        }
    }

    // MARK: As stored

    /// Header and words.
    var bytes: [UInt8] {
        var writer = CompactWriter()
        writer.structure { header in
            header.i32(1, Int32(words.count * 4))
            for field in [2, 3, 4] as [Int16] {
                header.structure(field) { $0.structure(1) { _ in } }
            }
        }
        var bytes = writer.bytes
        bytes.reserveCapacity(bytes.count + words.count * 4)
        for word in words {
            for shift in [0, 8, 16, 24] as [UInt32] {
                bytes.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        return bytes
    }

    /// Reads header and words; nil for what is no filter of this kind.
    init?(_ bytes: [UInt8]) {
        var reader = CompactReader(bytes, in: 0..<bytes.count)
        var byteCount: Int32 = 0
        var kinds: [Int16: Int16] = [:]
        do throws(Damage) {
            try reader.structure { (reader, field) throws(Damage) in
                if field.id == 1 {
                    byteCount = try reader.int32(field)
                } else if field.type == .structure {
                    let union = field.id
                    try reader.structure { (reader, field) throws(Damage) in
                        kinds[union] = field.id
                        try reader.skip(field)
                    }
                } else {
                    try reader.skip(field)
                }
            }
        } catch {
            return nil
        }
        let start = reader.position
        guard byteCount > 0, byteCount % Int32(BloomFilter.blockWords * 4) == 0,
            bytes.count - start == Int(byteCount), kinds == [2: 1, 3: 1, 4: 1]
        else { return nil }
        words = stride(from: start, to: bytes.count, by: 4).map { place in
            (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << UInt32($1 * 8) }
        }
    }
}

/// The hashes of a chunk's values, on their way to its filter.
struct BloomHashes {
    private(set) var hashes: [UInt64] = []
    /// Of a dictionary what its values hash to, and which were seen.
    private var lineage = Lineage.none
    private var ofDictionary: [UInt64] = []
    private var isSeen: [Bool] = []
    /// Whether there will be no filter of this chunk.
    private var isGivenUp = false

    var heldBytes: Int { hashes.count * 8 }

    /// Forgets the chunk: values came that are not known, or a filter would tell little.
    mutating func giveUp() {
        hashes = []
        isGivenUp = true
    }

    /// Takes values in that are not NULL.
    mutating func append(_ storage: ColumnStorage, _ range: Range<Int>) {
        if isGivenUp { return }
        guard case .dictionary(let codes, let dictionary) = storage else {
            storage.appendBloomHashes(range, to: &hashes)
            return
        }
        let values = dictionary.values
        if !dictionary.lineage.isShared(with: lineage) || values.count < ofDictionary.count {
            lineage = dictionary.lineage
            ofDictionary = []
            isSeen = []
        }
        ColumnStorage.bytes(values).appendBloomHashes(
            ofDictionary.count..<values.count, to: &ofDictionary)
        isSeen += [Bool](repeating: false, count: values.count - isSeen.count)
        for row in range where !isSeen[Int(codes[row])] {
            isSeen[Int(codes[row])] = true
            hashes.append(ofDictionary[Int(codes[row])])
        }
    }

    /// The filter of the chunk, which ends; nil where there is none to be had.
    mutating func finish() -> [UInt8]? {
        defer { self = BloomHashes() }
        if isGivenUp || hashes.isEmpty { return nil }
        hashes.sort()
        var distinct: [UInt64] = []
        distinct.reserveCapacity(hashes.count)
        for hash in hashes where distinct.last != hash { distinct.append(hash) }
        return BloomFilter(distinct).bytes
    }
}

extension ColumnStorage {
    /// Appends what the values at `range` hash to; nothing for types that have no filter.
    func appendBloomHashes(_ range: Range<Int>, to hashes: inout [UInt64]) {
        switch self {
        case .int32(let values):
            for row in range { hashes.append(XXHash64.hash(UInt32(bitPattern: values[row]))) }
        case .int64(let values):
            for row in range { hashes.append(XXHash64.hash(UInt64(bitPattern: values[row]))) }
        case .bytes(let values):
            for row in range { hashes.append(XXHash64.hash(values[row])) }
        default: break
        }
    }
}

extension Column {
    /// What each value hashes to in a filter over a column of `type`, NULLs left out; nil when no
    /// filter tells of them.
    public func bloomHashes(as type: ColumnType) -> [UInt64]? {
        guard self.type == type, BloomFilter.isKept(of: type) else { return nil }
        var hashes: [UInt64] = []
        if case .dictionary(let codes, let dictionary) = storage {
            var ofValues: [UInt64] = []
            ColumnStorage.bytes(dictionary.values).appendBloomHashes(
                0..<dictionary.values.count, to: &ofValues)
            for row in 0..<count where !isNull(row) { hashes.append(ofValues[Int(codes[row])]) }
            return hashes
        }
        for row in 0..<count where !isNull(row) {
            storage.appendBloomHashes(row..<row + 1, to: &hashes)
        }
        return hashes
    }
}

extension BloomFilter {
    /// Whether columns of a type can have one: those that are stored as they are in memory.
    static func isKept(of type: ColumnType) -> Bool {
        switch type {
        case .byte, .short, .integer, .long, .date, .timestamp, .timestampNtz, .string, .binary:
            true
        default: false
        }
    }
}
