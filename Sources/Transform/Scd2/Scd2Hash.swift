import Columnar

/// 128 bits that stand for a member's key or for the values of some of its columns.
///
/// Equal values give equal hashes whatever their storage: codes or bytes, -0.0 or 0.0, any NaN. A
/// NULL counts, so NULL and the empty text differ. Ample against chance; no defence against
/// somebody who builds collisions.
struct MemberHash: Hashable, Sendable {
    var high: UInt64
    var low: UInt64

    static let zero = MemberHash(high: 0, low: 0)

    @inline(__always)
    static func += (left: inout MemberHash, right: MemberHash) {
        left.high &+= right.high
        left.low &+= right.low
    }
}

/// Hashes columns by value, each salted by its name, so that the order of columns is free.
struct MemberHasher: Sendable {
    /// CHAR columns, which the source compares without their padding (S24).
    private let padded: Set<String>

    /// Takes which columns are CHAR from the fields' `sluice.source_type`.
    init(_ schema: Schema) {
        padded = Set(schema.fields.filter(MemberHasher.isPadded).map(\.name))
    }

    static func isPadded(_ field: Field) -> Bool {
        let type = field.metadata["sluice.source_type"]?.lowercased() ?? ""
        return field.type == .string && (type == "char" || type.hasPrefix("char("))
    }

    /// One hash a row over the columns of `batch` named by `names`, all of which it must have.
    func hashes(_ batch: RecordBatch, _ names: [String]) -> [MemberHash] {
        var sums = [MemberHash](repeating: .zero, count: batch.count)
        for name in names {
            guard let column = batch[name] else { preconditionFailure("no column \(name)") }
            add(column, name: name, to: &sums)
        }
        return sums
    }

    /// Adds the hash of each value of `column` to the row's sum. O(rows), a dictionary's values
    /// are hashed once when that is less.
    func add(_ column: Column, name: String, to sums: inout [MemberHash]) {
        let salt = MemberHasher.salt(name)
        let trims = padded.contains(name)
        switch column.storage {
        case .bool(let values):
            addEach(column, salt, to: &sums) { mix(UInt64(values[$0]), salt) }
        case .int32(let values):
            addEach(column, salt, to: &sums) { mix(UInt64(bitPattern: Int64(values[$0])), salt) }
        case .int64(let values):
            addEach(column, salt, to: &sums) { mix(UInt64(bitPattern: values[$0]), salt) }
        case .int128(let values):
            addEach(column, salt, to: &sums) { index in
                var hash = mix(UInt64(truncatingIfNeeded: values[index]), salt)
                hash += mix(UInt64(truncatingIfNeeded: values[index] >> 64), ~salt)
                return hash
            }
        case .float(let values):
            addEach(column, salt, to: &sums) { mix(UInt64(values[$0].canonicalBits), salt) }
        case .double(let values):
            addEach(column, salt, to: &sums) { mix(values[$0].canonicalBits, salt) }
        case .bytes(let values):
            let bytes = values.bytes.span
            let offsets = values.offsets.span
            addEach(column, salt, to: &sums) { index in
                hash(bytes, Int(offsets[index])..<Int(offsets[index + 1]), salt, trims: trims)
            }
        case .dictionary(let codes, let dictionary):
            let values = dictionary.values
            let bytes = values.bytes.span
            if values.count > column.count {
                addEach(column, salt, to: &sums) { index in
                    hash(bytes, values.range(Int(codes[index])), salt, trims: trims)
                }
            } else {
                var hashed: [MemberHash] = []
                hashed.reserveCapacity(values.count)
                for code in 0..<values.count {
                    hashed.append(hash(bytes, values.range(code), salt, trims: trims))
                }
                addEach(column, salt, to: &sums) { hashed[Int(codes[$0])] }
            }
        case .structure, .list, .map:
            addEach(column, salt, to: &sums) { index in
                let text = column.textBytes(index)
                return hash(text.span, 0..<text.count, salt, trims: false)
            }
        }
    }

    private static func salt(_ name: String) -> UInt64 {
        let bytes = Array(name.utf8)
        return hash(bytes.span, 0..<bytes.count, 0x2D35_8DCC_AA6C_78A5, trims: false).low | 1
    }
}

@inline(__always)
private func addEach(
    _ column: Column, _ salt: UInt64, to sums: inout [MemberHash], _ hashed: (Int) -> MemberHash
) {
    guard column.validity != nil else {
        for index in sums.indices { sums[index] += hashed(index) }
        return
    }
    let null = mix(0x94D0_49BB_1331_11EB, ~salt)
    for index in sums.indices {
        if column.isNull(index) { sums[index] += null } else { sums[index] += hashed(index) }
    }
}

@inline(__always)
private func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
}

@inline(__always)
private func mix(_ value: UInt64, _ salt: UInt64) -> MemberHash {
    let high = fold(value ^ 0xA076_1D64_78BD_642F, salt)
    return MemberHash(
        high: fold(high ^ value, 0xE703_7ED1_A0B4_28DB),
        low: fold(value ^ salt ^ 0x8EBC_6AF0_9C88_C6E3, 0x5899_65CC_7537_4CC3))
}

/// Eight bytes at a step; `trims` leaves trailing spaces out.
@inline(__always)
private func hash(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ salt: UInt64, trims: Bool
) -> MemberHash {
    var end = range.upperBound
    if trims {
        while end > range.lowerBound, bytes[end - 1] == 0x20 { end -= 1 }
    }
    var state = mix(UInt64(end - range.lowerBound), salt)
    var index = range.lowerBound
    while index < end {
        var word: UInt64 = 0
        if index + 8 <= end {
            for offset in 0..<8 { word |= UInt64(bytes[index + offset]) << UInt64(8 * offset) }
        } else {
            for offset in 0..<(end - index) {
                word |= UInt64(bytes[index + offset]) << UInt64(8 * offset)
            }
        }
        state.high = fold(state.high ^ word ^ 0xA076_1D64_78BD_642F, 0xE703_7ED1_A0B4_28DB)
        state.low = fold(state.low ^ word ^ 0x8EBC_6AF0_9C88_C6E3, 0x5899_65CC_7537_4CC3)
        index += 8
    }
    return state
}

extension Double {
    /// The bits, equal for 0.0 and -0.0 and for all NaNs (S25).
    var canonicalBits: UInt64 {
        if isNaN { return Double.nan.bitPattern }
        return self == 0 ? 0 : bitPattern
    }
}

extension Float {
    /// As for doubles, over the 32 bits.
    var canonicalBits: UInt32 {
        if isNaN { return Float.nan.bitPattern }
        return self == 0 ? 0 : bitPattern
    }
}

/// Numbers distinct keys from 0 in the order they are met.
struct MemberIndex: Sendable {
    private(set) var hashes: [MemberHash] = []
    private var slots: [Int32]
    private var mask: Int

    init(capacity: Int = 16) {
        var size = 64
        while size < capacity * 2 { size *= 2 }
        slots = [Int32](repeating: -1, count: size)
        mask = size - 1
    }

    var count: Int { hashes.count }

    /// The key's number, or -1. O(1).
    @inline(__always)
    func find(_ hash: MemberHash) -> Int32 {
        var slot = Int(truncatingIfNeeded: hash.low) & mask
        while true {
            let member = slots[slot]
            if member < 0 || hashes[Int(member)] == hash { return member }
            slot = (slot + 1) & mask
        }
    }

    /// The key's number, given now when it has none yet. Amortised O(1).
    mutating func insert(_ hash: MemberHash) -> Int32 {
        let found = find(hash)
        if found >= 0 { return found }
        if hashes.count * 2 >= slots.count { grow() }
        let member = Int32(hashes.count)
        hashes.append(hash)
        place(member, hash)
        return member
    }

    private mutating func place(_ member: Int32, _ hash: MemberHash) {
        var slot = Int(truncatingIfNeeded: hash.low) & mask
        while slots[slot] >= 0 { slot = (slot + 1) & mask }
        slots[slot] = member
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: slots.count * 2)
        mask = slots.count - 1
        for (member, hash) in hashes.enumerated() { place(Int32(member), hash) }
    }
}
